"""Pages to learn from, of WCXB and of makers of extractors, but those of the sites to leave out."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree

from cleaning.extract.blocks.blocks import Blocks, blocks, parse, written
from cleaning.extract.boilerplate.titles import plain, title_of
from cleaning.extract.learning.bodies import Article, body_of
from cleaning.extract.learning.gold import labels
from cleaning.extract.metadata import Marks, read_head
from cleaning.extract.model.features import LONG, Floats, features, of_page
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.extract.tree.elements import Kind
from cleaning.text.batch import Bools
from cleaning.text.encoding import decode
from cleaning.web.urls import host_of

UNKNOWN = -1  # the kind of a page that nobody has told
_WORD = re.compile(r"\w+")


@dataclass
class Example:
    """A page to learn from: its numbers, how much of each block is main text and how much the body of an article, -1
    where that isn't known; its words.
    """

    name: str
    host: str
    kind: int
    x: Floats
    y: Floats
    body: Floats
    words: list[list[str]]


def site(host: str) -> str:
    """The host without `www.`: what counts as one site."""
    return host.removeprefix("www.")


def examples(folder: Path, leave_out: frozenset[str]) -> Iterator[Example]:
    """The pages of the split that have blocks and a gold text, but those of the sites to leave out."""
    for path in sorted((folder / "ground-truth").glob("*.json")):
        entry = json.loads(path.read_text())
        host = site(host_of(entry.get("url", "")))
        if not host or host in leave_out:
            continue
        html = decode(gzip.decompress((folder / "html" / f"{path.stem}.html.gz").read_bytes()))[0]
        root = parse(html)
        gold = entry["ground_truth"].get("main_content") or ""
        if root is None or not gold or not (page_blocks := blocks(root)):
            continue
        kind = entry["_internal"]["page_type"]["primary"]
        kind = "collection" if kind == "category" else kind
        title = root.findtext(".//title") or ""
        x = features(page_blocks, title, of_page(Marks.of(root), page_blocks, entry["url"]))
        words = [_WORD.findall(text.lower()) for text in page_blocks.text]
        wanted = _WORD.findall(gold.lower())
        y = labels(words, wanted)
        body = np.full(len(y), -1, np.float32)
        if kind == "article":
            gold_body = body_of(root, wanted)
            body = np.minimum(y, labels(words, gold_body)) if gold_body else y.copy()
            body[_beside(root, page_blocks)] = 0
        yield Example(path.stem, host, PAGE_KINDS.index(kind), x, y, body, words)


def bodies(pages: Iterable[Article], leave_out: frozenset[str]) -> Iterator[Example]:
    """Those of the articles that are of no site to leave out, of which the body alone is known. Of what only an
    element names prose is text, what is short may be. Of what kind pages without their address are nothing learns, or
    every other such page would be taken for an article.
    """
    for page in pages:
        host = site(page.host)
        if host in leave_out or not (page_blocks := blocks(page.root)):
            continue
        title = page.root.findtext(".//title") or ""
        x = features(page_blocks, title, of_page(Marks.of(page.root), page_blocks, page.url))
        words = [_WORD.findall(text.lower()) for text in page_blocks.text]
        body = labels(words, page.words)
        if page.precis:
            body[(labels(words, page.precis) > 0.5) & (body < 0.5)] = -1
        if not page.exact:
            short = np.array([len(text) < LONG for text in page_blocks.text])
            body[short & (body > 0)] = -1
            body[_beside(page.root, page_blocks)] = 0
        y = np.full(len(body), -1, np.float32)
        kind = PAGE_KINDS.index("article") if page.url else UNKNOWN
        yield Example(page.name, host, kind, x, y, body, words)


def _beside(root: etree._Element, page_blocks: Blocks) -> Bools:
    """The title and the captions, which WCXB's gold has and the body has not."""
    head = read_head(root, Marks.of(root), written(root), None)
    title = plain(title_of(page_blocks, head.titles))
    return np.array(
        [
            kind == Kind.CAPTION or (bool(title) and plain(text) == title)
            for kind, text in zip(page_blocks.kind, page_blocks.text, strict=True)
        ]
    )


def sites(path: Path) -> Iterator[str]:
    """The sites of the pages of a file: JSON lines, or one list or object of pages."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt") as file:
        text = file.read()
    try:
        pages = json.loads(text)
    except json.JSONDecodeError:
        pages = [json.loads(line) for line in text.splitlines()]
    for page in pages.values() if isinstance(pages, dict) else pages:
        yield site(host_of(page.get("url") or ""))
