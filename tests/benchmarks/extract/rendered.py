"""Sites that were rendered twice beforehand, with their template and without it: served, crawled, compared.

A folder holds a folder for each: `full`, the document root as its generator wrote it, with http://NAME.test/ as its
address, and `bare`, the same pages as the same generator wrote them with templates that hold the content alone (in
Hugo's layouts `{{ .Content }}`, in Jekyll's `{{ content }}`, in Pelican's `{{ article.content }}`, in Sphinx's the
block `body`, in MkDocs' `{{ page.content }}`). A page that `bare` lacks, or leaves empty, is a listing: it is
crawled and not measured. Of an event, which its author writes into fields as much as into a text, the content is the
element `article` of the template.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from lxml import html

# A page that calls itself an event (schema.org) is one by its data: day, hour and place, which its template sets out.
_EVENT = re.compile(r'"@type"\s*:\s*"\w*Event"')
# The shared sites, and the hosts that they were published under: all their links lead there, so that a copy under
# another name has one page.
PUBLISHED = {"karpoke": "karpoke.ignaciocano.com", "movimientolibre": "movimientolibre.com"}


def unpacked(archives: Path, folder: Path) -> Path:
    """The shared sites as `full`, with http://NAME.test/ as their address."""
    for name, host in PUBLISHED.items():
        full = folder / name / "full"
        if full.is_dir():
            continue
        shutil.unpack_archive(archives / f"{name}.tar.xz", folder / name)
        (root,) = (folder / name).iterdir()
        for path in root.rglob("*"):
            if path.suffix in {".html", ".xml", ".txt"}:
                data = path.read_bytes()
                path.write_bytes(
                    data.replace(f"https://{host}".encode(), f"http://{name}.test".encode())
                )
        root.rename(full)
    return folder


def contents(site: Path) -> Iterator[tuple[str, str, str, html.HtmlElement]]:
    """Name, address, page with its template and content alone, of each page of a site that has a content."""
    bare, full = site / "bare", site / "full"
    for path in sorted(bare.rglob("*.html")):
        name = path.relative_to(bare).as_posix()
        content = path.read_text(encoding="utf-8")
        if content.strip() and (full / name).is_file():
            url = f"http://{site.name}.test/{quote(name.removesuffix('index.html'))}"
            shown = (full / name).read_text(encoding="utf-8")
            element = html.fromstring(f"<div>{content}</div>")
            if _EVENT.search(shown):
                (element,) = html.fromstring(shown).xpath("//article")[:1] or [element]
            yield name, url, shown, element


def crawled(folder: Path, site: str) -> tuple[int, int]:
    """How many pages of a site an independent walk from its root reaches, and how many of them a crawl has."""
    with tempfile.TemporaryDirectory() as name, _served(folder) as port:
        recipe = Path(name) / "recipe.yaml"
        source = {"max_pages": 100_000, "delay": 0, "concurrency": 4}
        recipe.write_text(
            json.dumps(
                {
                    "name": "rendered",
                    "resolve": {f"{site}.test": f"127.0.0.1:{port}"},
                    "sources": {site: {"crawl": {"seeds": [f"http://{site}.test/"], **source}}},
                    "stages": {"crawl": {"edition": "1"}},
                }
            )
        )
        command = [sys.executable, "-P", "-m", "flows.commands.cli", "crawl", str(recipe)]
        # A crawl that may store nothing fails, and says why: none of its pages counts.
        subprocess.run([*command, "--store", f"{name}/store"], stdout=subprocess.DEVNULL)
        kept: set[Path] = set()
        for log in Path(name, "store/shards/crawl").rglob("crawl.jsonl"):
            for line in log.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                if entry["outcome"] == "kept" and (path := _file(folder, entry["url"])):
                    kept.add(path)
    pages = _walk(folder, f"http://{site}.test/")
    return len(pages), len(pages & kept)


def _file(folder: Path, url: str) -> Path | None:
    """The file that a server of such sites answers an address with."""
    parts = urlsplit(url)
    path = folder / (parts.hostname or "").removesuffix(".test") / "full" / unquote(parts.path)[1:]
    for candidate in (path / "index.html", path, path.with_name(f"{path.name}.html")):
        if candidate.is_file():
            return candidate
    return None


class _Links(HTMLParser):
    """What a page leads to, and whether it asks not to be kept, or its links not to be followed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.asks: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        to = attributes.get(
            "href" if tag in ("a", "area") else "src" if tag == "iframe" else "", ""
        )
        if tag == "meta" and attributes.get("name", "").lower() == "robots":
            self.asks.update(re.split(r"[\s,]+", attributes.get("content", "").lower()))
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            to = attributes.get("content", "").partition("=")[2].strip("'\" ")
        if to and "nofollow" not in attributes.get("rel", "").lower().split():
            self.found.append(to)


def _walk(folder: Path, seed: str) -> set[Path]:
    """The pages that links lead to from a first one and that ask nobody to leave them out, without a crawler."""
    seen, waiting, listed, pages = {seed}, [seed], set(), set()
    while waiting:
        url = waiting.pop()
        path = _file(folder, url)
        if path is None or path.suffix != ".html" or path in listed:
            continue
        listed.add(path)
        links = _Links()
        links.feed(path.read_text(encoding="utf-8", errors="replace"))
        if not links.asks & {"noindex", "none"}:
            pages.add(path)
        if links.asks & {"nofollow", "none"}:
            continue
        base = url if url.endswith("/") or path.name != "index.html" else f"{url}/"
        for link in links.found:
            try:
                to = urldefrag(urljoin(base, link.strip()))[0]
                same = urlsplit(to).hostname == urlsplit(seed).hostname
            except ValueError:
                continue
            if same and to not in seen:
                seen.add(to)
                waiting.append(to)
    return pages


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def translate_path(self, path: str) -> str:
            name = self.headers.get("Host", "").partition(":")[0].removesuffix(".test")
            self.directory = os.fspath(folder / name / "full")
            local = super().translate_path(path)
            return local if Path(local).exists() else f"{local}.html"

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
