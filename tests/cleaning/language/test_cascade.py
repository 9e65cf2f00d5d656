"""Two models together tell the languages around Spanish apart, and say which part of a text is in which."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cleaning.language.cascade import (
    IBERIAN,
    Cascade,
    Languages,
    cascade,
    cascade_digest,
)
from cleaning.language.passages import PASSAGE, passages
from cleaning.models import linear
from cleaning.signals.text.language import _language as signals
from cleaning.text.batch import Batch
from pipeline.errors import TahonaError

SPANISH = (
    "El molinero bajó al río antes de que amaneciera y abrió la compuerta para que la rueda empezara a girar. "
    "Su hija contaba los sacos de trigo que habían llegado la víspera y apuntaba cada uno en un cuaderno viejo. "
)
CATALAN = (
    "El moliner va baixar al riu abans que es fes de dia i va obrir la comporta perquè la roda comencés a girar. "
    "La seva filla comptava els sacs de blat que havien arribat el dia abans i els apuntava en un quadern vell. "
)
GALICIAN = (
    "O muiñeiro baixou ao río antes de que amencese e abriu a comporta para que a roda comezase a xirar. "
    "A súa filla contaba os sacos de trigo que chegaran o día anterior e apuntaba cada un nun caderno vello. "
)
ENGLISH = (
    "The miller went down to the river before dawn and opened the gate so that the wheel would begin to turn. "
    "His daughter counted the sacks of wheat that had come the day before and wrote each in an old notebook. "
)
GERMAN = (
    "Der Müller ging vor dem Morgengrauen zum Fluss und öffnete das Wehr, damit das Rad sich zu drehen begann. "
    "Seine Tochter zählte die Säcke mit Weizen, die am Vortag gekommen waren, und schrieb sie in ein altes Heft. "
)
LATIN = (
    "Molitor ante lucem ad flumen descendit et portam aperuit, ut rota se vertere inciperet. "
    "Filia eius saccos tritici numerabat, qui pridie advenerant, et omnes in veteri libello scribebat. "
)
GREEK = (
    "Ο μυλωνάς κατέβηκε στο ποτάμι πριν ξημερώσει και άνοιξε το φράγμα για να αρχίσει να γυρίζει ο τροχός. "
    "Η κόρη του μετρούσε τα σακιά με το σιτάρι που είχαν έρθει την προηγούμενη και τα έγραφε σε ένα τετράδιο. "
)
CODE = "for (let i = 0; i < rows.length; i++) {\n  const cell = rows[i].cells[0];\n  if (!cell) continue;\n}\n"


@cache
def model() -> Cascade:
    return cascade(cascade_digest())


def languages(*texts: str) -> Languages:
    return model().languages(Batch(texts))


@pytest.mark.parametrize(
    ("text", "language"),
    [(SPANISH, "es"), (CATALAN, "ca"), (GALICIAN, "gl"), (ENGLISH, "en")],
)
def test_a_text_of_one_language_is_in_it_whole(text: str, language: str) -> None:
    measured = languages(text * 4)
    assert measured.guesses[0].language == language and measured.guesses[0].probability > 0.9
    assert (measured.shares, measured.scattered, measured.spans) == ([{language: 1.0}], [0.0], [[]])


def test_a_mixed_text_shows_all_its_shares_and_is_in_the_language_of_most_words() -> None:
    # What a sitting looks like that quotes, a page whose first part is English, and one in four languages.
    four = [CATALAN, SPANISH, ENGLISH, GALICIAN, CATALAN]
    measured = languages(
        *("\n\n".join(t) for t in ([CATALAN] * 5 + [SPANISH], [ENGLISH] * 4 + [SPANISH] * 5, four))
    )
    assert [list(shares) for shares in measured.shares[:2]] == [["ca", "es"], ["es", "en"]]
    assert (
        measured.shares[2].keys() == {"ca", "es", "en", "gl"}
        and next(iter(measured.shares[2])) == "ca"
    )
    for guess, shares in zip(measured.guesses, measured.shares, strict=True):
        (first, most), (second, less) = list(shares.items())[:2]
        assert sum(shares.values()) == pytest.approx(1)
        assert (guess.language, guess.second) == (first, second)
        assert guess.probability == pytest.approx(most / (most + less), abs=0.01)
    assert (
        0.8 < measured.guesses[0].probability < 0.9 and 0.5 < measured.guesses[1].probability < 0.6
    )


def test_a_short_quotation_leaves_a_text_as_sure_as_it_was() -> None:
    measured = languages("\n\n".join([CATALAN] * 12 + [SPANISH]))
    assert 0.05 < measured.shares[0]["es"] < 0.1 and measured.guesses[0].probability > 0.99


def test_a_text_in_two_languages_is_cut_where_the_one_ends() -> None:
    heading = "Intervención del alcalde"
    pieces = [CATALAN, f"{heading}\n{SPANISH}\n{SPANISH}", CATALAN * 3]
    text = "\n\n".join(pieces)
    (spans,) = languages(text).spans
    assert [text[s.start : s.end].strip() for s in spans] == [piece.strip() for piece in pieces]
    assert [s.language for s in spans] == ["ca", "es", "ca"]
    assert (spans[0].start, spans[-1].end) == (0, len(text)) and all(
        s.confidence > 0.9 for s in spans
    )
    code = "for (let i = 0; i < rows.length; i++) {\n  if (!rows[i]) continue;\n}\n"
    whole = f"{SPANISH}\n{code}{SPANISH}\n{code}\n{CATALAN}\n{CATALAN}"
    passages = signals.values(Batch([whole]), model(), ())["passages"][0]
    assert [(t["start"], t["language"]) for t in passages] == [
        (0, "es"),
        (whole.index(CATALAN), "ca"),
    ]
    assert passages[-1]["end"] == len(whole)


def test_an_original_that_only_the_broad_model_knows_stands_beside_its_translation() -> None:
    originals = {"de": GERMAN, "la": LATIN, "el": GREEK}
    texts = [f"{original * 3}\n\n{CATALAN * 3}" for original in originals.values()]
    measured = languages(*texts)
    for language, original, text, shares, spans in zip(
        originals, originals.values(), texts, measured.shares, measured.spans, strict=True
    ):
        assert [(s.language, s.start) for s in spans] == [
            (language, 0),
            ("ca", text.index(CATALAN)),
        ]
        assert shares.keys() == {language, "ca"} and min(shares.values()) > 0.35, original


CONTENTS = """Índice
11.2. Documentos bien formados
11.3. Follas de estilo
11.3.1. Selectores
11.3.2. Cascada e herencia
11.4. Configuración tipográfica
11.4.1. Unidades de medida
11.4.2. Composición de páxinas
11.5. Modelo de caixas
11.6. Táboas e contidos
12. Formatos de saída"""
SCREEN = """aptitude 0.4.4
--- Installed Packages
--- Not Installed Packages
--- Obsolete and Locally Created Packages
--- Virtual Packages
--- Tasks
These packages are currently installed on your computer"""


def test_what_is_unsure_goes_with_what_stands_beside_it() -> None:
    heading = "DECRETO 45/2020, de 3 de marzo, por el que se aprueban las bases"
    rest = "Era don Jordi Puig, vecino de Sant Feliu de Guíxols."
    pieces = {
        "the rest of a long sentence": [CATALAN * 2, f"{SPANISH}{rest}", CATALAN * 2],
        "a heading": [CATALAN * 2, f"{heading}\n\n{SPANISH * 2}"],
        "contents": ["\n\n".join([SPANISH, CONTENTS, SPANISH])],
        "a screen": ["\n\n".join([SPANISH, SCREEN, SPANISH])],
        "short speeches": [
            CATALAN * 2,
            "Gracias, señor presidente.\nNo estamos de acuerdo.\nHe terminado ya.\nMañana seguimos con esto.",
            CATALAN,
        ],
    }
    texts = ["\n\n".join(each) for each in pieces.values()]
    for text, each, spans in zip(texts, pieces.values(), languages(*texts).spans, strict=True):
        cut = [text[s.start : s.end].strip() for s in spans] or [text.strip()]
        assert cut == [piece.strip() for piece in each]


def test_a_law_in_two_languages_is_no_scatter_and_words_between_are() -> None:
    law = "\n\n".join([CATALAN, SPANISH] * 4)
    half = "\n\n".join([SPANISH.split(". ")[1], ENGLISH.split(". ")[0] + "."] * 4)
    measured = languages(law, half)
    assert min(measured.shares[0].values()) > 0.4 and measured.scattered[0] == 0
    assert (
        measured.scattered[1] == pytest.approx(min(measured.shares[1].values()))
        and measured.scattered[1] > 0.4
    )


def test_a_sentence_is_no_english_though_its_language_is_in_doubt() -> None:
    # Spanish and Galician share nearly all of these words.
    for sentence in (
        "Abra la vista de Actividades y empiece a escribir.",
        "Active JavaScript no navegador para mostrar as páxinas da Axuda do LibreOffice.",
    ):
        measured = languages(f"{ENGLISH * 2}\n\n{sentence}\n\n{ENGLISH}")
        assert measured.guesses[0].language == "en"
        ((_, _), (other, share)) = measured.shares[0].items()
        assert other in {"es", "gl"} and 0.05 < share < 0.1


def test_a_long_quotation_at_the_beginning_turns_no_text() -> None:
    measured = languages(SPANISH * 12 + "\n\n" + GALICIAN * 30)
    assert measured.guesses[0].language == "gl" and 0.2 < measured.shares[0]["es"] < 0.35


def test_a_word_that_only_the_neighbour_has_turns_what_quotes_spanish() -> None:
    quoting = (
        "No cartel pon: «Prohibido el paso a toda persona ajena a la obra». Ninguén {} nada diso."
    )
    measured = languages(quoting.format("dixo aos veciños"), quoting.format("dixo"))
    assert [(g.language, g.second) for g in measured.guesses] == [("gl", "es"), ("es", "gl")]
    assert 0.5 < measured.guesses[0].probability < 0.9


def test_no_passage_runs_from_a_line_into_the_next() -> None:
    # No empty lines: 26 words of Catalan and 14 of Spanish were one passage, and all of it Catalan.
    catalan, spanish = CATALAN.split(". ")[0] + ".", SPANISH.split(". ")[1] + "."
    measured = languages("\n".join([catalan] * 6 + [spanish] * 2))
    words = [len(Batch([line]).word_start) for line in (catalan, spanish)]
    assert measured.guesses[0].language == "ca"
    assert measured.shares[0]["es"] == pytest.approx(
        2 * words[1] / (6 * words[0] + 2 * words[1]), abs=0.01
    )


@pytest.mark.parametrize("row", ["{}\t{}", "| {} | {} |"])
def test_the_cells_of_a_line_are_each_in_a_language(row: str) -> None:
    """Of two columns a line is in one language, if it is asked whole."""
    columns = (text.strip().split(". ") for text in (SPANISH, ENGLISH))
    text = "\n".join(row.format(*cells) for cells in zip(*columns, strict=True))
    said = languages(text)
    assert set(said.shares[0]) == {"es", "en"} and said.scattered[0] > 0.4
    assert [span.language for span in said.spans[0]] == ["es", "en"] * 2
    starts = [text[span.start :].lstrip(" |").split()[0] for span in said.spans[0]]
    assert starts == ["El", "The", "Su", "His"]


def test_names_and_entries_mix_no_language_in() -> None:
    names = ["Giovanni Bianchi", "Jean Dupont", "John Smith", "O Grove", "Vila Nova de Gaia"]
    menu = "\n".join(["Inicio", "Contacto", *names, "Aviso legal", *reversed(names)])
    for text in (f"{menu}\n{SPANISH * 2}\n{menu}", f"{SPANISH}\n{menu}\n{SPANISH}"):
        measured = languages(text)
        assert (measured.guesses[0].language, measured.shares) == ("es", [{"es": 1.0}]), measured


def test_a_line_that_goes_on_is_one_with_the_next() -> None:
    wrapped = [line for text in (CATALAN, GALICIAN) for line in _wrapped(text, 6)]
    parts = passages(Batch(["\n".join(wrapped)]))
    sentences = [
        len(Batch([s]).word_start) for t in (CATALAN, GALICIAN) for s in t.split(". ") if s
    ]
    assert parts.words.tolist() == sentences


def _wrapped(text: str, words: int) -> list[str]:
    """The sentences of a text, each from a line of its own on, in lines of so many words."""
    lines = []
    for sentence in filter(None, text.strip().split(". ")):
        split = (sentence.rstrip(".") + ".").split()
        lines += [" ".join(split[i : i + words]) for i in range(0, len(split), words)]
    return lines


def test_spanish_written_badly_is_spanish() -> None:
    plain = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")
    for text in (SPANISH.upper() * 2, SPANISH.translate(plain) * 2, SPANISH.replace("o", "0") * 2):
        assert languages(text).guesses[0].language == "es", text


def test_code_and_numbers_are_no_language() -> None:
    assert [
        g.language for g in languages(CODE * 6, "12 7 88 4,5 1990 31 " * 9, "¡¿!?").guesses
    ] == [
        "und",
        "und",
        "und",
    ]


def test_the_code_of_a_tutorial_does_not_turn_its_language() -> None:
    log = "$ mysql --user=root --host=localhost\nERROR 2002 (HY000): can't connect to server [socket=/var/run/x]\n"
    texts = [SPANISH + log * 12, ENGLISH + log * 12, log * 12, CATALAN * 2]
    shares = told_of(*texts)
    assert [row[0] for row in shares[:2]] == ["es", "en"] and shares[3][0] == "ca"
    assert shares == [told_of(text)[0] for text in texts]
    assert languages(texts[0]).guesses[0].language != "es"  # with its code it would be none


def test_the_language_of_a_manual_is_that_of_its_sentences() -> None:
    entry = (
        "{0}.open(path, mode='r', *, {0}=None)\n"
        "Open a file of {0} and return a new {0} object in binary or text mode, whose {0} is closed with it.\n"
        "{0}.read_{0}(size=-1)\nChanged in version 3.{1}: {0} is None.\n"
    )
    names = ["bz2", "lzma", "gzip", "zlib", "tarfile", "zipfile"]
    manual = "".join(entry.format(name, n) for n, name in enumerate(names))
    assert languages(manual).guesses[0].language == "und"
    index = "bz2.open()\nlzma.compress()\ngzip.BadGzipFile\nzlib.adler32()\n" * 9
    assert [row[0] for row in told_of(manual, index)] == ["en", "und"]


def told_of(*texts: str) -> list[tuple[object, ...]]:
    """The language of each text and what else the signals tell of it."""
    return list(zip(*signals.values(Batch(texts), model(), ()).values(), strict=True))


def test_a_language_that_only_the_broad_model_knows_is_named() -> None:
    polish = "Pewnego majowego poranka, kiedy słońce ledwo ogrzewało rynek, przyszedł listonosz."
    assert languages(polish * 2).guesses[0].language == "pl"


def test_passages_cut_paragraphs_and_no_word_is_in_two() -> None:
    random.seed(3)
    texts = [
        "\n\n".join("palabra " * random.randrange(130) for _ in range(random.randrange(6)))
        for _ in range(40)
    ]
    batch = Batch(texts)
    parts = passages(batch)
    last, document = np.cumsum(parts.words), parts.document
    first = last - parts.words
    assert (parts.words <= PASSAGE).all() and (parts.words > 0).all()
    assert last[-1] == len(batch.word_start)
    assert (batch.word_document[last - 1] == document).all()
    for start, stop, of in zip(first, last, document, strict=True):
        span = texts[of][
            batch.word_start[start] - batch.start[of] : batch.word_end[stop - 1] - batch.start[of]
        ]
        assert "\n\n" not in span


def test_the_batch_makes_no_difference() -> None:
    texts = [SPANISH, "", CODE, GALICIAN * 3, "uno"]
    together = languages(*texts)
    for i, text in enumerate(texts):
        alone = languages(text)
        assert alone.guesses[0] == together.guesses[i]
        assert (alone.shares[0], alone.spans[0]) == (together.shares[i], together.spans[i])


def test_a_model_is_trained_alike_each_time_and_read_back(tmp_path: Path) -> None:
    texts = [SPANISH[i : i + 60] for i in range(0, 200, 20)] + [
        ENGLISH[i : i + 60] for i in range(0, 200, 20)
    ]
    labels = ["es"] * 10 + ["en"] * 10
    once, again = (linear.train(texts, labels, bits=10) for _ in range(2))
    assert once.dump() == again.dump()
    (tmp_path / "m.npz").write_bytes(once.dump())
    loaded = linear.load(tmp_path / "m.npz")
    assert np.array_equal(loaded.probabilities(texts), once.probabilities(texts))
    assert [loaded.labels[i] for i in loaded.probabilities(texts).argmax(axis=1)] == labels


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.npz").write_bytes(IBERIAN.read_bytes()[:5000])
    with pytest.raises(TahonaError, match="is no model of `classifier`"):
        linear.load(tmp_path / "m.npz")
    with pytest.raises(TahonaError, match="two labels at least"):
        linear.train(["uno dos", ""], ["es", "en"])
    with pytest.raises(TahonaError, match="the same model on every machine"):
        cascade("0" * 64)


@pytest.mark.parametrize(
    "text",
    [
        # Nahuatl, Guarani, Quechua, Shipibo, Judaeo-Spanish
        "Pablo otetlapovi Tesalónica ihuan Silas satepa de opanokeh ik Anfípolis iva ik Apolonia oajsitoh kan okatka"
        " se tiotlamachtijkali de judiojtih iva ijkuak oyajkeh kan tiankistli ope motlatlajtolnamikih",
        "Niman Pedro oquijtoj ipan non altepetl: nochi tocnihuan cuali nemij para de Dios, pero ahmo nochtin oquitaquej"
        " non hermano huan non lugar campa cateh de la iglesia",
        "Kua̱ꞌ inó̱n capitán kikaguiꞌ yej Jesús kichijtoꞌ, kiti̱tan we̱wetkej yej kimanda̱rowaj judiyojmej iga makijli̱tij"
        " Jesús iga makachitialti itekipanowa̱ni inó̱n capitán iwá̱n ijkí̱n kitejtekiꞌijlijkej",
        "Ko ára oiko peteĩ aty guasu tavaguasúpe ha oñembyaty heta tapicha ohendu haguã mbo'eharakuérape oñe'ẽ guarani "
        "ñe'ẽme opaite mba'e ojehúva ñane retãme ko'ã árape ha avei yma guare",
        "Ñuqanchikpa llaqtanchikpiqa achka runakunam tiyanku chakrakunapi llamkaspanku hinallataq wawankunapas yachay "
        "wasiman rinku sapa punchaw qichwa simipi rimaspanku mana qunqanankupaq taytankupa yachayninta",
        "Nato jema meran ikana jonibo kikin jakon iti shinanai jainxon westiora nete ikatiai jawen bakebobetan noi"
        " axea jainoax mainko kaax piti bitai jakon akin shinanxon",
        "El rey enbiyo a yamar a los ijos de los djudios i les disho ke kada uno tome su livro i ke vengan kon sus"
        " padres a la kaza de el, porke kere saver komo meldan i kualo es lo ke ambezan",
    ],
)
def test_a_language_of_america_and_judaeo_spanish_are_no_spanish(text: str) -> None:
    assert languages(text).guesses[0].language in {"und", "gn"}  # lid.176 knows some Guarani


def test_spanish_about_nahuatl_is_spanish() -> None:
    text = (
        "En náhuatl, huan quiere decir «y», ipan es «en» y nochi «todo»: huan nochi tlacatl ipan tlaltikpak se traduce"
        " como «y toda la gente en la tierra». Los hablantes de la sierra dicen también ihuan, y los de la costa uan."
    )
    assert languages(text).guesses[0].language == "es"


def test_basque_that_says_nik_is_basque() -> None:
    text = (
        "Baina nik EZ dut erosi nahi The New York Times edo La Vanguardia (haien “news” eta “posts” irakurtzeko), nik"
        " musika bat entzun nahi dut orain"
    )
    assert languages(text).guesses[0].language == "eu"


def test_spanish_of_the_nineteenth_century_is_no_galician() -> None:
    for text in ("He visto á su esposa de Vd.", "gritó Diego abalanzándose á la cama."):
        assert languages(text).guesses[0].language == "es", text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Es documents s'an de presentar ara oficina dera comarca, laguens d'un tèrme de dètz dies.",
            "oc",  # as in Aran
        ),
        ("En o mont teneba una borda viella y alto en ixa borda dormiban os pastors.", "an"),
    ],
)
def test_aranese_is_surely_no_catalan_and_aragonese_no_spanish(text: str, language: str) -> None:
    guess = languages(text).guesses[0]
    assert guess.language == language and guess.probability > 0.95


def test_a_list_in_spanish_is_spanish() -> None:
    text = (
        "Frijoles negros, arroz blanco, plátano maduro, carne molida, chorizo, chicharrón, huevo frito, aguacate, "
        "arepa, hogao, morcilla, limón, ají picante, cilantro fresco, cebolla larga"
    )
    assert languages(text).guesses[0].language == "es"


def test_spanish_with_k_for_fun_is_spanish() -> None:
    text = (
        "Ola ke ase tu y la tía del pueblo, komo estás, ke kiero kontarte lo de ayer y no me kojes el móvil, "
        "y mira ke te llamo"
    )
    assert languages(text).guesses[0].language == "es"


def test_spanish_is_no_catalan_by_the_names_of_those_of_whom_it_tells() -> None:
    names = "Lucía Soler i Prats, Ferran Coll i Prats, Mercè Vilaplana i Torrents, Montserrat Roca i Sala"
    told = f"Firmantes: {names}. Se aprueba el acta de la sesión anterior."
    said = f"Signen: {names}. S'aprova l'acta de la sessió anterior amb els vots de tots."
    languages = model().languages(Batch([told, said]))
    assert [guess.language for guess in languages.guesses] == ["es", "ca"]
    assert languages.shares[0] == {"es": 1.0}
