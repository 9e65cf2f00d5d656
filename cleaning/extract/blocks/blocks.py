"""A page as its blocks: the runs of text between the tags that begin a line, each with where it stands.

One parse and one walk over its elements, in the order of the page and linear in its size. What is inline
never ends a block, whatever its class is called; whatever begins a line does, wherever it stands.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from lxml import etree

from cleaning.extract.blocks import compiled, rows, walk
from cleaning.extract.tree import families
from cleaning.extract.tree.attributes import ATTRIBUTES
from cleaning.extract.tree.characters import LT, Bytes, Written
from cleaning.extract.tree.drawn import read_drawn
from cleaning.extract.tree.elements import (
    DOES,
    DRAWS,
    FAMILY_WORDS,
    KIND,
    LOWERED,
    MENDED,
    NUMBERS,
    RAISED,
    STYLES,
    TAG,
    Kind,
)
from cleaning.extract.tree.sheets import hide
from cleaning.extract.tree.shown import CHOICES, NAMED, OUT_OF_SIGHT, as_shown, choose, part_names
from cleaning.extract.tree.tokens import LAYING, OF_TOKENS, TELLING, tokenised
from cleaning.text.batch import Bools, Ints
from cleaning.text.superscripts import flat

# What stands in every style that hides, asked in small letters, since `re` is slow where it has to ignore capitals.
_MAY_HIDE = re.compile(r"hidden|-\d{4}|size\s*:\s*0|none")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# By which a script finds an element.
_NAME = re.compile(rb"\s(?:class|id|on\w+|data-[\w-]+|aria-[\w-]+)=")
SHORT_HIDDEN = (
    300  # characters of an element without a name; a longer one is a text that a click opens
)
NUMBERED = 3  # lines of code, at least, that may be numbered
SHELL = 1000  # characters below which a page may be an empty shell for scripts to fill
# Lines of which is remembered what they say, since a template has them on each page of its site.
KNOWN = 1 << 14
_REPLACED = b"&#xFFFD;"  # stands in XML for a character that it has not; what is one itself is written as such
_LONGEST = max(map(len, families.words()))


@dataclass
class Blocks:
    """The blocks of a page, and the containers that hold them, each list and array in the order of the page.

    Of a block: its text, kind, container (an index), and how many of its characters are in links and in
    bold, how many links, images and fields stand in it, where the last link leads, the families of the inline
    elements that it begins with, and `level`, how deep its list nests, and `number` of its entry in a numbered one
    (0: none, -1: one of a list without numbers; `numbering.mark` says it).
    Of a container: its parent (-1: none), tag, families, a number of what it looks like, whether it is hidden,
    whether no click will show it, the blocks in it, up to `last`, and where its name begins in `written`, the page
    as XML.
    """

    text: list[str]
    target: list[str]
    written: bytes
    at: Ints
    kind: Ints
    linked: Ints
    bold: Ints
    links: Ints
    images: Ints
    fields: Ints
    inline: Ints
    level: Ints
    number: Ints
    parent: Ints
    tag: Ints
    family: Ints
    look: Ints
    first: Ints
    last: Ints
    hidden: Bools
    unseen: Bools
    begun: Ints

    def __len__(self) -> int:
        return len(self.text)

    @functools.cached_property
    def size(self) -> Ints:
        """The characters of each block."""
        return np.fromiter(map(len, self.text), np.int64, len(self.text))

    @functools.cached_property
    def whole(self) -> str:
        """The text of all blocks, in lines."""
        return "\n".join(self.text)

    def tag_of(self, container: int) -> str:
        """What stands between the angle brackets of its start."""
        begin = int(self.begun[container])
        return self.written[begin : self.written.find(b">", begin)].decode()

    def looking(self, like: Callable[[str], bool]) -> Bools:
        """The blocks within a container whose start is `like` that; asked once of all that look the same."""
        _, first, of = np.unique(self.look, return_index=True, return_inverse=True)
        matching = np.array([like(self.tag_of(container)) for container in first.tolist()], bool)
        within = np.empty(len(self.look), bool)
        compiled.inherited(self.parent, matching[of], within)
        return within[self.at]


@functools.cache
def _alphanumeric() -> Bools:
    """Of code points whether each is a letter or a digit; of all above the last one, which are ideographs, that."""
    return np.strings.isalnum(np.arange(0x20001, dtype=np.uint32).view("<U1"))


def parse(page: str | bytes) -> etree._Element | None:
    """The tree of a page, given as text or in UTF-8; None of one that holds nothing.

    The parser gives up, with all that follows, where elements are nested more than 2048 deep (tags that nobody
    closes, mostly): such a page is the paragraphs of its plain text, by a parser without that bound.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    data = page if isinstance(page, bytes) else page.encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _shallow(root, data.decode())
    return root


def _shallow(root: etree._Element | None, page: str) -> etree._Element | None:
    """What was parsed of a page, its body in paragraphs."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(page, main_content=False, list_bullets=False)
    plain = parse("".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n")))
    if root is None or plain is None:
        return plain
    for parsed, paragraphs in zip(root.iterfind("body"), plain.iterfind("body"), strict=False):
        root.replace(parsed, paragraphs)
    return root


def written(root: etree._Element) -> Written:
    """The tree of a page as XML; it loses its doctype, by which an XHTML page would be written with attributes that it
    has not.
    """
    root.getroottree().docinfo.clear()
    page = Written.of(etree.tostring(root, encoding="utf-8"))
    if page.holds(_REPLACED):  # characters that XML has not, which its canonical form leaves
        page = Written.of(etree.tostring(root, method="c14n"))
    return page


def blocks(root: etree._Element) -> Blocks:
    """The blocks of a parsed page."""
    return blocks_of(tokens_of(written(root), root))


@dataclass
class Tokens:
    """A written page as a browser shows it: as it is, as an array, where its elements and texts are (`count` of them),
    and what its elements do.
    """

    page: Written
    table: Ints
    count: int
    does: int


def tokens_of(page: Written, root: etree._Element) -> Tokens:
    """The tokens of a written page and its tree, which becomes what a browser shows."""
    tokens = _tokenised(page)
    if tokens.does & DRAWS and b"<text" in page.data and read_drawn(root):
        tokens = _tokenised(written(root))
    table = tokens.table[:, : tokens.count]
    if tokens.does & STYLES and hide(root, tokens.page.data, tokens.page.tree, table):
        tokens = _tokenised(written(root))
    if tokens.page.holds(CHOICES) and choose(root):
        tokens = _tokenised(written(root))
    if tokens.page.holds(NAMED) and part_names(root):
        tokens = _tokenised(written(root))
    if tokens.does & MENDED:
        as_shown(root)
        tokens = _tokenised(written(root))
    return tokens


def blocks_of(tokens: Tokens) -> Blocks:
    """The blocks of a page; where it shows next to nothing without scripts, what it shows then."""
    blocks = _walked(tokens, False)
    size = blocks.size.sum()
    if size < SHELL and b"<noscript" in tokens.page.data:
        other = _walked(tokens, True)
        if other.size.sum() > SHELL + 2 * size:
            return other
    return blocks


def _tokenised(page: Written) -> Tokens:
    table = np.empty((OF_TOKENS, 3 * np.count_nonzero(page.tree == LT)), np.int64)
    count, does = tokenised(page.tree, *NUMBERS, DOES, LAYING, TELLING, table)
    return Tokens(page, table, count, does)


def _walked(tokens: Tokens, silent: bool) -> Blocks:
    data, most = tokens.page.data, tokens.count
    of, containers = (
        np.empty((rows.OF_BLOCKS, most), np.int64),
        np.empty((rows.OF_CONTAINERS, most), np.int64),
    )
    texts, targets = np.empty((2, len(data)), np.uint8)
    counts = walk.walked(
        tokens.page.tree, tokens.table, most, silent, DOES, KIND, ATTRIBUTES, *FAMILY_WORDS, _LONGEST, TAG["custom"],
        _alphanumeric(), of, containers, texts, targets, *walk.room(most),
    )  # fmt: skip
    of, containers = of[:, : counts[0]], containers[:, : counts[1]]
    text, target = _strings(texts[: counts[2]]), _strings(targets[: counts[3]])
    if tokens.does & (RAISED | LOWERED):
        text = [flat(line) for line in text]
        sizes = np.fromiter(map(len, text), np.int64, len(text))
        for row in (rows.LINKED, rows.BOLD):
            np.minimum(of[row], sizes, out=of[row])
    for index in (of[rows.KIND] == Kind.CODE).nonzero()[0].tolist():
        text[index] = _without_numbers(text[index].strip("\n").rstrip()).expandtabs(4)
        for row in (rows.LINKED, rows.BOLD):
            of[row, index] = min(of[row, index], len(text[index]))
    hidden = containers[rows.HIDDEN] > 0
    unseen = np.zeros_like(hidden)
    for index in (containers[rows.STYLE_STOP] > 0).nonzero()[0].tolist():
        style = data[containers[rows.STYLE, index] : containers[rows.STYLE_STOP, index]].decode()
        style = html.unescape(style)
        if not _MAY_HIDE.search(style.lower()):
            continue
        unseen[index] = OUT_OF_SIGHT.search(style) is not None
        if not unseen[index] and _HIDDEN.search(style):
            hidden[index] = True
            first, last = containers[rows.FIRST : rows.LAST + 1, index]
            unseen[index] = not _has_a_name(data, containers[rows.STYLE, index]) and (
                sum(map(len, text[first:last])) <= SHORT_HIDDEN
            )
    hidden |= unseen
    numbers = [
        *of[: rows.COUNTED + 1],
        *containers[: rows.LAST + 1],
        hidden,
        unseen,
        containers[rows.BEGUN],
    ]
    return Blocks(text, target, data, *numbers)


def _has_a_name(data: bytes, style: int) -> bool:
    """Whether an element has a name or another sign by which a script may show it, of which the style begins there."""
    return _NAME.search(data, data.rfind(b"<", 0, style), data.find(b">", style)) is not None


def _without_numbers(code: str) -> str:
    """Code without the numbers that a generator (javadoc) puts right before each of its lines: 001, 002, ..."""
    if not code.startswith("001"):
        return code
    lines = [(f"{number:03}", line) for number, line in enumerate(code.split("\n"), 1)]
    if len(lines) < NUMBERED or not all(line.startswith(number) for number, line in lines):
        return code
    return "\n".join(line.removeprefix(number) for number, line in lines).strip("\n") or code


def _strings(joined: Bytes) -> list[str]:
    """Those that end with a NUL each."""
    return joined.tobytes().decode().split("\0")[:-1]
