import re
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from cleaning.privacy.addresses import addresses
from cleaning.privacy.kinds import KINDS
from cleaning.privacy.numbers import checked, labelled, proven
from cleaning.privacy.online import emails, handles, ips, unsigned
from cleaning.privacy.patterns.gates import gate, matches, may_hold, may_lie, view
from cleaning.privacy.persons import births, names, roles
from cleaning.privacy.privacy import find_personal
from cleaning.privacy.telephones import calling, countries, shaped, telephones
from tests.examples import examples

_WORDS = (
    "Tel.", "MÓVIL", "DNI", "N.I.F.", "colegiada n.º", "Único de Contribuyentes", "registro", "RUT", "cédula",
    "pasaporte", "matrícula", "nuestro cliente", "domiciliado en", "Calle Mayor,", "C/ Sol", "Avda. de América",
    "Iparragirre kalea", "apdo. de correos", "Pº\u2003Nuevo", "28013 Madrid", "Mz. B Lote", "IP", "desde",
    "ana", "@correo.es", "(at)", "(a)", "arroba", " dot es", "Telegram:", "dni;nombre\n", "ES91", "tarjeta", "+34",
    "0034", "(91)", "Seguridad ſocial", "ſocial", "€", "“", "\xa0", "\u2009", "ñ", "İ", "\n", "1234 BCD", "12345678Z",
    "B-1234567-4", "Saludos", "Ana Ruiz", "años", "mg",
    "twitter.com/", "rosa.gil", "FB:", "en face como", "snap", "punto", "at", "V-", "IBAN ES 91", "cuenta de",
    "Dña.", "Sra.\n", "D. ", "de 5 años", "Luz (hija)", "el demandado,", "nacido el 3 de mayo de 1960", "Fecha nac.",
)  # fmt: skip
_NUMBERS = st.lists(
    st.tuples(st.integers(0, 10**12).map(str), st.sampled_from(("", " ", ".", "-", "/", " - ", "–", ")"))),
    min_size=1,
    max_size=5,
).map(lambda parts: "".join(digits + sign for digits, sign in parts))  # fmt: skip
_TEXTS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(_WORDS), _NUMBERS, st.text(max_size=4)),
        st.sampled_from((" ", "", ": ", ", ", "\n")),
    ),
    max_size=14,
).map(lambda parts: "".join(piece + sign for piece, sign in parts))
_PARTS = re.compile(r"\S+")
_GATED = (
    (emails._SAID_BRACKETED, emails._BRACKETS),
    (ips._IPV4, ips._FOUR),
    (handles._BEHIND_COLON, handles._ANY_NETWORK),
    (unsigned._IN_PARTS, unsigned._ANY_IN_PARTS),
    (unsigned._JOINED, unsigned._ANY_JOINED),
    (unsigned._CALLED, unsigned._ANY_CALLED),
    (handles._PROFILE, handles._ANY_PROFILE),
    (proven._IBAN, proven._IBAN_BEGINS),
    (roles._BEHIND, roles._RELATED),
    (names._BELOW, names._ANY_BELOW),
    *(
        (form, proven._FORMS)
        for form in (
            proven._CARD,
            proven._CCC,
            proven._DNI,
            proven._NIE,
            *(form for _, form, _ in proven._PROVEN),
        )
    ),
    *(
        (form, telephones._SIX)
        for form in (
            telephones._NUMBER,
            shaped._GROUPED,
            shaped._SURE,
            countries.FIELD,
            telephones._DIALLED,
        )
    ),
)
_BEGINNINGS = (
    *names._BEGINNINGS.items(),
    (births._BIRTH, births._FIELD_OR_BORN),
    (births._IN_FIELD, births._IS_FIELD),
    (births._BORN_BEHIND, births._BASQUE),
)
_BEFORE = (
    *((word, labelled._WORD) for word in labelled._WORDS.values()),
    *(
        (word, calling.ANY_BEFORE)
        for word in (
            calling.BEFORE,
            calling.BEFORE_OF,
            calling.PEOPLE,
            calling._ASKED_FOR,
        )
    ),
)


@examples(300)
@given(_TEXTS)
def test_a_gate_is_open_wherever_its_pattern_matches(text: str) -> None:
    assert len(view(text)) == len(text)
    for pattern, wider in _GATED:
        assert may_hold(text, wider) or not pattern.search(text), pattern
    for pattern, beginning in _BEGINNINGS:
        spans = [match.span() for match in matches(text, pattern, beginning)]
        assert spans == [match.span() for match in pattern.finditer(text)], pattern
    spans = [match.span() for match in names._behind(text)]
    assert spans == [match.span() for match in names._BEHIND.finditer(text)]
    for part in _PARTS.finditer(text):
        for pattern, wider in _BEFORE:
            inside = pattern.search(text[: part.start()])
            assert may_lie(text, wider, 0, part.start()) or not inside, pattern
    for pattern in (addresses._LIVES, addresses._WAY_FIRST):
        spans = [match.span() for match in addresses._candidates(pattern, text)]
        assert spans == [match.span() for match in pattern.finditer(text)]


@examples(300)
@given(_TEXTS)
def test_what_is_found_is_the_same_with_all_gates_open(text: str) -> None:
    spans = find_personal(text, KINDS)
    with (
        patch.object(emails, "may_hold", lambda *_: True),
        patch.object(ips, "may_hold", lambda *_: True),
        patch.object(handles, "may_hold", lambda *_: True),
        patch.object(unsigned, "may_hold", lambda *_: True),
        patch.object(telephones, "may_hold", lambda *_: True),
        patch.object(telephones, "may_lie", lambda *_: True),
        patch.object(proven, "may_hold", lambda *_: True),
        patch.object(labelled, "may_lie", lambda *_: True),
        patch.object(checked, "may_lie", lambda *_: True),
        patch.object(labelled, "_ENOUGH", re.compile("")),
        patch.object(checked, "_LONG", re.compile("")),
    ):
        assert find_personal(text, KINDS) == spans


def test_accented_capitals_and_characters_without_a_byte_pass_a_gate() -> None:
    assert gate("(?i)c[ée]dula").search(view("CÉDULA"))
    assert gate(r"(?i)seguridad\ssocial").search(view("Seguridad\u2003ſocial"))
    assert not gate(r"(?i)seguridad\ssocial").search(view("Seguridad privada"))
    assert [p.kind for p in find_personal("Registro Único de Contribuyentes 20183495464")]
