"""Invented values in place of real ones, and patterns that a recipe adds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.es import nie

from cleaning.privacy.fakes.fakes import fake
from cleaning.privacy.fakes.persons import LAST, MEN, WOMEN
from cleaning.privacy.kinds import KINDS
from cleaning.privacy.patterns.own import check_patterns, compiled
from cleaning.privacy.persons.persons import Persons
from cleaning.privacy.privacy import find_personal
from cleaning.privacy.telephones.spoken import NUMERALS


def test_a_pattern_of_ones_own_is_of_re2() -> None:
    spans = find_personal("socio AB-1234", [], {"member": r"AB-\d{4}"})
    assert [(f.start, f.end, f.kind) for f in spans] == [(6, 13, "member")]
    assert find_personal("a" * 50_000, [], {"slow": "(a+)+b"}) == []
    for patterns in ({"member": "(?=a)"}, {"member": "a*"}, {"email": "a"}, {"a b": "a"}):
        with pytest.raises(ValueError):
            check_patterns(patterns)


@given(
    st.sampled_from(KINDS), st.text("0123456789AbñZ .@+-", min_size=1, max_size=20), st.integers()
)
def test_a_fake_is_the_same_for_the_same_value_and_is_nobodys(
    kind: str, value: str, seed: int
) -> None:
    assert fake(kind, value, seed) == fake(kind, value, seed)


def test_fakes_keep_their_form_and_pass_no_check() -> None:
    assert fake("dni", "12345678Z", 1) == fake("dni", "12345678z", 1).upper()
    assert fake("dni", "12345678Z", 1) != fake("dni", "12345678Z", 2)
    for seed in range(200):
        assert re.fullmatch(r"00\d{6}[A-Z]", number := fake("dni", "12345678Z", seed))
        assert re.fullmatch(r"\+34 5\d{2} \d{3} \d{3}", fake("phone", "+34 630 304 365", seed))
        assert not iban.is_valid(fake("iban", "ES9121000418450200051332", seed)), number
        assert re.fullmatch(r"\d\d? de [a-z]+ de 19\d\d", fake("birth", "4 de marzo de 1956", seed))
        catalan = fake("birth", "12 d'abril de 1949", seed)
        assert re.fullmatch(r"\d\d? (d'[ao]|de [^ao])\w+ de 19\d\d", catalan)
    assert fake("email", "ana@correo.es", 1).endswith("@example.org")
    assert fake("name", "Juan Pérez", 1).split()[0] in MEN


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "644 218 903", "+34 644-21-89-03"),
        ("record", "482917", "00482917"),
        ("address", "calle Mayor, 14, 3.º B", "C/ MAYOR 14, 3.º B"),
        ("birth", "12/03/1956", "12-03-1956"),
        ("birth", "12/03/1956", "12031956"),
    ],
)
def test_equal_values_have_equal_fakes_in_each_of_their_forms(
    kind: str, one: str, other: str
) -> None:
    def plain(fake: str) -> str:
        return re.sub(r"\A(?:00|34|calle|c)|\W", "", re.sub(r"[ +]", "", fake.lower())).lstrip("0")

    assert plain(fake(kind, one, 1)) == plain(fake(kind, other, 1))


def test_fakes_of_names_are_of_their_sex_and_surnames_stay_surnames() -> None:
    for seed in range(9):
        assert (last := fake("name", "Larrañaga", seed, "la Dra. ")) in LAST
        assert fake("name", "LARRAÑAGA, EUSEBIO", seed).startswith(f"{last.upper()}, ")
        given, last = fake("name", "Trinidad Gil", seed, "doña ").split()
        assert given in WOMEN and last in LAST
        assert fake("address", "calle Sol, 3.º B, 28013 Jaén", seed).startswith("calle de")
        assert fake("name", "Miren Josune Otxoa Gil", seed).split()[1] in WOMEN
        assert re.fullmatch(
            r"Calle [1-9]\d # [1-9]\d-[1-9]\d", fake("address", "Calle 26 # 13-19", seed)
        )
        assert fake("ip", "2a02:9130:80b2::12ab", seed).startswith("2001:db8::")
        assert fake("ip", "83.45.12.201", seed).startswith("192.0.2.")
        assert re.fullmatch(r"Bv\. de.* \d{4}", fake("address", "Bv. Oroño 1234", seed))
        number = fake("address", "calle del Pez, número siete", seed).split()[-1]
        assert number in NUMERALS[0]
        assert " d'" not in fake("address", "carrera d'o Forno, 3", seed)
        assert fake("dni", "cinco, doce, treinta y cuatro, dos, tres, eme", seed).endswith("eñe")
        assert fake("ip", "A0:1B:2C:3D:4E:5F", seed).startswith("00:00:5E:00:53:")
        number = fake("nie", "Y1234567X", seed)
        assert re.fullmatch(r"Y00\d{5}[A-Z]", number) and not nie.is_valid(number)
        assert fake("iban", "ES91 2100 0418 4502 0005 1332", seed).startswith("ES00 ")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("D. Juan Carlos de la Fuente y Ruiz. Sr. Ruiz", r"D. M M (L) y (L). Sr. \2"),
        ("Apellidos: Otxoa Gil. Nombre: Iker. Iker Otxoa", r"Apellidos: (L) L. Nombre: (M). \2 \1"),
        ("D. Abdelkader Ben Ali El Fassi. El señor Ben Ali", r"D. M (L) L. El señor \1"),
        (
            "Paciente: LÓPEZ DE HARO MAS, EVA. Eva López de Haro Mas",
            r"Paciente: (L) (L) (L), (W). (?i:\4 \1 \2 \3)",
        ),
        ("Titular: Thomas Mas. Dr. Thomas Mas", r"Titular: (M) (L). Dr. \1 \2"),
        ("Sra. Carme Rial Sol. Carme Rial", r"Sra. (W) (L) L. \1 \2"),
        ("doña Eulalia Gil. doña Eulalia", r"doña (W) L. doña \1"),
        (
            "J. M.ª Urquijo vino con D. José María Urquijo",
            r"(.)\. (.)\. (L) vino con D. \1\w+ \2\w+ \3",
        ),
        ("D. JOSÉ LUIS MARTÍN PARDO. Sr. Martín", r"D. M M (L) L. Sr. (?i:\1)"),
        ("Sr. Villar Peñalver", r"Sr. (L) (?!\1)L"),
    ],
)
def test_a_person_has_one_fake_in_a_text(text: str, form: str) -> None:
    lists = (("M", MEN), ("W", WOMEN), ("L", LAST))
    for kind, names in lists:
        form = re.sub(rf"\b{kind}\b", f"(?i:{'|'.join(names)})", form)
    for seed in range(40):
        shown = text
        spans = find_personal(text, ["name"])
        persons = Persons(text, [(start, end) for start, end, _ in spans])
        for start, end, _ in reversed(spans):
            before = text[:start]
            shown = before + fake("name", text[start:end], seed, before, persons) + shown[end:]
        assert re.fullmatch(form, shown), shown


@pytest.mark.parametrize(
    "value, form",
    [
        ("4227-1234 ext. 23", r"5\d{3}-\d{4} ext\. \d\d"),
        ("TFNO. 942 123 456", r"TFNO\. 5\d\d \d{3} \d{3}"),
        ("(02291) 43-1234 int12", r"\(5\d{4}\) \d\d-\d{4} int\d\d"),
        ("900 TELFO", r"5\d\d (?!TELFO)[A-Z]{5}"),
        ("seis uno dos, treinta y cuatro", r"cinco \w+ \w+, \w+(enta|einta) y \w+"),
        ("Cortázar 23", r"(?!Cort)[A-Z][a-z]{7} \d\d"),
    ],
)
def test_what_is_written_before_a_number_stays_and_nothing_else(value: str, form: str) -> None:
    for seed in range(20):
        assert re.fullmatch(form, got := fake("phone", value, seed)), got


def test_what_is_wrong_with_a_pattern_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"no pattern of RE2: invalid perl operator: \(\?="):
        compiled("(?=a)")
    assert capfd.readouterr().err == ""
