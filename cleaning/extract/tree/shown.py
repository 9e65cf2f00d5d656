"""What a browser shows otherwise than the tree of a page says it, written into the tree: formulas, the marks of lists,
quotation marks, corrections, readings beside characters, trees in the shadow of an element, the places of cells; the
numbers of lines of code go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from cleaning.extract.tree.numbering import number_lists
from cleaning.extract.tree.spans import place_cells
from cleaning.text.formula import formula, tex

_AROUND = frozenset({"mwe-math-element", "katex", "katex-display"})
_NEAR = 4  # elements around a formula that may be of what draws it
# Classes of pictures of formulas, of MediaWiki and of WordPress.
_PICTURES = frozenset(
    {"tex", "latex", "mwe-math-fallback-image-inline", "mwe-math-fallback-image-display"}
)
# Of columns and marks of numbers, of Pygments, Rouge and others.
_NUMBERS = frozenset(
    {
        "gutter",
        "rouge-gutter",
        "linenos",
        "lineno",
        "linenodiv",
        "hljs-ln-numbers",
        "lines",
        "line-numbers",
        "line-number",
    }
)
_DIGITS = re.compile(r"[\d\s]*")
# Styles that put a text where nobody sees it, which no click changes: out of sight, out of the window, of no size.
OUT_OF_SIGHT = re.compile(
    r"visibility\s*:\s*hidden|(?:left|right|top|text-indent)\s*:\s*-\d{4}|font-size\s*:\s*0+(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:!|;|\Z)",
    re.IGNORECASE,
)
CHOICES = b"<span hidden="  # of several a script shows one, by the system of who reads
NAMED = b":</cite>"  # whom a post quotes
_QUOTED = re.compile(r'\s*["“”«»‘’\']')


def as_shown(root: Any) -> None:
    """Changes the tree of a page in place."""
    for table in root.iter("table"):
        place_cells(table)
    wanted = [e for e in root.iter(*_MENDS) if next(e.iterancestors("math"), None) is None]
    for element in wanted:
        _MENDS[element.tag](element)


def part_names(root: Any) -> bool:
    """Sets a quoted post below the line that says whose it is ("rosa escribió:"), as the style sheet of a board does;
    whether there was any right behind such a line.
    """
    names = [
        cite
        for cite in root.iterfind(".//blockquote//cite")
        if not len(cite)
        and (cite.text or "").rstrip().endswith(":")
        and (cite.tail or " ")[0].strip()
    ]
    for cite in names:
        below = cite.makeelement("br")
        below.tail, cite.tail = cite.tail, None
        cite.addnext(below)
    return bool(names)


def choose(root: Any) -> bool:
    """Shows the last of the spans that stand for one word of a sentence and are all hidden, which is for who is nobody
    that the others are for; whether there were any.
    """
    choices = {
        around
        for hidden in root.iter("span")
        if hidden.get("hidden") is not None
        and (around := hidden.getparent()) is not None
        and around.tag == "span"
        and around.get("hidden") is None
    }
    chosen = False
    for around in choices:
        between = [around.text, *(choice.tail for choice in around)]
        if any(text and text.strip() for text in between):
            continue
        if all(choice.tag == "span" and choice.get("hidden") is not None for choice in around):
            del around[-1].attrib["hidden"]
            chosen = True
    return chosen


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "").split())


def _say(element: Any, text: str) -> None:
    """Puts a text in the place of an element, in one that says nothing of it."""
    element.clear(keep_tail=True)
    element.tag, element.text = "span", text


def _formula(math: Any) -> None:
    """The formula once, whatever draws it beside the element."""
    whole = math
    for around in islice(math.iterancestors(), _NEAR):
        if _classes(around) & _AROUND or around.tag == "mjx-container":
            whole = around
    _say(whole, formula(math))


def _without_drawing(script: Any) -> None:
    """What MathJax drew before the script from which it did goes."""
    while (before := script.getprevious()) is not None and not (before.tail or "").strip():
        if not (before.get("class") or "").startswith("MathJax"):
            return
        before.getparent().remove(before)


def _quote(element: Any) -> None:
    if _QUOTED.match(element.text or ""):
        return
    element.text = "“" + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + "”"
    else:
        element.text += "”"


def _deleted(element: Any) -> None:
    """What was put right goes where what was put in its place stands behind it."""
    following = element.getnext()
    if following is not None and following.tag == "ins" and not (element.tail or "").strip():
        _say(element, "")


def _reading(element: Any) -> None:
    """How a character is read, in brackets, where the page writes none for browsers that don't know how to set it."""
    above = element.getparent()
    if above is not None and above.find("rp") is None:
        _say(element, f"({''.join(element.itertext()).strip()})")


def _script(script: Any) -> None:
    """A formula from which MathJax draws one."""
    if (script.get("type") or "").startswith("math/tex"):
        _without_drawing(script)
        _say(script, tex(script.text or ""))


def _picture(image: Any) -> None:
    if _classes(image) & _PICTURES and (words := image.get("alt")):
        _say(image, tex(words))


def _shadow(template: Any) -> None:
    """What a template puts into the shadow of its element is what this shows; its slots show what else is there."""
    if template.get("shadowrootmode") is None:
        return
    template.tag = "div"
    around = template.getparent()
    light = [e for e in around if e is not template] if around is not None else []
    for slot in list(template.iter("slot")):
        name = slot.get("name")
        slotted = [e for e in light if e.get("slot") == name]
        if slotted:
            slot.text = None
            slot[:] = slotted
        slot.tag = "div" if slotted or len(slot) else "span"


def _column(column: Any) -> None:
    """The numbers of lines of code go."""
    if _classes(column) & _NUMBERS and _DIGITS.fullmatch("".join(column.itertext())):
        _say(column, "")


_MENDS: dict[str, Callable[[Any], None]] = {
    "math": _formula,
    "ol": number_lists,
    "q": _quote,
    "del": _deleted,
    "s": _deleted,
    "strike": _deleted,
    "rt": _reading,
    "script": _script,
    "img": _picture,
    "td": _column,
    "pre": _column,
    "span": _column,
    "template": _shadow,
}
