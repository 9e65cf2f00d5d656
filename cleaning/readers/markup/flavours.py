"""What writers of Markdown add to CommonMark: containers, notes, definitions, marks of generators.

They are turned line by line into what CommonMark knows, before it is parsed; lines of code stay as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import dropwhile

from cleaning.readers.markup.components import without_program
from cleaning.readers.markup.templates import in_markdown

_FENCE = re.compile(
    r"(?P<indent>[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)*)(?P<mark>`{3,}|~{3,})(?P<info>.*)"
)
_DIRECTIVE = re.compile(r"\s*\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)")
# ::: of MyST, Pandoc, VuePress.
_COLONS = re.compile(r"\s*:{3,}\s*(?:\{?(?P<name>[A-Za-z][\w:-]*)\}?)?(?P<title>.*)")
# Attributes of Pandoc and Quarto: {.class #id width=50% fig-alt="Un gato"}.
_ATTRIBUTE = r"(?:[.#][\w:.-]+|[\w:-]+=(?:\"[^\"{}]*\"|'[^'{}]*'|[^\s\"'{}]+))"
BRACED = rf"\{{\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}"
_DIV = re.compile(rf"\s*:{{3,}}\s*(?P<said>{BRACED})[\s:]*")
_DIV_TITLE = re.compile(r"\stitle=\"([^\"]*)\"")
_CELL_OPTION = re.compile(r"\s*(?:#|//|%%|--)\|")  # of a cell of Quarto that is run
# What a page in MDX takes from its program, up to an empty line, and what it doesn't show.
_OF_PROGRAM = re.compile(
    r"import\s+(?:[\w*{][^'\"]{0,300}\sfrom\s*)?(?:'[^'\n]+'|\"[^\"\n]+\")\s*;?\s*|import\s*\{\s*"
    r"|export\s+(?:const|let|default|(?:async\s+)?function)\s[^.]*[={(].*"
)
_TAG = re.compile(r"</?([A-Z]\w*[a-z][\w.]*)(?:\s[^<>]{0,300})?/?>")
_LAST_TAG = re.compile(rf"{_TAG.pattern}\Z")
_NEXT_CELL = re.compile(r"</([A-Z]\w*[a-z][\w.]*)>\s*(?=<\1[\s>])")
_CLOSED = re.compile(r" {0,3}</([A-Z]\w*[a-z][\w.]*)>\s*")
_UNSHOWN = re.compile(r"\s*\{/\*.*\*/\}\s*")
_MARKED = re.compile(
    r"(?P<indent>\s*)(?:!!!|\?\?\?\+?)\s+[\w -]{1,60}?(?:\s+\"(?P<title>[^\"]*)\")?\s*"
)  # of MkDocs
_TAB = re.compile(r"(?P<indent>\s*)===[!+]?\s+\"(?P<title>[^\"]*)\"\s*")
_ALERT = re.compile(r"\s*>\s*\[!\w+\][+-]?\s*")  # of GitHub
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s.*)?")
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_DEFINED = re.compile(r" {0,3}:[ \t]{1,3}(?=\S)")
_ALONE = re.compile(  # places of a table of contents, what an abbreviation is short for
    r"\s*(?:\[\[?_?toc_?\]?\]|\{:.*\}|\(\w[\w-]*\)=|\*\[[^\]]+\]:.*)\s*",
    re.IGNORECASE,
)
# An entry in whose place kramdown puts the contents of the text, and what says so below it.
_ENTRY = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\S.*")
_CONTENTS_HERE = re.compile(r"\s*\{:\s*(?:[.#][\w-]+\s+)*toc(?:\s[^{}]*)?\}\s*")
# A list of links to places in the text goes, with its title.
_CONTENTS = ("", "- [toc](#toc)", "- [toc](#toc)", "")
# HTML in which kramdown and PHP Markdown Extra read Markdown; CommonMark takes all up to an empty line for HTML.
_HOLDS_MARKDOWN = re.compile(
    r"\s*<(?:div|section|article|aside|header|footer|details|figure|blockquote)\s(?:[^<>]*\s)?markdown=[\"']?(?:1|block|span)\b[^<>]*>"
)
_CLOSES = re.compile(
    r"(?:\s*(?:</(?:div|section|article|aside|header|footer|details|figure|blockquote)>|<!--[^<>]*-->))+\s*"
)
# Directives that hold text; any other fence with a name in braces holds code or, of these, nothing to read.
_HOLDING = """admonition attention card caution danger definition deprecated dropdown epigraph error example exercise
figure grid grid-item grid-item-card hint important margin note proof pull-quote remark seealso sidebar solution
tab-item tab-set theorem tip topic versionadded versionchanged warning"""
_PROSE = frozenset(_HOLDING.split())
_MYST = re.compile(r"^(?:`{3,}|:{3,})\{\w|\{[\w:-]{1,40}\}`|^\([\w-]{1,80}\)=", re.MULTILINE)
_NOTHING = frozenset({"bibliography", "contents", "image", "include", "index", "literalinclude"})
_NOTHING |= {"tableofcontents", "toctree"}
_QUERIES = frozenset({"dataview", "dataviewjs"})  # of a vault of Obsidian, shown as what they find
_ROW_OF_LIST = re.compile(r"\s*([*+-]\s+)?[*+-](?:\s+|\Z)")
_ROW = re.compile(r" {0,3}\|.*[^\\]\|\s*\Z")
# Below the head of a table, or between its rows.
_RULE = re.compile(r"\s*\|(?=[^-=]*[-=])[\s|:+=-]+")
_BAR = re.compile(r"(?<!\\)\|")
LONGEST = 500  # code points of a line that may be one of these


def commonmark(text: str) -> str:
    """The text in Markdown with what CommonMark doesn't know said in its way, or left out where it says nothing."""
    text = without_program(in_markdown(text))
    myst = _MYST.search(text) is not None
    lines = text.expandtabs(4).splitlines()
    first = next((line for line in lines if line.strip()), "")
    if (len(first) <= LONGEST and _OF_PROGRAM.fullmatch(first)) or _is_mdx(text, lines):
        lines = list(_without_components(lines))
    return "\n".join(_lines(lines, myst))


def _is_mdx(text: str, lines: list[str]) -> bool:
    """Whether a line outside code closes a component, which is no element of HTML."""
    if "</" not in text:
        return False
    from markdown_it.common.html_blocks import block_names

    closed = (_CLOSED.fullmatch(line) for line in _outside_code(lines) if line)
    return any(tag and tag[1].lower() not in block_names for tag in closed)


def _outside_code(lines: list[str]) -> Iterator[str | None]:
    """The lines, None for one of code."""
    closes = 0
    for index, line in enumerate(lines):
        if index >= closes and (fence := _FENCE.fullmatch(line)):
            closes = _end_of(lines, index + 1, fence["mark"])
        yield line if index >= closes else None


def _without_components(lines: list[str]) -> Iterator[str]:
    """The lines of a page in MDX without the tags of components between which they stand: a block of HTML would go on
    behind them. Two of a name one after the other are cells of a row.
    """
    for line, shown in zip(lines, _outside_code(lines), strict=True):
        said = (shown or "").strip()
        if not _TAG.match(said) or not _LAST_TAG.search(said[-LONGEST:]):
            yield line
            continue
        cells = [_TAG.sub("", cell).strip() for cell in _NEXT_CELL.sub("\0", said).split("\0")]
        if len(cells) > 1:
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
        else:
            yield from ("", *filter(None, cells), "")


def _lines(lines: list[str], myst: bool = False) -> Iterator[str]:
    fences: list[str] = []  # of directives, whose text is Markdown
    index, before = 0, ""
    inside_html = False  # whether some HTML holds Markdown
    while index < len(lines):
        line = lines[index]
        index += 1
        if _ROW.match(line) and "|" not in before:
            end = next(
                (n for n in range(index, len(lines)) if not _ROW.match(lines[n])), len(lines)
            )
            yield from _rows(lines[index - 1 : end])
            before, index = lines[end - 1], end
            continue
        if len(line) > LONGEST:
            yield line
            before = line
            continue
        if myst and (line[:1] == "%" or line.strip() == "+++"):  # a comment, the end of a block
            continue
        fence = _FENCE.fullmatch(line)
        if fence and fences and fence["mark"].startswith(fences[-1]) and not fence["info"].strip():
            fences.pop()
            yield ""
        elif fence and (named := _DIRECTIVE.fullmatch(fence["info"])) and named["name"] in _PROSE:
            fences.append(fence["mark"])
            index = _behind_options(lines, index)
            yield from ("", fence["indent"] + _title(named), "")
        elif fence:
            end = _end_of(lines, index, fence["mark"])
            yield from _fenced(lines[index - 1 : end], fence["info"].strip(), named)
            index = end
        elif (colons := _COLONS.fullmatch(line)) and (
            colons["name"] or not colons["title"].strip()
        ):
            if colons["name"] in _NOTHING:
                index = next(
                    (n for n in range(index, len(lines)) if _COLONS.fullmatch(lines[n])), index
                )
            index = _behind_options(lines, index) if colons["name"] else index
            yield from ("", _title(colons) if colons["name"] else "", "")
        elif div := _DIV.fullmatch(line):
            yield from ("", *_DIV_TITLE.findall(div["said"]), "")
        elif not before.strip() and _OF_PROGRAM.fullmatch(line):
            index = next((n for n in range(index, len(lines)) if not lines[n].strip()), len(lines))
        elif opened := (_MARKED.fullmatch(line) or _TAB.fullmatch(line)):
            inside, index = _indented(lines, index, len(opened["indent"]) + 4)
            yield from ("", opened["indent"] + (opened["title"] or ""), "")
            yield from (opened["indent"] + inner if inner else "" for inner in _lines(inside))
            yield ""
        elif _ENTRY.match(line) and index < len(lines) and _CONTENTS_HERE.fullmatch(lines[index]):
            index += 1
            yield from _CONTENTS
        elif holds := _HOLDS_MARKDOWN.match(line):
            inside_html = True
            yield from ("", line[holds.end() :])
        elif inside_html and _CLOSES.fullmatch(line):
            yield ""
        elif _ALERT.fullmatch(line):
            yield ">"
        elif _ALONE.fullmatch(line) or _UNSHOWN.fullmatch(line):
            yield ""
        elif _NOTE.match(line):
            # Or CommonMark takes it for the target of links.
            inside, index = _indented(lines, index, 4)
            begun = line.strip().replace("[^", "\\[^", 1)
            yield from (
                "",
                begun if not begun.endswith(":") or not inside else f"{begun} {inside.pop(0)}",
            )
            yield from _lines(inside)
        elif before.strip() and (defined := _DEFINED.match(line)):
            yield from ("", line[defined.end() :])
            inside, index = _indented(lines, index, 4)
            yield from _lines(inside)
        else:
            yield line
        before = line


def _fenced(lines: list[str], info: str, named: re.Match[str] | None) -> Iterator[str]:
    """A fence that holds no prose, as lines: code, or what a directive says in its own way."""
    opening, *inside = lines
    if re.match(r"\{\w", info):
        inside = list(dropwhile(_CELL_OPTION.match, inside))
    if info in _QUERIES:
        yield ""
    elif not named:
        yield from (opening, *inside)
    elif named["name"] in _OF_LINES:
        rows = inside[_behind_options(inside, 0) : -1]
        yield from ("", _title(named), "", *_OF_LINES[named["name"]](rows), "")
    elif named["name"] not in _NOTHING:
        begin = _behind_options(inside, 0)
        # An empty line ends the options.
        begin += begin > 0 and inside[begin : begin + 1] == [""]
        yield from (opening, *inside[begin:])


def _rows(lines: list[str]) -> list[str]:
    """Rows in bars below each other as CommonMark's table: kramdown's may have no head, and rules anywhere."""
    widths = [len(_BAR.findall(line)) - 1 for line in lines]
    if len(lines) == 1 or max(widths) == 1:
        return lines
    rows = [line for line in lines if not _RULE.fullmatch(line)]
    headed = rows[:1] == lines[:1] and _RULE.fullmatch(lines[1]) and not {"=", "+"} & {*lines[1]}
    if not rows or (headed and widths[0] == widths[1]):
        return rows and lines
    first, *others = rows
    indent = first[: len(first) - len(first.lstrip())]
    first = first.rstrip() + "|" * (max(widths) + 1 - len(_BAR.findall(first)))
    # An empty line behind it, or it goes on with any line.
    return [first, f"{indent}|" + "---|" * max(widths), *others, ""]


def _title(opened: re.Match[str]) -> str:
    title = re.sub(r"\{[^{}]*\}|\[(.*)\]", r"\1", opened["title"]).strip()
    if opened["name"] == "figure" or title.startswith(("<", "http")):  # an address
        return ""
    return title


def _listed_rows(lines: list[str]) -> Iterator[str]:
    """The rows of a table that is written as a list of lists: `* - a`, below it `  - b`."""
    rows: list[list[str]] = []
    for line in lines:
        if entry := _ROW_OF_LIST.match(line):
            if entry[1] or not rows:
                rows.append([])
            rows[-1].append(line[entry.end() :].strip())
        elif line.strip() and rows:
            rows[-1][-1] += f" {line.strip()}"
    yield from _table(rows)


def _separated_rows(lines: list[str]) -> Iterator[str]:
    """The rows of a table whose cells commas separate."""
    yield from _table(list(csv.reader(line for line in lines if line.strip())))


def _terms(lines: list[str]) -> Iterator[str]:
    """Terms, and what they mean, which stands indented below them."""
    for line in lines:
        yield from ("", line.strip()) if line[:1].strip() else (line.strip(),)
        yield from ("",) * (line[:1].strip() != "")


def _table(rows: list[list[str]]) -> Iterator[str]:
    """Rows as a table in Markdown."""
    width = max(map(len, rows), default=0)
    for number, row in enumerate(rows):
        cells = [cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield "|" + "---|" * width


# Directives whose lines are neither Markdown nor code.
_OF_LINES = {"list-table": _listed_rows, "csv-table": _separated_rows, "glossary": _terms}


def _behind_options(lines: list[str], index: int) -> int:
    """The line behind the options of a directive."""
    while index < len(lines) and _OPTION.fullmatch(lines[index]):
        index += 1
    return index


def _end_of(lines: list[str], index: int, mark: str) -> int:
    """The line behind the one that closes a fence."""
    for number in range(index, len(lines)):
        bare = lines[number].strip(" \t>")
        if bare.startswith(mark) and not bare.strip(mark[0]):
            return number + 1
    return len(lines)


def _indented(lines: list[str], index: int, width: int) -> tuple[list[str], int]:
    """The lines that are indented by so many spaces at least, without these, and the first line behind them."""
    inside: list[str] = []
    while index < len(lines) and (not lines[index].strip() or lines[index].startswith(" " * width)):
        inside.append(lines[index][width:])
        index += 1
    return inside, index
