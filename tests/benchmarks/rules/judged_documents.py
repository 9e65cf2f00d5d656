"""Where the documents that were judged are, and how each is laid out as it lay there."""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from tests.benchmarks.peers import SHARED

ARCHIVES = {
    "karpoke": "sites/karpoke.tar.xz",
    "movimientolibre": "sites/movimientolibre.tar.xz",
    "traf": "extraction/trafilatura_pages.tar.xz",
    "readability": "extraction/readability_pages.tar.xz",
}
MANUALS = {
    "aptitude": "usr/share/doc/aptitude/html/es",
    "kicad": "usr/share/doc/kicad/help/es",
    "maint": "usr/share/doc/maint-guide-es/html",
    "freedombox": "usr/share/freedombox/manual/es",
    "gimp": "usr/share/gimp/2.0/help/es",
    "handbook": "usr/share/doc/debian-handbook/html/es-ES",
    "harden": "usr/share/doc/harden-doc/html/es-ES",
    "install": "usr/share/doc/installation-guide-amd64/es",
    "lilypond": "usr/share/doc/lilypond",
    "debianedu": "usr/share/doc/debian-edu-doc-es",
    "diaeu": "usr/share/doc/dia/html/eu",
    "drgeo": "usr/share/drgeo/help/es",
    "gimpca": "usr/share/gimp/2.0/help/ca",
    "gimppt": "usr/share/gimp/2.0/help/pt_BR",
    "lilypondca": "usr/share/doc/lilypond/html/Documentation",
    "maintca": "usr/share/doc/maint-guide-ca/html",
    "mallard": "usr/share/help",
    "packagingpt": "usr/share/doc/ubuntu-packaging-guide-html-pt-br",
    "packaging": "usr/share/doc/ubuntu-packaging-guide-html-es",
    "reference": "usr/share/debian-reference",
    "wesnoth": "usr/share/doc/wesnoth-1.16-data",
}
REPOSITORIES: dict[str, str] = json.loads(
    Path(__file__).with_name("judged_repositories.json").read_text(encoding="utf-8")
)  # of GitHub, by the first part of the names of their documents
SUFFIXES = {".asc": ".txt", ".htm": ".html", ".markdown": ".md"}  # by which they are read
TELEVISION = "plantl__8tv.cat.warc"  # its documents are named by their ids
DOMAINS = {
    "biomedical": "biomedical",
    "legal": "legal",
    "literature": "literature",
    "news_encyclopedic": "news",
    "parliamentary": "parliamentary",
    "technical": "technical",
    "technical_help": "technical",
    "other/ca": "web",
    "other/eu": "web",
    "other/gl": "web",
}


def lay_out(rows: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, str]:
    """Writes the documents of these names, each where it lay below a folder of its domain and suffix, since an address
    tells too; gives the names by file.
    """
    files: dict[str, str] = {}

    def put(name: str, content: bytes, suffix: str, domain: str = "web") -> None:
        domain = rows.get(name, {}).get("domain", domain)
        file = f"{name.removesuffix(suffix)}{suffix}"
        files[file] = name
        place = folder / f"{domain}{suffix}" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    for source, archive in ARCHIVES.items():
        with tarfile.open(SHARED / "data" / archive) as tar:
            for member in tar:
                name = f"{source}/{member.name.removeprefix('./')}"
                if name in rows and (file := tar.extractfile(member)):
                    put(name, file.read(), ".html")
    if foreign := os.environ.get("TAHONA_FOREIGN"):
        for name in sorted(rows):
            source, _, page = name.partition("/")
            place = Path(foreign) / MANUALS.get(source, source) / page
            if source == "fortunes" and (saying := _saying(Path(foreign), page)):
                put(name, saying.encode(), ".txt")
            elif source in {*MANUALS, *REPOSITORIES} and place.is_file():
                if place.suffix == ".srt":
                    put(name, _spoken(place.read_text("utf-8", "replace")).encode(), ".txt")
                elif place.suffix == ".page":
                    put(name, _shown(place.read_bytes()), ".html")
                else:
                    suffix = SUFFIXES.get(place.suffix, place.suffix)
                    put(name, place.read_bytes(), suffix)
    if any(name.startswith("8tv/") for name in rows):
        put("8tv", (SHARED / "data/warc" / TELEVISION).read_bytes(), ".warc")
    import zstandard

    for register, domain in DOMAINS.items():
        with (SHARED / f"data/text/{register}.jsonl.zst").open("rb") as raw:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")
            for row in map(json.loads, lines):
                if (name := f"{register}/{row['id']}") in rows:
                    line = json.dumps({"text": row["text"]}, ensure_ascii=False)
                    put(name, line.encode(), ".jsonl", domain)
    return files


def _saying(foreign: Path, page: str) -> str:
    """One of a file of fortunes, by its place; empty where there is none."""
    file, _, place = page.partition("/")
    path = foreign / "usr/share/games/fortunes/es" / file
    if not path.is_file():
        return ""
    text = path.read_text("utf-8", "replace").split("\n%\n")[int(place)]
    return re.sub(r"\x1b\[[0-9;]*m", "", text).strip()


def _spoken(captions: str) -> str:
    """The captions without their numbers and times, one a line."""
    lines = [line.strip() for line in captions.splitlines()]
    return "\n".join(x for x in lines if x and not x.isdigit() and "-->" not in x)


SHOWN = {  # of Mallard (projectmallard.org) the elements that are blocks; the others are shown in their line
    **{name: name for name in ("p", "section", "table", "thead", "tbody", "tr", "td", "th")},
    **dict.fromkeys(("list", "steps", "terms", "tree"), "ul"),
    "screen": "pre",
    **dict.fromkeys(("note", "quote", "synopsis", "listing", "figure", "example"), "div"),
    **dict.fromkeys(("title", "subtitle"), "h2"),
    "item": "li",
    "page": "main",
    "desc": "p",
}


def _shown(page: bytes) -> bytes:
    """A page of a help in Mallard as HTML: its blocks, without what says who wrote it."""
    root = etree.fromstring(page, etree.XMLParser(resolve_entities=False, no_network=True))
    etree.strip_elements(root, etree.Comment, "{*}info", "{*}media", with_tail=False)
    for element in root.iter("{*}*"):
        name = etree.QName(element).localname
        alone = name == "code" and element.getparent().tag not in {"p", "span", "h2"}
        element.attrib.clear()
        element.tag = "pre" if alone else SHOWN.get(name, "span")
    shown: bytes = etree.tostring(root, method="html", encoding="utf-8")
    return b"<!DOCTYPE html><meta charset=utf-8><body>" + shown
