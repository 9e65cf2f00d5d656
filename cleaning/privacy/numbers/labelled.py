"""Numbers that stand for a person behind the word that says what they are, and the others of their list."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cleaning.privacy.numbers.checked import LONGEST, checked
from cleaning.privacy.numbers.checks import LONG_ENOUGH, is_placeholder, is_valid
from cleaning.privacy.numbers.kinds import LABELLED, MASKED_AS, NUMERO
from cleaning.privacy.patterns.fields import CONTEXT, MARKUP, QUOTE
from cleaning.privacy.patterns.gates import may_lie
from cleaning.privacy.patterns.late import late

_PLATES = re.compile(
    rf"(?:,| y| e|;| ?/)\s?({LABELLED['plate'].form.pattern.removeprefix('(?i)')})"
)
# Where the digits of a number may begin, and the letters that may be joined to them.
_START = re.compile(
    r"[0-9](?<![0-9.,/].)(?=(?i:[0-9A-Z./ -]{2})|[0-9]?[,'][0-9]|(?<=[A-Z]{4}[ -].)[0-9](?!\w))"
)
# What all forms go on with but those of plates, which begin with letters.
_ENOUGH = re.compile(r"[0-9](?:[ ./,'-]{0,3}[0-9]){3}|[0-9][0-9./-]{3}")
_JOINED = re.compile(r"(?i)(?<![\w.,/-])[A-ZÑ&]{1,8}[- ]?\Z")
_GOES_ON = re.compile(r"[^\W_]|-")  # no number begins behind it
# 11.8.3 at the beginning of a line, or with a full stop or a word behind it: the number of a section.
_SECTION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})+\Z")
_TITLE = re.compile(r"\.?[ \t]{1,3}[^\W\d_]")
_SMALL = (
    r"(?:(?:\s|_|, )(?:bajo|de|del|la|el|su|es|con|y|al|que|paciente|titular|entidad|empresa|sociedad|mercantil|emisora?|cliente"
    r"|actual|vigente|nuevo|siguiente|correcto|personal|figura|consta|interesad[oa]|solicitante|alumn[oa]|menor|padre|madre|tutora?"
    r"|emplead[oa]|trabajadora?|representante|compradora?|vendedora?|arrendadora?|arrendatari[oa]|inquilin[oa]|propietari[oa]"
    r"|conductora?|asegurad[oa]|tomadora?|afiliad[oa]|usuari[oa]|soci[oa]|abonad[oa]|cónyuge|persona|contacto|particular"
    r"|proveedora?|arg|esp|mex|col|chil|per|ven|uru|bol|ecu|par|ital|fr|port|bras|dom|hond|pan|[a-zñáéíóúü]{2,12}(?:(?:an|eñ|in|ay|en|ec|ac|ic)[oa]|ol[a]?|eg[oa]|[eé]s|esa|enses?|í|ota)))"
)
_BETWEEN = (  # what stands between the word and its number
    rf"(?:\s?/\s?(?-i:[A-Z](?:\.?[A-Z]){{1,4}}\.?))?(?:\s?{NUMERO})?{_SMALL}{{0,3}}(?:\s?{NUMERO})?(?:\s?\([^()\n]{{1,20}}\){_SMALL}{{0,2}})?"
    rf"{MARKUP}{{0,12}}(?:(?:el|la|su|es)\s)?(?:\n{{1,2}}[ \t>*|-]{{0,6}}{QUOTE}{{0,3}})?\Z"
)
_WORDS: Mapping[str, re.Pattern[str]] = {
    kind: late(rf"(?i)(?<![^\W_])(?:{entry.word}){_BETWEEN}") for kind, entry in LABELLED.items()
}
_BEHIND: Mapping[str, re.Pattern[str]] = {
    kind: late(rf"(?i) ?\((?:{NUMERO}\s?)?(?:{entry.word})\)") for kind, entry in LABELLED.items()
}
_BRACKETED = re.compile(r"[0-9A-Za-z] ?\((?=[^\W\d])")
_WORD = rf"(?i)(?:{'|'.join(entry.word for entry in LABELLED.values())}){_BETWEEN}"
_NEXT = re.compile(r"(?:, | y | e | o |; | ?/ ?)(?:el |la )?")
_ENDS = re.compile(r"[,.;:)\n\]]|\Z")
_EACH = re.compile(r"(?P<digit>[0-9])|(?P<letter>[A-Z])|.")


def labelled(text: str) -> Iterator[tuple[int, int, str]]:
    """(from, to, kind) of the numbers behind a word that says what they are."""
    end = 0
    for match in _START.finditer(text):
        digit = match.start()
        if digit < end:
            continue
        joined = _JOINED.search(text[max(0, digit - 10) : digit])
        if not joined and _GOES_ON.match(text[digit - 1 : digit]):
            continue
        enough = _ENOUGH.match(text, digit)
        if not joined and not enough:
            continue
        starts = (digit - len(joined.group()), digit) if joined else (digit,)
        for start in starts:
            if start < end or not (enough or LABELLED["plate"].form.match(text, start)):
                continue
            named = may_lie(text, _WORD, start - CONTEXT, start) or bool(
                _BRACKETED.search(text, digit, digit + LONGEST)
            )
            labelled_value = _value(text, start) if named else None
            if labelled_value := labelled_value or checked(text, start):
                yield labelled_value
                end = labelled_value[1]
                while labelled_value[2] == "plate" and (another := _PLATES.match(text, end)):
                    end = another.end()
                    yield another.start(1), end, "plate"
                while alike := _alike(text, labelled_value[0], end, labelled_value[2]):
                    end = alike[1]
                    yield *alike, labelled_value[2]
                break


def _alike(text: str, start: int, end: int, kind: str) -> tuple[int, int] | None:
    """The next of a list of numbers, written in the same groups."""
    between = _NEXT.match(text, end)
    enough = LONG_ENOUGH - (kind == "college")
    if not between or sum(map(str.isdigit, text[start:end])) < enough:
        return None
    groups = re.compile(_EACH.sub(_any_of, text[start:end]) + r"(?![\w-]|[.,][0-9])")
    return match.span() if (match := groups.match(text, between.end())) else None


def _any_of(character: re.Match[str]) -> str:
    return (
        "[0-9]"
        if character["digit"]
        else "[A-Z]"
        if character["letter"]
        else re.escape(character.group())
    )


def _value(text: str, start: int) -> tuple[int, int, str] | None:
    before = text[max(0, start - CONTEXT) : start]
    for kind, entry in LABELLED.items():
        if (value := entry.form.match(text, start)) and (
            _WORDS[kind].search(before) or _BEHIND[kind].match(text, value.end())
        ):
            written = value.group()
            if kind == "dni" and written[-1].isalpha():
                digits = re.sub(r"\D", "", written).zfill(8)
                if (
                    written[-2] == " "
                    and not is_valid("es.dni", digits + written[-1])
                    and not (written[-1].isupper() and _ENDS.match(text, value.end()))
                ):
                    # The next word is a letter.
                    return (start, start + len(written[:-1].rstrip(" ,-–/")), kind)
            if kind == "record" and _is_section(text, start, value.end()):
                continue
            if is_placeholder(written):
                continue
            if entry.check is None or entry.check(written):
                return start, value.end(), MASKED_AS.get(kind, kind)
    return None


def _is_section(text: str, start: int, end: int) -> bool:
    if not _SECTION.match(text, start, end):
        return False
    begins = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return begins or bool(_TITLE.match(text, end))
