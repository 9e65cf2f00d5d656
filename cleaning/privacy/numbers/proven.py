"""Numbers whose form and check digit prove them wherever they stand: of identity, tax, insurance and money."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from cleaning.privacy.numbers.checks import is_affiliation, is_placeholder, is_valid
from cleaning.privacy.patterns.fields import CONTEXT
from cleaning.privacy.patterns.gates import may_hold

Spans = Iterator[tuple[int, int]]
# ISO 13616: country, two check digits, 11 to 30 characters, often written in groups of four.
_IBAN_BEGINS = r"(?:(?i:[A-Z]{2})|[A-Z]{2} )[0-9]{2}(?i:(?: ?[.-] ?| {1,2}|)[A-Z0-9]){11}"
_IBAN = re.compile(
    r"(?i)[A-Z](?:(?<![^\W_].)|(?-i:(?<=IBAN.)))[A-Z](?:(?-i:(?<=[A-Z]{2}) ))?[0-9]{2}(?:(?: ?[.-] ?| {1,2}|)[A-Z0-9]){11,30}(?![^\W_])"
)
# With the word before it, what has the form of one: a bank may begin with four letters, all else are digits.
_IBAN_FORM = re.compile(r"(?i)[A-Z]{2} ?[0-9]{2}(?: ?[A-Z]{4})?(?:[ -]?[0-9]{2,4}){4,8}(?![\w-])")
# Letter by letter.
_IBAN_APART = re.compile(r"[A-Z](?<![^\W_].) [A-Z](?: [0-9]{1,2}){11,30}(?![^\W_])")
_IBAN_WORD = re.compile(r"(?i)\b(?:IBAN|cuenta|cta)\b[^\n0-9]{0,32}\n?[ \t]*\Z")


def ibans(text: str) -> Spans:
    """International bank account numbers, in capitals or not: by their check digits, or behind their name."""
    if may_hold(text, _IBAN_APART.pattern):
        for match in _IBAN_APART.finditer(text):
            before = text[max(0, match.start() - CONTEXT) : match.start()]
            if is_valid("iban", match.group()) or _IBAN_WORD.search(before):
                yield match.span()
    for match in _IBAN.finditer(text) if may_hold(text, _IBAN_BEGINS) else ():
        # Words in capitals may follow: the longest beginning that is valid is the number.
        candidate = match.group()
        start = match.start()
        for length in range(len(candidate), 14, -1):
            if candidate[length - 1].isalnum() and is_valid("iban", candidate[:length]):
                if not candidate[length : length + 1].isalnum():
                    yield start, start + length
                break
        else:
            form = _IBAN_FORM.match(text, start)
            if (
                form
                and not is_placeholder(form.group())
                and _IBAN_WORD.search(text[max(0, start - CONTEXT) : start])
            ):
                yield form.span()


_CARD = re.compile(
    r"[3-6](?<![\w.,-].)[0-9]{3}(?:([ .-]|  | - )[0-9]{4}\1[0-9]{4}\1[0-9]{4}|([ -])[0-9]{6}\2[0-9]{5}|[0-9]{11,12})(?![\w-])"
)
_CARD_WORD = re.compile(
    r"(?i)(?<![^\W_])(?:tarjetas?|pan|visa|mastercard|amex|american express|maestro|d[eé]bito|cr[eé]dito)(?![^\W_])[^\n]{0,30}(?:\n{1,2}[ \t]{0,4})?\Z"
)


def cards(text: str) -> Spans:
    """Numbers of payment cards that pass Luhn's check: in groups, or behind a word that says so."""
    for match in _CARD.finditer(text):
        grouped = not match.group().isdigit()
        if is_placeholder(match.group()):
            continue
        if is_valid("luhn", re.sub(r"\D", "", match.group())) and (
            grouped or _CARD_WORD.search(text[max(0, match.start() - CONTEXT) : match.start()])
        ):
            yield match.span()


_CCC = re.compile(
    r"[0-9](?<![\w.,-].)[0-9]{3}([ ./-]|  | [/-] )[0-9]{4}\1(?:[0-9]{2}\1[0-9]{10}|[0-9]{4}\1[0-9]{4}\1[0-9]{4})(?![\w-])"
)
_CCC_WORD = re.compile(
    r"(?i)\b(?:cuentas?|cta\.?|compte|(?-i:CCC|C\.\s?C(?:\.\s?C)?\.|c\.\s?c\.)|c/c)(?!\w)[^\n0-9]{0,32}\Z"
)


def accounts(text: str) -> Spans:
    """Spanish account numbers (CCC) in groups, by their check digits or a word before; without groups see LABELLED."""
    for match in _CCC.finditer(text):
        before = text[max(0, match.start() - CONTEXT) : match.start()]
        if is_placeholder(match.group()):
            continue
        if _CCC_WORD.search(before) or is_valid("es.ccc", re.sub(r"\D", "", match.group())):
            yield match.span()


_DNI = re.compile(
    r"[0-9](?<![\w.,-].)(?:[0-9]{7}-?|[0-9]?\.[0-9]{3}\.[0-9]{3}(?: - |[- ])?)[A-Za-z](?![\w-])"
)
# With points and the letter joined to the last group nothing else is written, whatever the letter: 48.390.127K.
_DNI_FORM = re.compile(
    r"[1-9](?<![\w.,-].)[0-9](?!\.000\.000)(?:\.[0-9]{3}){2}-?[A-HJ-NP-TV-Z](?![\w-]|[.,][0-9])"
)
_NIE = re.compile(r"[XYZxyz](?<![\w.,-].)[- ]?[0-9]{7}[- ]?[A-Za-z](?![\w-])")


def dnis(text: str) -> Spans:
    """Numbers of the Spanish identity card, letter and all."""
    for match in _DNI.finditer(text):
        text_of_number = match.group()
        if text_of_number[-2:].islower() and text_of_number[-2] == " ":  # 1.000.000 y
            continue
        if not is_placeholder(text_of_number) and is_valid(
            "es.dni", re.sub(r"[ .-]", "", text_of_number).zfill(9)
        ):
            yield match.span()
    for match in _DNI_FORM.finditer(text):
        if not is_placeholder(match.group()):
            yield match.span()


def nies(text: str) -> Spans:
    """Numbers of foreigners in Spain."""
    yield from (m.span() for m in _NIE.finditer(text) if is_valid("es.nie", m.group()))


_PROVEN: tuple[tuple[str, re.Pattern[str], str], ...] = (  # kind, form, module of python-stdnum
    ("cif", re.compile(r"[A-HJNP-SUVW](?<![\w.,-].)-[0-9]{7}-?[0-9A-J](?![\w-])"), "es.cif"),
    (
        "curp",
        re.compile(r"[A-Z](?<![^\W_].)[A-Z]{3}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9](?!\w)"),
        "mx.curp",
    ),
    (
        "rfc",
        re.compile(r"[A-ZÑ&](?<![^\W_].)[A-ZÑ&]{3}-?[0-9]{6}-?[0-9A-Z]{2}[0-9A](?![\w-])"),
        "mx.rfc",
    ),
    ("nass", re.compile(r"[0-9](?<![\w.,/-].)[0-9]([/-])[0-9]{8}\1[0-9]{2}(?![\w/-])"), "nass"),
    ("cuit", re.compile(r"(?:2[03467]|3[034])(?<![\w.,-]..)-[0-9]{8}-[0-9](?![\w-])"), "ar.cuit"),
    ("rut", re.compile(r"[0-9](?<![\w.,-].)[0-9]?\.[0-9]{3}\.[0-9]{3}-[0-9kK](?![\w-])"), "cl.rut"),
)
# The forms of all that a check digit proves.
_FORMS = "|".join(
    form.pattern for form in (_CARD, _CCC, _DNI, _NIE, *(form for _, form, _ in _PROVEN))
)
FORMED = frozenset({"card", "account", "dni", "nie", *(kind for kind, *_ in _PROVEN)})


def may_prove(text: str) -> bool:
    """Whether anything in a text has the form of one of the kinds FORMED."""
    return may_hold(text, _FORMS)


# Of Venezuela: whether of a citizen or of a foreigner, and thousands with their dots, which is written of nothing else.
_VENEZUELAN = re.compile(
    r"[VEve](?<![\w.,/-].)\.?-[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}(?![\w-]|[.,][0-9])"
)


def cedulas(text: str) -> Spans:
    """Numbers of Venezuela's identity card that need no word before them: V-12.345.678."""
    return (match.span() for match in _VENEZUELAN.finditer(text))


# Of ten clinical histories in the form of a RUT one has its check digit.
_HISTORY = re.compile(
    r"(?i)(?<!\w)(?:historia(?: cl[ií]nica)?|n\.?h\.?c\.?|h\.\s?c\.)[ .:nº°]{1,6}\Z"
)


def proven(kind: str) -> Callable[[str], Spans]:
    """The finder of a kind whose form and check digit are proof enough."""
    _, pattern, module = next(entry for entry in _PROVEN if entry[0] == kind)
    before = _HISTORY if kind == "rut" else None

    def find(text: str) -> Spans:
        for match in pattern.finditer(text):
            named = before and before.search(text, max(0, match.start() - CONTEXT), match.start())
            if not named and _checked(module, match.group()) and not is_placeholder(match.group()):
                yield match.span()

    return find


def _checked(module: str, value: str) -> bool:
    if module == "mx.rfc":
        return bool(import_module("stdnum.mx.rfc").is_valid(value, validate_check_digits=True))
    if module == "nass":
        return is_affiliation(value)
    return is_valid(module, value)
