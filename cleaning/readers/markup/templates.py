"""Tags of templates in the sources of sites: Liquid, Hugo's shortcodes, Django and Jinja. They are markup, not text.

What shows them stays: code, `raw` and Hugo's escaped form, in a lesson about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Groups are atomic, not possessive, which Python before 3.11.4 gets wrong.
# Code, in which nothing is a tag: fences, code within a line, indented lines behind an empty one, elements of HTML.
_WRITTEN = r"""
^(?P<before>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)(?P<fence>`{3,}|~{3,})[^`\n]*\n
  (?:.*\n)*?(?:[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)
|(?<!`)(?P<ticks>`{1,3})(?!`)(?>(?:[^`\n]++|(?!(?P=ticks)(?!`))`++){1,20})(?P=ticks)(?!`)
|(?:(?<=\n\n)|\A)(?:(?:[ ]{4}|\t)[^\n]*\n)+
"""
_ELEMENTS = r"""
|<(?P<element>pre|code|kbd|samp|tt|script|style|textarea|svg)\b[^<>]{0,500}>(?>(?:[^<]++|<(?!/(?P=element)\b))*)(?:</(?P=element)\s*>|\Z)
"""
_RAW = r"""
|\{%-?\s*(?:raw|verbatim)\s*-?%\}(?P<raw>(?>(?:[^{]++|\{(?!%-?\s{0,9}(?:end)?(?:raw|verbatim)\b))*))\{%-?\s*end(?:raw|verbatim)\s*-?%\}
|\{\{(?P<open>[<%])/\*(?P<shown>[^\n{]{0,500}?)\*/(?P<close>[>%])\}\}
"""
# What `{{ x }}` puts out may be what a text speaks of, and braces are doubled in formulas: where it is in no address,
# it begins with what generators of sites call their own, or is a text. `{#` without a space is Pandoc's.
_TAGS = r"""
|\{%-?\s*comment\b[^%]{0,200}%\}(?>(?:[^{]++|\{(?!%-?\s{0,9}(?:end)?comment\b))*)\{%-?\s*endcomment\s*-?%\}
|(?P<tag>\{%-?\s*(?:/|end)?[A-Za-z_](?>(?:[^%{]++|%(?!\})|\{(?!%))*)%\}
|\{\{[<%]\s*/?\s*[\w./-](?>(?:[^%>{]++|[%>](?!\}\})|\{(?!\{[<%]))*)[%>]\}\}
|\{\{-?\s*(?:"[^"\n{}]{0,300}"|'[^'\n{}]{0,300}'|[A-Za-z_.$][\w.$-]{0,80}(?:\[[^\]\n]{0,80}\])?)(?:\s*\|[^{}\n]{1,300})?\s*-?\}\}
|\{\{-?\s*(?:partial|template|block|define|end|if|else|with|range|ref|relref|url_for|static|super|include|link)\b[^{}\n]{0,300}\}\}
|\{\#\s[^\n{]{0,500}?\s\#\})(?P<gap>[ ]*)
"""
# In the source of a page goes all that is put out, and a comment of more than a line.
_IN_SOURCES = r"""
|\{\{[^{}\n]{1,300}\}\}|\{\#[^\0]{0,4000}?\#\}
"""
CODE = _WRITTEN + _ELEMENTS
_MARKDOWN = re.compile(CODE + _RAW + _TAGS, re.VERBOSE | re.MULTILINE)
_HTML = re.compile(_ELEMENTS.strip().removeprefix("|") + _RAW + _TAGS + _IN_SOURCES, re.VERBOSE)
_OPENS = ("{%", "{{", "{# ")
_OUTPUT = re.compile(r"\{\{-?\s*[A-Za-z_$]")
_OF_SITES = re.compile(
    r"\{\{-?\s*(?:(?:site|page|post|include|layout|paginator|forloop|theme|config|block|jekyll|collections|\$)\.|content\b"
    r"|(?:partial|template|define|end|else|range|ref|relref|url_for|static|super)\b)"
)
# A tag that is said: it stands as a word does among the words of its line.
_SAID_BEFORE = re.compile(r"[^\W_][,;:]?[ ][(«“\"]?\Z|\}[,;][ ]\Z")
_SAID_AFTER = re.compile(r"[)»”\"]?(?:[,.;:]|[ ][^\W_(])")
_CAPTION = re.compile(r"\bcaption\s*=\s*(?:\"([^\"]{2,1000})\"|'([^']{2,1000})')")
_RAW_MARK = re.compile(
    r"^[ \t]*\{%-?[ \t]*(?:end)?(?:raw|verbatim)[ \t]*-?%\}[ \t]*\n|\{%-?[ \t]*(?:end)?(?:raw|verbatim)[ \t]*-?%\}",
    re.MULTILINE,
)
# Code that a tag holds: Jekyll's, Hugo's, Hexo's.
_HIGHLIGHT = re.compile(
    r"^(?P<indent>[ \t]*)(?:\{%-?\s*(?P<tag>highlight|codeblock)\b(?P<about>[^\n%]*)%\}"
    r"|\{\{[<%]\s*(?P<code>highlight)\b(?P<said>[^\n]*?)[%>]\}\})"
    r"[ \t]*\n?(?P<body>(?:(?!\s*\{[{%][<%]?-?\s*(?:highlight|codeblock)\b)[^\n]*\n){0,2000}?[^\n]*?)\n?[ \t]*"
    r"(?:\{%-?\s*end(?P=tag)\s*-?%\}|\{\{[<%]\s*/\s*(?P=code)\s*[%>]\}\})[ \t]*$",
    re.MULTILINE,
)
_LANGUAGE = re.compile(r"(?:lang:|\s|\A)\"?([A-Za-z][\w+#-]*)")
_DEFINES = re.compile(r"^ {0,3}\[[^\[\]\n]{1,100}\]:[ \t]*\Z", re.MULTILINE)  # where links lead to
# A page that is a source: a tag that only templates have.
_SOURCE = re.compile(
    rb"\{%-?\s*(?:extends|include|block|load|for|if|assign|url|trans|static|comment|import|macro|set|with|capture)\b[^%]{0,500}%\}"
    rb"|\{\{-?\s*(?:(?:site|page)\.\w|content\b|block\.super\b|super\(\)|\.Title\b|\.Content\b|\.Site\b|(?:partial|define|template)\s+\")"
)
# Names and values above a page, for Jekyll or Hugo, before any tag.
_FRONT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(?:[^<\r\n][^\r\n]*\r?\n|\r?\n){0,200}?---[ \t]*\r?\n"
)
# One that a server sent as it is begins with a tag or has one in an address; a lesson shows them in its text.
_SENT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*\{[%{#]|=\s*[\"'][^\"'<>{]{0,300}\{[%{][^<>]{0,200}[%}]\}"
)


def in_markdown(text: str) -> str:
    """A text in Markdown without them; what holds code is a fence."""
    if not any(mark in text for mark in _OPENS):
        return text
    return _MARKDOWN.sub(_remainder, _HIGHLIGHT.sub(_fence, text))


def in_html(page: bytes) -> bytes:
    """A page that is the source of one without them and without front matter; any other as it is."""
    return _without(page, _remainder)


def _without(page: bytes, remainder: Callable[[re.Match[str]], str]) -> bytes:
    page = _FRONT.sub(b"", page)
    if b"\0" in page or not _SOURCE.search(page):
        return page
    return _HTML.sub(remainder, page.decode("utf-8", "surrogateescape")).encode(
        "utf-8", "surrogateescape"
    )


def served(page: bytes) -> bytes:
    """As `in_html`, of a page from a server: what a lesson shows outside of code, and what a sentence says, stays."""
    if not (b"{%" in page or b"{{" in page or page.startswith((b"---", b"\xef\xbb\xbf---"))):
        return page
    return _without(page, _unless_said) if _FRONT.match(page) or _SENT.search(page) else page


def _fence(match: re.Match[str]) -> str:
    language = _LANGUAGE.search(match["about"] or match["said"] or "")
    indent = match["indent"]
    opened = f"{indent}~~~~{language[1] if language else ''}"
    return f"{opened}\n{_RAW_MARK.sub('', match['body'])}\n{indent}~~~~"


def _remainder(match: re.Match[str]) -> str:
    """What is left of what was found."""
    groups = match.groupdict()
    if groups["raw"] is not None:
        return groups["raw"]
    if groups["shown"] is not None:
        return f"{{{{{groups['open']}{groups['shown']}{groups['close']}}}}}"
    if groups["tag"] is None:
        return "" if match[0].startswith("{") else _RAW_MARK.sub("", match[0])
    output = "ticks" in match.re.groupindex and _OUTPUT.match(groups["tag"])
    if output and not _OF_SITES.match(groups["tag"]) and not _leads(match):
        return match[0]
    caption = _CAPTION.search(groups["tag"])
    if caption:
        return f"\n\n{caption[1] or caption[2]}\n\n"
    if _DEFINES.search(_before(match)):
        return "#"
    return "" if match.string[match.start() - 1 : match.start()].isspace() else groups["gap"]


def _unless_said(match: re.Match[str]) -> str:
    """What is left of what was found, which stays where a sentence speaks of it."""
    tag = match["tag"] or (match[0] if match["shown"] is None else "")
    statement = match["tag"] and tag.startswith("{%")
    if not statement and (not tag.startswith("{{") or _OF_SITES.match(tag)):
        return _remainder(match)
    said = _SAID_BEFORE.search(_before(match)) and _SAID_AFTER.match(
        match.string, match.start() + len(tag)
    )
    return match[0] if said else _remainder(match)


def _leads(match: re.Match[str]) -> bool:
    """Whether it stands in an address."""
    return re.search(r"(?:\]\([^()\s]*|=[\"'][^\"'<>\s]*)\Z", _before(match)) is not None


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 200) : match.start()]
