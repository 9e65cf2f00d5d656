"""What of the content of whole sites stays, and what of their templates: by sources, not by eye.

Each site is rendered twice by its own renderer, once as a site and once without its template; what the second shows
is content. Debian's manuals: gnome-help in Spanish (Mallard, yelp-xsl), gnumeric in Spanish (DocBook, docbook-xsl).
Folders of Markdown below TAHONA_SITES, each rendered by MkDocs in its two themes; sites below TAHONA_RENDERED that
their own generators have rendered twice (`renderers.py`, `rendered.py`), served and crawled as well (`crawled`: of the
pages that a walk finds). The two shared sites have no sources: there content is what stands in the element that their
template gives the text. Of the quickstart's web content is what its articles say.

All that is built lies below the peers' folder and is kept, as is what was found of each site: a run that was cut off
goes on where it was, and after a change of the code or of a site's pages only what may differ is measured again.
The two folders are `markdown` and `rendered` there where they are not given; arguments name the sites to measure.

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
from functools import partial
from pathlib import Path

from lxml import etree, html
from lxml.etree import tostring

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.benchmarks.extract import rendered, site_lines
from tests.benchmarks.extract.rendered import contents, crawled, unpacked
from tests.benchmarks.extract.site_lines import Page, figures_of

PACKAGES = ("docbook-xsl", "yelp-xsl", "gnome-user-docs", "gnumeric-doc")
MKDOCS = """site_name: {name}
site_url: http://{name}.test/
docs_dir: {docs}
site_dir: {out}
theme: {theme}
markdown_extensions: [attr_list, tables, md_in_html, admonition, def_list, footnotes, pymdownx.superfences, {blocks}]
"""
BLOCK_MARKS = ", ".join(f"pymdownx.blocks.{name}" for name in ("admonition", "details", "tab"))
# Of the worst site.
PICKS = {"lists_kept": min, "headings_kept": min, "boilerplate": max, "lost": max}
THEMES = {
    "material": "{name: material, language: es, features: [navigation.footer, navigation.tabs, toc.follow]}",
    "readthedocs": "readthedocs",
}


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
        cached = cache(etree.fromstring(wanted, base_url=(out / "cache.xml").as_uri()))
        (out / "cache.xml").write_bytes(etree.tostring(cached))
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
            # With the links that Mallard makes of other pages' sources.
            beside = content.text_content()
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
            shown, text = (p.read_text(errors="replace") for p in (path, content))
            if shown != text:  # else a file that the renderer copies
                yield Page(str(path.relative_to(full)), shown, html.fromstring(text))


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


def small_web() -> Iterator[Page]:
    """The articles of the quickstart's web. Title, author, day and the names of who posts may stand in a text."""
    from cleaning.text.repair import repaired
    from flows.small_web.pages import prose, spanish_date
    from flows.small_web.sites import build

    web = build()
    for article in web.articles:
        answer = web.pages[article.site.host, article.path].response
        declared = answer.header("Content-Type").partition("charset=")[2] or None
        content = html.fromstring(f"<div>{prose(article)}</div>")
        beside = [article.title, f"{article.author} · {spanish_date(article)}"]
        for profile in content.xpath(".//div[@class='profile']"):
            beside.append(profile.text_content())
            profile.drop_tree()
        shown = repaired(answer.body, declared).decode()
        yield Page(article.path, shown, content, " ".join(beside), article.url)


def main() -> None:
    """Prints the figures, those of each site to standard error."""
    from tests.benchmarks.extract.kept import code, kept
    from tests.benchmarks.peers import ENVIRONMENTS, SHARED

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
        "small_web": small_web,
        "gnome-help": lambda: mallard(folder),
        "gnumeric": lambda: docbook(folder),
    }  # fmt: skip
    sources = Path(os.environ.get("TAHONA_SITES", folder / "markdown"))
    rendering = (ENVIRONMENTS / "mkdocs/bin/mkdocs").is_file()
    for source in sorted(p for p in sources.glob("*") if p.is_dir()):
        if not rendering:
            print(f"{source.name}: MkDocs is not there (make peers)", file=sys.stderr)
        for theme in THEMES if rendering else ():
            sites[f"{source.name} {theme}"] = lambda s=source, t=theme: markdown(folder, s, t)
    twofold = Path(os.environ.get("TAHONA_RENDERED", folder / "rendered"))
    for site in sorted(p for p in twofold.glob("*") if (p / "bare").is_dir()):
        sites[site.name] = lambda s=site: (
            Page(name, shown, content, url=url) for name, url, shown, content in contents(s)
        )
    quick, show = "--quick" in sys.argv, "--show" in sys.argv
    names = [name for name in sys.argv[1:] if name[:2] != "--"] or list(sites)
    by = (code("cleaning"), Path(site_lines.__file__).read_text())
    total: Counter[str] = Counter()
    worst: dict[str, float] = {}
    number = 0
    for name in names:
        pages = list(sites[name]())
        pages = pages[:: 1 + len(pages) // 60] if quick else pages
        number += len(pages)
        seen = (f"{p.name} {p.url} {p.beside} {p.shown} {tostring(p.content)}" for p in pages)
        measured = (*by, *seen)
        find = partial(site_lines.measure, pages, show)
        counts: Counter[str] = Counter(
            find()
            if show
            else kept(folder / "found" / f"{name}{'.quick' * quick}.json", measured, find)
        )
        total += counts
        shares = figures_of(counts)
        print(name, json.dumps({k: round(v, 4) for k, v in shares.items()}), file=sys.stderr)
        for figure, pick in PICKS.items():
            worst[figure] = pick(worst.get(figure, shares[figure]), shares[figure])
    figures: dict[str, object] = {k: round(v, 4) for k, v in figures_of(total).items()}
    if not quick:
        published = unpacked(SHARED / "data/sites", folder / "published")
        reached = {}
        for parent in (published, twofold):
            of_code = code("cleaning", "flows", "pipeline")
            for site in sorted(
                p for p in parent.glob("*") if p.name in names and (p / "full").is_dir()
            ):
                files = (
                    f"{p} {p.stat().st_size} {p.stat().st_mtime_ns}"
                    for p in sorted(site.rglob("*"))
                )
                find_pages = partial(crawled, parent, site.name)
                reached[site.name] = kept(
                    folder / "found" / f"{site.name}.crawl.json",
                    (of_code, Path(rendered.__file__).read_text(), *files),
                    find_pages,
                )
        print("crawled", json.dumps(reached), file=sys.stderr)
        if reached:
            reached_all, have = (sum(counts) for counts in zip(*reached.values(), strict=True))
            figures["crawled"] = round(have / reached_all, 4)
    figures |= {"sites": len(names), "pages": number}
    figures["worst"] = {k: round(v, 4) for k, v in worst.items()}
    print(json.dumps({"benchmark": "sites", "figures": figures}))


if __name__ == "__main__":
    main()
