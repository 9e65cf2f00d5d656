"""A page read once: its main text as lines, its kind, what it says of itself.

The network judges every block by itself; what belongs together is decided together (`model/choice.py`), what the
template adds goes (`boilerplate/template.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
from lxml import etree

from cleaning.extract import breadcrumb
from cleaning.extract.apparatus import apparatus
from cleaning.extract.blocks.blocks import Blocks, blocks_of, tokens_of, written
from cleaning.extract.blocks.within import hidden, within
from cleaning.extract.boilerplate.around import around, filed
from cleaning.extract.boilerplate.article import title_of, without_announced, without_surroundings
from cleaning.extract.boilerplate.authored import authored, leading, named, of_manual, sections
from cleaning.extract.boilerplate.controls import controls, counted, counts, signatures
from cleaning.extract.boilerplate.copies import without_copies
from cleaning.extract.boilerplate.goods import around_product
from cleaning.extract.boilerplate.letters import of_archive
from cleaning.extract.boilerplate.posts import beside_posts, whole_posts
from cleaning.extract.boilerplate.template import (
    labels,
    of_closed,
    of_consent,
    of_contents,
    of_imprint,
    of_maker,
    of_pagers,
    of_related,
    of_template,
)
from cleaning.extract.kind import PageKind, kind_of, settled
from cleaning.extract.metadata import Marks, date_in_words, read_head
from cleaning.extract.model.choice import (
    LITTLE,
    SHORT,
    SURE,
    chosen,
    level,
    prose,
    right_above,
    running,
    with_names,
    without_beginnings,
)
from cleaning.extract.model.features import LONG, Floats, features, of_page
from cleaning.extract.model.model import judge, probability
from cleaning.extract.tree.elements import IS_HEADING, Kind
from cleaning.extract.tree.numbering import mark
from cleaning.text.batch import Bools
from cleaning.web.urls import host_of, is_archive, is_of_author

MOST = 30_000  # blocks of a page that is judged; of a larger one everything stays that is no link
# And inside the element of the page where the text is. Of pages that are all text a doubtful block is rather text;
# among the cards of a shop it isn't. Chosen on five of WCXB's development pages in ten, others held out by host.
DOUBTFUL = {"documentation": 0.1, "service": 0.4}
NEVER = -20.0  # the logit of what is surely none
# The model is too sure of pages whose site it has not seen: this share of its logits is the likeliest there, by the
# development pages that are no articles and models that did not know them (Guo et al. 2017, On Calibration of Modern
# Neural Networks).
CALM = 0.75
TEMPLATE = 0.09  # the most that links of an element that its template adds to a text are worth
SURELY_NONE = 0.02  # probability below which plain rules are not believed
WALL = 1500  # characters of a page that may be nothing but a question for consent
_CONSENT = re.compile(r"\bcookies?\b|consentimiento|\bconsent\b|privacidad|privacy", re.IGNORECASE)
_OF_CONSENT = ("cookie", "consent", "privaci", "privacy")  # what these hold, quickly sought
# A page that asks for it says what it does or wants; one about privacy only names it.
_ASKING = re.compile(
    r"\b(?:usa(?:mos)?|utiliza(?:mos)?|empleamos|empregamos|almacenamos|usem|utilitzem|utilisons|utilizziamo|verwenden"
    r"|acept\w+|accept\w*|uses?|agree)\b"
    r"[^.]{0,80}\b(?:cookies?|consent)",
    re.IGNORECASE,
)
ABOVE = 3  # blocks above the text that may say what it is
DATED = 8  # blocks above the text that may say its day


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
    page = written(root)
    marks = Marks.of(root)
    head = read_head(root, marks, page, captured)
    tokens = tokens_of(page, root)
    # Where the caller has no name for the tree it ends here, while its nodes are still in the processor's cache.
    del root
    blocks = blocks_of(tokens)
    visible = blocks.whole
    if name := urlsplit(url or place).path.rpartition("/")[
        2
    ]:  # links to places of the page, by its own name
        here = f"{name}#"
        blocks.target = [t[len(name) :] if t.startswith(here) else t for t in blocks.target]
    if not blocks:
        kind = "article" if head.article else ""
        return Reading(head.article, "", head.article, "", kind, head.metadata)
    if len(blocks) > MOST:
        text = rendered(blocks, without_copies(blocks, prose(blocks), ""))
        return Reading(text, "", visible, "", "", head.metadata)
    about = of_page(marks, blocks, url)
    x = features(blocks, marks.plain_title, about)
    logits, bodies, kinds = judge(x)
    p = probability(logits)
    judged = kind_of(blocks, kinds, p >= SURE, head.manual)
    kind, of_links, of_article = judged.kind, judged.of_links, judged.of_article
    if of_article:
        p = probability(bodies)
    else:
        out = of_closed(blocks, logits, kind)
        if kind == "product":
            out |= around_product(blocks)
        logits = np.where(out, NEVER, logits).astype(np.float32)
        p = probability(logits)
    likely = p
    if of_links or (not of_article and blocks.size.sum() >= LITTLE):
        # Which cards, answers and entries are meant is the most doubtful of all.
        calm = CALM * logits
        p = probability(calm - level(probability(calm), blocks.size))
    if head.manual:
        aside = of_pagers(blocks, sections(blocks)) | leading(blocks)
    else:
        aside = of_pagers(blocks) | of_consent(blocks)
    added = aside if of_links else aside | of_template(blocks)
    p = np.where(added, np.minimum(p, TEMPLATE), p)
    host = host_of(url or "")
    contents = _boilerplate(blocks, judged, head.manual, host)
    p = np.where(contents, 0.0, p)
    if kind == "forum":
        p = np.where(contents, 0.0, whole_posts(blocks, p))
        contents |= beside_posts(blocks, p)
        p = np.where(contents, 0.0, p)
    keep = chosen(blocks, p, DOUBTFUL.get(kind, SURE), of_links)
    if of_article:
        keep |= running(blocks, keep, probability(logits)) & ~added & ~contents
    own = authored(blocks, keep, kind == "article") & ~contents & (not head.news)
    keep |= own
    whole = False  # whether all of the text is known, however short it is
    if head.manual:
        text_of, sure = of_manual(blocks, keep)
        whole = sure and bool(text_of.any())
        keep |= text_of & ~contents
        own |= text_of & ~contents & sure
        keep |= right_above(keep, IS_HEADING[blocks.kind] & ~aside & ~contents)
    p = np.where(own, 1.0, p)
    if not head.manual:
        keep = without_announced(blocks, keep, of_links or kind == "forum", own, host) | (
            own & (kind == "documentation")
        )
    if of_article:
        title = title_of(blocks, head.titles)
        keep = without_surroundings(blocks, keep, p, title, head.article, host, own)
        head.metadata |= {"title": title} if title else {}
        keep |= apparatus(blocks)
    keep |= with_names(blocks, keep)
    keep &= ~labels(blocks)
    keep = _without_hidden(blocks, keep, p, of_article)
    if "date" not in head.metadata:
        language = head.metadata.get("language", "")
        day = date_in_words(_around_beginning(blocks, keep), language, captured)
        head.metadata |= {"date": day} if day else {}
    keep = without_copies(blocks, without_beginnings(blocks, keep), kind)
    text = rendered(blocks, keep)
    if way := head.metadata.get("breadcrumb") or breadcrumb.of_blocks(blocks):
        head.metadata["breadcrumb"] = way
    if _is_wall(text):
        return Reading("", "", visible, "", kind, head.metadata)
    if len(text) < SHORT and not whole:
        few = len(visible) < SHORT  # a page of a line: the gate shall see it as it is
        more = prose(blocks, 0 if few else LONG) & ~contents
        if (more & ~aside).any():
            more &= ~aside
        if keep.any():  # what is surely none stays out, where there is something that is
            more &= np.minimum(p, likely) >= SURELY_NONE
        elif not of_links:  # a picture and where it is from, a poem
            lines = named(blocks, LITTLE) & ~contents
            more = lines if blocks.size[lines].sum() >= SHORT else more | lines
        more = without_copies(blocks, without_beginnings(blocks, keep | more), kind)
        text = max(text, rendered(blocks, more), head.article, key=len)
    begins = (keep & (IS_HEADING[blocks.kind] | (blocks.size >= LONG))).nonzero()[0]
    own[: begins[0] if len(begins) else 0] = False  # a byline may stand there
    own |= blocks.kind == Kind.CODE  # no template adds any, however alike the screens of a program
    shown = "\n".join(blocks.text[i] for i in (keep & own).nonzero()[0])
    opening = _opening(blocks, keep)
    listed = not head.article and (is_archive(url or place) or is_of_author(url or place))
    kind = settled(judged, blocks, keep, text, listed)
    return Reading(text, opening, visible, shown, kind, head.metadata)


def _boilerplate(blocks: Blocks, page: PageKind, manual: bool, host: str) -> Bools:
    """Which blocks are surely none of the text on a page of this kind, whatever the model says of them."""
    out = of_contents(blocks) | around(blocks, page.of_article)
    if not page.of_links:
        out |= filed(blocks, host)
    forum = page.kind == "forum"
    does = controls(blocks, forum)
    if (
        page.kind == "documentation"
    ):  # tells of "Guardar" and "Editar", but not in a form of its own
        out |= does & (blocks.fields > 0)
    else:
        out |= does | counted(blocks, forum)
    out |= signatures(blocks) if forum else of_related(blocks)
    out |= of_archive(blocks)
    if not manual:
        out |= of_imprint(blocks) | of_maker(blocks)
    return out


def _without_hidden(blocks: Blocks, keep: Bools, p: Floats, of_article: bool) -> Bools:
    """The blocks that stay, without those that a reader doesn't see."""
    closed_off = hidden(blocks) & keep
    if not of_article:  # answers and panels that a click opens, where they are surely text
        closed_off &= (p < SURE) | (blocks.linked * 2 > blocks.size)
    if np.count_nonzero(closed_off) * 2 < np.count_nonzero(keep):
        keep = keep & ~closed_off  # else it is the text, which a script will show
    unseen = within(blocks, blocks.unseen) & keep
    if unseen.any() and blocks.size[unseen].sum() * 2 < blocks.size[keep].sum():
        keep = keep & ~unseen
    return keep


def _is_wall(text: str) -> bool:
    """Whether a text is nothing but a question for consent."""
    if len(text) >= WALL:
        return False
    small = text.lower()
    named = sum(map(small.count, _OF_CONSENT)) >= 3
    return named and len(_CONSENT.findall(text)) >= 3 and _ASKING.search(text) is not None


def _opening(blocks: Blocks, keep: Bools) -> str:
    """The blocks right above the text, or of a page without text the first ones, that are no links."""
    first = int(keep.argmax())
    if keep[first]:
        above = (blocks.linked[:first] * 3 < blocks.size[:first]).nonzero()[0][-ABOVE:]
    else:
        above = (blocks.linked * 3 < blocks.size).nonzero()[0][:ABOVE]
    return "\n".join([blocks.text[i] for i in above.tolist()])


def _around_beginning(blocks: Blocks, keep: Bools) -> list[str]:
    """The short blocks above the text and right below its first paragraph, where a page says its day; not what a forum
    counts of an author, who registered on another one.
    """
    long = (keep & prose(blocks)).nonzero()[0]
    if not len(long):
        return []
    near = blocks.text[max(0, int(long[0]) - DATED) : int(long[0]) + ABOVE]
    return [text for text in near if len(text) <= LONG and not counts(text)]


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
