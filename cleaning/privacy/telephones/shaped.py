"""Telephone numbers told by their form: those of the Spanish numbering plan, and of countries that are named nearby.

A form that thousands are written in too, and nine digits without groups, need more: a word nearby that has to do with calling.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.telephones.calling import NEAR, is_called, is_named, is_other
from cleaning.privacy.telephones.countries import in_field, national

Spans = Iterator[tuple[int, int]]
# Nine digits as the Spanish plan allows them (CNMC, Plan nacional de numeración telefónica), in the groups in
# which telephones are written, separated by one sign. Group `three` may be a number with its thousands.
_CANDIDATE = re.compile(
    r"[(0-9](?<![\w/.,+#@=-].)(?=(?:[+0-9]|[ ·/-][0-9]|(?<=9[1-8]) /)[0-9 \xa0.()·/–-]{5})"
    r"(?=.(?:[+ \xa0.()·/–-]{0,5}[0-9]){5})"
)
_MARK = r"[ \xa0.·–-]"
_GROUPED = re.compile(
    r"(?:\((?:00|\+ ?)34\) ?|)(?:"
    rf"\((?:0?[89][1-8])\) ?[0-9]{{3}}{_MARK}?[0-9]{{2}}{_MARK}?[0-9]{{2}}"
    rf"|\([89][1-8][0-9]\) ?[0-9]{{2,3}}{_MARK}?[0-9]{{2}}{_MARK}?[0-9]{{1,2}}"
    rf"|(?:[67][0-9]|[89][0-8])[0-9](?:(?P<two>[/ \xa0.·–-])[0-9]{{2}}(?P=two)[0-9]{{2}}(?P=two)[0-9]{{2}}"
    rf"|(?P<three>{_MARK}| [–-] |  )[0-9]{{3}}(?P=three)[0-9]{{3}})"
    r"|[67][0-9]{2} [0-9]{2}-[0-9]{2}-[0-9]{2}|9[1-8] ?/ ?[0-9]{3}[ ./-][0-9]{2}[ ./-]?[0-9]{2}|9[1-8][0-9] ?/ ?[0-9]{2}[ .-][0-9]{2}[ .-]?[0-9]{2}"
    rf"|[89][1-8](?P<fixed>{_MARK})[0-9]{{3}}(?P=fixed)(?:[0-9]{{2}}(?P=fixed)[0-9]{{2}}|[0-9]{{4}}))"
    r"(?![\w²³]|[ \xa0]?[.,:–-]?[0-9]|[ \xa0]?[–-][0-9]|/(?:19|20)[0-9]{2}\b)"
)
_TOGETHER = re.compile(
    r"(?:(?:\((?:00|\+ ?)34\) ?|34|)(?:[67][0-9]|[89][0-8])[0-9]{7}"
    r"|[67][0-9]{2}(?:[ .-](?:[0-9]{2}[ .-]?[0-9]{4}|[0-9]{6})|(?:, [0-9]{2}){3}|(?:, [0-9]{3}){2})|[67][0-9]{2}[ .-][0-9]{4}[ .-][0-9]{2}|9[1-8][0-9]-[0-9]{2} [0-9]{2} [0-9]{2})(?![\w²³]|[.,:–-]?[0-9]|/[0-9])"
)
# Forms that need nothing nearby, since nothing else is written so: a number of the Dominican Republic or Puerto Rico, an
# Ecuadorian mobile, those that cost nothing (0800, 0810, 01 800), the code of a small country before four and four, and
# one of Buenos Aires before a mobile.
_NO_MORE = r"(?![\w²³]|[ .,:/–-]?[0-9])"
_SURE = re.compile(
    rf"(?:\((?:8[024]9|787|939)\) ?|(?:8[024]9|787|939)(?P<sign>[ .-]))[0-9]{{3}}(?(sign)(?P=sign)|[ .-])[0-9]{{4}}{_NO_MORE}"
    rf"|[1-9][0-9]{{9}}(?= \(?(?i:whats?app|wsp|wh?as+ap|cel(?:ular)?)\b)"
    rf"|09[0-9]{{2}}(?P<mobile>[ -])[0-9]{{3}}(?P=mobile)[0-9]{{3}}{_NO_MORE}"
    rf"|04(?:1[246]|2[46])[ ./-][0-9]{{3}}[ .-]?(?:[0-9]{{4}}|[0-9]{{2}}[ .-][0-9]{{2}}){_NO_MORE}"
    rf"|3[0-5][0-9](?P<pairs>[ .-])[0-9]{{3}}(?P=pairs)[0-9]{{2}}(?P=pairs)[0-9]{{2}}{_NO_MORE}"
    rf"|01 (?:[0-9]{{3}} (?:[0-9](?: [0-9]{{2}}){{3}}|[0-9]{{3}}(?: [0-9]{{4}}| [0-9]{{2}} [0-9]{{2}}))|(?:33|55|81) [0-9]{{4}} [0-9]{{4}}){_NO_MORE}"
    rf"|\([2-7][0-9]\) 2 [0-9]{{3}} ?[0-9]{{4}}{_NO_MORE}|0[23][0-9]{{2}}-(?:15-)?[0-9]{{7}}(?=\.?(?:\n|\Z)){_NO_MORE}"
    rf"|0(?:8[01]0|1[ -]8000?)(?:[ -][0-9]{{1,4}}){{2,3}}{_NO_MORE}"
    rf"|[2-7][0-9]{{3}}-[0-9]{{4}}(?= ?/ ?15[ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_NO_MORE})"
    rf"|(?:\((?:50[2-8]|59[158])\) ?|(?:50[2-8]|59[158])[ -])(?:[2-9][ -])?[2-9][0-9]{{2,3}}[ -][0-9]{{4}}{_NO_MORE}"
)
_NUMBER_BEFORE = re.compile(r"[0-9][ \xa0]\Z")  # the number goes further back
# Behind a number with thousands stands what it counts; behind a telephone no noun but some small words.
_COUNTED = re.compile(
    r"[ \xa0](?!(?:y|o|ó|e|u|i|a|de|del|en|si|con|para|por|desde|entre|las|los|el|la|es|son|ou|para|ext|fax"
    r"|m[oó]vil|fijo"
    r"|whats?app|horario|antes|preguntar|preguntad|lunes|gratis|tardes|ma[nñ]anas|cada|hasta|solo|sólo|si|que"
    r"|se|me)\b)[^\W\d_]"
)
_THOUSANDS = re.compile(r"[0-9][ \xa0.][0-9]{3}|[0-9],[0-9]")
# How mobiles are written, and lines of countries that nothing else is written like.
MOBILE = re.compile(
    r"(?:[67][0-9]{2}(?:[ .-]?[0-9]{3}){2}|[67][0-9]{2}(?:[ .-]?[0-9]{2}){3}"
    r"|3[0-5][0-9][ .-]?[0-9]{3}[ .-]?(?:[0-9]{4}|[0-9]{2}[ .-][0-9]{2})|9[ .-]?[0-9]{4}[ .-]?[0-9]{4}|9[0-9]{2}[ .-][0-9]{3}[ .-][0-9]{3}"
    r"|04[12][2-6][ ./-]?[0-9]{3}[ .-]?(?:[0-9]{4}|[0-9]{2}[ .-][0-9]{2})|09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|09[0-9][ -]?[0-9]{3}[ -]?[0-9]{3,4}"
    r"|15[0-9]{8}|[23][0-9]{3}[ -][0-9]{2}[ -][0-9]{4}|0[23][0-9]{2,3}[ -](?:15[ -]?)?[0-9]{6,7}|9[1-8][0-9]-[0-9]{6}|[2-4]-[2-4][0-9]{6}"
    r"|(?:1[15]|[2-9][0-9])[ -][0-9]{4}[ -][0-9]{4}|(?:11|[23][0-9]{2,3}) ?-?15[ -]?[0-9]{2,4}-[0-9]{4})"
    r"(?![\w²³-]|[.,:/][0-9]| [0-9])"
)
_LOOSE = re.compile(r"[67](?:[ .-]?[0-9]){8}(?![\w-]|[.,:/ ]?[0-9])")  # in any groups


def shaped(text: str) -> Spans:
    """Numbers told by their form, of Spain or of a country that is named nearby."""
    end = 0
    for candidate in _CANDIDATE.finditer(text):
        start = candidate.start()
        if start < end or _NUMBER_BEFORE.search(text[max(0, start - 2) : start]):
            continue
        for form in (_grouped, _together, _sure, in_field, _owned, national):
            if (stop := form(text, start)) and not is_other(text, start, stop):
                end = stop
                yield start, stop
                break


def _grouped(text: str, start: int) -> int | None:
    if not (match := _GROUPED.match(text, start)):
        return None
    start, end = match.span()
    # It may be an IP address.
    if match["fixed"] == "." and int(text[match.end("fixed") :][:3]) < 256:
        return end if is_called(text, start, end) else None
    thousands = match["three"] in {" ", "  ", "\xa0", "."}
    return None if thousands and _maybe_thousands(text, start, end, match["three"]) else end


def _together(text: str, start: int) -> int | None:
    match = _TOGETHER.match(text, start)
    return (
        match.end()
        if match
        and (
            is_called(text, *match.span())
            or (match.group()[0] in "67" and is_named(text, *match.span()))
        )
        else None
    )


def _owned(text: str, start: int) -> int | None:
    match = MOBILE.match(text, start)
    match = match or _LOOSE.match(text, start)
    return match.end() if match and is_named(text, *match.span()) else None


def _sure(text: str, start: int) -> int | None:
    match = _SURE.match(text, start)
    return match.end() if match else None


def _maybe_thousands(text: str, start: int, end: int, sign: str) -> bool:
    """Whether three groups of three may count something: by what follows, or by other such numbers around."""
    if is_called(text, start, end):
        return False
    around = text[max(0, start - NEAR) : start] + " " + text[end : end + NEAR]
    return sign in {".", "  "} or bool(  # two blanks separate columns, too
        _COUNTED.match(text, end) or _THOUSANDS.search(_GROUPED.sub("", around))
    )
