"""Telephone numbers in a text: with the prefix of a country, behind a word that says so, or by their form.

The forms are those of the Spanish numbering plan (nine digits: 6 and 7 mobile, 8 and 9 fixed, 80 and 90 special)
and, where a country or its towns are named nearby, those of Latin American ones. A form that thousands are
written in too, and nine digits without groups, need more: a word nearby that has to do with calling.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.corpus.fields import MARKUP, QUOTE
from cleaning.corpus.gates import may_hold, may_lie

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
_LABEL = re.compile(
    r"[ \t]*(?:[^\W\d_]{2,16}\.?(?: [^\W\d_]{2,16})?: ?)?"
)  # what a line may begin with
# +1 000 000 000 and 600 100 200 count something.
_ROUND = re.compile(r"(?:[ .-]?000){2,}\Z|\A[1-9]00(?:[ .][1-9]00){2}\Z|\A[0-9]000[ -][0-9]000\Z")
# 2024-08-11 is a day; without a word before it 2017-2019 are years and 5898-2012 is a case of one.
_DAY = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[0-3][0-9]\Z")
_YEARS = re.compile(r"(?:19|20)[0-9]{2} ?- ?(?:19|20)[0-9]{2}\Z")
_YEAR = re.compile(r"[0-9]{2,4}-(?:19[0-9]|20[0-3])[0-9]\Z")
# 7 to 15 digits in groups or one by one, after a word that says what they are and some small words.
_NUMBER = re.compile(
    r"[(0-9](?:(?<=\()[0-9])?(?:[ .–-]?[()]?[ -]?[0-9]){6,14}(?![\w-])|9[1-8][0-9]?/[0-9]{6,7}(?![\w/-])"
    r"|[0-9](?:(?: [–-])? [0-9](?![0-9])){6,14}(?![\w-])"
)
# The same in groups however they are parted, and of six digits: only right behind its word.
_WIDE = re.compile(
    r"[(0-9](?<![0-9.,/].)(?:(?<=\()[0-9])?(?:(?: ?[./·–-] ?|, | {1,2}|)[()]?(?: ?- ?| |)[0-9]){5,14}(?![\w-]|[.,/][0-9])"
)
# What has such a form and is none: days, courses of years, sums.
_NO_NUMBER = re.compile(
    r"[0-3]?[0-9]([./-])[01]?[0-9]\1(?:19|20)?[0-9]{2}(?![0-9./-])|(?:19|20)[0-9]{2} ?[/–-] ?(?:(?:19|20)?[0-9]{2}\Z|[01]?[0-9] ?[/–-])"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+\Z|(?![67][0-9]{2}, [0-9]{3}, [0-9]{3}\Z)[0-9]{1,3}, [0-9]{1,3}(?:, [0-9]{1,3})?\Z|[0-9]{1,2} [0-9]{1,3} [0-9]{3}\Z"
)
_WORDS = (  # not the placeholder of one: each pass would find one more beside it
    r"tel[eéè](?:f[a-zè]{0,7}|nos?|s)?|telf?|tlfn?o?|tfno|tfn|tf|m[oó][vb]il(?:es)?|mòbils?|telem[oó]vel|mugikorra|celular(?:es)?|celu?|fone|fax"
    r"|whats?app|wh?as+ap|wsp|contacto|lada(?: sin costo)?|pbx|comun[ií](?:quese|cate|carse)|fonos?|conmutador"
    r"|tel[eé]fonos?|telef[oó]nic[oa]s?|(?<!\[)phone|mobile|mob\.|(?-i:Ph\.)|guasap|mesa central|l[ií]nea (?:nacional|gratuita|directa|de atenci[oó]n)|bizum|nequi|daviplata|yape|plin|telefax|rsvp|inf(?=[.:])|l[ií]nea baja"
)
_SMALL = (
    r"n[uú]m|nro|n(?=\.\s?[º°])|de|del|la|el|su|los|las|es|al|en|y|o|n[uú]meros?|n[º°o]|contacto|fijo|m[oó]vil|celular|gratuito"
    r"|particular|personal|mismo|nuev[oa]"
    r"|casa|trabajo|oficina|urgencias|atenci[oó]n|cliente|padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]"
    r"|pareja"
    r"|tutora?|cuidadora?|familiar|paciente|vecin[oa]|abuel[oa]|t[ií][oa]|domicilio|whats?app|directo|centralita|fax"
    r"|actual|nuestro|siguiente|titular|interesad[oa]|recados|contact|m[oó]bil|emergencias?|urgencia|consulta|reservas|citas|informaci[oó]n"
    r"|alumn[oa]|client|soci[oa]|propietari[oa]|inquilin[oa]|conductora?|empresa|despacho|oficina|secretar[ií]a|recepci[oó]n|directo|whatsapp|[12]"
)
_BEFORE = re.compile(
    rf"(?i)(?<![^\W_])(?:(?:{_WORDS})\.?(?:\s-[^\n–-]{{1,20}}-)?(?:(?:\s*[/(,:]\s*|\s|_)(?:{_SMALL})\b\)?){{0,5}}"
    r"|(?:(?:ll[aá]m|m[aá]rc|timbr|escr[ií]b|yap[eé]|bizum|transfi?)[a-záéí]{1,6}\sal|(?:mensaje|recado|nota|foto|captura|pantallazo|comprobante|voucher|wh?as+ap|guasap)s?(?:\sdel?\s[a-záéíóú]{2,14}){0,2}\s(?:al|en\sel))(?:\s(?:n[uú]mero|tel[eé]fono))?)"
    rf"(?:{MARKUP}|ª){{0,12}}(?:(?:es|son|el|con|siguiente)[ :]{{1,2}}){{0,2}}(?:\n{{1,2}}[ \t]{{0,4}}{QUOTE}{{0,2}})?\Z"
)
# A letter for such a word, where a field begins.
_INITIAL = re.compile(r"(?:\A|[\n|·,;(/–-]) ?[TMFC](?:\.:?|:) ?\Z")
# Behind how else somebody is reached: `a ana@correo.es o al 0414-3391016`.
_OR_TO = re.compile(
    r"(?:\[EMAIL\]|\[{5,})(?:,? (?:o|u|y|ó)(?: (?:bien|llame|llamar|llamando|wh?as+ap))? al?(?: n[uú]mero)? | ?[,;/|·–-] ?)\Z"
)
# Whoever is to be called, with the number behind: `avisar a la mamá (Silvina) 0342 154 919`, `Deitu / llamar: 943-481336`.
_ASKED_FOR = re.compile(
    r"(?i)\b(?:(?:ll[aá]m(?:ar|ad|en|e|a)(?:me|nos)?|marc(?:ar|ad|en|a)|m[aá]rque(?:n?)(?: el)?|deitu|trucar|truqueu|chamar)(?:: ?| / | )|(?:ll[aá]m(?:ar|ad|en|e|a)|avis(?:ar|ad|en|e|a)|pregunt(?:ar|ad|en|e|a)|contactar|hablar|comun[ií](?:carse|quese)"
    r"|consultas|informes|tratar|interesad[oa]s)(?: de)? (?:a|al|con|por|para)(?: (?:el|la|los|las|el sr\.|la sra\.))?(?: [A-Za-zÁÉÍÓÚÑáéíóúñüçàèò]{2,16}\.?){1,3}(?: \([^()\n]{2,24}\))?(?:[,:]? | ?\(| [–-] ))\Z"
)
# What is said of a place that answers, and how somebody is told to reach it where a word of calling is near.
_OFFICE = re.compile(
    r"(?i)\b(?:consultas|informes|informaci[oó]n|reservas|reservaciones|pedidos|turnos|citas?|cita previa|atenci[oó]n|recepci[oó]n|secretar[ií]a"
    r"|urgencias|emergencias|central|ventas|delivery|domicilios|dudas|incidencias|avisos|interesados|tratar|raz[oó]n|encargos|inscripciones"
    rf"|administraci[oó]n|soporte|guardia|recados)(?: [a-záéíóúñ]{{2,14}}){{0,2}}(?::{MARKUP}{{0,6}}| ?\()\Z"
)
_TO = re.compile(r"(?i)\ba(?:l(?: n[uú]mero)?|l? (?:pap[aá]|mam[aá])) \Z")
# A line that is such a word alone says it of the next.
_LINE_BEFORE = re.compile(
    rf"(?i)(?:\A|\n)[ \t#*>-]{{0,4}}(?:{_WORDS})[ .:*]{{0,3}}\n{{1,2}}[ \t*-]{{0,4}}\Z"
)
# With other words between, whoever they name: of nothing that is counted.
_BEFORE_OF = re.compile(
    rf"(?i)\b(?:{_WORDS})\.?(?:\s(?:de|del|para|en)(?:\s(?!cost|val|modelo|versi|serie|marca|usuari|l[ií]nea)[a-záéíóúñü.]{{2,16}}){{1,4}})\s?:\s?\Z"
)
# Words that say whom one reaches; only a number in the form of a Spanish telephone is one behind them.
_PEOPLE = re.compile(
    r"(?i)\b(?:padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]|pareja|tutora?|cuidadora?|familiar"
    r"|vecin[oa]|abuel[oa]"
    r"|mam[aá]|pap[aá]|representante|apoderad[oa]|encargad[oa]|due[nñ][oa]|conserje|porter[oa]|administradora?|niet[oa]|sobrin[oa]|cu[nñ]ad[oa]|prim[oa]|yerno|nuera|suegr[oa]|novi[oa]|t[ií][oa]|caser[oa]|domicilio"
    r"|urgencias|centralita|secretar[ií]a)(?: \([^()\n]{1,30}\))?[ .,:(–-]{1,4}\Z"
)
_WHO = "|".join(
    f"(?:{before.pattern})"
    for before in (
        _BEFORE,
        _INITIAL,
        _OR_TO,
        _OFFICE,
        _TO,
        _LINE_BEFORE,
        _BEFORE_OF,
        _PEOPLE,
        _ASKED_FOR,
    )
)
_SPANISH = re.compile(
    r"(?:\(?\+ ?34\)?[ .-]?)?[6789](?:[0-9]{8}|[0-9]{2}(?:[ .-][0-9]{3}){2}|[0-9]{2}(?:[ .-][0-9]{2}){3}"
    r"|[0-9](?:[ .-][0-9]{3})(?:[ .-][0-9]{2}){2})(?![\w-])"
)
# How mobiles are written, and lines of countries that nothing else is written like.
_MOBILE = re.compile(
    r"(?:[67][0-9]{2}(?:[ .-]?[0-9]{3}){2}|[67][0-9]{2}(?:[ .-]?[0-9]{2}){3}"
    r"|3[0-5][0-9][ .-]?[0-9]{3}[ .-]?(?:[0-9]{4}|[0-9]{2}[ .-][0-9]{2})|9[ .-]?[0-9]{4}[ .-]?[0-9]{4}|9[0-9]{2}[ .-][0-9]{3}[ .-][0-9]{3}"
    r"|04[12][2-6][ ./-]?[0-9]{3}[ .-]?(?:[0-9]{4}|[0-9]{2}[ .-][0-9]{2})|09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|09[0-9][ -]?[0-9]{3}[ -]?[0-9]{3,4}"
    r"|15[0-9]{8}|[23][0-9]{3}[ -][0-9]{2}[ -][0-9]{4}|0[23][0-9]{2,3}[ -](?:15[ -]?)?[0-9]{6,7}|9[1-8][0-9]-[0-9]{6}|[2-4]-[2-4][0-9]{6}"
    r"|(?:1[15]|[2-9][0-9])[ -][0-9]{4}[ -][0-9]{4}|(?:11|[23][0-9]{2,3}) ?-?15[ -]?[0-9]{2,4}-[0-9]{4})"
    r"(?![\w²³-]|[.,:/][0-9]| [0-9])"
)
_LOOSE = re.compile(r"[67](?:[ .-]?[0-9]){8}(?![\w-]|[.,:/ ]?[0-9])")  # in any groups
_WITHIN = re.compile(r"[2-9][0-9]([ .-])[0-9]{2}\1[0-9]{2}(?![\w-]|[ .,/]?[0-9])")  # a province
_FIRST_OF_TWO = re.compile(
    rf"(?<![\w.,/-])(?P<number>{_MOBILE.pattern})(?: ?[,;/–-] ?(?:(?:cel|m[oó]v(?:il)?|fax|wsp)[.:]? )?| (?:y|o|ó|e|u|o bien|y/o)(?: al?| el)? )\Z"
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
# What parts two numbers of one person.
_AND = re.compile(
    r"[\"'], ?[\"'](?=[(+0-9])|(?: \([^()\n0-9]{1,30}\))?(?: ?[,;/–-] ?| ?[,;/–-]? ?\b(?:y|o|ó|e|u|i|y/o|o bien|(?:y|o|ó)(?: tambi[eé]n)? (?:al|el)|fax|y fax|m[oó]vil:?) | ?/ ?)(?=[(+0-9])"
)
# The last digits of others that have the first ones in common: 600123456/57; 987 21 48 30 y 31.
_LAST = re.compile(
    r"(?:/[0-9]{1,3}(?![\w-]|[ .,][0-9]| ?h(?:oras)?\b)){1,4}(?!/)"
    r"|(?<=\D[0-9]{2})(?: [/–-] [0-9]{2}(?!\w)){1,4}(?=[.,;)]?(?:\s|\Z))(?! ?(?:h|[0-9]))|(?<=\D[0-9]{2})(?:, [0-9]{2}){0,3} [yo] [0-9]{2}(?=[.;)]?(?:\n|\Z)|[.;)] )"
)
# The line within a house, behind its number.
_EXTENSION = re.compile(
    r"(?i),? ?(?:[–—-] ?)?(?:\(? ?ext(?:ensi[oó]n)?|anexo|int(?:erno)?)\b\.?:? ?[0-9]{1,5}(?!\w)"
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
_CONTEXT = 72  # characters before a number in which such words are looked for


def phones(text: str) -> Spans:
    """Telephone numbers: with a country's prefix, behind a word that says so, by their form, or beside another."""
    end = 0
    if not may_hold(text, _SIX):
        return
    numbers = (
        *_linked(text),
        *_abroad(text),
        *_dialled(text),
        *_called(text),
        *_shaped(text),
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
        if _ARGUMENT.search(text, max(end, start - 64), start):
            continue
        if first := _preceding(text, end, start):
            yield first
        end = stop
        for more in (_LAST, _EXTENSION):
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
        if _size(digits) == 9 and begins and (match["joined"] or _calling(text, *match.span())):
            yield match.span()


def _abroad(text: str) -> Spans:
    for match in _ABROAD.finditer(text) if "+" in text or "00" in text else ():
        number = match.group()
        digits = _size(number) - 2 * number.startswith("00")
        if 8 <= digits <= 15 and not _ROUND.search(number):
            yield match.span()


def _dialled(text: str) -> Spans:
    for match in _DIALLED.finditer(text) if "00" in text else ():
        start, end = match.span()
        line = text[text.rfind("\n", 0, start) + 1 : start]
        alone = _LABEL.fullmatch(line) and _LINE_ENDS.match(text, end)
        if 8 <= _size(match.group()) - 2 <= 15 and (alone or _calling(text, start, end)):
            yield start, end


def _called(text: str) -> Spans:
    for match in _WIDE.finditer(text):
        start = match.start()
        if (
            _DAY.match(match.group())
            or _YEARS.match(match.group())
            or not may_lie(text, _WHO, start - _CONTEXT, start)
        ):
            continue
        before = text[max(0, start - _CONTEXT) : start]
        one = _NUMBER.match(text, start)
        if (
            not one
            and not _NO_NUMBER.match(match.group())
            and not text[start - 1 : start].isalnum()
        ):
            one = match
        if one and (
            any(words.search(before) for words in (_BEFORE, _LINE_BEFORE, _BEFORE_OF))
            or (_size(one.group()) >= _LOCAL and _told(text, before, *one.span()))
        ):
            yield one.span()
        elif _PEOPLE.search(before):
            one = (
                _SPANISH.match(text, start)
                or _FIELD.match(text, start)
                or _MOBILE.match(text, start)
            )
            if one:
                yield one.span()


def _told(text: str, before: str, start: int, end: int) -> bool:
    """Whether somebody is told to use a number that no word names."""
    if _ROUND.search(text[start:end]) or _OTHER_BEHIND.match(text, end):
        return False
    return any(words.search(before) for words in (_INITIAL, _OR_TO, _OFFICE, _ASKED_FOR)) or bool(
        _TO.search(before) and _calling(text, start, end)
    )


def _following(text: str, end: int, size: int) -> tuple[int, int] | None:
    """The second of two numbers, behind a sign or a word that parts two: of as many digits, or of a sure form."""
    if between := _AND.match(text, end):
        for pattern in (_SPANISH, _ABROAD, _NUMBER):
            match = pattern.match(text, between.end())
            if match and (pattern is not _NUMBER or _size(match.group()) == size):
                return match.span()
        if (match := _WITHIN.match(text, between.end())) and "/" in between.group():
            return match.span()
        if " al" in between.group() and (match := _FIELD.match(text, between.end())):
            return match.span()
        if (match := _MOBILE.match(text, between.end())) and not _NO_NUMBER.match(match.group()):
            return match.span()
    return None


def _preceding(text: str, end: int, start: int) -> tuple[int, int] | None:
    """The first of two numbers, of which the second is told by what stands behind it or by its form."""
    at = max(end, start - 32)
    if first := _FIRST_OF_TWO.search(text, at, start):
        return first.span("number")
    return None


# Nine digits as the Spanish plan allows them (CNMC, Plan nacional de numeración telefónica), in the groups in
# which telephones are written, parted by one sign. Group `three` may be a number with its thousands.
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
    rf"|(?P<three>{_MARK}| [–-] )[0-9]{{3}}(?P=three)[0-9]{{3}})"
    r"|[67][0-9]{2} [0-9]{2}-[0-9]{2}-[0-9]{2}|9[1-8] ?/ ?[0-9]{3}[ ./-][0-9]{2}[ ./-]?[0-9]{2}|9[1-8][0-9] ?/ ?[0-9]{2}[ .-][0-9]{2}[ .-]?[0-9]{2}"
    rf"|[89][1-8](?P<fixed>{_MARK})[0-9]{{3}}(?P=fixed)(?:[0-9]{{2}}(?P=fixed)[0-9]{{2}}|[0-9]{{4}}))"
    r"(?![\w²³]|[ \xa0]?[.,:–-]?[0-9]|[ \xa0]?[–-][0-9]|/(?:19|20)[0-9]{2}\b)"
)
_TOGETHER = re.compile(
    r"(?:(?:\((?:00|\+ ?)34\) ?|34|)(?:[67][0-9]|[89][0-8])[0-9]{7}"
    r"|[67][0-9]{2}(?:[ .-](?:[0-9]{2}[ .-]?[0-9]{4}|[0-9]{6})|(?:, [0-9]{2}){3}|(?:, [0-9]{3}){2})|[67][0-9]{2}[ .-][0-9]{4}[ .-][0-9]{2}|9[1-8][0-9]-[0-9]{2} [0-9]{2} [0-9]{2})(?![\w²³]|[.,:–-]?[0-9]|/[0-9])"
)
# Forms that need nothing nearby, since nothing else is written so: a number of the Dominican Republic or Puerto Rico, an
# Ecuadorian mobile, those that cost nothing (0800, 0810, 01 800), and the code of a small country before four and four.
_NO_MORE = r"(?![\w²³]|[ .,:/–-]?[0-9])"
_SURE = re.compile(
    rf"(?:\((?:8[024]9|787|939)\) ?|(?:8[024]9|787|939)(?P<sign>[ .-]))[0-9]{{3}}(?(sign)(?P=sign)|[ .-])[0-9]{{4}}{_NO_MORE}"
    rf"|09[0-9]{{2}}(?P<mobile>[ -])[0-9]{{3}}(?P=mobile)[0-9]{{3}}{_NO_MORE}"
    rf"|04(?:1[246]|2[46])[ ./-][0-9]{{3}}[ .-]?(?:[0-9]{{4}}|[0-9]{{2}}[ .-][0-9]{{2}}){_NO_MORE}"
    rf"|3[0-5][0-9](?P<pairs>[ .-])[0-9]{{3}}(?P=pairs)[0-9]{{2}}(?P=pairs)[0-9]{{2}}{_NO_MORE}"
    rf"|01 (?:[0-9]{{3}} (?:[0-9](?: [0-9]{{2}}){{3}}|[0-9]{{3}}(?: [0-9]{{4}}| [0-9]{{2}} [0-9]{{2}}))|(?:33|55|81) [0-9]{{4}} [0-9]{{4}}){_NO_MORE}"
    rf"|0(?:8[01]0|1[ -]8000?)(?:[ -][0-9]{{1,4}}){{2,3}}{_NO_MORE}"
    rf"|(?:\((?:50[2-8]|59[158])\) ?|(?:50[2-8]|59[158])[ -])(?:[2-9][ -])?[2-9][0-9]{{2,3}}[ -][0-9]{{4}}{_NO_MORE}"
)
_NUMBER_BEFORE = re.compile(r"[0-9][ \xa0]\Z")  # the number goes further back
# What is said of another number: just before it, or behind it.
_OTHER_BEFORE = re.compile(
    r"(?i)(?:[$€£%=<>≈±×*+]|\b(?:ley|decreto|orden|resoluci[oó]n|sentencia|auto|acuerdo|dictamen|circular|oficio|nota"
    r"|exp(?:te|ediente)?s?|radica(?:do|ci[oó]n)|procedimiento|diligencias|recurso|rollo|acta|folios?|protocolo|finca"
    r"|tomo|libro|p[aá]gs?|pp?|isbn|issn|ean|gtin|doi|pmid|orcid|nig|csv|id|i[dt]em|ref|referencia|ref(?:\.|erencia)? (?:del? )?(?:proveedor|cliente|inmueble|anuncio|interna|externa)|registro"
    r"|r[eé]g|inscripci[oó]n n"
    r"|c[oó]d(?:igo)?|clave|serie|lote|modelo|versi[oó]n|build|factura|pedido|albar[aá]n|p[oó]liza|contrato|cuenta"
    r"|patente|matr[ií]cula|licencia|cat[aá]logo|signatura|catastral|gaia|ngc|art(?:[ií]culo)?s?|partida"
    r"|epígrafe"
    r"|euros?|eur|usd|pesetas|pts?|pesos|d[oó]lares|importe|total(?:es)?|suma|saldo|cifra|valor|precio"
    r"|presupuesto|d[eé]ficit"
    r"|activo|pasivo|capital|poblaci[oó]n|habitantes|censo|unos|unas|casi|tirada|recaud[oó]|cost[oó]|suman?"
    r"|ascend[a-zíó]+"
    r"|latitud|longitud|lat|lon|coordenadas|utm|distancias?|frecuencia|hz|dni|nif|cif|nie|nhc|historia|episodio"
    r"|c[eé]dula|rut|ruc"
    r"|cuit|pasaporte|colegiad[oa]|col|tarjeta|afiliaci[oó]n|sorteo|premio|boleto|secuencia|genes?|cromosoma)\b)"
    r"(?:[ .,:#ºª°()|*_\n–-]|(?-i:[A-Z]{2} )|n[º°o.]{1,2}|n[uú]m(?:ero)?\.?|de|del|la|el|a|en|es|por|a[nñ]o"
    r"|[a-z]{4,8} |[0-9]{6,10},){0,5}\Z"
)
_OTHER_BEHIND = re.compile(
    r"(?i)[ \xa0]?(?:[%€$£°º×=*]|(?:euros?|eur|usd|d[oó]lares|pesetas|pts|pesos|bol[ií]vares|soles|reales"
    r"|libras|millones|miles|mil|por ciento"
    r"|habitantes|personas|almas|votos|unidades|ejemplares|veces|bytes|bits|p[ií]xeles|a[nñ]os|d[ií]as|horas"
    r"|segundos|toneladas"
    r"|[kmcdn]?m[23]?|km2?|ha|kg|g|mg|[kmgt]?hz|[kmgt]b|[kmg]?w|ºc|metros|kil[oó]metros|hect[aá]reas|(?-i:[NSEW]))\b)"
)
# Behind a number with thousands stands what it counts; behind a telephone no noun but some small words.
_COUNTED = re.compile(
    r"[ \xa0](?!(?:y|o|ó|e|u|i|a|de|del|en|si|con|para|por|desde|entre|las|los|el|la|es|son|ou|para|ext|fax"
    r"|m[oó]vil|fijo"
    r"|whats?app|horario|antes|preguntar|preguntad|lunes|gratis|tardes|ma[nñ]anas|cada|hasta|solo|sólo|si|que"
    r"|se|me)\b)[^\W\d_]"
)
_THOUSANDS = re.compile(r"[0-9][ \xa0.][0-9]{3}|[0-9],[0-9]")
# Words that have to do with calling, near to the number on either side.
_CALLING = re.compile(
    rf"(?i)[☎☏✆📞📱🕿🕾📲]|\b(?:{_WORDS}|(?-i:WA)|tel[eè]fon[a-z]{{0,5}}|m[oò]bil|telem[oó]vel|mugikorra?"
    rf"|ll[aá]m(?!ad[oa])[a-záéí]+|(?:re)?marc(?:ar|ad|ando|e|que)|m[aá]rc[aá](?:me|nos)|m[aá]nd[ae](?:me|nos)"
    r"|tru(?:car|queu|ca)|chama[rde]?|chame|ligar|ligue|deitu|call|dial|contact[a-záéí]+|contesta(?:dor|r"
    r"|n)?|(?:prob|prueb|intent)[ae](?:d|r|n)?(?= al )|cita previa"
    r"|citas?|pid[ae] hora|pedir hora|reservas?|reservar|inscripciones|inscribirse|informes|informarse|pedidos"
    r"|(?:por )?encargos?|consultas"
    r"|wh?as+ap|guasap|telegram|sms|bizum"
    r"|mensajes?|avis(?:ar|en|e|ad|os)|tratar (?:con|directo)|localiz[a-záéí]+|interesad[oa]s?|pregunt(?:ar|e|en|ad|a) por|raz[oó]n:"
    r"|atenci[oó]n|centralita"
    r"|extensi[oó]n|ext\.|urgencias|emergencias|(?:mi|su|tu|nuestro|este|siguiente) n[uú]mero|comunicarse"
    r"|directo|escr[ií]b[a-z]{1,4}|terminal con n[uú]mero|titular de la l[ií]nea|delivery|encomiendas?|domicilios|taxis?|remis[a-zíé]{0,6}|fletes?|consultorio|cl[ií]nica|parroquia|despacho|oficina|bolet[eé]r[ií]a|taquilla|conserjer[ií]a"
    r"|administraci[oó]n de fincas|(?:se )?(?:alquil|arrend|arriend|rent|vend|traspas|permut|regal|busc|ofre[cz])[aoe]n?|particular"
    r"|agencias|perdid[oa]s?|extravi[a-zóí]+|clases (?:de|particulares)|sms|callback|tutor[a-z]{0,2}|familiar|recepci[oó]n)(?!\w)"
)
_CALLING_BEHIND = re.compile(
    r"(?i)\A[^\n]{0,12}(?:\bext\.|\bextensi[oó]n|\bpregunt|\bde lunes|\bhorario|✉|\be-?mail|\bcorreo|@"
    r"|\btardes\b|\bd[ií]a y noche\b|\b24 ?h|\bma[nñ]anas\b|\bzenbaki|\bm[oó]vil\b|\bfijo\b|\bfax\b)"
)
_NEAR = 48  # characters on either side
# A closing of a letter with no other number behind it: what ends its line there is how to reach who signs.
_SIGNED = re.compile(
    r"(?i)\b(?:saludos?|abrazos?|besos?|bs(?:os|s)|atentamente|atte\.?|cordialmente|gracias|fdo\.?|firmado|salutacions|agur)\b(?!\sa\s)[^0-9]{1,72}\Z"
)
_LETTER = 88  # characters in which that closing is looked for
# What a number stands behind where somebody says how to reach them: a message of a chat that is nothing else, the town of
# an address, and what was found of the same person and masked.
_BEHIND_WHOM = re.compile(
    r"(?:\b[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[ap]\. ?m\.)?[\]) -]{1,4}[^\n:]{1,32}: ?"
    r"|\n(?:CP |C\.P\. )?[0-9]{5}(?: [^\W\d_]{2,16}){1,4}(?: \([^\W\d_]{2,16}\))?\n"
    r"|\[(?:ADDRESS|EMAIL|DNI|NIE|RUT|CEDULA|COLLEGE)\](?:, |; | [·|–-] |\n))\Z"
)
_LINE_ENDS = re.compile(r"[ \t]*[.;)]?[ \t]*(?:\n|\Z|[|·/]|\bext\b)")
# Whoever is named alone in front of a number that ends its part of the line: `Julia, 634091177; Marcos (634091178)`.
_NAMED = re.compile(
    r"(?:\A|[\n.;:,(•*|–-] ?|\b(?:y|e|con|a|para|de|por) )(?:[A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,14}|M[ªa]\.?)(?: (?:del? |la )?[A-ZÁÉÍÓÚÑ](?:[a-záéíóúñü]{2,14}|\.)){0,3}"
    r"(?: \([^()\n]{2,24}\))?(?P<sign>,? |: ?| ?\(| [–-] ?)\Z"
)
_PART_ENDS = re.compile(r"[ \t]*(?:[;,)\n|]|\.?\Z|\.[\s]|/ ?[^\W\d]| [yo] )")


def _shaped(text: str) -> Spans:
    """Numbers told by their form, of Spain or of a country that is named nearby."""
    end = 0
    for candidate in _CANDIDATE.finditer(text):
        start = candidate.start()
        if start < end or _NUMBER_BEFORE.search(text[max(0, start - 2) : start]):
            continue
        for form in (_grouped, _together, _sure, _field, _owned, _national):
            if (stop := form(text, start)) and not _another(text, start, stop):
                end = stop
                yield start, stop
                break


def _grouped(text: str, start: int) -> int | None:
    if not (match := _GROUPED.match(text, start)):
        return None
    start, end = match.span()
    if (
        match["fixed"] == "." and int(text[match.end("fixed") :][:3]) < 256
    ):  # or it is an IP address
        return end if _calling(text, start, end) else None
    thousands = match["three"] in {" ", "\xa0", "."}
    return None if thousands and _maybe_thousands(text, start, end, match["three"]) else end


def _together(text: str, start: int) -> int | None:
    match = _TOGETHER.match(text, start)
    return (
        match.end()
        if match
        and (
            _calling(text, *match.span())
            or (match.group()[0] in "67" and _named(text, *match.span()))
        )
        else None
    )


def _named(text: str, start: int, end: int) -> bool:
    """Whether a mobile's digits stand behind a bare name and end what is said of whoever has it."""
    return bool(_PART_ENDS.match(text, end)) and bool(
        _NAMED.search(text[max(0, start - _NEAR) : start])
    )


def _owned(text: str, start: int) -> int | None:
    match = _MOBILE.match(text, start)
    match = match or _LOOSE.match(text, start)
    return match.end() if match and _named(text, *match.span()) else None


def _sure(text: str, start: int) -> int | None:
    match = _SURE.match(text, start)
    return match.end() if match else None


def _another(text: str, start: int, end: int) -> bool:
    """Whether what stands beside a number says that it is none to call, or that it is part of a longer one."""
    before = text[max(0, start - _NEAR) : start]
    if before.endswith("*") and text.startswith("*", end):  # in bold
        before, end = before.rstrip("*"), end + 1
    return bool(
        _ROUND.search(text[start:end])
        or _DAY.match(text[start:end])
        or _YEAR.match(text[start:end])
        or _OTHER_BEFORE.search(before)
        or _OTHER_BEHIND.match(text, end)
    )


def _calling(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _CALLING.search(before) or _CALLING_BEHIND.match(after) or _CALLING.search(after):
        return True
    return bool(
        _LINE_ENDS.match(text, end)
        and (
            _SIGNED.search(before := text[max(0, start - _LETTER) : start])
            or _BEHIND_WHOM.search(before)
        )
    )


def _maybe_thousands(text: str, start: int, end: int, sign: str) -> bool:
    """Whether three groups of three may count something: by what follows, or by other such numbers around."""
    if _calling(text, start, end):
        return False
    around = text[max(0, start - _NEAR) : start] + " " + text[end : end + _NEAR]
    return sign == "." or bool(
        _COUNTED.match(text, end) or _THOUSANDS.search(_GROUPED.sub("", around))
    )


# How telephones are written within a country, and words that say that the text is about it.
_COUNTRIES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(form), re.compile(rf"\b(?:{words})\b"))
    for form, words in (
        (
            r"\(?[2-9][0-9]\)?[ -][0-9]{4}[ -][0-9]{4}|\(?[2-9][0-9]{2}\)?[ -][0-9]{3}[ -]?[0-9]{4}|[2-9][0-9]{2}-[0-9](?:-[0-9]{2}){3}",
            r"[Mm][ée]xic[oa]n?[oa]?s?|CDMX|Guadalajara|Jalisco|Monterrey|Puebla|Tijuana|Quer[ée]taro|Veracruz"
            r"|Yucat[áa]n|Oaxaca|Canc[úu]n|Torre[óo]n|Saltillo|Durango|Chihuahua|Hermosillo|Culiac[áa]n|Morelia|Toluca|Le[óo]n"
            r"|Aguascalientes|Acapulco|Cuernavaca|Villahermosa|Zacatecas|Sonora|Sinaloa|Coahuila|Michoac[áa]n|Chiapas|col\.",
        ),
        (
            r"(?:\(?0?(?:11|[23][0-9]{2,3})\)?[ -])(?:15[ -])?[0-9]{3,4}[ -][0-9]{4}"
            r"|0?[23][0-9]{2,3}-(?:15-?)?[0-9]{6,7}|[23][0-9]{3}-[0-9]{3}-[0-9]{3}|15[ -][0-9]{4}[ -][0-9]{4}",
            r"[Aa]rgentin[oa]s?|Buenos Aires|CABA|Rosario|Mendoza|Tucum[áa]n|La Plata|Mar del Plata|Neuqu[ée]n",
        ),
        (
            r"3[0-5][0-9][ -][0-9]{3}[ -][0-9]{2}[ -]?[0-9]{2}|\(?60[0-9]\)?[ -][0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}",
            r"[Cc]olombian?[oa]?s?|Bogot[áa]|Medell[íi]n|Cali|Barranquilla|Cartagena|Bucaramanga|Pasto|Pereira"
            r"|Manizales",
        ),
        (
            r"9[0-9]{2}[ -][0-9]{3}[ -][0-9]{3}|\(?0[1-8][0-9]?\)?[ -][0-9]{3}[ -]?[0-9]{3,4}",
            r"[Pp]er[úu](?:an[oa]s?)?|Lima|Arequipa|Trujillo|Cusco|Piura|Chiclayo",
        ),
        (
            r"9[ -][0-9]{4}[ -][0-9]{4}|\(?2\)?[ -]2[0-9]{3}[ -][0-9]{4}|\(?22\)?[ -][0-9]{3}[ -][0-9]{4}",
            r"[Cc]hilen?[oa]?s?|Santiago|Valpara[íi]so|Concepci[óo]n|Temuco|Antofagasta|Vi[ñn]a del Mar",
        ),
        (
            r"\(?0(?:4(?:1[246]|2[246])|2[1-9][0-9])\)?[ .-]?[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{2}",
            r"[Vv]enez[uo]l[a-z]{1,4}|Caracas|Maracaibo|Valencia|Barquisimeto|M[ée]rida|Maracay",
        ),
        (
            r"0800[ -][0-9]{4}|09[0-9][ -][0-9]{3}[ -][0-9]{3,4}|\(?0[2-7]\)?[ -][0-9](?:[ -]?[0-9]{3}){2}",
            r"[Ee]cuador|[Ee]cuatorian[oa]s?|Quito|Guayaquil|Cuenca|Uruguay|[Uu]ruguay[oa]s?|Montevideo"
            r"|Punta del Este",
        ),
        (
            r"[245678][0-9]{3}[ -](?:[0-9]{4}|[0-9]{2}[ -][0-9]{2})",
            r"Costa Rica|costarricenses?|San Jos[ée]|Heredia|Alajuela|Cartago|Lim[óo]n|Guatemala|guatemaltec[oa]s?|Mixco|Quetzaltenango|Xela"
            r"|El Salvador|San Salvador|salvadore[ñn][oa]s?|Soyapango|Santa Tecla|Nicaragua|nicarag[üu]enses?|Managua|Masaya|Le[óo]n|Estel[íi]"
            r"|zona [0-9]{1,2}|[Cc]olonia|Uruguay|[Uu]ruguay[oa]s?|Montevideo|Salto|Paysand[úu]|Maldonado",
        ),
        (
            r"[23789][0-9]{3}[ -][0-9]{4}",
            r"Honduras|hondure[ñn][oa]s?|Tegucigalpa|San Pedro Sula|La Ceiba|Comayagua|Choluteca",
        ),
        (
            r"6[0-9]{3}[ -][0-9]{4}|[2-9][0-9]{2}[ -][0-9]{4}",
            r"Panam[áa]|paname[ñn][oa]s?|David|Chiriqu[íi]|Col[óo]n|Santiago de Veraguas|Chitr[ée]",
        ),
        (
            r"\(?[2-7]\)?[ -][0-9]{3}[ -]?[0-9]{4}|5[ -]?[0-9]{3}[ -]?[0-9]{4}|5[0-9][ -][0-9][ -][0-9]{3}[ -][0-9]{4}",
            r"Cuba|cuban[oa]s?|La Habana|Vedado|Camag[üu]ey|Holgu[íi]n|Santiago de Cuba|Matanzas|[Pp]ermut[oa]",
        ),
        (
            r"[67][0-9]{7}|[67][0-9]{2}[ -][0-9]{5}|[67][0-9]{3}[ -][0-9]{4}|\(?[2-4]\)?[ -][0-9]{3}[ -]?[0-9]{4}",
            r"Bolivia|bolivian[oa]s?|La Paz|Cochabamba|Santa Cruz|El Alto|Oruro|Potos[íi]|Sucre|Tarija",
        ),
        (
            r"\(?0?(?:21|9[0-9]{2})\)?[ -]?[0-9]{3}[ -][0-9]{3}",
            r"Paraguay|[Pp]araguay[oa]s?|Asunci[óo]n|Encarnaci[óo]n|Ciudad del Este|Luque|Itap[úu]a",
        ),
    )
)
# In a field of its own (`Secretaría: 2254-1180`) the groups are enough, unless they are two years.
_IN_FIELD = re.compile(
    r"(?:\A|[\n.;,(] ?)[A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,20}(?: [a-záéíóúñü]{2,16}){0,4}(?: [A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,14})?: ?\Z"
)
_FIELD = re.compile(
    r"(?!(?:1[89]|20)[0-9]{2}-(?:1[89]|20)[0-9]{2})(?:[2-9][0-9]{3}[ -][0-9]{4}|(?:11|[2-9][0-9])-[0-9]{4}-[0-9]{4}|\(?[2-9][0-9]?\)? [0-9]{3,4} [0-9]{4}|[23][0-9]{3} [0-9]{2}-[0-9]{4}|\(0?[1-9][0-9]{0,3}\) ?[0-9]{3,4}[ -][0-9]{4})"
    r"(?![\w²³]|[.,:/–-]?[0-9]| [0-9])"
)
_ANY_COUNTRY = re.compile(
    r"[(0-9][0-9]{0,4}\)?[ .-]?(?:15[ -]?)?[0-9]{1,4}[ .-]?[0-9]{2,4}(?:[ .-]?[0-9]{2,4}){0,2}"
    r"(?![\w²³]|[.,:/–-]?[0-9]| [0-9])"
)
_VICINITY = 120  # characters in which a country is looked for


def _field(text: str, start: int) -> int | None:
    if not (match := _FIELD.match(text, start)):
        return None
    field = _IN_FIELD.search(text[max(0, start - 80) : start])
    is_called = text.endswith(" al ", 0, start) and _calling(text, *match.span())
    return match.end() if field or is_called else None


def _national(text: str, start: int) -> int | None:
    if not (match := _ANY_COUNTRY.match(text, start)):
        return None
    end = match.end()
    named = [words for form, words in _COUNTRIES if form.fullmatch(match.group())]
    near = text[max(0, start - _VICINITY) : end + _VICINITY]
    is_telephone = named and (
        _calling(text, start, end) or any(words.search(near) for words in named)
    )
    return end if is_telephone else None
