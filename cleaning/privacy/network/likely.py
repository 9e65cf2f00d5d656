"""Whether what the network takes for personal data may be such: its form, and what it is a piece of."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from importlib import import_module

from cleaning.privacy.online.emails import ANYBODY
from cleaning.privacy.online.ips import may_be_somebodys

_DIGITS = 4  # of a number
_LEAST_DIGITS = {"record": 3, "college": 3, "phone": 6}  # of these kinds
_SHORTEST = 4  # characters of a name on the net
_ADDRESS = 9  # of an address
_PLACEHOLDER = "[ADDRESS]"  # what of one the patterns know
_MOST_DIGITS = 24
_PART_OF_NUMBER = re.compile(r"(?:[0-9][.,]|[,;\t]-|[$€¢₡£] ?)\Z")
_GOES_ON = re.compile(r"[.,][0-9]|%|\s?(?:€|euros\b)")
_FAR = 120  # characters on either side
_LAST, _FIRST = re.compile(r"\S*\Z"), re.compile(r"\S*")
# An address on the net or a file, and a hash or an identifier: letters and digits by turns.
_PATH = re.compile(
    r"://|^/|[^\W\d]/\w+/|\w/[0-9]*[^\W\d]\w*/|\.\w{2,4}/|[?&]\w+=|(?i:(?:[a-f]+[0-9]+){4})|(?i:[a-z]+[0-9]+){5}"
)
_DATED = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-3]?[0-9]([-/.])[01]?[0-9]\1(?:19|20)[0-9]{2}|(?:0?[1-9]|1[0-2])/20[0-9]{2})(?![0-9])"
)
# A name without its sign.
_NICK = re.compile(r"(?=(?:[^\sa-zñáéíóú]*[a-zñáéíóú]){3})(?=\S*(?:[0-9_.-]|[a-z][A-Z]))\S+")
_SAID = re.compile(  # right before one of small letters alone
    r"(?i)\b(?:usuari[oa]|user(?:name)?|nick(?:name)?|login|alias|gamertag|soy|psn|author|--user|for user)"
    r"[ :=\"']{1,3}(?:(?:es|era|de) )?\Z"
)
# Of whoever comes from there: `usuario sanabresa`.
_SAID_ALONE = re.compile(r"(?i)\busuari[oa] (?:de )?\Z")
_SMALL_NAME = re.compile(r"[a-zñ]{5,20}")
_CONTROLLED = {  # forms with check digits, without their signs; wrong ones only show how one looks
    "es.dni": re.compile(r"(?i)[0-9]{8}[A-Z]"),
    "es.nie": re.compile(r"(?i)[XYZ][0-9]{7}[A-Z]"),
    "iban": re.compile(r"(?i)[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
}
_OF_A_BODY = re.compile(r"(?i)[PQS][0-9]{7}[A-J]")  # the Spanish tax number of a public one
_FIELD = re.compile(r"(?:^|[,;\t|])\s?\"?-?[0-9.]+\"?(?=[,;\t|]|$)")
_LISTED = re.compile(r"[0-9(], ?\Z|\(\Z|\( \Z")
_GOES_ON_LISTED = re.compile(r", ?[0-9]|\)\)")
_PAGES = re.compile(r"(?i)\b(?:pp?|p[áa]gs?|vol)\. ?\Z|[0-9][:;] ?\Z")
_RANGE = re.compile(r"[0-9]{1,4}[-–][0-9]{1,4}")
_YEARS = re.compile(r"((?:1[5-9]|20)([0-9]{2}))[-–/]([0-9]{2}|[0-9]{4})")
_YEAR, _OF_YEAR = re.compile(r"(?:19|20)[0-9]{2}"), re.compile(r"[0-9]{1,5}/(?:19|20)[0-9]{2}")
# Of a program, of a pattern of numbers.
_CALLED = re.compile(r"[a-z_]\(\Z|XX ?\Z|\b(?i:max|min): ?\Z")
_POINT, _OPEN = (
    re.compile(r"\(?[0-9]{2}(?: [0-9]{2}){2}(?: [0-9]{2,4})?"),
    re.compile(r"[(,]\s{0,4}\Z"),
)  # one of a shape
# A Spanish number of social security.
_SECURITY = re.compile(r"[0-9]{2}[ /-]?[0-9]{8}[ /-]?[0-9]{2}")
_LETTERS = 3  # of an address
# A place on the globe, a journal.
_NO_STREET = re.compile(r"[0-9]°[0-9]|''|\bp\. ?[0-9]|\bv\. [0-9]|\([0-9]+\Z")
_INNER = re.compile(  # a room, of whatever house
    r"(?i)(?:(?:oficina|of\.|despacho|aula|planta|bloque|edificio|puerta|piso|sala|laboratorio|consulta|box|m[oó]dulo|local|stand|taquilla|cuenta|entidad) [0-9A-Z.]{1,5}\W{0,3})+"
)
_LONG_TIME = 60  # years
_TWO = re.compile(r"[0-9], ?[0-9]")  # numbers
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}")  # as in Guatemala and Mexico
_SITE = re.compile(
    r"(?i)\.(?:com|org|net|info|local|lan|dom|localdomain|internal|arpa|tld|co\.uk|html?|js|ts|css|php|json|xml|py|java|csv|txt|pdf|docx?|xlsx?|png|jpe?g|gif|svg|webp|mp[34]|wav|og[gv]|avi|mov|m4a|zip|md|ya?ml|sql|exe)\Z|\.es\Z(?<!_.es)"
)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")  # and whatever else stands behind that sign
_DECIMAL = re.compile(r"[0-9]+\.[0-9]{5,}")
_FIELDS = 5  # of a row that are nothing but numbers
_MANY = 24  # digits of a line of numbers
_IN_ORDER = "0123456789"  # a number of such digits only shows how one looks
_NAMED = frozenset({"handle", "email"})  # kinds without digits


def may_be(text: str, start: int, end: int, kind: str, alone: bool = False) -> bool:
    """Whether a find has as much as what it is taken for must have, and is no piece of something else.

    The rest of an address may be short.
    """
    value = text[start:end]
    if kind in _NAMED:
        named = value.startswith("@") or _NICK.fullmatch(value)
        if not named and _SMALL_NAME.fullmatch(value):
            low = max(0, start - _FAR // 4)
            named = (
                None
                if alone and _SAID_ALONE.search(text, low, start)
                else _SAID.search(text, low, start)
            )
        if "@" in value[1:] or _SITE.search(value) or text.startswith("/", end):
            return False
        anybody = len(value) < _SHORTEST or not named or ANYBODY.fullmatch(value)
        return not anybody and _PATH.search(_chunk(text, start, end)) is None
    if kind == "ip":
        return may_be_somebodys(value, alone)
    digits = "".join(filter(str.isdecimal, value))
    if kind == "address":
        beside = (
            text[max(0, start - len(_PLACEHOLDER) - 2) : start]
            + text[end : end + len(_PLACEHOLDER) + 2]
        )
        completes = _PLACEHOLDER in beside and ";" not in beside
        enough = completes or (bool(digits) and end - start >= _ADDRESS - 2 * (not alone))
        worded = sum(map(str.isalpha, value)) >= _LETTERS and not _NO_STREET.search(value)
        inner = not completes and _INNER.fullmatch(value)
        return enough and worded and ";" not in value and not inner
    least = _LEAST_DIGITS.get(kind, _DIGITS)
    if not least <= len(digits) <= _MOST_DIGITS or len(set(digits)) == 1 or digits in _IN_ORDER:
        return False
    if _PART_OF_NUMBER.search(text, max(0, start - 2), start) or _GOES_ON.match(text, end):
        return False
    if _LISTED.search(text, max(0, start - 3), start) and _GOES_ON_LISTED.match(text, end):
        return False
    if (
        alone
        and kind == "nass"
        and _SECURITY.fullmatch(value)
        and int(digits[:10]) % 97 != int(digits[10:])
    ):
        return False
    if (
        "XX" in value[:4]
        or _CALLED.search(text, max(0, start - 5), start)
        or _YEAR.fullmatch(value)
        or (alone and _OF_YEAR.fullmatch(value))
    ):
        return False
    shape = text[end : end + 1] in (",", ")") and _OPEN.search(text, max(0, start - 5), start)
    if shape and _POINT.fullmatch(value):
        return False
    if _DATED.search(value) or _are_years(value):
        return False
    member = kind == "college"
    if _TWO.search(value) and not (member and _THOUSANDS.fullmatch(value)):
        return False
    if (_COLOUR.fullmatch(value) or text.startswith("#", start - 1)) or (
        _DECIMAL.fullmatch(value) and not member
    ):
        return False
    if _RANGE.fullmatch(value) and _PAGES.search(text, max(0, start - 6), start):
        return False
    plain = "".join(filter(str.isalnum, value))
    if _OF_A_BODY.fullmatch(plain):
        return False
    if any(form.fullmatch(plain) and not _valid(m, plain) for m, form in _CONTROLLED.items()):
        return False
    return _PATH.search(_chunk(text, start, end)) is None and not _is_of_numbers(text, start, end)


def _are_years(value: str) -> bool:
    """Whether a value is 1635-36 or 1998-2005, and no number of a record."""
    match = _YEARS.fullmatch(value)
    if not match:
        return False
    first, last = (match[2], match[3]) if len(match[3]) == 2 else (match[1], match[3])
    return 0 < int(last) - int(first) <= _LONG_TIME


def _valid(module: str, number: str) -> bool:
    """Whether python-stdnum's module takes a number for valid."""
    return bool(import_module(f"stdnum.{module}").is_valid(number))


def _chunk(text: str, start: int, end: int) -> str:
    """A span with all that no blank separates from it, as far as an address on the net may go."""
    before = text[max(0, start - _FAR) : start]
    behind = text[end : end + _FAR]
    return _LAST.search(before).group() + text[start:end] + _FIRST.match(behind).group()  # type: ignore[union-attr]


def _is_of_numbers(text: str, start: int, end: int) -> bool:
    """Whether what surrounds a number in its line is hardly anything but numbers."""
    begin = max(text.rfind("\n", 0, start) + 1, start - _FAR)
    stop = text.find("\n", end)
    line = text[begin : min(len(text) if stop < 0 else stop, end + _FAR)]
    digits = sum(map(str.isdecimal, line))
    fields = len(_FIELD.findall(line))
    return fields >= _FIELDS or (digits >= _MANY and 2 * sum(map(str.isalpha, line)) < digits)
