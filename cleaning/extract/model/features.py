"""The numbers by which a block is judged: what it says, how it looks, where it stands, and what stands around it.

All arrays over the blocks of a page; what numpy has no words for are compiled loops (`blocks/compiled.py`). Which
numbers tell main text from the rest: shares of links and lengths of a block and of its neighbours (Kohlschütter et al.
2010, Boilerplate Detection using Shallow Text Features), of the subtree that it stands in (Vogels et al. 2018,
Web2Text), and the names that templates give to elements of a page.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import numpy.typing as npt

from cleaning.extract.blocks import compiled
from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.metadata import Marks
from cleaning.extract.model import places
from cleaning.extract.tree.elements import KINDS, TAG, Kind
from cleaning.extract.tree.families import NAMES
from cleaning.text.kinds import tables

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ABOVE = (
    "nav header footer aside main article section form table ul ol figure blockquote pre details li p div dl td"
    " h1 h2 h3 custom"
)  # containers whose distance above a block is told
ABOVE = _ABOVE.split()
_SOUGHT = np.array([sum(1 << i for i, above in enumerate(ABOVE) if above == name) for name in TAG])
_COUNTED_NAMES = "article main section table li form pre h1 h2 h3 p dl blockquote"
_COUNTED = np.array([TAG[name] for name in _COUNTED_NAMES.split()])  # how many a page has
FARTHEST = 12  # levels above a block that are looked at for them
STEPS = (0, 1, 2, 4, 7)  # levels above a block of which the subtree is told
_STEPS = np.array(STEPS)
_MARKS = len(ABOVE) + len(NAMES) + 1  # of a container: its tag, its families, whether it is hidden
_NEARNESS = np.array([0, *(1 / (1 + step / 2) for step in range(FARTHEST))], np.float32)
LOOKS = 5  # levels above a block, its own container first, at which elements that look alike are counted
HOLDING = (0.4, 0.7, 0.9)  # shares of the prose, by the containers of which a text may be known
OF_PROSE = 2 * len(HOLDING) + places.TO_PROSE
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
# Of what is in small letters: `re` is slow where it has to ignore capitals.
_ADDRESSES = list(map(re.compile, _ADDRESS.values()))
_GENERATORS = [
    re.compile(p)
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
_INLINE = _CLASSES + 12 + 1 + KINDS + 10
_NAMED = _INLINE + len(NAMES) + 4 + len(ABOVE)
_PAGE = _NAMED + len(NAMES) + 2 + places.AROUND * len(STEPS) + LOOKS + len(_COUNTED)
OF_NAMES = (np.array([[_INLINE], [_NAMED], [_PAGE]]) + np.arange(len(NAMES))).ravel()
OF_HEAD = np.arange(len(_TYPES) + 4 + len(_GENERATORS) + len(_ADDRESSES) + 4) + OF_NAMES[-1] + 1
OF_BLOCKS = places.OF_BLOCKS  # of the whole page
WIDTH = int(OF_HEAD[-1]) + 1 + OF_BLOCKS + OF_PROSE
OF_PAGE = slice(_PAGE - len(_COUNTED), WIDTH - OF_PROSE)  # the same of all blocks


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
    codes = np.frombuffer(blocks.whole.encode("utf-32-le", "replace"), np.uint32)
    counted = np.zeros((n, len(_SETS)), np.int64)
    words = np.zeros((2, n), np.int64)
    compiled.characters(codes, ends, _SET_OF, _IS_BLANK, counted, *words)
    counts = np.empty((6, n), np.float32)
    np.maximum(words[0], 1, out=counts[0], casting="unsafe")
    counts[1], counts[2], counts[3], counts[4] = (
        blocks.size,
        blocks.links,
        blocks.images,
        blocks.fields,
    )
    counts[5] = _repeated(blocks.text)
    out = np.empty((n, WIDTH), np.float32)
    compiled.block_features(
        codes, ends, blocks.size, counted, words, _IN_SET, _SETS, _SET_OF, blocks.kind, KINDS, blocks.linked,
        blocks.bold, blocks.level, blocks.inline, len(NAMES), np.log1p(counts), LONG, out,
    )  # fmt: skip
    at = _INLINE - 3
    title_codes = np.frombuffer(title.encode("utf-32-le", "replace"), np.uint32)
    out[:, at] = 0
    compiled.words_in_common(codes, ends, title_codes, TITLED, *tables(), out[:, at])
    fading, of_distance = places.fading(n)
    places.titled(blocks.kind, Kind.H1, Kind.H2, of_distance, at, out)
    at = _INLINE + len(NAMES)
    sums = np.empty((4, n + 1))
    places.placed(blocks.size, fading, LONG, blocks.linked, sums, at, out)
    at += places.PLACES
    compiled.nearest_marks(
        blocks.at, blocks.parent, blocks.tag, blocks.family, blocks.hidden, _SOUGHT, len(ABOVE), _MARKS, _NEARNESS,
        FARTHEST + 1, at, out,
    )  # fmt: skip
    at += _MARKS + 1
    logarithms = places.logarithms(max(n, len(blocks.tag)) + 1)
    known, alike = np.zeros((2, 1 << (2 * len(blocks.tag)).bit_length()), np.int64)
    places.above(
        blocks.at, blocks.parent, blocks.first, blocks.last, blocks.look, _STEPS, LOOKS, sums, logarithms, known, alike,
        at, out,
    )  # fmt: skip
    at += places.AROUND * len(STEPS) + LOOKS
    out[:, at : at + len(of_page)] = of_page
    at += len(of_page)
    out[:, at : at + OF_BLOCKS] = _of_blocks(blocks, sums)
    at += OF_BLOCKS
    compiled.holding(blocks.first, blocks.last, sums[0], sums[3], _SHARES, at, out)
    places.to_prose(sums, logarithms, at + 2 * len(HOLDING), out)
    return out


def _repeated(texts: list[str]) -> Ints:
    """How many other blocks say the same."""
    counts = Counter(texts)
    return np.fromiter(map(counts.__getitem__, texts), np.int64, len(texts)) - 1


def _of_blocks(blocks: Blocks, sums: Doubles) -> Floats:
    """Of the whole page: its size, its links, its prose, its headings, rows and code."""
    size, linked, long, _ = sums[:, -1].astype(np.float32)
    kinds = np.bincount(blocks.kind, minlength=KINDS) / len(blocks)
    return np.array(
        [
            np.log1p(len(blocks)) / 8,
            np.log1p(size) / 12,
            linked / size,
            long / size,
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
    times = np.zeros(len(NAMES), np.float32)
    compiled.bits(blocks.family, times)
    named = np.log1p(times) / 4
    types: set[str] = set()
    generator = og = ""
    for title_codes in marks.data:
        types.update(_TYPE.findall(title_codes[:200_000]))
    for meta in marks.meta:
        if meta.get("name") == "generator":
            generator += " " + meta.get("content", "")
        elif meta.get("property") == "og:type":
            og = meta.get("content", "").lower()
    address = (url or "").partition("://")[2]
    path = address.partition("/")[2].strip("/")
    generator, small = generator.lower(), address.lower()
    return np.array(
        [
            *counted.tolist(),
            *named.tolist(),
            *(name in types for name in _TYPES),
            *(kind in og for kind in ("article", "product", "website", "profile")),
            *(bool(p.search(generator)) for p in _GENERATORS),
            *(bool(p.search(small)) for p in _ADDRESSES),
            path.count("/") / 4,
            bool(address) and not path,
            len(path) / 80,
            "?" in path,
        ],
        np.float32,
    )
