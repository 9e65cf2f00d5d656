"""Personal data is found where its check digits or its surroundings prove it, and ordinary numbers are left."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.corpus.privacy import KINDS, find_personal, placeholder


def masked(text: str) -> str:
    for found in reversed(find_personal(text)):
        text = text[: found.start] + placeholder(found.kind) + text[found.end :]
    return text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Escriba a ana.pérez+web@correo.ejemplo.es.", "Escriba a [EMAIL]."),
        ("<ana@ejemplo.com>, (luis_2@sub-dominio.org)", "<[EMAIL]>, ([EMAIL])"),
        ("Cuenta ES91 2100 0418 4502 0005 1332 BANCO", "Cuenta [IBAN] BANCO"),
        ("cuenta ES9121000418450200051332.", "cuenta [IBAN]."),
        ("Pago a DE89 3704 0044 0532 0130 00 hoy", "Pago a [IBAN] hoy"),
        ("con DNI 12345678Z y", "con DNI [DNI] y"),
        ("DNI: 12.345.678-Z", "DNI: [DNI]"),
        ("12345678-z", "[DNI]"),
        ("NIE X-1234567-L; Y1234567X", "NIE [NIE]; [NIE]"),
        ("Tel.: 91 123 45 67, fax 911234568", "Tel.: [PHONE], fax [PHONE]"),
        ("teléfono de contacto: 612345678", "teléfono de contacto: [PHONE]"),
        ("TELÉFONO (011) 4301-2345", "TELÉFONO [PHONE]"),
        ("llame al 900 123 456.", "llame al [PHONE]."),
        ("+34 612 34 56 78 o 0034 912 345 678", "[PHONE] o [PHONE]"),
        ("+52 (55) 1234-5678", "[PHONE]"),
        ("WhatsApp: 655.12.34.56", "WhatsApp: [PHONE]"),
        (
            "un WhatsApp al 655 123 456, llámenos al 911 234 567",
            "un WhatsApp al [PHONE], llámenos al [PHONE]",
        ),
    ],
)
def test_personal_data_is_masked(text: str, result: str) -> None:
    assert masked(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "Ley 39/2015, de 1 de octubre; BOE-A-2015-10565",
        "612 345 678 habitantes y 912345678 euros",
        "12345678A no es un DNI, ni 87654321Z",
        "X1234567A no es un NIE",
        "ES91 2100 0418 4502 0005 1333 tiene mal el control",
        "arroba@ y @usuario, a@b",
        "el 2015-10-01 a las 12:30, de 1914 a 1918",
        "ISBN 978-84-376-0494-7",
        "3.1415926535 y -0,5 y 1.234.567,89",
        "hash d41d8cd98f00b204e9800998ecf8427e",
        "teléfono móvil de 2 núcleos",
        "tel 112",
        "versión 2.14.4 +1234567",
        "S01:0029933/2006, expediente 020-002606/2000, oficio 001377-2025-SERVIR, +10191-07-26T08:59",
        "N.° 008 04.10.2017 {00000200-0000-0010-8000-00AA006D2E}",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert masked(text) == text


def test_only_the_kinds_that_are_asked_for_are_found() -> None:
    text = "a@b.es 12345678Z"
    assert [f.kind for f in find_personal(text)] == ["email", "dni"]
    assert [f.kind for f in find_personal(text, ["dni"])] == ["dni"]
    assert find_personal(text, []) == []


pieces = st.one_of(
    st.sampled_from(
        ["a@b.es", "12345678Z", "X1234567L", "ES9121000418450200051332", "tel ", "612 34 56 78",
         "+34 ", "@", ".", "-", " ", "\n", "fax", "00", "(", ")", "[DNI]", "ñ"]
    ),
    st.text("0123456789ABZ .@+-", max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=8).map("".join))
def test_spans_are_disjoint_and_a_masked_text_holds_none(text: str) -> None:
    found = find_personal(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= f.start < f.end <= len(text) and f.kind in KINDS for f in found)
    assert find_personal(masked(text)) == []


@pytest.mark.timeout(20)
def test_long_runs_take_no_long_time() -> None:
    for piece in (
        "a.", "a@", "1", "1 ", "A1", "tel ", "+1", "a@a.", "ES91 ", "tel 1 ", "a@b.es-", "(1",
        "+34 612345678", "tel 612345678 ", "12345678Z ", "X1234567L,", "ES9121000418450200051332 ",
    ):  # fmt: skip
        find_personal(piece * 20_000)
