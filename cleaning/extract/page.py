"""A page read once: its main text as lines, its kind, what it says of itself.

Every block is judged by itself (`likely.py`); what belongs together is decided together, and what the template adds
goes (`kept.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from cleaning.extract import breadcrumb
from cleaning.extract.blocks.blocks import Blocks, blocks_of, tokens_of, written
from cleaning.extract.boilerplate.controls import counts
from cleaning.extract.boilerplate.copies import without_copies
from cleaning.extract.boilerplate.titles import title_of
from cleaning.extract.boilerplate.wall import is_wall
from cleaning.extract.kept import kept, with_prose
from cleaning.extract.kind import settled
from cleaning.extract.likely import likely
from cleaning.extract.metadata import Marks, date_in_words, read_head
from cleaning.extract.model.choice import SHORT, prose, without_beginnings
from cleaning.extract.model.features import LONG
from cleaning.extract.tree.elements import IS_HEADING, Kind
from cleaning.extract.tree.numbering import mark
from cleaning.text.batch import Bools
from cleaning.web.urls import is_archive, is_of_author

MOST = 30_000  # blocks of a page that is judged; of a larger one everything stays that is no link
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
    # Links to places of the page, by its own name.
    if name := urlsplit(url or place).path.rpartition("/")[2]:
        here = f"{name}#"
        blocks.target = [t[len(name) :] if t.startswith(here) else t for t in blocks.target]
    if not blocks:
        kind = "article" if head.article else ""
        return Reading(head.article, "", head.article, "", kind, head.metadata)
    if len(blocks) > MOST:
        text = rendered(blocks, without_copies(blocks, prose(blocks), ""))
        return Reading(text, "", visible, "", "", head.metadata)
    judged = likely(blocks, marks, head.manual, url)
    kind = judged.page.kind
    if title := title_of(blocks, head.titles) if judged.page.of_article else "":
        head.metadata["title"] = title
    keep, own, p, whole = kept(blocks, judged, head, title, url)
    if "date" not in head.metadata:
        language = head.metadata.get("language", "")
        if day := date_in_words(_around_beginning(blocks, keep), language, captured):
            head.metadata["date"] = day
    keep = without_copies(blocks, without_beginnings(blocks, keep), kind)
    text = rendered(blocks, keep)
    if way := head.metadata.get("breadcrumb") or breadcrumb.of_blocks(blocks):
        head.metadata["breadcrumb"] = way
    if is_wall(text):
        return Reading("", "", visible, "", kind, head.metadata)
    if len(text) < SHORT and not whole:
        more = without_beginnings(blocks, with_prose(blocks, keep, judged, p))
        more = without_copies(blocks, more, kind)
        text = max(text, rendered(blocks, more), head.article, key=len)
    begins = (keep & (IS_HEADING[blocks.kind] | (blocks.size >= LONG))).nonzero()[0]
    own[: begins[0] if len(begins) else 0] = False  # a byline may stand there
    own |= blocks.kind == Kind.CODE  # no template adds any, however alike the screens of a program
    shown = "\n".join(blocks.text[i] for i in (keep & own).nonzero()[0])
    opening = _opening(blocks, keep)
    listed = not head.article and (is_archive(url or place) or is_of_author(url or place))
    kind = settled(judged.page, blocks, keep, text, listed)
    return Reading(text, opening, visible, shown, kind, head.metadata)


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
