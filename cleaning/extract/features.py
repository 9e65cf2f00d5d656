"""The numbers by which a block is judged: what it says, how it looks, where it stands, and what stands around it.

All arrays over the blocks of a page; no loop but one over the levels of its containers. Which numbers tell
main text from the rest: shares of links and lengths of a block and of its neighbours (Kohlschütter et al. 2010,
Boilerplate Detection using Shallow Text Features), of the subtree that it stands in (Vogels et al. 2018,
Web2Text), and the names that templates give to parts of a page.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import numpy.typing as npt
from lxml import etree

from cleaning.extract.blocks import TAG, Blocks, Kind
from cleaning.extract.families import NAMES

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
_DIGITS = FARTHEST.bit_length()
_MARKS = len(ABOVE) + len(NAMES) + 1  # of a container: its tag, its families, whether it is hidden
_NEARNESS = np.array([0, *(1 / (1 + step / 2) for step in range(FARTHEST))], np.float32)
LOOKS = (0, 1, 2, 3, 4)  # levels above a block at which elements that look alike are counted
HOLDING = (0.4, 0.7, 0.9)  # shares of the prose, by the containers of which a text may be known
OF_PROSE = 2 * len(HOLDING) + 5
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
_WORD = re.compile(r"\w+")

# Classes of characters, a bit each, told of a text by their shares.
_CLASSES = 12
_TABLE = np.zeros(0x3000, np.uint16)


def _fill_table() -> None:
    for code in range(len(_TABLE)):
        c = chr(code)
        bits = (
            c.isspace(), c.isdigit(), c.isupper(), c.isalpha(), c in ",;:", c in ".!?…", c in "|»›·•→/←>«‹",
            c in "$€£¥", c == "©", c in "@#", c in "()[]{}=<>_", c in "\"“”'’—–",
        )  # fmt: skip
        _TABLE[code] = sum(1 << i for i, bit in enumerate(bits) if bit)


_fill_table()
_SETS, _SET_OF = np.unique(_TABLE, return_inverse=True)  # of classes that characters have together
_IS_BLANK = (_SETS & 1).astype(bool)
_IN_SET = (_SETS[:, None] >> np.arange(_CLASSES) & 1).astype(np.int64)


def features(blocks: Blocks, title: str, of_page: Floats) -> Floats:
    """The matrix of a page that has blocks, (blocks, WIDTH): of its text, of its place, of what is around it; last,
    in OF_PROSE columns, of where it stands to the prose of the page.
    """
    text, characters, words = _of_text(blocks)
    counts = np.log1p(characters)
    around = _Containers(blocks)
    n = len(blocks)
    kinds = np.zeros((n, len(Kind)), np.float32)
    kinds[np.arange(n), blocks.kind] = 1
    linked = np.array(blocks.linked, np.float32)
    marks = np.stack(
        [
            linked / characters,
            np.array(blocks.bold, np.float32) / characters,
            np.log1p(np.array(blocks.links, np.float32)),
            np.log1p(np.array(blocks.images, np.float32)),
            np.log1p(np.array(blocks.fields, np.float32)),
            np.array(blocks.level, np.float32) / 4,
            _repeated(blocks.text),
            *_of_title(blocks, title),
        ],
        1,
    )
    inline = _bits(np.array(blocks.inline, np.int64), len(NAMES)).astype(np.float32)
    place = _places(blocks, characters)
    subtree = around.subtrees(characters, words, linked, n)
    prose = characters * ((characters >= LONG) & (linked * 3 < characters))
    held = np.concatenate([around.holding(prose, characters), _of_prose(prose)], 1)
    whole = np.broadcast_to(
        np.concatenate([of_page, _of_blocks(blocks, characters, linked)]), (n, len(of_page) + 8)
    )
    return np.concatenate(
        [
            text,
            counts[:, None],
            kinds,
            marks,
            inline,
            place,
            around.named(),
            subtree,
            around.looks(),
            whole,
            held,
        ],
        1,
    ).astype(np.float32)


def _of_text(blocks: Blocks) -> tuple[Floats, Floats, Floats]:
    """Shares of classes of characters and words, and how a block begins and ends; its characters; its words."""
    joined = "\n".join(blocks.text)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    sets = _SET_OF[np.minimum(codes, len(_TABLE) - 1)]
    n = len(blocks)
    lengths = blocks.size
    ends = np.cumsum(lengths + 1) - 1
    starts = ends - lengths
    size = np.maximum(lengths, 1).astype(np.float32)
    block = np.repeat(np.arange(n) * len(_SETS), lengths + 1)[:-1]
    block += sets
    block[ends[:-1]] = n * len(_SETS)  # the newlines between blocks
    counted = np.bincount(block, minlength=n * len(_SETS))[: n * len(_SETS)].reshape(n, -1)
    shares = (counted @ _IN_SET) / size[:, None]
    blank = np.concatenate(([True], _IS_BLANK[sets]))
    begins = blank[:-1] & ~blank[1:]
    total = np.concatenate(([0], np.cumsum(begins)))
    words = np.maximum(total[ends] - total[starts], 1).astype(np.float32)
    # Function words are short in every western language, the words of menus are not.
    at = np.flatnonzero(begins)
    nexts = np.flatnonzero(~blank[1:] & np.concatenate((blank[2:], [True])))
    short = np.concatenate(([0], np.cumsum((nexts - at) < 3)))
    few = (short[total[ends]] - short[total[starts]]) / words
    ending = np.maximum(ends - 1, 0)
    first, last, end = _SETS[sets[starts]], _SETS[sets[ending]], codes[ending]
    columns = [
        np.log1p(words),
        size / words / 10,
        few,
        first >> 2 & 1,
        first >> 1 & 1,
        first >> 6 & 1,
        last >> 5 & 1,
        end == ord("?"),
        end == ord(":"),
        last >> 6 & 1,
        np.minimum(shares[:, 5] * size, 8) / 4,
        size >= LONG,
    ]
    told = np.stack(columns, 1, dtype=np.float32, casting="unsafe")
    return np.concatenate([shares, told], 1, dtype=np.float32, casting="unsafe"), size, words


def _repeated(texts: list[str]) -> Floats:
    counts = Counter(texts)
    return np.log1p(np.array([counts[t] - 1 for t in texts], np.float32))


def _of_title(blocks: Blocks, title: str) -> list[Floats]:
    """How far a short block is the title of the page, and whether the block that is it most is above or below."""
    wanted = set(_WORD.findall(title.lower()))
    shares = [0.0] * len(blocks)
    for index, text in enumerate(blocks.text):
        if wanted and len(text) <= 300:
            words = set(_WORD.findall(text.lower()))
            if both := len(words & wanted):
                shares[index] = both / (len(words) + len(wanted) - both)
    same = np.array(shares, np.float32)
    kind = np.array(blocks.kind)
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
        self.parent = np.array(blocks.parent, np.int64)
        self.at = np.array(blocks.at, np.int64)
        self.tag = np.array(blocks.tag, np.int64)
        self.family = np.array(blocks.family, np.int64)
        self.look = np.array(blocks.look, np.int64)
        self.hidden = np.array(blocks.hidden, bool)
        self.first = np.array(blocks.first, np.int64)
        self.last = np.array(blocks.last, np.int64)
        # The container of each block, then the one above it, and so on; -1 past the root.
        outer = np.append(self.parent, -1)  # that of -1 last
        above = [self.at]
        for _ in range(max(FARTHEST, *STEPS, *LOOKS)):
            above.append(outer[above[-1]])
        self.above = np.stack(above)

    def named(self) -> Floats:
        """How near above a block the containers of each tag, each family and hidden ones are: 1 is its own, 0 none."""
        marks = (
            _SOUGHT[self.tag]
            | self.family << len(ABOVE)
            | self.hidden.astype(np.int64) << _MARKS - 1
        )
        marks = np.concatenate((marks, [0]))  # of -1
        seen = np.zeros(len(self.at), np.int64)
        digits = np.zeros((_DIGITS, len(self.at)), np.int64)  # of the level of each mark, from 1
        for step in range(FARTHEST):
            nearest = marks[self.above[step]] & ~seen
            seen |= nearest
            for digit in range(_DIGITS):
                if step + 1 >> digit & 1:
                    digits[digit] |= nearest
        level = sum(_bits(digits[digit], _MARKS) << digit for digit in range(_DIGITS))
        nearness = _NEARNESS[level]
        depth = (self.above >= 0).sum(0).astype(np.float32)[:, None] / FARTHEST
        return np.concatenate([nearness, depth], 1)

    def subtrees(self, characters: Floats, words: Floats, linked: Floats, n: int) -> Floats:
        """Of the containers some levels up: share of the page, of links, of long blocks, and how many blocks."""

        def sums(values: Floats) -> npt.NDArray[np.float64]:
            return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))

        size, links, long = sums(characters), sums(linked), sums(characters * (characters >= LONG))
        at = np.maximum(self.above[list(STEPS)], 0)
        first = self.first[at]
        last = np.maximum(self.last[at], first + 1)
        inside = np.maximum(size[last] - size[first], 1)
        columns = [
            inside / size[-1],
            (links[last] - links[first]) / inside,
            (long[last] - long[first]) / inside,
            np.log1p(last - first) / 5,
        ]
        return np.stack(columns, 1).reshape(-1, n).T.astype(np.float32)

    def holding(self, prose: Floats, characters: Floats) -> Floats:
        """Whether a block stands in the smallest container that holds a share of the prose, and how much of it is."""
        whole = np.concatenate(([0.0], np.cumsum(characters, dtype=np.float64)))
        held = np.concatenate(([0.0], np.cumsum(prose, dtype=np.float64)))
        mass = held[self.last] - held[self.first]
        size = np.maximum(whole[self.last] - whole[self.first], 1)
        columns = np.zeros((len(characters), 2 * len(HOLDING)), np.float32)
        for index, share in enumerate(HOLDING):
            enough = mass >= share * max(held[-1], 1)
            if enough.any():
                at = int(np.argmin(np.where(enough, size, np.inf)))
                columns[self.first[at] : self.last[at], 2 * index] = 1
                columns[:, 2 * index + 1] = mass[at] / size[at]
        return columns

    def looks(self) -> Floats:
        """Of the containers some levels up: how many of their siblings look alike, as cards and posts do."""
        keys = (self.parent + 1) * (int(self.look.max(initial=0)) + 1) + self.look
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        alike = np.concatenate([np.log1p(counts[inverse] - 1), [0]]) / 3
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


def of_page(root: etree._Element, blocks: Blocks, url: str | None) -> Floats:
    """What the tags of a page, its structured data, its generator and its address say of its kind."""
    tags = np.bincount(blocks.tag, minlength=len(TAG))
    counted = np.log1p(tags[_COUNTED]) / 4
    family = np.array(blocks.family, np.int64)
    named = np.log1p(_bits(family, len(NAMES)).sum(0, np.float32)) / 4
    types: set[str] = set()
    generator = og = ""
    for element in root.iter("script", "meta"):
        if element.tag == "script":
            if "ld+json" in (element.get("type") or ""):
                types.update(_TYPE.findall((element.text or "")[:200_000]))
        elif element.get("name") == "generator":
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
