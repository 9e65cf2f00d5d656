"""The blocks of a text in a markup, as markdown-it's tokens: their text, and the kind of text that they make."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaning.readers.markup.flavours import BRACED
from cleaning.text.superscripts import END, LOWERED, NOTE, RAISED, flat
from cleaning.text.verse import poem

if TYPE_CHECKING:
    from markdown_it.token import Token

# Of the words outside code those in sentences. Below half a text is a listing unless it explains between its lists and
# tables: a chapter whose code counts as told has a third and more, an outline of headings and items less (a tenth
# without the code is a list of names below drawings). Where two in five words are tasks, or three in ten stand in
# paragraphs that are no sentences, captions and forms, it is one all the same (tests/benchmarks/rules/judged.jsonl).
LISTING = 0.5
EXPLAINED, EXPLAINED_ALONE = 1 / 3, 0.1
TASKS, LOOSE = 0.4, 0.3
NOTES = 0.75
LONG = 15  # words of a paragraph, an item or a cell that is told, whatever ends it
# Of one that ends as a sentence does, a paragraph also as what introduces code or a list.
SHORT, SHORT_ENTRY = 4, 6
ENDS = (".", "?", "!", "…")
CODE = 4
LINKS = 0.4  # of the words outside code: of the judged texts with so many in links none is good, weekly lists have half
# Words that paragraphs tell, and their share of all: lessons between lists and tables have more, mere lists a hundred.
PARAGRAPHS, PARAGRAPHS_SHARE = 150, 0.25
# A box before an item: it tells what is to be done, nothing else.
_TASK = re.compile(r"\[[ xX]\]\s")
# An attribute that some renderers give to a heading or a paragraph; the mark of a note, and the same before the note.
_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}]*\}\s*\Z")
_BEHIND = re.compile(BRACED)  # a picture, a link or code
_SPAN = re.compile(rf"\[([^\[\]\n]{{1,500}})\]{BRACED}")
_UNNUMBERED = -2
_CODE = "\x05"  # stands for what is not looked at
_LINK = re.compile(r"<a\b", re.IGNORECASE)
_MARKED = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,500})(?<=[^\s=])==(?![=\w])")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+-]{2,40}:(?![\w:])")
# What Pandoc raises and lowers, ^2^ and ~2~: no tower of powers, no formula.
_PANDOC = re.compile(r"\$[^$\n]{1,500}\$|(?<=[\w)])([\^~])(?![\^~])([\w+−-]{1,12})\1(?![\d^~{\\])")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_NOTE_OF = re.compile(r"\A\[\^([^\]\s]+)\]:\s*")
_INLINE_NOTE = re.compile(r"\s*(?<!\\)\^\[([^\[\]]+)\]")  # of Pandoc
# What generators and editors give as the words of a picture that has none.
_FILE = re.compile(
    r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp)|image|img|imagen|alt(?:[ -]text)?", re.IGNORECASE
)
# A picture whose address CommonMark doesn't take for one, with spaces in it or before it; attributes of Pandoc behind.
_PICTURE = re.compile(
    r"!\[([^\[\]\n]{0,300})\] ?\([^()\n]{1,500}\.(?:png|jpe?g|gif|svg|webp|bmp)\)(?:\{[^{}]{0,200}\})?",
    re.IGNORECASE,
)
# Links of vaults of notes, as Obsidian's: [[note]], [[note#place|words]]; ![[file]] shows another file. No list in a
# list ([[1, 2]]), no index (data[[NAME]], k[[x]]), no test of a shell ([[ -f x ]]).
_VAULT = re.compile(
    r"(!|(?<![\w)}\]\[\\]))\[\[(?=[^\W\d]|#|\d[^|\]]*[^\W\d])([^\[\]|\n]{1,200})(?<!\s)"
    r"(?:\\?\|([^\[\]\n]{1,300}))?\]\]"
)
_ROLE = re.compile(r"\{[\w:-]+\}\Z")  # before code: MyST's {ref}`text`
_UNSEEN = re.compile(r"\s*<(?:script|style)\b", re.IGNORECASE)
_VERBATIM = re.compile(r"\s*<pre\b", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)", re.IGNORECASE)
_HELD_CELL = re.compile(  # that holds no table
    r"(<t[dh]\b[^<>]*>)((?:(?!</?t(?:able|[dhr])\b).){1,20000}?)(</t[dh]>)",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(r"\s*</li>\s*", re.IGNORECASE)
_TRAILING = re.compile(r"\0(?=(?:\s|\0|</?\w+[^<>]*>)*\Z)")
_LISTED = re.compile(r"<(/?)([uo]l)\b[^<>]*>|<li\b[^<>]*>\s*(?:<p\b[^<>]*>\s*)?", re.IGNORECASE)
_LINE = re.compile(
    r"</?(?:p|div|tr|h[1-6]|summary|details|dl|dt|dd|table|section|blockquote|figcaption|hr)\b[^<>]*>|</li>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_RAISED = re.compile(
    r"(<a\b[^<>]{0,500}>\s{0,9})?<(/?)su([pb])\b[^<>]*>(?=\s*(<a\b)?)", re.IGNORECASE
)
_OTHER_ELEMENTS = frozenset(
    {"bdi", "data", "nobr", "picture", "rb", "rtc", "slot", "template", "xmp"}
)
_NAMED = re.compile(r"<([A-Za-z][\w-]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)


def kind_of(tokens: Sequence[Token]) -> str:
    """What a text is by where its words stand, code apart: a listing where many are links, and where most are in
    headings, and in cells and items that are no sentences or tasks, and too few explain them; notes where a quarter is
    or where code is far more; else an article, as whatever tells enough in paragraphs, and a poem.
    """
    running = other = code = links = paragraphs = tasks = loose = 0
    nested, heading = 0, False  # of lists and tables
    lines: list[str] = []  # of paragraphs
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            code += len(token.content.split())
        elif token.type.startswith(("bullet_list", "ordered_list", "table")):
            nested += token.nesting
        elif token.type in {"heading_open", "heading_close"}:
            heading = token.nesting > 0
        elif token.type in {"inline", "html_block"}:
            text = inline(token) if token.type == "inline" else _of_html(token.content)
            words = len(text.split())
            ends = text.rstrip(' *_)"»”').endswith(ENDS if nested else (*ENDS, ":"))
            is_sentence = words >= LONG or (ends and words >= (SHORT_ENTRY if nested else SHORT))
            links += _linked(token)
            task = nested > 0 and _TASK.match(text) is not None
            tasks += words if task else 0
            if is_sentence and not heading and not task:
                running += words
                paragraphs += 0 if nested else words
            else:
                other += words
                loose += 0 if heading or nested else words
            lines += (
                [] if heading or nested else [line for line in text.split("\n") if line.strip()]
            )
    words = running + other
    if links >= LINKS * words > 0:
        return "listing"
    if code > CODE * words:
        return "notes"
    if paragraphs >= max(PARAGRAPHS, PARAGRAPHS_SHARE * words) or (not code and poem(lines, words)):
        return "article"
    if running < LISTING * words and code < words:
        explains = running >= EXPLAINED_ALONE * words
        explains &= running + code >= EXPLAINED * (words + code)
        if not explains or tasks >= TASKS * words or loose > LOOSE * words:
            return "listing"
    return "notes" if running < NOTES * words else "article"


def _linked(token: Token) -> int:
    """How many words of a line lead somewhere."""
    words = depth = 0
    for child in token.children or ():
        depth += child.nesting if child.type.startswith("link") else 0
        words += len(child.content.split()) if depth and child.type == "text" else 0
    return words


def plain(tokens: Sequence[Token]) -> str:
    """The text of the tokens; what stands in an entry of a list is indented as its words are."""
    pieces: list[str] = []
    numbers: list[int] = []
    joint, mark, cell, table = "", "", False, False

    def say(text: str, joint: str) -> None:
        nonlocal mark
        indent = "  " * len(numbers)
        lines = [f"{indent}{line}" if line.strip() else line for line in text.split("\n")]
        if mark:
            lines[0] = "  " * (len(numbers) - 1) + mark + lines[0].lstrip(" ")
            mark = ""
        pieces.extend((joint if pieces else "", "\n".join(lines)))

    for token in tokens:
        match token.type:
            case "ordered_list_open":
                start = token.attrGet("start")
                numbers.append(int(start if start is not None else 1) - 1)
            case "bullet_list_open":
                numbers.append(_UNNUMBERED)
            case "ordered_list_close" | "bullet_list_close":
                numbers.pop()
                joint = "\n\n" if not numbers else joint
            case "list_item_open":
                joint = "\n" if joint != "\n\n" or len(numbers) > 1 else joint
                if numbers[-1] != _UNNUMBERED:
                    # Of CommonMark but the first number counts; those that leave some out are meant.
                    numbers[-1] = max(numbers[-1] + 1, int(token.info or 0))
                mark = "- " if numbers[-1] == _UNNUMBERED else f"{numbers[-1]}. "
            case "list_item_close":
                joint, mark = "\n", ""  # of an empty one nothing is said
            case "table_open":
                table = True
            case "tr_open":
                cell = False
                joint = "\n\n" if joint.startswith("\n\n") else "\n"
            case "td_open" | "th_open":
                # An empty cell before a filled one keeps its place.
                joint, cell = (f"{joint or ' '}| " if cell else joint), True
            case "inline" if table:
                if content := inline(token, table):
                    pieces += [joint if pieces else joint.lstrip("\n"), content]
                    joint = ""
            case "inline" | "html_block" | "fence" | "code_block":
                if content := _content(token):
                    say(content, joint)
                    joint = ""
        if token.type in {
            "heading_close",
            "fence",
            "code_block",
            "html_block",
            "table_close",
            "blockquote_close",
        }:
            joint, table = "\n\n", False
        elif token.type == "paragraph_close":
            joint = "\n" if token.hidden else "\n\n"
    return "".join(pieces).strip()


def _content(token: Token) -> str:
    """The text of a block."""
    if token.type == "inline":
        return inline(token)
    return _of_html(token.content) if token.type == "html_block" else token.content.rstrip("\n")


def _of_html(content: str) -> str:
    """The text of a block of HTML: rows and entries in lines, cells apart."""
    if _UNSEEN.match(content):
        return ""
    if _VERBATIM.match(content):
        return html.unescape(_TAG.sub("", content)).strip("\n").rstrip()
    content = _HELD_CELL.sub(_in_one_line, content)
    numbers: list[int] = []  # of the lists that are open

    def listed(tag: re.Match[str]) -> str:
        if tag[1]:
            del numbers[-1:]
        elif tag[2]:
            numbers.append(1 if tag[2].lower() == "ol" else 0)
        if tag[2]:
            return "\n"
        number = numbers[-1] if numbers else 0
        numbers[-1:] = [number + 1 if number else 0] if numbers else []
        # NUL stands for a space at the beginning of a line: CommonMark has none.
        return "\n" + "\0\0" * (len(numbers) - 1) + (f"{number}. " if number else "- ")

    content = _RAISED.sub(_mark, content)
    content = _LINE.sub("\n", _LISTED.sub(listed, _BREAK.sub("\n", _CELL.sub(" | ", content))))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", content)).split("\n"))
    return flat("\n".join(line for line in lines if line.strip("-\0 |")).replace("\0", " "))


def _mark(tag: re.Match[str]) -> str:
    """What stands for a tag that raises or lowers; what is a link as well is the mark of a note."""
    if tag[2]:
        return END
    if tag[3] in "bB":
        return LOWERED
    return NOTE if "#" in (tag[1] or "") or tag[4] else RAISED


def _in_one_line(cell: re.Match[str]) -> str:
    """A cell of HTML without what separates its lines: the entries of a list stand behind each other."""
    inside = _LISTED.sub("", _AGAIN.sub("\0", cell[2]))
    inside = re.sub(r"[ \t\n]+", " ", _LINE.sub(" ", _BREAK.sub(" ", inside))).strip(" ")
    return cell[1] + _TRAILING.sub("", inside).replace("\0", "; ") + cell[3]


def inline(token: Any, cell: bool = False) -> str:
    """The text of a line; a picture's words where it stands among words or alone, not those of a row of badges. In a
    cell a list is one line.
    """
    children = token.children or ()
    closed = {c.content for c in children if c.type == "html_inline" and c.content[1] == "/"}
    words = any(c.type in {"text", "code_inline"} and c.content.strip() for c in children)
    shown = [c for c in children if c.type == "image" and not _FILE.fullmatch(c.content)]
    linked = any(c.type == "link_open" for c in children)
    pictures = words or (len(shown) == 1 and not linked)  # else a row of badges
    pieces: list[str] = []
    codes: list[str] = []  # stay as they are
    leads = False  # the link that has just begun, to a place of the text
    before = ""
    for child in children:
        behind, before = before in {"image", "link_close", "code_inline"}, child.type
        if child.type == "link_open" or (
            child.type == "html_inline" and _LINK.match(child.content)
        ):
            if pieces and pieces[-1] == RAISED:
                pieces[-1] = NOTE
            leads = "#" in str(child.attrGet("href") or child.content)
            continue
        match child.type:
            case "image" if pictures and child in shown:
                pieces.append(child.content)
            case "code_inline" if pieces and _ROLE.search(pieces[-1]):
                pieces[-1] = _ROLE.sub("", pieces[-1])
                pieces.append(_CODE)
                codes.append(re.sub(r"\s*<[^<>]*>\Z", "", child.content))
            case "text":
                text = _NOTE_OF.sub(r"[\1] ", child.content) if not pieces else child.content
                text = _BEHIND.sub("", text, 1) if behind and _BEHIND.match(text) else text
                text = _PANDOC.sub(_by_sign, text)
                pieces.append(_INLINE_NOTE.sub(r" (\1)", _NOTE.sub(r"[\1]", text)))
            case "code_inline":
                pieces.append(_CODE)
                codes.append(child.content)
            case "html_inline" if raises := _RAISED.fullmatch(child.content):
                mark = _mark(raises)
                pieces.append(NOTE if mark == RAISED and leads else mark)
            case "html_inline" if _is_said(child.content, pieces, closed):
                pieces.append(child.content)
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "html_inline" if _BREAK.fullmatch(child.content):
                pieces.append(" " if cell else "\n")
            case "html_inline" if cell and _AGAIN.fullmatch(child.content):
                pieces.append("\0")
        leads = False
    text = "".join(pieces).strip(" ")
    text = flat(_TRAILING.sub("", text).replace("\0", "; "))
    text = _PICTURE.sub(lambda shown: "" if _FILE.fullmatch(shown[1]) else shown[1], text)
    text = _VAULT.sub(_of_vault, _SPAN.sub(r"\1", text)).strip(" ")
    text = _EMOJI.sub(_emoji, _MARKED.sub(r"\1", text))
    if children and children[-1].type == "text":
        text = _ATTRIBUTES.sub("", text)
    kept = iter(codes)
    return re.sub(_CODE, lambda _: next(kept, ""), text)


def _is_said(tag: str, before: Sequence[str], closed: set[str]) -> bool:
    """Whether a name between signs is a type (`Array<number>`) or what the reader puts in, and no element."""
    if not before or not (named := _NAMED.fullmatch(tag)) or named[1].lower() in _elements():
        return False
    said = named[1].islower() or before[-1][-1:].isalnum()
    return said and f"</{named[1]}>" not in closed


@cache
def _elements() -> frozenset[str]:
    from lxml.html.defs import tags
    from markdown_it.common.html_blocks import block_names

    return tags | frozenset(block_names) | _OTHER_ELEMENTS


def _of_vault(link: re.Match[str]) -> str:
    """The words that such a link shows: its own, or the note and the place in it."""
    if link[1]:
        return ""
    note, _, place = link[2].partition("#")
    return link[3] or " > ".join(part for part in (note, place) if part and part[0] != "^")


def _by_sign(match: re.Match[str]) -> str:
    if not match[1]:
        return match[0]
    return f"{RAISED if match[1] == '^' else LOWERED}{match[2]}{END}"


def _emoji(name: re.Match[str]) -> str:
    """The sign that a name between colons stands for, as GitHub and others show it."""
    from rich.emoji import Emoji

    return Emoji.replace(name[0])
