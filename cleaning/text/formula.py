"""Formulas in one line: TeX where it is given, else what MathML and Office's OMML draw, in plain characters."""

from __future__ import annotations

import re
from typing import Any

from cleaning.text.superscripts import END, LOWERED, RAISED, flat

_TEX = "application/x-tex"
_STYLED = re.compile(r"\{\\(?:display|text|script)style\s(.*)\}", re.DOTALL)  # MediaWiki's
_ALONE = re.compile(r"\w+|\d+[.,]\d+|\(.*\)|[√\w()]+\([^()]*\)", re.DOTALL)  # needs no brackets
_WRITTEN = re.compile(r"[\\^_{}]")
# Elements that say nothing here.
_DRAWN = {"annotation", "annotation-xml", "mphantom", "none", "mprescripts"}
_PROPERTIES = "Pr"  # ends the names of OMML's properties
_DEEPEST = 100


def formula(element: Any) -> str:
    """A `math` of MathML or an `oMath` of OMML: its TeX between dollar signs where it is written beside it, else
    a/b, sqrt(a), x³, x_(i).
    """
    for note in element.iter("{*}annotation"):
        if note.get("encoding", "").lower() == _TEX and (text := (note.text or "").strip()):
            return tex(text)
    text = (element.get("alttext") or "").strip()
    if _WRITTEN.search(text) or (text and not len(element)):  # else in words
        return tex(text)
    return " ".join(flat(_line(element, 0)).split())


def tex(text: str) -> str:
    """TeX between dollar signs."""
    text = text.strip().strip("$").strip()
    styled = _STYLED.fullmatch(text)
    return f"${(styled[1] if styled else text).strip()}$" if text else ""


def _line(element: Any, depth: int) -> str:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if not name or name in _DRAWN or name.endswith(_PROPERTIES) or depth > _DEEPEST:
        return ""
    terms = [
        term for term in element if isinstance(term.tag, str) and not term.tag.endswith(_PROPERTIES)
    ]
    inner = [_line(term, depth + 1) for term in terms]
    whole = "".join(inner)
    match name, inner:
        case "mfrac" | "f", [above, below]:
            return f"{_bracketed(above)}/{_bracketed(below)}"
        case "msqrt", _:
            return f"sqrt({whole})"
        case "mroot", [base, degree]:
            return f"root({base}, {degree})"
        case "rad", [degree, base]:
            return f"root({base}, {degree})" if degree else f"sqrt({base})"
        case "msup" | "sSup", [base, above]:
            return _raised(_bracketed(base), above)
        case "msub" | "sSub", [base, below]:
            return _lowered(_bracketed(base), below)
        case "msubsup" | "munderover" | "sSubSup", [base, below, above]:
            return _raised(_lowered(_bracketed(base), below), above)
        case "munder", [base, below]:
            return _lowered(base, below)
        case "mover", [base, above] if above not in {"¯", "‾", "_", "→", "^", "˙", "~"}:
            return _raised(base, above)
        case "mover", [base, mark]:
            over = {"→": "\u20d7", "^": "\u0302", "˙": "\u0307", "~": "\u0303"}.get(mark, "\u0305")
            return "".join(character + over for character in base)
        case "bar", [base]:
            return "".join(character + "\u0305" for character in base)
        case "nary", [below, above, base]:
            return f"{_raised(_lowered(_sign(element), below), above)} {base}"
        case "mfenced", _:
            return f"{element.get('open', '(')}{', '.join(inner)}{element.get('close', ')')}"
        case "d", _:
            return f"({', '.join(inner)})"
        case "mtr" | "mr", _:
            return ", ".join(inner)
        case "mtable" | "m", _:
            return "; ".join(inner)
        case "mtext" | "mi" | "mn" | "mo" | "ms" | "t", _:
            text = (element.text or "") + whole
            return f" {text} " if name == "mo" and text in "=<>≤≥≠≈" else text
    return whole


def _sign(nary: Any) -> str:
    """The sign of a sum, an integral; an integral where none is named."""
    for sign in nary.iter("{*}chr"):
        return next(iter(sign.attrib.values()), "∫")
    return "∫"


def _raised(base: str, above: str) -> str:
    """An exponent; one of letters is told from what is raised in a word, 1er."""
    if not above.strip():
        return base
    word = above.isalpha() and not (above in "ni" and base[-1:].isalnum() and len(base) == 1)
    return f"{base}^({above})" if word else f"{base}{RAISED}{above}{END}"


def _lowered(base: str, below: str) -> str:
    if not below.strip():
        return base
    return f"{base}_({below})" if below.isupper() else f"{base}{LOWERED}{below}{END}"


def _bracketed(term: str) -> str:
    """A term of more than one word in brackets."""
    term = term.strip()
    return term if len(term) <= 1 or _ALONE.fullmatch(term) else f"({term})"
