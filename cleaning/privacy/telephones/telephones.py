"""Telephone numbers in a text: with the prefix of a country, behind a word that says so, by their form, beside another."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.extensions import EXTENSION
from cleaning.privacy.patterns.fields import CONTEXT
from cleaning.privacy.patterns.gates import may_hold, may_lie
from cleaning.privacy.telephones.calling import (
    ANY_BEFORE,
    BEFORE,
    BEFORE_OF,
    DAY,
    LINE_BEFORE,
    LINE_ENDS,
    PEOPLE,
    ROUND,
    YEARS,
    is_asked_for,
    is_called,
    is_service,
)
from cleaning.privacy.telephones.countries import FIELD
from cleaning.privacy.telephones.shaped import MOBILE, shaped
from cleaning.privacy.telephones.spoken import spoken

Spans = Iterator[tuple[int, int]]
# E.164: at most 15 digits with the country code, which never begins with 0. After 00 only Spain and Latin
# America, and no dash: numbers of files and proceedings begin so. A version stands before no prefix: 6.3+20221224.
_ABROAD = re.compile(
    r"(?:\+(?<![^\W\d].|[~+].)(?<!\D[0-9].)(?<!\D[0-9]{2}.) ?[1-9][0-9]{0,2}|\(\+ ?[1-9][0-9]{0,2}\))"
    r"(?:[ ./-]?\(?[0-9]{1,4}\)?){2,7}(?!\w|[.,/][0-9])"
    r"|0(?<![^\s(:].)0(?:34|5[0-9]{1,2})(?:[ .]?[0-9]{1,4}){2,7}(?![\w/-])"
    r"|0(?<![^\s(:].)0 34 [6789](?:[0-9]{2}(?: [0-9]{3}){2}|[0-9]{2}(?: [0-9]{2}){3}|[0-9] [0-9]{3}(?: [0-9]{2}){2})(?![\w/-])"
)
# With 00 and the code of any country (ITU-T E.164, list of codes), where a word says that it is called or the line is its own.
_DIALLED = re.compile(
    r"0(?<![^\s(:].)0 ?(?:[17]|2[07]|3[0-469]|4[013-9]|6[0-6]|8[1246]|9[0-58]|(?:2[1-689]|3[578]|42|6[789]|8[058]|9[679])[0-9])"
    r"(?: \(?[0-9]{1,8}\)?| ?\(0\)){1,6}(?![\w/-]|[.,][0-9])"
)
# What a line may begin with.
_LABEL = re.compile(r"[ \t]*(?:[^\W\d_]{2,16}\.?(?: [^\W\d_]{2,16})?: ?)?")
# 7 to 15 digits in groups or one by one, after a word that says what they are and some small words.
_NUMBER = re.compile(
    r"[(0-9](?:(?<=\()[0-9])?(?:[ .–-]?[()]?[ -]?[0-9]){6,14}(?![\w-])|9[1-8][0-9]?/[0-9]{6,7}(?![\w/-])"
    r"|[0-9](?:(?: [–-])? [0-9](?![0-9])){6,14}(?![\w-])"
)
# The same in groups however they are separated, and of six digits: only right behind its word.
_WIDE = re.compile(
    r"[(0-9](?<![0-9.,/].)(?:(?<=\()[0-9])?(?:(?: ?[./·–-] ?|, | {1,2}|)[()]?(?: ?- ?| |)[0-9]){5,14}(?![\w-]|[.,/][0-9])"
)
# What has such a form and is none: days, courses of years, sums.
_NO_NUMBER = re.compile(
    r"[0-3]?[0-9]([./-])[01]?[0-9]\1(?:19|20)?[0-9]{2}(?![0-9./-])|(?:19|20)[0-9]{2} ?[/–-] ?(?:(?:19|20)?[0-9]{2}\Z|[01]?[0-9] ?[/–-])"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+\Z|(?![67][0-9]{2}, [0-9]{3}, [0-9]{3}\Z)[0-9]{1,3}, [0-9]{1,3}(?:, [0-9]{1,3})?\Z|[0-9]{1,2} [0-9]{1,3} [0-9]{3}\Z"
)
_SPANISH = re.compile(
    r"(?:\(?\+ ?34\)?[ .-]?)?[6789](?:[0-9]{8}|[0-9]{2}(?:[ .-][0-9]{3}){2}|[0-9]{2}(?:[ .-][0-9]{2}){3}"
    r"|[0-9](?:[ .-][0-9]{3})(?:[ .-][0-9]{2}){2})(?![\w-])"
)
_WITHIN = re.compile(r"[2-9][0-9]([ .-])[0-9]{2}\1[0-9]{2}(?![\w-]|[ .,/]?[0-9])")  # a province
_FIRST_OF_TWO = re.compile(
    rf"(?<![\w.,/-])(?P<number>{MOBILE.pattern})(?: ?[,;/–-] ?(?:(?:cel|m[oó]v(?:il)?|fax|wsp)[.:]? )?| (?:y|o|ó|e|u|o bien|y/o)(?: al?| el)? )\Z"
)
# Links that call: RFC 3966, and WhatsApp's.
_LINKS = ("tel:", "wa.me/", "whatsapp.com/send")
_LINK = re.compile(
    r"(?:\btel:|\bwa\.me/|\bwhatsapp\.com/send/?\?phone=)(\+?[1-9][0-9]{7,14})(?![\w-])"
)
# Digits and words for them: some joined to each other, or as many as a telephone has with a word of calling near.
_DIGIT_WORDS = "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
_FIRST = ("seis", "siete", "ocho", "nueve")
_DIGIT_WORD = re.compile(rf"(?i){_DIGIT_WORDS}")
_WORDED = re.compile(
    rf"(?i)(?<![\w,.])(?=[0-9 .-]{{0,16}}(?:{_DIGIT_WORDS}))"
    rf"(?:(?=(?P<joined>[0-9 ]{{0,8}}[0-9](?:{_DIGIT_WORDS})[0-9]))|)(?>{_DIGIT_WORDS}|[0-9]{{1,4}})(?:[ ,.-]{{0,2}}(?>{_DIGIT_WORDS}|[0-9]{{1,4}})){{2,8}}+(?!\w)"
)
_ANY_WORDED = rf"(?i)[0-9] ?(?:{_DIGIT_WORDS})|(?:{_DIGIT_WORDS})[ .-]{{0,2}}(?:[0-9]|(?:{_DIGIT_WORDS})[ .-]{{1,2}}(?:[0-9]|{_DIGIT_WORDS}))"
# What separates two numbers of one person.
_AND = re.compile(
    r"[\"'], ?[\"'](?=[(+0-9])|(?: \([^()\n0-9]{1,30}\))?(?: ?[,;/–-] ?| ?[,;/–-]? ?\b(?:y|o|ó|e|u|i|y/o|o bien|(?:y|o|ó)(?: tambi[eé]n)? (?:al|el)|fax|y fax|m[oó]vil:?) | ?/ ?)(?=[(+0-9])"
)
# The last digits of others that have the first ones in common: 600123456/57; 987 21 48 30 y 31.
_LAST = re.compile(
    r"(?:/[0-9]{1,3}(?![\w-]|[ .,][0-9]| ?h(?:oras)?\b)){1,4}(?!/)"
    r"|(?<=[0-9]) [yo] [0-9]{2}(?=[,.]? \(?ext)"
    r"|(?<=\D[0-9]{2})(?: [/–-] [0-9]{2}(?!\w)){1,4}(?=[.,;)]?(?:\s|\Z))(?! ?(?:h|[0-9]))|(?<=\D[0-9]{2})(?:, [0-9]{2}){0,3} [yo] [0-9]{2}(?=[.;)]?(?:\n|\Z)|[.;)] )"
)
# What stands before a number and belongs to it: the country in brackets, Mexico's 01, the bracket of an area.
_PREFIX = re.compile(
    r"(?<![\w.,/-])(?:(?:\(?(?:\+|00)? ?(?:34|5[0-9]{1,2})\)|0(?:1|44|45)) \(?|\()\Z"
)
# A bare number that a function is called with, in the code of a manual.
_ARGUMENT = re.compile(
    r"(?<!\w)(?:[a-z0-9]{1,20}_\w{1,40}|[a-z]{1,20}[A-Z]\w{1,30}|[a-zA-Z]\w{1,30}[.:]\w{1,30})\(\Z"
)
_SIX = r"[0-9](?:[+ \xa0.,()·/–-]{0,5}[0-9]){5}"  # digits that every telephone has
_LOCAL = 7  # digits of a number within its town


def phones(text: str) -> Spans:
    """Telephone numbers: with a country's prefix, behind a word that says so, by their form, or beside another."""
    end = 0
    if not may_hold(text, _SIX):
        yield from spoken(text)
        return
    numbers = (
        *spoken(text),
        *_linked(text),
        *_abroad(text),
        *_dialled(text),
        *_called(text),
        *shaped(text),
        *_worded(text),
    )
    for start, stop in sorted(numbers):
        if start < end:
            continue
        size = _size(text[start:stop])
        before = _PREFIX.search(text[max(end, start - 8) : start])
        if before and (len(before.group()) > 1 or ")" in text[start:stop]):
            start -= len(before.group())
        if text[start] == "(" and ")" not in text[start:stop]:  # of what stands around the number
            start += 1
        if _ARGUMENT.search(text, max(end, start - 64), start) or is_service(text, start):
            end = stop
            continue
        if first := _preceding(text, end, start):
            yield first
        end = stop
        for more in (_LAST, EXTENSION):
            end = match.end() if (match := more.match(text, end)) else end
        yield start, end
        while following := _following(text, end, size):
            yield following
            end = following[1]


def _size(number: str) -> int:
    return sum(map(str.isdigit, number))


def _linked(text: str) -> Spans:
    if any(link in text for link in _LINKS):
        yield from (match.span(1) for match in _LINK.finditer(text))


def _worded(text: str) -> Spans:
    """Nine digits of which some are words: `6cuatro4 812 907`."""
    for match in _WORDED.finditer(text) if may_hold(text, _ANY_WORDED) else ():
        digits = _DIGIT_WORD.sub("1", match.group())
        begins = match.group()[0] in "6789" or match.group().lower().startswith(_FIRST)
        if _size(digits) == 9 and begins and (match["joined"] or is_called(text, *match.span())):
            yield match.span()


def _abroad(text: str) -> Spans:
    for match in _ABROAD.finditer(text) if "+" in text or "00" in text else ():
        number = match.group()
        digits = _size(number) - 2 * number.startswith("00")
        if 8 <= digits <= 15 and not ROUND.search(number):
            yield match.span()


def _dialled(text: str) -> Spans:
    for match in _DIALLED.finditer(text) if "00" in text else ():
        start, end = match.span()
        line = text[text.rfind("\n", 0, start) + 1 : start]
        alone = _LABEL.fullmatch(line) and LINE_ENDS.match(text, end)
        if 8 <= _size(match.group()) - 2 <= 15 and (alone or is_called(text, start, end)):
            yield start, end


def _called(text: str) -> Spans:
    for match in _WIDE.finditer(text):
        start = match.start()
        if (
            DAY.match(match.group())
            or YEARS.match(match.group())
            or not may_lie(text, ANY_BEFORE, start - CONTEXT, start)
        ):
            continue
        before = text[max(0, start - CONTEXT) : start]
        one = _NUMBER.match(text, start)
        if (
            not one
            and not _NO_NUMBER.match(match.group())
            and not text[start - 1 : start].isalnum()
        ):
            one = match
        if one and (
            any(words.search(before) for words in (BEFORE, LINE_BEFORE, BEFORE_OF))
            or (_size(one.group()) >= _LOCAL and is_asked_for(text, before, *one.span()))
        ):
            yield one.span()
        elif PEOPLE.search(before):
            one = (
                _SPANISH.match(text, start) or FIELD.match(text, start) or MOBILE.match(text, start)
            )
            if one:
                yield one.span()


def _following(text: str, end: int, size: int) -> tuple[int, int] | None:
    """The second of two numbers, behind a sign or a word that separates two: of as many digits, or of a sure form."""
    if between := _AND.match(text, end):
        for pattern in (_SPANISH, _ABROAD, _NUMBER):
            match = pattern.match(text, between.end())
            if match and (pattern is not _NUMBER or _size(match.group()) == size):
                return match.span()
        if (match := _WITHIN.match(text, between.end())) and "/" in between.group():
            return match.span()
        if " al" in between.group() and (match := FIELD.match(text, between.end())):
            return match.span()
        if (match := MOBILE.match(text, between.end())) and not _NO_NUMBER.match(match.group()):
            return match.span()
    return None


def _preceding(text: str, end: int, start: int) -> tuple[int, int] | None:
    """The first of two numbers, of which the second is told by what stands behind it or by its form."""
    at = max(end, start - 32)
    if first := _FIRST_OF_TWO.search(text, at, start):
        return first.span("number")
    return None
