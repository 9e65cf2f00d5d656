"""A page read once: its main text as lines, its kind, what it says of itself.

The network judges every block by itself; what belongs together is decided together here. A list, a table or a
listing of terms stays or goes whole; a heading goes with what stands below it; inside the part of the page where
the text is, a doubtful block stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from lxml import etree

from cleaning.extract import breadcrumb, compiled
from cleaning.extract.around import around, filed
from cleaning.extract.article import plain, title_of, without_announced, without_surroundings
from cleaning.extract.authored import authored, leading, named, of_manual, sections
from cleaning.extract.blocks import Blocks, blocks_of, tokens_of, written
from cleaning.extract.closed import closed
from cleaning.extract.controls import controls, counted, signatures
from cleaning.extract.copies import looks_around, without_copies
from cleaning.extract.elements import HEADINGS, IS_HEADING, KINDS, TAG, Kind
from cleaning.extract.families import NAMES
from cleaning.extract.features import LONG, Floats, features, of_page
from cleaning.extract.goods import around_product
from cleaning.extract.letters import of_archive
from cleaning.extract.metadata import Marks, date_in_words, read_head
from cleaning.extract.model import PAGE_KINDS, judge, judge_body, probability
from cleaning.extract.numbering import mark
from cleaning.extract.posts import beside_posts
from cleaning.text import Bools
from cleaning.urls import host_of, is_archive, is_of_author

MOST = 30_000  # blocks of a page that is judged; of a larger one everything stays that is no link
SURE = 0.5  # from which probability a block stays
# And inside the part of the page where the text is. Of pages that are all text a doubtful block is rather text;
# among the cards of a shop it isn't. Chosen on five of WCXB's development pages in ten, others held out by host.
DOUBTFUL = {"documentation": 0.1, "article": 0.3, "service": 0.4}
UNSURE = 0.3  # probability of a kind below which a page of paragraphs is an article
OF_LINKS = ("listing", "collection")
NEVER = -20.0  # the logit of what is surely none
# Of the text of a page, closed parts: of a shop or a list at most so much, of other pages, of doubtful blocks.
CLOSED_CARDS, CLOSED = 0.8, 0.5
# Not one of these for certain, though the likeliest: below this probability (seven kinds alike have .14 each), where
# of the blocks that stay no more lead elsewhere.
HARDLY, LEAD_AWAY = 0.22, 0.15
# The model is too sure of pages whose site it has not seen: this part of its logits is the likeliest there, by the
# development pages that are no articles and models that did not know them (Guo et al. 2017, On Calibration of Modern
# Neural Networks).
CALM = 0.75
HEADING = 0.02  # a heading above what stays, where it is not surely none
NEARLY_ALL = 0.95  # of the text, by which the part of the page is known where it is
MOSTLY = 0.6  # of that part, which is text
PAGER = 300  # characters of what leads to the pages before and behind
TEMPLATE = 0.09  # the most that links of a part that its template adds to a text are worth
SHORT = 200  # characters of main text below which the prose of a page is looked for by plain rules
SURELY_NONE = 0.02  # probability below which plain rules are not believed
WALL = 1500  # characters of a page that may be nothing but a question for consent
_CONSENT = re.compile(r"\bcookies?\b|consentimiento|\bconsent\b|privacidad|privacy", re.IGNORECASE)
# A page that asks for it says what it does or wants; one about privacy only names it.
_ASKING = re.compile(
    r"\b(?:usa(?:mos)?|utiliza(?:mos)?|empleamos|empregamos|almacenamos|usem|utilitzem|utilisons|utilizziamo|verwenden"
    r"|acept\w+|accept\w*|uses?|agree)\b"
    r"[^.]{0,80}\b(?:cookies?|consent)",
    re.IGNORECASE,
)
# Each purpose of the IAB's framework for consent says how many partners have it.
_PURPOSE = re.compile(
    r"\d (?:partners can use this|socios pueden (?:usar|utilizar) est|socis poden (?:usar|utilitzar) aquest"
    r"|parceiros podem (?:usar|utilizar) est)"
)
PURPOSE, PURPOSES = 150, 3  # characters of the line, and how many at least
LITTLE = 1000  # characters of a page of which nothing is left without the beginnings of other texts
ABOVE = 3  # blocks above the text that may say what it is
DATED = 8  # blocks above the text that may say its day
_IS_LIST = np.isin(list(TAG), ("ul", "ol", "dl", "table", "menu"))  # by tag
_PAGER = 1 << NAMES.index("pages")
_COOKIE = 1 << NAMES.index("cookie")
_ADDED = sum(
    1 << NAMES.index(name) for name in ("tags", "related", "share", "pages", "newsletter", "cookie")
)
_FORUM = 1 << NAMES.index("forum")
POSTS, ALIKE = 3, 0.8  # posts that look alike, and which share of them is main text, at least
_DIV = TAG["div"]
LABEL = 12  # characters of the name of a language
QUOTED = 4  # blocks of a part that cites somebody
NAME = 150  # characters of the name and the work of whom a text cites
_DASH = re.compile(r"[-–—―]\s*\w|[-–—―]\s*[@«“\"]")
# What stands above a list of what the page holds.
_CONTENTS = re.compile(
    r"(?:table of )?contents|on this page|[íi]ndice|(?:tabla de )?contenidos?|en esta p[áa]gina|sum[áa]rio|sommaire"
    r"|taula de continguts|en aquesta p[àa]gina|nesta p[áa]xina",
    re.IGNORECASE,
)
_IS_LEADING = np.isin(range(KINDS), list(HEADINGS | {Kind.TERM}))  # by kind
_ARTICLE = re.compile(
    r"(?:art(?:[íi]culo|icle|igo|\.)|disposici[óo]n|secci[óo]n|section|§)\s+\w+", re.IGNORECASE
)
_OF_ARTICLE = "aAdDsSſ§"  # what that begins with


@dataclass
class Reading:
    """What is read of a page; `visible` is the text of all blocks, `opening` what stands right above the text and may
    say that there is none, `written` what is surely its author's; `kind` is empty where nothing was judged.
    """

    text: str = ""
    opening: str = ""
    visible: str = ""
    written: str = ""
    kind: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


def read(
    root: etree._Element | None, url: str | None, captured: datetime | None, place: str = ""
) -> Reading:
    """Reads a parsed page. Dates in it are believed up to the capture; `place` is its path where it has no address."""
    if root is None:
        return Reading()
    data = written(root)
    marks = Marks.of(root)
    head = read_head(root, marks, data, captured)
    tokens = tokens_of(data, root)
    # Where the caller has no name for the tree it ends here, while its nodes are still in the processor's cache.
    del root
    blocks = blocks_of(tokens)
    visible = "\n".join(blocks.text)
    if name := urlsplit(url or place).path.rpartition("/")[
        2
    ]:  # links to places of the page, by its own name
        here = f"{name}#"
        blocks.target = [t[len(name) :] if t.startswith(here) else t for t in blocks.target]
    if not blocks:
        kind = "article" if head.article else ""
        return Reading(head.article, "", head.article, "", kind, head.metadata)
    if len(blocks) > MOST:
        text = rendered(blocks, without_copies(blocks, _prose(blocks), ""))
        return Reading(text, "", visible, "", "", head.metadata)
    about = of_page(marks, blocks, url)
    x = features(blocks, marks.plain_title, about)
    logits, kinds = judge(x)
    p = probability(logits)
    kind = PAGE_KINDS[int(np.argmax(kinds))]
    of_links = kind in OF_LINKS
    if head.manual and of_links and not _of_entries(blocks):
        of_links = False
    unsure = kinds.max() < UNSURE and not of_links and _of_paragraphs(blocks, p >= SURE)
    unsure &= not head.manual
    kind = "article" if unsure else kind
    if head.manual and not of_links:  # of an article, title and notes would go
        kind = "documentation"
    of_article = unsure or (kind == "article" and kinds.max() >= SURE)
    if of_article:
        p = probability(judge_body(x, logits))
    else:
        out = _closed(blocks, logits, kind)
        if kind == "product":
            out |= around_product(blocks)
        logits = np.where(out, NEVER, logits).astype(np.float32)
        p = probability(logits)
    likely = p
    if of_links or (not of_article and blocks.size.sum() >= LITTLE):
        # Which cards, answers and entries are meant is the most doubtful of all.
        calm = CALM * logits
        p = probability(calm - level(probability(calm), blocks.size))
    if not of_links:
        p = np.where(_of_template(blocks), np.minimum(p, TEMPLATE), p)
    aside = _of_pagers(blocks) | _of_consent(blocks)
    if head.manual:
        aside = _of_pagers(blocks, sections(blocks)) | leading(blocks)
    p = np.where(aside, np.minimum(p, TEMPLATE), p)
    contents = _of_contents(blocks) | around(blocks) | (filed(blocks) & (not of_links))
    p = np.where(contents, 0.0, p)
    does = controls(blocks, kind == "forum")
    if (
        kind == "documentation"
    ):  # which tells of "Guardar" and "Editar", but not in a form of its own
        contents |= does & (blocks.fields > 0)
    else:
        contents |= does | counted(blocks, kind == "forum")
    if kind == "forum":
        contents |= signatures(blocks)
    contents |= of_archive(blocks)
    p = np.where(contents, 0.0, p)
    if kind == "forum":
        p = np.where(contents, 0.0, whole_posts(blocks, p))
        contents |= beside_posts(blocks, p)
        p = np.where(contents, 0.0, p)
    keep = chosen(blocks, p, DOUBTFUL.get(kind, SURE), of_links)
    own = authored(blocks, keep, kind == "article") & ~contents & (not head.news)
    keep |= own
    if head.manual:
        text_of, sure = of_manual(blocks, keep)
        keep |= text_of & ~contents
        own |= text_of & ~contents & sure
        keep |= _right_above(keep, IS_HEADING[blocks.kind] & ~aside & ~contents)
    p = np.where(own, 1.0, p)
    if not head.manual:
        keep = without_announced(blocks, keep, of_links or kind == "forum") | (
            own & (kind == "documentation")
        )
    if of_article:
        title = title_of(blocks, head.titles)
        keep = without_surroundings(blocks, keep, p, title, head.article, host_of(url or ""), own)
        head.metadata |= {"title": title} if title else {}
    keep |= _with_names(blocks, keep)
    keep &= ~labels(blocks)
    hidden = _hidden(blocks) & keep
    if (
        not of_article
    ):  # answers to questions and panels that a click opens, where they are surely text
        hidden &= (p < SURE) | (blocks.linked * 2 > blocks.size)
    if hidden.sum() * 2 < keep.sum():  # else it is the text, which a script will show
        keep &= ~hidden
    unseen = _within(blocks, blocks.unseen) & keep
    if blocks.size[unseen].sum() * 2 < blocks.size[keep].sum():
        keep &= ~unseen
    if "date" not in head.metadata:
        language = head.metadata.get("language", "")
        day = date_in_words(_around_beginning(blocks, keep), language, captured)
        head.metadata |= {"date": day} if day else {}
    keep = without_copies(blocks, _without_beginnings(blocks, keep), kind)
    text = rendered(blocks, keep)
    if way := head.metadata.get("breadcrumb") or breadcrumb.of_blocks(blocks):
        head.metadata["breadcrumb"] = way
    if len(text) < WALL and len(_CONSENT.findall(text)) >= 3 and _ASKING.search(text):
        return Reading("", "", visible, "", kind, head.metadata)  # a wall that asks for consent
    if len(text) < SHORT:
        few = len(visible) < SHORT  # a page of a line: the gate shall see it as it is
        more = _prose(blocks, 0 if few else LONG)
        if (more & ~aside).any():
            more &= ~aside
        if keep.any():  # what is surely none stays out, where there is something that is
            more &= np.minimum(p, likely) >= SURELY_NONE
        elif not of_links:  # a picture and where it is from
            more |= named(blocks, SHORT)
        more = without_copies(blocks, _without_beginnings(blocks, keep | more), kind)
        text = max(text, rendered(blocks, more), head.article, key=len)
    address = url or place
    if (is_archive(address) or is_of_author(address)) and not head.article:
        kind = "listing"
    elif of_links and kinds.max() < HARDLY and _leading_away(blocks, keep) <= LEAD_AWAY:
        kind = ""  # nobody knows
    begins = (keep & (IS_HEADING[blocks.kind] | (blocks.size >= LONG))).nonzero()[0]
    own[: begins[0] if len(begins) else 0] = False  # a byline may stand there
    own |= blocks.kind == Kind.CODE  # no template adds any, however alike the screens of a program
    shown = "\n".join(blocks.text[i] for i in (keep & own).nonzero()[0])
    opening = _opening(blocks, keep)
    return Reading(text, opening, visible, shown, _law(blocks, keep) or kind, head.metadata)


def _of_paragraphs(blocks: Blocks, keep: Bools) -> bool:
    """Whether most of the text that stays is paragraphs, three at least."""
    size = blocks.size
    prose = keep & _prose(blocks)
    return bool(prose.sum() >= 3 and size[prose].sum() >= 0.8 * size[keep].sum())


def _of_entries(blocks: Blocks) -> bool:
    """Whether most of what a page shows is links, but for what leads through its manual."""
    plain = ~leading(blocks) & ~_of_pagers(blocks, sections(blocks))
    size = blocks.size[plain]
    return bool(blocks.linked[plain].sum() > size.sum() / 2)


def _leading_away(blocks: Blocks, keep: Bools) -> float:
    """The share of the blocks that stay which hold a link to another page."""
    away = [blocks.target[i][:1] not in ("", "#") for i in keep.nonzero()[0].tolist()]
    return sum(away) / len(away) if away else 0.0


def _opening(blocks: Blocks, keep: Bools) -> str:
    """The blocks right above the text, or of a page without text the first ones, that are no links."""
    plain = (blocks.linked * 3 < blocks.size).nonzero()[0]
    first = int(np.argmax(keep)) if keep.any() else len(keep)
    above = plain[plain < first]
    return "\n".join(blocks.text[i] for i in (above[-ABOVE:] if keep.any() else above[:ABOVE]))


def _around_beginning(blocks: Blocks, keep: Bools) -> list[str]:
    """The short blocks above the text and right below its first paragraph, where a page says its day."""
    long = (keep & _prose(blocks)).nonzero()[0]
    if not len(long):
        return []
    near = blocks.text[max(0, int(long[0]) - DATED) : int(long[0]) + ABOVE]
    return [text for text in near if len(text) <= LONG]


def level(p: Floats, size: npt.NDArray[np.int64]) -> float:
    """The logit from which blocks stay so that the F1 to be expected of their characters is highest: that of half of
    this F1, so the lower, the more is doubtful (Lipton et al. 2014, Optimal Thresholding of Classifiers to Maximize F1
    Measure).
    """
    order = np.argsort(-p, kind="stable")
    right = ((p * size)[order]).cumsum()
    f1 = float((2 * right / (size[order].cumsum() + right[-1])).max())
    return float(np.log(f1 / (2 - f1)))


def chosen(blocks: Blocks, p: Floats, doubtful: float, of_links: bool) -> Bools:
    """Which blocks stay, from how probably each is main text; where the text is, from `doubtful`. Of a page that lists
    others an entry stays, or goes, by itself too: which cards are meant is too doubtful for all to go at once.
    """
    size = blocks.size.astype(np.float32)
    keep = p >= SURE
    if not keep.any():
        return keep
    together = _together(blocks, p, size)
    p = np.maximum(p, together) if of_links else together
    keep = p >= SURE
    keep = keep | (_inside(blocks, keep) & (p >= doubtful))
    return _with_headings(blocks, keep, p)


def _right_above(keep: Bools, headings: Bools) -> Bools:
    """The headings right above what stays: a manual has few that are not its own."""
    above = np.zeros(len(keep), bool)
    for index in headings[:-1].nonzero()[0][::-1].tolist():
        above[index] = keep[index + 1] or above[index + 1]
    return above


def _of_template(blocks: Blocks) -> Bools:
    """What is mostly links in a part that its template calls tags, related, shared or the like."""
    at = blocks.at
    above = blocks.parent[at]
    family = blocks.family
    named = (family[at] | np.where(above >= 0, family[above], 0)) & _ADDED != 0
    linked: Bools = blocks.linked * 2 >= blocks.size
    return named & linked


def _of_pagers(blocks: Blocks, but: Bools | None = None) -> Bools:
    """What leads to the pages before and behind, with their titles."""
    pagers = np.zeros(len(blocks), bool)
    named = blocks.family & _PAGER != 0
    for container in (named if but is None else named & ~but).nonzero()[0].tolist():
        part = slice(blocks.first[container], blocks.last[container])
        if sum(map(len, blocks.text[part])) <= PAGER and any(blocks.links[part]):
            pagers[part] = True
    return pagers


def _of_consent(blocks: Blocks) -> Bools:
    """What its template calls a part for cookies or privacy, where that is not most of the page; the purposes of
    advertisers with all between.
    """
    asks = _within(blocks, blocks.family & _COOKIE != 0)
    asks &= blocks.size[asks].sum() * 2 < blocks.size.sum()
    told = [i for i, text in enumerate(blocks.text) if _PURPOSE.search(text[:PURPOSE])]
    if len(told) >= PURPOSES:
        asks[told[0] : told[-1] + 1] = True
    return asks


def _closed(blocks: Blocks, logits: Floats, kind: str) -> Bools:
    """What a template keeps closed, where it is not most of the page: in a shop all, elsewhere what is doubtful, since
    answers to questions are closed, too.
    """
    waits = closed(blocks)
    share = blocks.size[waits].sum() / blocks.size.sum()
    if share <= CLOSED_CARDS and (kind == "product" or kind in OF_LINKS):
        return waits
    if kind == "documentation":  # of which one language or system after the other is shown
        return np.zeros_like(waits)
    return waits & (logits < 0) & (share <= CLOSED)


def _of_contents(blocks: Blocks) -> Bools:
    """The list of what the page holds, links to its own places: those whose heading says the same, and all of a list
    where half do or whose title says so, with the title.
    """
    entries = np.zeros(len(blocks), bool)
    here = [
        index
        for index, target in enumerate(blocks.target)
        if target.startswith("#")
        and blocks.kind[index] not in HEADINGS
        and blocks.linked[index] >= MOSTLY * len(blocks.text[index])
    ]
    if not here:
        return entries
    headings = {plain(blocks.text[i]) for i in IS_HEADING[blocks.kind].nonzero()[0].tolist()}
    entries[here] = [plain(blocks.text[index]) in headings for index in here]
    alone = entries.copy()  # a single one is a reference
    alone[1:] &= ~entries[:-1]
    alone[:-1] &= ~entries[1:]
    entries &= ~alone
    at = np.array(here, np.int64)
    for run in np.split(at, (np.diff(at) != 1).nonzero()[0] + 1):
        if len(run) < 2:
            continue
        above = int(run[0]) - 1
        titled = above >= 0 and _CONTENTS.fullmatch(blocks.text[above].strip(" :")) is not None
        if titled or entries[run].sum() * 2 >= len(run):
            entries[run] = True
            entries[above] |= titled
    return entries


def labels(blocks: Blocks) -> Bools:
    """The names of languages that a template sets above code, alone with it in an element: js, bash."""
    named = np.zeros(len(blocks), bool)
    for index in (blocks.kind[1:] == Kind.CODE).nonzero()[0].tolist():
        at = blocks.at[index]
        alone = (blocks.first[at], blocks.last[at]) == (index, index + 2) and blocks.tag[at] == _DIV
        named[index] = alone and len(blocks.text[index]) <= LABEL and " " not in blocks.text[index]
    return named


def _together(blocks: Blocks, p: Floats, size: Floats) -> Floats:
    """Entries of one list, rows of one table: judged by what most of their text is."""
    p = p.copy()
    for at in _IS_LIST[blocks.tag].nonzero()[0].tolist():
        first, last = blocks.first[at], blocks.last[at]
        inside = size[first:last]
        if last - first < 2 or inside.max() > 2 * SHORT or last - first > len(size) / 2:
            continue
        mean = (p[first:last] * inside).sum() / inside.sum()
        p[first:last] = (
            np.maximum(p[first:last], mean) if mean >= SURE else np.minimum(p[first:last], mean)
        )
    return p


def whole_posts(blocks: Blocks, p: Floats) -> Floats:
    """The lines that stand right in one element are of one post: where most of their text is main text, all are. So is
    a post where what its template calls a post and shows alike is main text nearly everywhere: "Thanks!" is one, and
    a line among such as look alike.
    """
    p = _lines_alike(blocks, _posts_alike(blocks, p))
    of = len(blocks.parent)
    lines = np.bincount(blocks.at, minlength=of)
    mean = np.bincount(blocks.at, p * blocks.size, of) / np.bincount(
        blocks.at, blocks.size, of
    ).clip(1)
    whole = ((lines > 1) & (mean >= SURE))[blocks.at]
    return np.where(whole, np.maximum(p, mean[blocks.at]), p).astype(np.float32)


def _lines_alike(blocks: Blocks, p: Floats) -> Floats:
    """A line of a thread is judged by all whose elements look alike, where these are main text."""
    _, of, lines = np.unique(looks_around(blocks), axis=0, return_inverse=True, return_counts=True)
    of = of.ravel()
    mean = np.bincount(of, p * blocks.size) / np.bincount(of, blocks.size)
    alike = ((lines >= POSTS) & (mean >= ALIKE))[of]
    return np.where(alike, np.maximum(p, mean[of]), p).astype(np.float32)


def _posts_alike(blocks: Blocks, p: Floats) -> Floats:
    """A post of one paragraph is judged by all that look alike, where these are main text."""
    named = ((blocks.family & _FORUM != 0) & (blocks.last > blocks.first)).nonzero()[0]
    if len(named) < POSTS:
        return p
    sums = np.zeros((2, len(p) + 1))
    sums[:, 1:] = np.cumsum((p * blocks.size, blocks.size), axis=1)
    first, last = blocks.first[named], blocks.last[named]
    _, of, posts = np.unique(blocks.look[named], return_inverse=True, return_counts=True)
    text, size = (np.bincount(of, row[last] - row[first]) for row in sums)
    mean = text / size
    single = ((posts >= POSTS) & (mean >= ALIKE))[of] & (last - first == 1)
    p = p.copy()
    p[first[single]] = np.maximum(p[first[single]], mean[of][single])
    return p


def _inside(blocks: Blocks, keep: Bools) -> Bools:
    """The blocks of the smallest container that holds nearly all of the text, where most of it is that."""
    inside = np.zeros(len(blocks), bool)
    sums = np.empty((2, len(blocks) + 1), np.int64)
    at = compiled.holder(blocks.first, blocks.last, blocks.size, keep, NEARLY_ALL, MOSTLY, sums)
    if at >= 0:
        inside[blocks.first[at] : blocks.last[at]] = True
    return inside


def _with_names(blocks: Blocks, keep: Bools) -> Bools:
    """Whose the words are that stand right above in a part of its own, and stay: a short line behind a dash."""
    names = np.zeros(len(keep), bool)
    for index in ((keep[:-1] & (blocks.size[1:] <= NAME)).nonzero()[0] + 1).tolist():
        if _DASH.match(blocks.text[index]):
            above, at = blocks.at[index - 1], blocks.at[index]
            part = blocks.parent[at]
            small = part >= 0 and blocks.last[part] - blocks.first[part] <= QUOTED
            names[index] = above in (at, part) or (small and blocks.parent[above] == part)
    return names


def _with_headings(blocks: Blocks, keep: Bools, p: Floats) -> Bools:
    """Adds the headings and terms of what stays: of the blocks up to the next one, or of one right below."""
    keep = keep.copy()
    compiled.with_headings(_IS_LEADING[blocks.kind], p >= HEADING, blocks.size, keep)
    return keep


def _without_beginnings(blocks: Blocks, keep: Bools) -> Bools:
    """Of a small page of beginnings of other texts, which end in dots and lead there, these go, each with what
    announces it.
    """
    linked = blocks.links > 0
    linked[1:] |= linked[:-1].copy()  # in it, or in what announces it
    cut = np.zeros(len(keep), bool)
    for index in (keep & linked).nonzero()[0].tolist():
        cut[index] = blocks.text[index].endswith(("…", "..."))
    if cut.sum() < 2 or sum(len(blocks.text[i]) for i in keep.nonzero()[0]) > LITTLE:
        return keep
    above = np.zeros(len(keep), bool)
    above[:-1] = cut[1:]
    return keep & ~cut & ~above


def _hidden(blocks: Blocks) -> Bools:
    """What stands in a container that isn't shown, whatever is above it."""
    return _within(blocks, blocks.hidden)


def _within(blocks: Blocks, marked: Bools) -> Bools:
    """What stands in a container that is marked, however deep."""
    within = np.empty(len(marked), bool)
    compiled.inherited(blocks.parent, marked, within)
    return within[blocks.at]


def _prose(blocks: Blocks, least: int = LONG) -> Bools:
    """By plain rules: what has so many characters, is hardly linked, and not hidden."""
    size = blocks.size
    hidden = _hidden(blocks)
    return (size >= least) & (blocks.linked < size / 3) & ~hidden


def _law(blocks: Blocks, keep: Bools) -> str:
    """`law`, where the blocks of a page that stay are mostly those of numbered articles."""
    stays = keep.nonzero()[0].tolist()
    begins = sum(
        blocks.text[index][0] in _OF_ARTICLE and _ARTICLE.match(blocks.text[index]) is not None
        for index in stays
    )
    return "law" if begins >= 4 and begins * 12 >= len(stays) else ""


def rendered(blocks: Blocks, keep: Bools) -> str:
    """The blocks that stay as lines: entries with their mark, code apart."""
    lines: list[str] = []
    kinds, numbers = blocks.kind.tolist(), blocks.number.tolist()
    for index in keep.nonzero()[0].tolist():
        text, kind = blocks.text[index], kinds[index]
        if kind == Kind.CODE:
            lines += ["", text, ""]
            continue
        if kind == Kind.ITEM:
            number = numbers[index]
            text = f"{mark(number)} {text}" if number > 0 else f"- {text}"
        lines.append(text)
    return "\n".join(lines)
