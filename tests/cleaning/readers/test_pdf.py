"""What a PDF says between its lines: sentences that are set loosely, heads at the side, signs that no font tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cleaning.readers import samples
from tests.cleaning.readers.read import read

PLAIN = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
TYPED = PLAIN.replace(b"Helvetica", b"Courier")
SIGNS = (  # a font whose glyphs are told by number alone
    b"<</Type/Font/Subtype/Type0/BaseFont/Signs/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
    b"/BaseFont/Signs/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 600/FontDescriptor"
    b"<</Type/FontDescriptor/FontName/Signs/Flags 4/FontBBox[0 0 500 500]/ItalicAngle 0/Ascent 700/Descent 0"
    b"/CapHeight 700/StemV 80>>>>]>>"
)
UNTOLD = (  # its acute accent is said to be a space
    b"begincmap 1 begincodespacerange <00><FF> endcodespacerange 1 beginbfchar <B4><0020> endbfchar endcmap"
)


def text_of(folder: Path, data: bytes) -> str | None:
    (record,) = read(folder / "a.pdf", data)
    return record.text


def test_a_sentence_whose_lines_are_set_further_apart_than_others_is_whole(tmp_path: Path) -> None:
    usual = [
        (60, 700 - 12 * n, f"Línea {n} de un párrafo que llena todo su renglón.") for n in range(8)
    ]
    loose = [
        "El pan de la casa se hace con harina de centeno que el",
        "molino trae cada lunes, y con sal.",
    ]
    short = ["harina de centeno molida en casa", "agua", "sal de la que traen los barcos"]
    page = [
        *usual,
        *((60, 560 - 20 * n, line) for n, line in enumerate(loose)),
        *((60, 480 - 20 * n, line) for n, line in enumerate(short)),
    ]
    paragraphs = (text_of(tmp_path, samples.pdf(page)) or "").split("\n\n")
    assert paragraphs[-4:] == [" ".join(loose), *short]


@pytest.mark.parametrize("number", ["nº", "n.º", "Nº", "n°"])
def test_the_number_of_a_law_at_the_beginning_of_a_line_is_no_entry(
    tmp_path: Path, number: str
) -> None:
    lines = [
        "b. el pan que se vende en la plaza los domingos de cada mes;",
        "c. el pan que se hace según lo que dice la Ley de la Tahona",
        f"{number} 16 de la villa, con harina de centeno y con sal fina.",
    ]
    page = [(60, 700 - 12 * n, line) for n, line in enumerate(lines)]
    paragraphs = (text_of(tmp_path, samples.pdf(page)) or "").split("\n\n")
    assert paragraphs == [lines[0], " ".join(lines[1:])]


def test_entries_addresses_and_code_that_are_set_apart_stay_apart(tmp_path: Path) -> None:
    usual = [
        (60, 700 - 12 * n, f"Línea {n} de un párrafo que llena todo su renglón.") for n in range(8)
    ]
    lines = [
        "a. la harina de centeno que trae el molino de la sierra;",
        "b. la sal y el agua, que se guardan en la bodega vieja",
        "https://ejemplo.es/panes/de/centeno/y/de/trigo/del/norte",
        "precio_del_pan = centeno(2) + trigo(3) + sal_de_la_mar(1)",
    ]
    page = [*usual, *((60, 560 - 20 * n, line) for n, line in enumerate(lines))]
    assert (text_of(tmp_path, samples.pdf(page)) or "").split("\n\n")[-4:] == lines


def test_a_head_of_many_lines_goes_whole_and_one_that_is_written_upwards(tmp_path: Path) -> None:
    texts = ["Se hornea.", "Se guarda.", "Se vende.", "Se come."]
    heads = [(786, "Ley de los panes"), (772, "Cámara de la harina"), (756, "Servicio del molino")]
    pages = [[*((60, y, head) for y, head in heads), (60, 500, text)] for text in texts]
    assert text_of(tmp_path, samples.pdf(*pages)) == "\n\n".join([heads[-1][1], *texts])
    rows = [
        [
            *page,
            (60, 744, f"Pan {number} | 1"),
            (60, 732, "Permanente"),
            (300, 732, f"Horno {number}"),
        ]
        for number, page in enumerate(pages)
    ]
    kept = text_of(tmp_path, samples.pdf(*rows)) or ""
    assert all(f"Pan {n} | 1" in kept for n in range(4)) and kept.count("Permanente") == 4
    upwards = b"BT /F 8 Tf 0 1 -1 0 20 300 Tm (Apuntes de la tahona) Tj ET "
    drawn = [upwards + b"BT /F 10 Tf 60 500 Td (%s) Tj ET" % text.encode() for text in texts]
    assert text_of(tmp_path, samples.drawn(*drawn, F=PLAIN)) == "\n\n".join(texts)


def test_a_letter_that_only_stands_for_a_bullet_is_one(tmp_path: Path) -> None:
    def entry(font: bytes, sign: bytes, y: int, text: bytes) -> bytes:
        return b"BT /%s 8 Tf 60 %d Td (%s) Tj ET BT /F 11 Tf 72 %d Td (%s) Tj ET " % (
            font, y, sign, y, text,
        )  # fmt: skip

    page = (
        entry(b"S", b"\\000I", 700, b"La harina, que se guarda en la bodega de la casa")
        + b"BT /F 11 Tf 72 684 Td (vieja.) Tj ET "
        + entry(b"T", b"o", 660, b"El agua")
        + entry(b"F", b"o", 630, b"sal")
    )
    assert text_of(tmp_path, samples.drawn(page, F=PLAIN, S=SIGNS, T=TYPED)) == (
        "• La harina, que se guarda en la bodega de la casa vieja.\n\n• El agua\n\no sal"
    )


def test_an_accent_that_its_font_tells_as_a_space_parts_no_word(tmp_path: Path) -> None:
    page = (
        b"BT /F 10 Tf 60 700 Td (Me) Tj ET BT /M 10 Tf 70 702 Td (\xb4) Tj ET"
        b" BT /F 10 Tf 74.2 700 Td (xico y el) Tj ET BT /F 10 Tf 115 700 Td (mar) Tj ET"
    )
    marked = PLAIN.replace(b">>", b"/ToUnicode 1 0 R>>")
    assert (
        text_of(tmp_path, samples.drawn(page, F=PLAIN, M=marked, stream=UNTOLD))
        == "Mexico y el mar"
    )


def test_notes_with_raised_numbers_are_apart_and_their_lines_together(tmp_path: Path) -> None:
    page = b"".join(
        b"BT /F 6 Tf 60 %d Td (%d) Tj ET BT /F 9 Tf 66 %d Td (%s) Tj ET BT /F 9 Tf 60 %d Td (%s) Tj ET "
        % (703 - 22 * n, n + 1, 700 - 22 * n, first, 689 - 22 * n, second)
        for n, (first, second) in enumerate(
            [
                (
                    b"El molino de la villa, que ya no muele desde hace",
                    b"cien inviernos, y el horno viejo",
                ),
                (
                    b"La sal de la costa, que se trae por el camino de la",
                    b"sierra cuando no nieva.",
                ),
            ]
        )
    )
    assert text_of(tmp_path, samples.drawn(page, F=PLAIN)) == (
        "1 El molino de la villa, que ya no muele desde hace cien inviernos, y el horno viejo\n\n"
        "2 La sal de la costa, que se trae por el camino de la sierra cuando no nieva."
    )


def test_works_below_their_title_at_the_foot_of_a_page_are_no_notes(tmp_path: Path) -> None:
    first = [
        *(
            (60, 700 - 12 * n, f"Línea {n} de un párrafo que llena todo su renglón.")
            for n in range(8)
        ),
        (60, 150, "Obras"),
        (60, 130, "1. Muñoz, El horno.\n"),
        (60, 120, "2. Gil, La sal.\n"),
    ]
    second = [(60, 700, "El pan se come."), (60, 660, "La sal se guarda.")]
    text = text_of(tmp_path, samples.pdf(first, second)) or ""
    assert text.split("\n\n")[1:] == [
        "Obras", "1. Muñoz, El horno.", "2. Gil, La sal.", "El pan se come.", "La sal se guarda.",
    ]  # fmt: skip
