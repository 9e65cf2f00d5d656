"""The numbers by which a block is judged: what it says, how it looks, where it stands, and what stands around it.

All arrays over the blocks of a page; what numpy has no words for are compiled loops (`compiled.py`). Which numbers tell
main text from the rest: shares of links and lengths of a block and of its neighbours (Kohlschütter et al. 2010,
Boilerplate Detection using Shallow Text Features), of the subtree that it stands in (Vogels et al. 2018,
Web2Text), and the names that templates give to parts of a page.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import numpy.typing as npt

from cleaning.extract import compiled
from cleaning.extract.blocks import Blocks
from cleaning.extract.elements import TAG, Kind
from cleaning.extract.families import NAMES
from cleaning.extract.metadata import Marks
from cleaning.text import tables

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_ABOVE = (
    "nav header footer aside main article section form table ul ol figure blockquote pre details li p div dl td"
    " h1 h2 h3 custom"
)  # containers whose distance above a block is told
ABOVE = _ABOVE.split()
_SOUGHT = np.array([sum(1 << i for i, above in enumerate(ABOVE) if above == name) for name in TAG])
_COUNTED_NAMES = "article main section table li form pre h1 h2 h3 p dl blockquote"
_COUNTED = [TAG[name] for name in _COUNTED_NAMES.split()]  # how many a page has
FARTHEST = 12  # levels above a block that are looked at for them
STEPS = (0, 1, 2, 4, 7)  # levels above a block of which the subtree is told
_MARKS = len(ABOVE) + len(NAMES) + 1  # of a container: its tag, its families, whether it is hidden
_NEARNESS = np.array([0, *(1 / (1 + step / 2) for step in range(FARTHEST))], np.float32)
LOOKS = (0, 1, 2, 3, 4)  # levels above a block at which elements that look alike are counted
HOLDING = (0.4, 0.7, 0.9)  # shares of the prose, by the containers of which a text may be known
OF_PROSE = 2 * len(HOLDING) + 5
_SHARES = np.array(HOLDING)
TITLED = 300  # characters of a block, at most, that may be the title
LONG = 80  # characters of a block of prose
_TYPE_NAMES = (
    "Article NewsArticle BlogPosting Product Offer Recipe DiscussionForumPosting QAPage FAQPage ItemList"
    " CollectionPage Organization LocalBusiness TechArticle WebSite Event JobPosting SoftwareApplication Review"
)
_TYPES = _TYPE_NAMES.split()
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w+)"')
_ADDRESS = {
    "forum": r"forum|foro|thread|topic|viewtopic|discussion|community|comunidad|/t/|/questions?/|/r/",
    "product": r"/products?/|/producto|/item|/dp/|/p/|sku|/shop/|/tienda/|/buy",
    "collection": r"/collections?/|/categor|/shop|/c/|/browse|/departments?",
    "listing": r"/tags?/|/archive|/list|/best-|/search|/results?|/directory|/courses|/events|/jobs",
    "documentation": r"/docs?/|^docs?\.|/manual|/reference|/api|/wiki|/guide|/help|/tutorial|readthedocs|developer",
    "article": r"/20\d\d/|/blog|/news|/noticia|/articles?|/story|/post|-\w+-\w+-\w+-\w+",
    "service": r"/services?|/servicio|/pricing|/features|/solutions|/about|/product$",
}
_ADDRESSES = [re.compile(p, re.IGNORECASE) for p in _ADDRESS.values()]
_GENERATORS = [
    re.compile(p, re.IGNORECASE)
    for p in (
        "discourse|vbulletin|phpbb|xenforo|mybb|smf|invision|vanilla|flarum|nodebb",
        "docusaurus|sphinx|mkdocs|gitbook|hugo|jekyll|pelican|asciidoctor|docbook|doxygen|javadoc|mediawiki",
        "wordpress|blogger|ghost|medium|substack",
        "woocommerce|shopify|magento|prestashop|bigcommerce",
        "wix|squarespace|webflow|hubspot|elementor|framer",
    )
]
# Classes of characters, a bit each, told of a text by their shares; the first four are Python's own.
_SIGNS = (",;:", ".!?…", "|»›·•→/←>«‹", "$€£¥", "©", "@#", "()[]{}=<>_", "\"“”'’—–")
_CLASSES = 4 + len(_SIGNS)
# Columns that are filled by names alone, of inline elements, of containers and of all of the page; and by what its head
# and its address say.
_INLINE = _CLASSES + 12 + 1 + len(Kind) + 10
_NAMED = _INLINE + len(NAMES) + 4 + len(ABOVE)
_PAGE = _NAMED + len(NAMES) + 2 + 4 * len(STEPS) + len(LOOKS) + len(_COUNTED)
OF_NAMES = (np.array([[_INLINE], [_NAMED], [_PAGE]]) + np.arange(len(NAMES))).ravel()
OF_HEAD = np.arange(len(_TYPES) + 4 + len(_GENERATORS) + len(_ADDRESSES) + 4) + OF_NAMES[-1] + 1
OF_BLOCKS = 8  # of the whole page
WIDTH = int(OF_HEAD[-1]) + 1 + OF_BLOCKS + OF_PROSE


def _class_of(c: str) -> int:
    return c.isspace() | c.isdigit() << 1 | c.isupper() << 2 | c.isalpha() << 3


_TABLE = np.array([_class_of(chr(code)) for code in range(0x3000)], np.uint16)
for _index, _signs in enumerate(_SIGNS, 4):
    _TABLE[list(map(ord, _signs))] |= 1 << _index
_SETS, _SET_OF = np.unique(_TABLE, return_inverse=True)  # of classes that characters have together
_IS_BLANK = (_SETS & 1).astype(bool)
_IN_SET = (_SETS[:, None] >> np.arange(_CLASSES) & 1).astype(np.int64)


def features(blocks: Blocks, title: str, of_page: Floats) -> Floats:
    """The matrix of a page that has blocks, (blocks, WIDTH): of its text, of its place, of what is around it; last,
    in OF_PROSE columns, of where it stands to the prose of the page.
    """
    n = len(blocks)
    ends = np.cumsum(blocks.size + 1) - 1
    codes = np.frombuffer("\n".join(blocks.text).encode("utf-32-le", "replace"), np.uint32)
    counted = np.zeros((n, len(_SETS)), np.int64)
    words = np.zeros((2, n), np.int64)
    compiled.characters(codes, ends, _SET_OF, _IS_BLANK, counted, *words)
    characters = np.maximum(blocks.size, 1).astype(np.float32)
    linked = blocks.linked.astype(np.float32)
    repeated = _repeated(blocks.text)
    logarithms = np.log1p(
        np.stack(
            [
                np.maximum(words[0], 1),
                blocks.size,
                blocks.links,
                blocks.images,
                blocks.fields,
                repeated,
            ],
            dtype=np.float32,
        )
    )
    found = np.empty((n, WIDTH), np.float32)
    compiled.told(
        codes, ends, blocks.size, counted, words, _IN_SET, _SETS, _SET_OF, blocks.kind, len(Kind), blocks.linked,
        blocks.bold, blocks.level, blocks.inline, len(NAMES), logarithms, LONG, found,
    )  # fmt: skip
    around = _Containers(blocks)
    prose = characters * ((characters >= LONG) & (linked * 3 < characters))
    whole = np.concatenate([of_page, _of_blocks(blocks, characters, linked)])
    at = _INLINE - 3
    for column in _of_title(blocks, codes, ends, title):
        found[:, at] = column
        at += 1
    at += len(NAMES)
    for part in (
        _places(blocks, characters),
        around.named(),
        around.subtrees(characters, linked),
        around.looks(),
        whole,
        around.holding(prose, characters),
        _of_prose(prose),
    ):
        width = part.shape[-1]
        found[:, at : at + width] = part
        at += width
    return found


def _repeated(texts: list[str]) -> Ints:
    """How many other blocks say the same."""
    counts = Counter(texts)
    return np.array([counts[text] - 1 for text in texts], np.int64)


def _of_title(blocks: Blocks, codes: compiled.Codes, ends: Ints, title: str) -> list[Floats]:
    """How far a short block is the title of the page, and whether the block that is it most is above or below."""
    same = np.zeros(len(blocks), np.float32)
    said = np.frombuffer(title.encode("utf-32-le", "replace"), np.uint32)
    compiled.words_in_common(codes, ends, said, TITLED, *tables(), same)
    kind = blocks.kind
    h1 = kind == Kind.H1
    headed = same + (h1 | (kind == Kind.H2)) * 0.3 + h1 * 0.3
    best = int(np.argmax(headed))
    distance = np.arange(len(blocks), dtype=np.float32) - best
    known = float(headed[best] > 0.3)
    signed = np.sign(distance) * np.log1p(np.abs(distance))
    return [same, np.float32(known) * (distance >= 0), np.float32(known / 5) * signed]


def _places(blocks: Blocks, characters: Floats) -> Floats:
    n = len(blocks)
    index = np.arange(n, dtype=np.float32)
    total = np.cumsum(characters)
    return np.stack(
        [
            index / n,
            total / total[-1],
            np.exp(-index / 10),
            np.exp(-(n - 1 - index) / 10),
        ],
        1,
    )


def _of_prose(prose: Floats) -> Floats:
    """Where a block stands to the prose of the page: before, in or behind it, how far, and how much is above."""
    n = len(prose)
    index = np.arange(n, dtype=np.float32)
    total = np.cumsum(prose)
    if not total[-1]:
        return np.zeros((n, 5), np.float32)
    share = total / total[-1]
    # Its beginning and end by characters, that one paragraph far away moves neither.
    first, last = np.searchsorted(share, 0.05), np.searchsorted(share, 0.95)
    columns = [index < first, index > last, share]
    for end in (index - first, index - last):
        columns.append(np.sign(end) * np.log1p(np.abs(end)) / 5)
    return np.stack(columns, 1).astype(np.float32)


def _bits(values: Ints, count: int) -> npt.NDArray[np.uint8]:
    """The lowest bits of numbers, (numbers, count)."""
    as_bytes = values.astype("<i8", copy=False).view(np.uint8).reshape(-1, 8)
    return np.unpackbits(as_bytes, axis=1, count=count, bitorder="little")


class _Containers:
    """The containers of a page as arrays, and for each block those above it."""

    def __init__(self, blocks: Blocks) -> None:
        self.parent = blocks.parent
        self.at = blocks.at
        self.tag = blocks.tag
        self.family = blocks.family
        self.look = blocks.look
        self.hidden = blocks.hidden
        self.first = blocks.first
        self.last = blocks.last
        # The container of each block, then the one above it, and so on; -1 past the root.
        outer = np.append(self.parent, -1)  # that of -1 last
        above = [self.at]
        for _ in range(max(*STEPS, *LOOKS)):
            above.append(outer[above[-1]])
        self.above = np.stack(above)

    def named(self) -> Floats:
        """How near above a block the containers of each tag, each family and hidden ones are: 1 is its own, 0 none."""
        marks = (
            _SOUGHT[self.tag]
            | self.family << len(ABOVE)
            | self.hidden.astype(np.int64) << _MARKS - 1
        )
        found = np.zeros((len(self.at), _MARKS + 1), np.float32)
        compiled.nearest_marks(self.at, self.parent, marks, _NEARNESS, FARTHEST + 1, found)
        return found

    def subtrees(self, characters: Floats, linked: Floats) -> Floats:
        """Of the containers some levels up: share of the page, of links, of long blocks, and how many blocks."""
        n = len(characters)
        sums = np.zeros((3, n + 1))
        for row, values in zip(
            sums, (characters, linked, characters * (characters >= LONG)), strict=True
        ):
            np.cumsum(values, dtype=np.float64, out=row[1:])
        found = np.empty((n, 4 * len(STEPS)), np.float32)
        logarithms = np.log1p(np.arange(n + 1))
        compiled.subtrees(self.above[list(STEPS)], self.first, self.last, sums, logarithms, found)
        return found

    def holding(self, prose: Floats, characters: Floats) -> Floats:
        """Whether a block stands in the smallest container that holds a share of the prose, and how much of it is."""
        whole = np.concatenate(([0.0], np.cumsum(characters, dtype=np.float64)))
        held = np.concatenate(([0.0], np.cumsum(prose, dtype=np.float64)))
        columns = np.empty((len(characters), 2 * len(HOLDING)), np.float32)
        compiled.holding(self.first, self.last, whole, held, _SHARES, columns)
        return columns

    def looks(self) -> Floats:
        """Of the containers some levels up: how many of their siblings look alike, as cards and posts do."""
        keys = (self.parent + 1) * (int(self.look.max(initial=0)) + 1) + self.look
        ordered = np.sort(keys)
        counts = np.searchsorted(ordered, keys, "right") - np.searchsorted(ordered, keys)
        alike = np.append(np.log1p(counts - 1), 0) / 3
        return alike[self.above[list(LOOKS)]].T.astype(np.float32)


def _of_blocks(blocks: Blocks, characters: Floats, linked: Floats) -> Floats:
    """Of the whole page: its size, its links, its prose, its headings, rows and code."""
    size = characters.sum()
    kinds = np.bincount(blocks.kind, minlength=len(Kind)) / len(blocks)
    return np.array(
        [
            np.log1p(len(blocks)) / 8,
            np.log1p(size) / 12,
            linked.sum() / size,
            characters[characters >= LONG].sum() / size,
            kinds[1:5].sum(),
            kinds[Kind.ITEM],
            kinds[Kind.ROW] + kinds[Kind.CELL],
            kinds[Kind.CODE],
        ],
        np.float32,
    )


def of_page(marks: Marks, blocks: Blocks, url: str | None) -> Floats:
    """What the tags of a page, its structured data, its generator and its address say of its kind."""
    tags = np.bincount(blocks.tag, minlength=len(TAG))
    counted = np.log1p(tags[_COUNTED]) / 4
    family = blocks.family
    named = np.log1p(_bits(family, len(NAMES)).sum(0, np.float32)) / 4
    types: set[str] = set()
    generator = og = ""
    for script in marks.script:
        if "ld+json" in (script.get("type") or ""):
            types.update(_TYPE.findall((script.text or "")[:200_000]))
    for element in marks.meta:
        if element.get("name") == "generator":
            generator += " " + (element.get("content") or "")
        elif element.get("property") == "og:type":
            og = (element.get("content") or "").lower()
    address = (url or "").partition("://")[2]
    path = address.partition("/")[2].strip("/")
    return np.array(
        [
            *counted,
            *named,
            *(name in types for name in _TYPES),
            *(kind in og for kind in ("article", "product", "website", "profile")),
            *(bool(p.search(generator)) for p in _GENERATORS),
            *(bool(p.search(address)) for p in _ADDRESSES),
            path.count("/") / 4,
            bool(address) and not path,
            len(path) / 80,
            "?" in path,
        ],
        np.float32,
    )
