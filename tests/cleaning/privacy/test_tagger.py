"""The network beside the patterns: what it tells, what it is made of, and how it learns."""

from __future__ import annotations

import random
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaning.privacy import privacy
from cleaning.privacy.by_patterns import by_patterns
from cleaning.privacy.learning import train
from cleaning.privacy.learning.lines import lines
from cleaning.privacy.learning.negatives import negatives
from cleaning.privacy.learning.nicknames import look_alikes, nicknames
from cleaning.privacy.learning.phrases import sentences
from cleaning.privacy.learning.variations import (
    PARTLY,
    Example,
    by_kind,
    joined,
    left,
    of_lot,
    varied,
)
from cleaning.privacy.network import layers, tagger, tokens
from cleaning.privacy.network.cues import cues
from cleaning.privacy.network.likely import may_be
from cleaning.privacy.network.nobodys import is_nobodys
from cleaning.privacy.network.tagger import DILATION, candidates, shipped, tagged, tokens_of
from cleaning.privacy.network.telling import telling
from cleaning.privacy.privacy import find_personal
from tests.cleaning.privacy.masked import masked

ROOT = Path(__file__).parents[3]


def test_a_text_with_all_of_it_masked_holds_no_more() -> None:
    for text, _ in lines(60, random.Random(2)):
        once = masked(text)
        assert masked(once) == once


@given(st.text(max_size=120))
def test_any_text_is_read_and_what_is_told_lies_in_it_in_order(text: str) -> None:
    at = 0
    for start, end, _ in tagged(text + " 612 345 678 @ana", shipped().kinds.tolist()):
        assert at <= start < end <= len(text) + 17
        at = end


def test_only_round_new_masks_is_read_again() -> None:
    text = "tel. [PHONE] o 612 34 56 7\n" + "nada más que decir de esto\n" * 40
    text += "tel. [PHONE] o 612 34 56 7\n"
    kinds = shipped().kinds.tolist()
    whole = tagged(text, kinds)
    first, last = (text.find("[PHONE]"), text.rfind("[PHONE]"))
    assert len(whole) == 2
    assert tagged(text, kinds, [(first, first + 7), (last, last + 7)]) == whole
    assert tagged(text, kinds, [(last, last + 7)]) == whole[1:]
    assert tagged(text, kinds, []) == []


def test_what_the_network_adds_is_read_round_before_the_patterns_go_over_the_text_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes: list[str] = []
    monkeypatch.setattr(
        privacy,
        "by_patterns",
        lambda text, *rest: [passes.append(text), *by_patterns(text, *rest)][1:],
    )
    spans = find_personal("guardia 612345678 " * 300)
    assert len(spans) == 300 and len(passes) == 2
    # Each find lays bare what stands beside it.
    assert len(find_personal("guar\u200bdia 612345678 " * 300)) == 300


def test_tokens_are_words_numbers_and_signs() -> None:
    text = "Tel.:\t612-34  España2\n@x"
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    places = tokens.tokens(codes, tokens.alphabet()[0])
    words = [text[start:end] for start, end, _, _ in places.tolist()]
    assert words == ["Tel", ".", ":", "612", "-", "34", "España", "2", "@", "x"]
    gaps = places[:, tokens.GAP].tolist()
    assert gaps == [tokens.LINE, 0, 0, tokens.WIDE, 0, 0, tokens.WIDE, 0, tokens.LINE, 0]
    of = tokens.numbers(codes, places)
    assert of[3].tolist() == of[5].tolist() == [3, 6, 5] and of[0, 0] == -1


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("nació el 12/05/1988 en casa", False),
        ("de 45 años", False),
        ("Glucosa 4,5", False),
        ("desde 2019", False),
        ("ref. 48213", True),
        ("Hidalgo 512", True),
        ("MU-1182", True),
        ("con @ana", True),
        ("hermano n.º 617", True),
        ("hace 617 años", False),
        ("mi insta es sol.luna", True),
        ("mi perfil, sol_luna", True),
        ("soy LobitoGris", True),
        ("por chema53, de", True),
        ("la variable valor", False),
        ("el Madrid de Ana", False),
        ("ana@correo", False),
        ("[ADDRESS], bajo", True),
        ("[ADDRESS].", False),
    ],
)
def test_only_what_is_near_a_number_or_a_sign_is_read(text: str, near: bool) -> None:
    assert bool(len(tokens_of(text, 16)[1])) is near


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("con pasaporte AAF448172", True),
        ("el hermano n.º 617", True),
        ("mi insta es marta.elche", True),
        ("gracias, @pepe", True),
        ("la cuenta 4482 2044 18", True),
        ("la Ley 39/2015, de 1 de octubre", False),
        ("nació el 12/05/1988 y vivió 80 años", False),
        ("de 1998-2005 hubo 25.000 casos y 0.98765 de media", False),
        ("ana@correo.es", False),
    ],
)
def test_far_from_masks_only_what_may_stand_alone_is_read(text: str, read: bool) -> None:
    text = "nada más que decir de esto " * 20 + text + " y nada más que decir" * 20
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    spans = telling(codes, *tokens.alphabet(), cues()).tolist()
    assert len(spans) == read and all(0 <= a < b <= len(text) for a, b in spans)


def test_what_is_read_lies_between_blanks_in_order() -> None:
    piece = "nada " * 260 + "pasaporte AAF448172 " + "nada " * 260 + "AAF448173 [PHONE] "
    text = piece * 3 + "y 448172"
    windows = list(tagger._with_others(text, list(tagger._near_masked(text))))
    assert len(windows) > 3
    for before, behind in pairwise(windows):
        assert before[1] <= behind[0]
    for begin, end, *_ in windows:
        assert begin == 0 or text[begin].isspace() or text[begin - 1].isspace()
        assert end == len(text) or text[end].isspace()


@pytest.mark.parametrize("seed", range(5))
def test_sentences_have_their_values_where_they_say(seed: int) -> None:
    kinds = set()
    for text, values in sentences(200, random.Random(seed)):
        at = 0
        for start, end, kind in values:
            assert at <= start < end <= len(text) and text[start:end] == text[start:end].strip()
            kinds.add(kind)
            at = end
    assert kinds == {"record", "college", "handle", "ip", "passport", "address"}


@given(st.integers(0, 10**6))
def test_names_on_the_net_stand_where_they_say_and_have_neighbours(seed: int) -> None:
    draw = random.Random(seed)
    text, values = nicknames(draw)
    assert values
    assert all(text[start:end].strip() == text[start:end] != "" for start, end, _ in values)
    assert "{u}" not in text
    text, none = look_alikes(draw)
    assert text and not none and "{w}" not in text


def test_what_the_patterns_leave_of_an_item_keeps_its_values() -> None:
    text = "tel. 612345678, calle Mayor 5, bajo, socio 4417"
    item = Example(text, [(5, 14, "phone"), (16, 35, "address"), (43, 47, "record")])
    rest = left(item, [(5, 14, "phone"), (16, 29, "address")])
    assert rest.text == "tel. [PHONE], [ADDRESS], bajo, socio 4417"
    assert [(rest.text[start:end], kind) for start, end, kind in rest.values] == [
        ("[ADDRESS]", PARTLY),
        (", bajo", "address"),
        ("4417", "record"),
    ]
    assert left(item, []) == item
    assert left(item, [(0, len(text), "phone")]) == Example("[PHONE]", [])


def test_the_layers_are_convolutions_over_the_tokens_of_a_window() -> None:
    """The compiled layers against numpy, tap by tap."""
    network = shipped()
    text = "Consultas a doña Marisa: 4418-220, Hidalgo Pte. 512-3\n" * 3
    _, near, features = tokens_of(text, network.bits)
    vectors, rows = layers.embedded(features, near, network.table, network.scale)
    for row, buckets in zip(rows, features, strict=True):
        plain = network.table[buckets[buckets > 0]].astype(float).sum(0) * network.scale
        assert np.allclose(vectors[row], plain, atol=1e-4)
    many = len(vectors) - 4
    hidden = sum(vectors[tap : tap + many] @ network.first[tap] for tap in range(5))
    hidden = np.maximum(hidden + network.first_bias, 0)
    many -= 4 * DILATION
    second = sum(
        hidden[tap * DILATION : tap * DILATION + many] @ network.second[tap] for tap in range(5)
    )
    plain = np.maximum(second + network.second_bias, 0) @ network.last + network.last_bias
    answers = layers.answered(vectors, network.layers, DILATION)
    here = rows[rows - layers.PAD < len(plain)] - layers.PAD
    assert len(here) > 20 and np.allclose(answers[here, : plain.shape[1]], plain[here], atol=1e-3)
    logits = layers.judged(answers, rows, len(network.kinds))
    margin = np.log(np.exp(plain[here, 1:]).sum(1)) - plain[here, 0]
    assert np.allclose(logits[: len(here)], margin, atol=1e-3)


def test_a_long_text_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Mi perfil de instagram: @sol_y_luna\nCita con Katy, 612 34 56 78\n" * 30
    whole = list(candidates(text, shipped(), 0.0))
    monkeypatch.setattr(tagger, "PIECE", 100)
    pieces = list(candidates(text, shipped(), 0.0))
    assert whole and {(a, b) for a, b, _, _ in pieces} == {(a, b) for a, b, _, _ in whole}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_otherwise_has_its_values_where_it_says(tmp_path: Path, seed: int) -> None:
    lot = tmp_path / "a.txt"
    lot.write_text(
        r"vivo en <address=Calle Mayor, 12, 3.º B>\ny mi tel es <phone=612 345 678>, soy <name=Ana>"
    )
    examples = of_lot(lot)
    draw = random.Random(seed)
    for _ in range(50):
        text, values = joined(
            [varied(one, by_kind(examples), 1.0, draw) for one in examples * 2], draw
        )
        for start, end, kind in values:
            value = text[start:end]
            assert value == value.strip("\n") and value
            assert kind != "phone" or sum(map(str.isdigit, value)) == 9
            assert kind != PARTLY or value == "[ADDRESS]"
        assert [kind for *_, kind in values] == [kind for *_, kind in sorted(values)]


def test_the_same_texts_give_the_same_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("PASSES", 2),
        ("VARIANTS", 1),
        ("INVENTED", 40),
        ("SENTENCES", 40),
        ("NEGATIVES", 40),
        ("FOREIGN", 200),
    ):
        monkeypatch.setattr(train, name, value)
    (tmp_path / "lots").mkdir()
    (tmp_path / "lots/a.txt").write_text("mi tel es <phone=612 345 678>\nsin nada\n")
    (tmp_path / "lots/b.txt").write_text("<<\n")
    for name in ("foreign.jsonl.zst",):
        text = b'{"text": "La Ley 39/2015, de 1 de octubre. Tel. 612 345 678"}\n'
        (tmp_path / name).write_bytes(zstandard.compress(text * 8))
    models = []
    for run in range(2):
        model = tmp_path / f"{run}.npz"
        monkeypatch.setattr(
            "sys.argv", ["", str(tmp_path / "lots"), str(tmp_path), str(model), "--without", "b"]
        )
        train.main()
        models.append(model.read_bytes())
    assert models[0] == models[1]
    assert list(tagger.load(model).kinds) == list(train.LEARNT)


def test_the_network_goes_wherever_the_package_goes() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert "tagger.npz" in data["package-data"]["cleaning.privacy.network"]


@pytest.mark.parametrize(
    ("address", "alone", "beside"),
    [
        ("88.12.94.33", True, True),
        ("10.44.17.203", False, True),
        ("2001:db8:44:17::203", False, True),
        ("192.168.1.1", False, False),
        ("255.255.255.0", False, False),
        ("127.0.0.1", False, False),
        ("8.8.8.8", False, False),
        ("10.0.22621.4482", False, False),
    ],
)
def test_a_private_address_is_somebodys_only_beside_other_data(
    address: str, alone: bool, beside: bool
) -> None:
    text = f"desde {address} entra"
    assert may_be(text, 6, 6 + len(address), "ip", alone=True) is alone
    assert may_be(text, 6, 6 + len(address), "ip", alone=False) is beside


def test_the_tax_number_of_a_public_body_is_nobodys() -> None:
    text = "a nombre del Ayuntamiento, con número de identificación fiscal P9999900E, en la cuenta"
    assert not find_personal(text)
    assert may_be(text, 63, 72, "record") is False
    assert may_be(text.replace("P9999900E", "H9999900E"), 63, 72, "record") is True


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("dni", "48219375J", "48219375-A"),
        ("nie", "X4821937X", "X4821937A"),
        ("iban", "ES91 2100 0418 4502 0005 1332", "ES42 9999 0123 1100 0027 1882"),
    ],
)
def test_a_number_whose_control_digits_are_wrong_is_no_find(
    kind: str, right: str, wrong: str
) -> None:
    """It only shows how one looks, or was made up."""
    for number, likely in ((right, True), (wrong, False)):
        text = f"Ruiz Gil, Luis, {number}\n"
        assert may_be(text, 16, 16 + len(number), kind) is likely


@pytest.mark.parametrize(
    ("text", "kind", "nobodys"),
    [
        ("| Sistemas | {120000} | 6000 |", "passport", True),
        ("| C | 67 | {1000011} |", "passport", True),
        ("| {tis620}_thai_ci |", "record", True),
        ("-rw-r--r-- 1 alumno alumno {1020} nov 28", "record", True),
        ("La novela sitúa la pensión en {Madera número 12}, tercero", "address", True),
        ("vive junto al museo, en {Madera número 12}, tercero", "address", False),
        ("El poeta. Su dirección: {Madera número 12}", "address", False),
        ("en {Villa 1} es un palacio renacentista", "address", True),
        ("bajada {94,2 Mb/s, subida 18} Mb/s", "address", True),
        ("al {NO 398 mts}.", "address", True),
        ("WAN IP {176.83.56.145}; DNS 80.58.61.250", "ip", False),
        ("WAN IP 176.83.56.145; DNS {80.58.61.250}", "ip", True),
        ('{66.249.75.14} - - "GET /" 200 "Googlebot/2.1"', "ip", True),
        ("Name: x.com\nAddress: 76.76.21.61\nAddress: {66.33.60.67}", "ip", True),
        ("enviado a las {01:20,Agustín}", "handle", True),
        ("el {5.58398619714 5.7293675801} de", "account", True),
        ("Ponga: {100 - 200 (195} mcg)", "cedula", True),
        ("llama al {(312) 747-4300}", "phone", False),
        ("con CUI N° {2586251}", "cedula", True),
        ("con CUI {2735 86203 1601}", "cedula", False),
        ("RUC {1558654750-K}, RIT", "ruc", True),
        ("RUC {1790016919001}", "ruc", False),
        ("reserva {RC-114959}", "record", True),
        ("| Defensa | {13.556.356} | 437.038 |", "dni", True),
        ("con n.º {13.556.356}, y", "dni", False),
        ("paciente n.º {114959}", "record", False),
        ("barrio Sur, {Lote 41, manzana} C", "address", False),
        ("l.26.2 {1.2.6.47} 1.3", "ip", True),
        ("entra {luna_92} en", "handle", False),
        ("user={luna_92} en", "handle", False),
        ("llama a {luna_92}(x)", "handle", True),
        ("def {luna_92}", "handle", True),
        ('"ciclo": "{luna_92}", "dni"', "handle", True),
        ('"autor": "{luna_92}", "dni"', "handle", False),
        ("{@img}/sharp-linux", "handle", True),
        ("sha512-opC+{Ok5pRNAzuvq1AG0ar}", "handle", True),
        ("al {911} hoy", "phone", True),
        ("Corresponde Expte. {P-35-2025}\n\nEL", "record", True),
        ("Ordenanzas N° 12/94 y N° {3012/06}", "record", True),
        ("EL HONORABLE CONCEJO: el expediente {P-62/2024}, para", "record", True),
        ("mi expediente {P-62/2024}, señoría", "record", False),
        ("30\nP\n{1110110000}\n1\n", "record", True),
        ("Salta al 200; {Roca al 400}; Mitre", "address", True),
        ("vive en Salta al 200; {Roca al 400}; Mitre", "address", False),
        ("en {Calle ex 18}, Calle ex 29", "address", True),
        ("de 2016. p.{141-162}.", "record", True),
        ('- "{5432}:5432"', "record", True),
        ("uri={28A0092B-C50C-407E}-A947", "cif", True),
        ("DNI {0801-1979-01201}. Wendy", "cedula", False),
        ("POINT Z ({30 10 40})", "phone", True),
        ("el {28-XII-1973}, fl.", "record", True),
        ("Boston, MA {02111-1307}, USA", "record", True),
    ],
)
def test_words_round_a_find_tell_that_it_is_nobodys(text: str, kind: str, nobodys: bool) -> None:
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "")
    assert is_nobodys(text, start, end, kind) is nobodys


@pytest.mark.parametrize("seed", range(5))
def test_lines_of_nobody_are_filled_and_differ(seed: int) -> None:
    lines_of_nobody = negatives(300, random.Random(seed))
    assert len(set(lines_of_nobody)) > 250
    assert not any("{" in line or "}" in line for line in lines_of_nobody)
    assert lines_of_nobody == negatives(300, random.Random(seed))
