"""What of the content of whole sites stays, and what of their templates: by sources, not by eye.

Each site is rendered twice by its own renderer, once as a site and once without its template; what the second shows
is content. Debian's manuals: gnome-help in Spanish (Mallard, yelp-xsl), gnumeric in Spanish (DocBook, docbook-xsl).
Folders of Markdown below TAHONA_SITES, each rendered by MkDocs in its two themes; sites below TAHONA_RENDERED that
their own generators have rendered twice (`rendered.py`), served and crawled as well (`crawled`: of the pages that
a walk finds). The two shared sites have no sources: there content is what stands in the element that their template
gives the text. All that is built lies below the peers' folder and is kept.

`lists_kept`, `headings_kept`: entries and terms, headings of the content that are in the text (or are its title);
`lost` content lines that aren't, of `lines`; `boilerplate`: lines of the texts that are not of the content, after the
lines that the host repeats were cut as `filter` does; `worst` the same of the worst site of each.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html

BLOCKS = (
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "pre",
    "caption",
    "figcaption",
)
NESTED = frozenset(
    (
        *BLOCKS,
        "ul",
        "ol",
        "dl",
        "div",
        "table",
        "blockquote",
        "section",
        "details",
        "figure",
        "script",
        "style",
        "svg",
    )
)
PACKAGES = ("docbook-xsl", "yelp-xsl", "gnome-user-docs", "gnumeric-doc")
MARK = re.compile(r"^(?:- |\d+\. )")
MKDOCS = """site_name: {name}
site_url: http://{name}.test/
docs_dir: {docs}
site_dir: {out}
theme: {theme}
markdown_extensions: [attr_list, tables, md_in_html, admonition, def_list, footnotes, pymdownx.superfences, {blocks}]
"""
BLOCK_MARKS = ", ".join(f"pymdownx.blocks.{name}" for name in ("admonition", "details", "tab"))
THEMES = {
    "material": "{name: material, language: es, features: [navigation.footer, navigation.tabs, toc.follow]}",
    "readthedocs": "readthedocs",
}


@dataclass
class Page:
    """A page as the site shows it, its content alone, what may stand in its text or not, and its address."""

    name: str
    shown: str
    content: html.HtmlElement
    beside: str = ""
    url: str | None = None


def flat(text: str) -> str:
    """A text without white space and signs that a template adds."""
    return re.sub(r"[\s\u00ad\u200b¶]+", "", text)


def without_signs(content: html.HtmlElement) -> None:
    """Takes out the links that are but a sign which leads to its own place, as renderers add them to headings."""
    for link in content.xpath(".//a[starts-with(@href, '#')]"):
        if not re.search(r"\w", link.text_content()):
            link.drop_tree()


def own(element: html.HtmlElement) -> list[str]:
    """The text of a block without that of the blocks in it, before, between and behind them."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            if child.tag in NESTED:
                pieces.append("")
            else:
                first, *others = own(child)
                pieces[-1] += first
                pieces += others
        pieces[-1] += child.tail or ""
    return pieces


def debian(folder: Path) -> Path:
    """The root of the unpacked packages that have manuals and what renders them."""
    root = folder / "debian"
    if not root.is_dir():
        with tempfile.TemporaryDirectory() as name:
            subprocess.run(
                ["apt-get", "download", "-qq", *PACKAGES],
                cwd=name,
                check=True,
                stderr=subprocess.DEVNULL,
            )
            for package in sorted(Path(name).glob("*.deb")):
                subprocess.run(["dpkg", "-x", package, root], check=True)
    return root / "usr/share"


def mallard(folder: Path) -> Iterator[Page]:
    """gnome-help in Spanish: rendered by yelp-xsl, its content from the source itself."""
    share, out = debian(folder), folder / "gnome-help"
    sources = sorted((share / "help/es/gnome-help").glob("*.page"))
    if not out.is_dir():
        out.mkdir()
        listed = "".join(f'<page cache:href="file://{p}"/>' for p in sources)
        named = "http://projectmallard.org"
        wanted = f'<cache:cache xmlns:cache="{named}/cache/1.0/" xmlns="{named}/1.0/">{listed}</cache:cache>'
        xsl = share / "yelp-xsl/xslt/mallard"
        cache = etree.XSLT(etree.parse(xsl / "cache/mal-cache.xsl"))
        known = cache(etree.fromstring(wanted, base_url=(out / "cache.xml").as_uri()))
        (out / "cache.xml").write_bytes(etree.tostring(known))
        render = etree.XSLT(etree.parse(xsl / "html/mal2xhtml.xsl"))
        before = Path.cwd()
        os.chdir(out)  # the stylesheet writes beside itself
        for source in sources:
            tree = etree.parse(source)
            tree.xinclude()
            render(tree, **{"mal.cache.file": etree.XSLT.strparam((out / "cache.xml").as_uri())})
        os.chdir(before)
    for source in sources:
        shown = out / f"{source.stem}.xhtml"
        if shown.is_file():
            page = html.fromstring(shown.read_bytes())
            (content,) = page.xpath("//div[contains(@class, 'region')]")[:1] or [page]
            beside = (
                content.text_content()
            )  # with the links that Mallard makes of other pages' sources
            for links in content.xpath(
                ".//section[contains(@class, 'links')] | .//*[contains(@class, 'linkdiv')]"
            ):
                links.getparent().remove(links)
            yield Page(source.stem, shown.read_text(), content, beside)


def docbook(folder: Path) -> Iterator[Page]:
    """gnumeric in Spanish: the chunks of docbook-xsl with and without their navigation."""
    share, out = debian(folder), folder / "gnumeric"
    for part, without in (("full", "0"), ("bare", "1")):
        if not (out / part).is_dir():
            (out / part).mkdir(parents=True)
            tree = etree.parse(
                share / "help/es/gnumeric/index.docbook", etree.XMLParser(huge_tree=True)
            )
            tree.xinclude()
            render = etree.XSLT(
                etree.parse(share / "xml/docbook/stylesheet/docbook-xsl/html/chunk.xsl")
            )
            options = {
                "base.dir": f"{out / part}/",
                "suppress.navigation": without,
                "chunker.output.encoding": "UTF-8",
            }
            render(tree, **{k: etree.XSLT.strparam(v) for k, v in options.items()})
    yield from twice(out / "full", out / "bare")


def markdown(folder: Path, source: Path, theme: str) -> Iterator[Page]:
    """A folder of Markdown as MkDocs renders it, with a theme and with none."""
    from tests.benchmarks.peers import ENVIRONMENTS

    out = folder / f"{source.name}-{theme}"
    bare = out / "theme"
    bare.mkdir(parents=True, exist_ok=True)
    for name in ("main.html", "404.html"):
        (bare / name).write_text("{{ page.content }}")
    for part, chosen in (("full", THEMES[theme]), ("bare", f"{{name: null, custom_dir: {bare}}}")):
        if not (out / part).is_dir():
            config = out / f"{part}.yml"
            config.write_text(
                MKDOCS.format(
                    blocks=BLOCK_MARKS, name=source.name, docs=source, out=out / part, theme=chosen
                )
            )
            subprocess.run(
                [ENVIRONMENTS / "mkdocs/bin/mkdocs", "build", "-q", "-f", config],
                check=True,
                stderr=subprocess.DEVNULL,
            )
    yield from twice(out / "full", out / "bare")


def twice(full: Path, bare: Path) -> Iterator[Page]:
    """The pages that were rendered with and without their template."""
    for path in sorted(full.rglob("*.html")):
        content = bare / path.relative_to(full)
        if content.is_file() and content.stat().st_size:
            yield Page(
                str(path.relative_to(full)), path.read_text(), html.fromstring(content.read_text())
            )


def shared_site(
    shared: Path, name: str, pattern: str, content: str, without: str
) -> Iterator[Page]:
    """The articles of a shared site, whose content an element of its template holds."""
    with tarfile.open(shared / f"data/sites/{name}.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if re.search(pattern, member.name) else None
            if file is None:
                continue
            shown = file.read().decode("utf-8", "replace")
            for element in html.fromstring(shown).xpath(content)[:1]:
                for other in element.xpath(without):
                    other.getparent().remove(other)
                yield Page(member.name, shown, element, url=f"http://{member.name}")


def measure(pages: list[Page]) -> Counter[str]:
    """Counts of one site: of lines of each kind, of those that stay, of lines of the texts."""
    from cleaning.encoding import normal
    from cleaning.extract.blocks import parse
    from cleaning.extract.page import read
    from cleaning.filter.sites import _repeated, repeated_lines
    from cleaning.sites import SiteLines

    readings = [read(parse(page.shown), page.url, None) for page in pages]
    texts = [normal(reading.text) for reading in readings]
    memory = SiteLines()
    for reading, text in zip(readings, texts, strict=True):
        memory.add("site", normal(reading.visible), text, normal(reading.written))
    _, lines_of_site, shares = _repeated(memory._summed())
    repeated = dict(zip(lines_of_site.tolist(), shares.tolist(), strict=True))
    counts: Counter[str] = Counter(pages=len(pages))
    for page, text, reading in zip(pages, texts, readings, strict=True):
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        stay = [x for x, cut in zip(lines, repeated_lines(lines, repeated), strict=True) if not cut]
        found = flat("\n".join(stay)) + " " + flat(reading.metadata.get("title", ""))
        without_signs(page.content)
        told = f"{page.content.text_content()} {page.beside} {reading.metadata.get('title', '')}"
        content = flat(normal(told))
        etree.strip_elements(
            page.content, "audio", "video", with_tail=False
        )  # words for old browsers
        for element in page.content.iter(*BLOCKS):
            pieces = [piece for run in own(element) if (piece := flat(normal(run)))]
            if pieces:
                kind = (
                    "heading"
                    if element.tag[0] == "h"
                    else "list"
                    if element.tag in ("li", "dt", "dd")
                    else "other"
                )
                counts[kind] += 1
                if all(piece in found for piece in pieces):
                    counts[f"{kind} kept"] += 1
                elif "--show" in sys.argv:
                    print(
                        page.name,
                        "lost",
                        element.tag,
                        " ".join(" ".join(own(element)).split())[:100],
                        file=sys.stderr,
                    )
        for line in stay:
            counts["text"] += 1
            if not all(flat(cell) in content for cell in MARK.sub("", line).split(" | ")):
                counts["foreign"] += 1
                if "--show" in sys.argv:
                    print(page.name, "foreign", line[:100], file=sys.stderr)
    return counts


def figures_of(counts: Counter[str]) -> dict[str, float]:
    """The figures of some counts."""
    lines = counts["heading"] + counts["list"] + counts["other"]
    kept = counts["heading kept"] + counts["list kept"] + counts["other kept"]
    return {
        "lists_kept": counts["list kept"] / max(counts["list"], 1),
        "headings_kept": counts["heading kept"] / max(counts["heading"], 1),
        "boilerplate": counts["foreign"] / max(counts["text"], 1),
        "lost": 1 - kept / max(lines, 1),
        "lines": lines,
        "pages": counts["pages"],
    }


def main() -> None:
    """Prints the figures, those of each site to standard error."""
    from tests.benchmarks.peers import ENVIRONMENTS, SHARED
    from tests.benchmarks.rendered import contents, crawled, unpacked

    folder = ENVIRONMENTS / "sites"
    folder.mkdir(parents=True, exist_ok=True)
    sites: dict[str, Callable[[], Iterator[Page]]] = {
        "movimientolibre": lambda: shared_site(
            SHARED, "movimientolibre", r"/articulos/.+\.html$", "//article",
            ".//script | .//p[contains(@class, 'meta')]",
        ),
        "karpoke": lambda: shared_site(
            SHARED, "karpoke", r"karpoke/20\d\d/.+\.html$", "//div[contains(@class, 'article-content')]",
            ".//section[.//ul[contains(@class, 'related')]] | .//aside | .//script",
        ),
        "gnome-help": lambda: mallard(folder),
        "gnumeric": lambda: docbook(folder),
    }  # fmt: skip
    if given := os.environ.get("TAHONA_SITES"):
        for source in sorted(p for p in Path(given).iterdir() if p.is_dir()):
            for theme in THEMES:
                sites[f"{source.name} {theme}"] = lambda s=source, t=theme: markdown(folder, s, t)
    rendered = Path(os.environ["TAHONA_RENDERED"]) if "TAHONA_RENDERED" in os.environ else None
    if rendered:
        for site in sorted(p for p in rendered.iterdir() if (p / "bare").is_dir()):
            sites[site.name] = lambda s=site: (
                Page(name, shown, content, url=url) for name, url, shown, content in contents(s)
            )
    total: Counter[str] = Counter()
    worst: dict[str, float] = {}
    for name, pages in sites.items():
        taken = list(pages())
        counts = measure(taken[:: 1 + len(taken) // 60] if "--quick" in sys.argv else taken)
        total += counts
        found = figures_of(counts)
        print(name, json.dumps({k: round(v, 4) for k, v in found.items()}), file=sys.stderr)
        for figure, pick in (
            ("lists_kept", min),
            ("headings_kept", min),
            ("boilerplate", max),
            ("lost", max),
        ):
            worst[figure] = pick(worst.get(figure, found[figure]), found[figure])
    figures = {k: round(v, 4) for k, v in figures_of(total).items()}
    if "--quick" not in sys.argv:
        reached = crawled(unpacked(SHARED / "data/sites", folder / "published"))
        reached |= crawled(rendered) if rendered else {}
        print("crawled", json.dumps(reached), file=sys.stderr)
        pages, have = (sum(counts) for counts in zip(*reached.values(), strict=True))
        figures["crawled"] = round(have / pages, 4)
    told = {**figures, "sites": len(sites), "worst": {k: round(v, 4) for k, v in worst.items()}}
    print(json.dumps({"benchmark": "sites", "figures": told}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
