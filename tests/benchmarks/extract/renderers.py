"""Renders checkouts of static sites twice, with their template and without it, for `sites`.

    python -m tests.benchmarks.extract.renderers CHECKOUTS FOLDER

Each folder of CHECKOUTS becomes FOLDER/NAME/full and FOLDER/NAME/bare by the generator whose configuration it holds:
Jekyll (`_config.yml`), Hugo (`hugo.toml`, `config.toml`, with its theme below `themes`), Pelican (`pelicanconf.py`);
their commands are those of PATH. What is there already stays. `bare` has layouts that hold the content alone; a page
whose own source loops over others (`{% for`) is a listing and is empty there, as are the lists of Hugo and Pelican, and
a page of Jekyll that is HTML and no text of a collection is one more template: a form to search by, a front page.
Plugins that aren't installed are left out, with what they'd do to a text, in both.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# What Debian packages, but those that write pages of their own, which would hang on the template's layouts.
JEKYLL_PLUGINS = ["jekyll-feed", "jekyll-seo-tag", "jekyll-sitemap", "jekyll-paginate"]
JEKYLL_PLUGINS += ["jekyll-gist", "jekyll-include-cache", "jekyll-relative-links", "jekyll-toc"]
LISTED = re.compile(r"\{%-?\s*(for|tablerow|include\s+\S*(archive|list|posts))\b|paginator\.")
PELICAN_LISTS = (
    "index",
    "tag",
    "category",
    "author",
    "archives",
    "period_archives",
    "tags",
    "categories",
    "authors",
)


def jekyll(checkout: Path, out: Path, bare: bool) -> None:
    """A site of Jekyll as GitHub would build it, with the theme minima where its own is not installed."""
    config = checkout / "_tahona.yml"
    said: dict[str, Any] = {
        "url": f"http://{out.parent.name}.test",
        "baseurl": "",
        "plugins": JEKYLL_PLUGINS,
        "gems": [],
    }
    said |= {
        "remote_theme": "",
        "safe": True,
        "whitelist": JEKYLL_PLUGINS,
        "future": True,
        "gist": {"noscript": False},
    }  # nothing is fetched
    own = (checkout / "_config.yml").read_text(encoding="utf-8")
    if not (checkout / "_layouts").is_dir() or re.search(r"^theme:\s*(?!minima\b)\S", own, re.M):
        said["theme"] = "minima"
    config.write_text(json.dumps(said))
    if bare:
        layouts = checkout / "_layouts"
        layouts.mkdir(exist_ok=True)
        names = {p.name for p in layouts.rglob("*") if p.is_file()}
        for name in names | {"default.html", "page.html", "post.html", "home.html"}:
            (layouts / name).write_text("{{ content }}")
        for source in checkout.rglob("*"):
            if source.suffix in {".html", ".md", ".markdown"} and not {
                "_layouts",
                "_includes",
            } & set(source.parts):
                text = source.read_text(encoding="utf-8", errors="replace")
                head = re.match(r"---\s*\n.*?\n---[ \t]*(?:\n|$)", text, re.S)
                place = source.relative_to(checkout).parts[0]
                of_template = source.suffix == ".html" and place[0] != "_"
                if head and (of_template or LISTED.search(text[head.end() :])):
                    source.write_text(head[0])
    command = [
        "jekyll",
        "build",
        "-q",
        "-s",
        checkout,
        "-d",
        out,
        "--config",
        f"{checkout}/_config.yml,{config}",
    ]
    subprocess.run(command, check=True, cwd=checkout)


def hugo(checkout: Path, out: Path, bare: bool) -> None:
    """A site of Hugo; its shortcodes and the hooks of its Markdown are the author's, too."""
    if bare:
        themes = [p for p in (checkout / "themes").glob("*") if p.is_dir()]
        for layouts in (p / "layouts" for p in [checkout, *themes]):
            for path in sorted(layouts.rglob("*.*")):
                if path.is_file() and not {"shortcodes", "_markup", "partials"} & set(
                    path.relative_to(layouts).parts
                ):
                    path.unlink()
        default = checkout / "layouts/_default"
        default.mkdir(parents=True, exist_ok=True)
        (default / "single.html").write_text("{{ .Content }}")
        for name in ("list", "home", "taxonomy", "term", "index"):
            (default / f"{name}.html").write_text("")
    command = [
        "hugo",
        "--quiet",
        "-s",
        checkout,
        "-d",
        out,
        "-b",
        f"http://{out.parent.name}.test/",
    ]
    subprocess.run(command, check=True)


def pelican(checkout: Path, out: Path, bare: bool) -> None:
    """A site of Pelican, without plugins; with the theme `notmyidea` where its own is not there."""
    said = f"SITEURL = 'http://{out.parent.name}.test'\nPLUGINS = []\nLOCALE = 'C'\nDELETE_OUTPUT_DIRECTORY = False\n"
    theme = checkout / "bare_theme"
    if bare:
        (theme / "templates").mkdir(parents=True)
        (theme / "static").mkdir()
        for name in PELICAN_LISTS:
            (theme / "templates" / f"{name}.html").write_text("")
        (theme / "templates/article.html").write_text("{{ article.content }}")
        (theme / "templates/page.html").write_text("{{ page.content }}")
        said += f"THEME = {str(theme)!r}\n"
    elif not (checkout / "theme/templates").is_dir():
        said += "THEME = 'notmyidea'\n"
    config = checkout / "tahona_conf.py"
    config.write_text(
        f"import sys\nsys.path.insert(0, {str(checkout)!r})\nfrom pelicanconf import *\n{said}"
    )
    command = ["pelican", checkout / "content", "-o", out, "-s", config, "-q"]
    subprocess.run(command, check=True, cwd=checkout)


GENERATORS = {
    "_config.yml": jekyll,
    "hugo.toml": hugo,
    "config.toml": hugo,
    "pelicanconf.py": pelican,
}


def main() -> None:
    """Renders all checkouts; one that its generator refuses is named and left out."""
    checkouts, folder = (Path(given).resolve() for given in sys.argv[1:])
    for checkout in sorted(p for p in checkouts.iterdir() if p.is_dir()):
        out = folder / checkout.name
        render = next(
            (GENERATORS[name] for name in GENERATORS if (checkout / name).is_file()), None
        )
        if render is None or (out / "bare").is_dir():
            continue
        try:
            for part in ("full", "bare"):
                with tempfile.TemporaryDirectory() as name:
                    copy = Path(name) / checkout.name
                    shutil.copytree(checkout, copy)
                    render(copy, out / part, part == "bare")
        except subprocess.CalledProcessError as error:
            shutil.rmtree(out, ignore_errors=True)
            print(f"{checkout.name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
