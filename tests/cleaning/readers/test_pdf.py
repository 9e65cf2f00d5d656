"""PDF: its text as a reader of the page would say it."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.cleaning.readers import pdfs
from tests.cleaning.readers.read import read
from tests.processes import begin

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
    paragraphs = (text_of(tmp_path, pdfs.pdf(page)) or "").split("\n\n")
    assert paragraphs[-4:] == [" ".join(loose), *short]


def test_what_letters_are_spaced_by_is_no_space_between_pieces_of_a_word(tmp_path: Path) -> None:
    line = b"BT /F 10 Tf %s Tc 1 0 0 1 60 700 Tm (l) Tj 1 0 0 1 %s 700 Tm (impia de todas) Tj ET"
    spaced, close = (
        pdfs.drawn(line % drawn, F=PLAIN) for drawn in ((b".5", b"63.9"), (b"0", b"63.9"))
    )
    assert text_of(tmp_path, spaced) == "limpia de todas"
    assert text_of(tmp_path, close) == "l impia de todas"


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
    paragraphs = (text_of(tmp_path, pdfs.pdf(page)) or "").split("\n\n")
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
    assert (text_of(tmp_path, pdfs.pdf(page)) or "").split("\n\n")[-4:] == lines


def test_a_head_of_many_lines_goes_whole_and_one_that_is_written_upwards(tmp_path: Path) -> None:
    texts = ["Se hornea.", "Se guarda.", "Se vende.", "Se come."]
    heads = [(786, "Ley de los panes"), (772, "Cámara de la harina"), (756, "Servicio del molino")]
    pages = [[*((60, y, head) for y, head in heads), (60, 500, text)] for text in texts]
    assert text_of(tmp_path, pdfs.pdf(*pages)) == "\n\n".join([heads[-1][1], *texts])
    rows = [
        [
            *page,
            (60, 744, f"Pan {number} | 1"),
            (60, 732, "Permanente"),
            (300, 732, f"Horno {number}"),
        ]
        for number, page in enumerate(pages)
    ]
    kept = text_of(tmp_path, pdfs.pdf(*rows)) or ""
    assert all(f"Pan {n} | 1" in kept for n in range(4)) and kept.count("Permanente") == 4
    upwards = b"BT /F 8 Tf 0 1 -1 0 20 300 Tm (Apuntes de la tahona) Tj ET "
    drawn = [upwards + b"BT /F 10 Tf 60 500 Td (%s) Tj ET" % text.encode() for text in texts]
    assert text_of(tmp_path, pdfs.drawn(*drawn, F=PLAIN)) == "\n\n".join(texts)


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
    assert text_of(tmp_path, pdfs.drawn(page, F=PLAIN, S=SIGNS, T=TYPED)) == (
        "• La harina, que se guarda en la bodega de la casa vieja.\n\n• El agua\n\no sal"
    )


def test_an_accent_that_its_font_tells_as_a_space_parts_no_word(tmp_path: Path) -> None:
    page = (
        b"BT /F 10 Tf 60 700 Td (Me) Tj ET BT /M 10 Tf 70 702 Td (\xb4) Tj ET"
        b" BT /F 10 Tf 74.2 700 Td (xico y el) Tj ET BT /F 10 Tf 115 700 Td (mar) Tj ET"
    )
    marked = PLAIN.replace(b">>", b"/ToUnicode 1 0 R>>")
    assert (
        text_of(tmp_path, pdfs.drawn(page, F=PLAIN, M=marked, stream=UNTOLD)) == "Mexico y el mar"
    )
    # A piece of a tall bracket says nothing.
    page = b"BT /M 10 Tf 60 700 Td (Pan \xb4 y \xb4sal) Tj ET"
    piece = UNTOLD.replace(b"0020", b"F8F1")
    assert text_of(tmp_path, pdfs.drawn(page, M=marked, stream=piece)) == "Pan y sal"


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
    assert text_of(tmp_path, pdfs.drawn(page, F=PLAIN)) == (
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
    text = text_of(tmp_path, pdfs.pdf(first, second)) or ""
    assert text.split("\n\n")[1:] == [
        "Obras", "1. Muñoz, El horno.", "2. Gil, La sal.", "El pan se come.", "La sal se guarda.",
    ]  # fmt: skip


def test_a_pdf_is_read_by_columns_without_heads_and_with_whole_words(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.pdf", pdfs.two_columns())
    assert record.text is not None
    page = record.text.split("La tahona")[1]
    assert page.startswith(" abre muy temprano cada mañana del año y el hornero amasa la masa b")
    assert "masa h y reparte el pan por la villa antes de que salga" in page
    assert "EL HORNO" not in record.text and not any(c.isdigit() for c in record.text)


def test_tabs_part_the_words_of_a_pdf_as_spaces_do(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf([(60, 700, "El\thorno\tde\tpan.")]))
    assert record.text == "El horno de pan."


def test_accents_that_a_pdf_draws_over_letters_are_one_with_them(tmp_path: Path) -> None:
    drawn = r"La educaci) Tj [(´) 333 (o)] TJ (n del ni) Tj [(˜) 333 (n)] TJ (o, fa) Tj [(c) 400 (¸)] TJ (ade"
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf([(60, 700, drawn), (60, 680, "l´aigua ~ana")]))
    assert record.text == "La educación del niño, façade l´aigua ~ana"


def test_what_a_pdf_draws_twice_to_make_it_bold_is_said_once(tmp_path: Path) -> None:
    drawn = r"[(M) 733 (M) 100 (i) 122 (i) 100 (l) 122 (l) 100 (l) 122 (l) 100] TJ (. Calle, ruin)"
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf([(60, 700, f") Tj {drawn} Tj (")]))
    assert record.text == "Mill. Calle, ruin"


def test_lines_that_a_pdf_draws_by_strips_are_whole(tmp_path: Path) -> None:
    left = [(60, 700 - 14 * n, "abandonad") for n in range(6)]  # letters 5.56 points wide
    right = [
        (104, y, "do pan quedando") if y % 4 else (110, y, "o pan quedando") for _, y, _ in left
    ]
    within = [(60, 700, "ab"), (104, 686, "d")]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(left + right + within))
    assert record.text == " ".join(["abandonado pan quedando"] * 6)


def test_letters_that_a_pdf_scales_have_the_size_that_they_are_drawn_in(tmp_path: Path) -> None:
    lines = [
        "El hornero que abre la tahona antes",
        "de que salga el sol sobre la villa",
        "vende pan.",
    ]
    drawn = [
        (60, y, f") Tj /F 1 Tf 12 0 0 12 60 {y} Tm ({text}")
        for y, text in zip((700, 670, 640), lines, strict=True)
    ]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(drawn))
    assert record.text == " ".join(lines)


def test_ligatures_of_a_pdf_are_read_by_their_names_and_named_where_they_have_none(
    tmp_path: Path,
) -> None:
    page = pdfs.pdf([(60, 700, "La \x1eesta del caf\xe9, su \x1bn y sus \x1f panes")])
    named = b"/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[30/f_i/three.lf]>>"
    (record,) = read(tmp_path / "a.pdf", page.replace(b"/Encoding/WinAnsiEncoding", named, 1))
    assert record.text == "La fiesta del café, su \ufffdn y sus 3 panes"


def test_entries_of_a_list_of_a_pdf_are_apart_and_their_lines_together(tmp_path: Path) -> None:
    entries = [
        "\x95 Harina de centeno molida con la piedra",
        "de la villa",
        "\x95 Agua",
        "[01] Sal",
        "[02] Pan",
    ]
    entries = [x.encode("latin-1").decode("cp1252") for x in entries]
    page = [(60, 700 - 14 * n, text) for n, text in enumerate(entries)]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(page))
    assert record.text == f"{entries[0]} {entries[1]}\n\n" + "\n\n".join(entries[2:])


def test_the_running_heads_of_a_chapter_go_and_its_title_stays(tmp_path: Path) -> None:
    pages = []
    for number in range(60):
        lines = [
            (60, 600, f"En la jornada {'abcdefghij' * (1 + number // 20)} {number} llega el pan.")
        ]
        if 10 <= number < 15:
            lines += [(60, 720, "De la masa madre"), (400, 720, str(number))]
        if number in (1, 2):
            lines.append((60, 720, "Del horno"))
        pages.append(lines)
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(*pages))
    assert record.text is not None
    assert record.text.count("De la masa madre") == 1 and record.text.count("Del horno") == 2
    assert record.text.count("llega el pan") == 60


def test_page_numbers_go_with_the_table_of_contents_that_they_are_of(tmp_path: Path) -> None:
    page = [
        (60, 700, "El horno . . . . . . . . . . . ."),
        (400, 700, "12"),
        (60, 500, "Doce"),
        (400, 500, "12"),
    ]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(page))
    assert record.text == "Doce 12"


def test_a_row_of_dots_before_a_word_is_no_trap(tmp_path: Path) -> None:
    page = [(60, 700, "El horno" + "." * 80 + "12 abre"), (60, 686, "La sal" + "." * 80 + "13")]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(page))
    assert record.text == page[0][2]


def test_rows_of_tables_and_lines_of_code_of_a_pdf_stay_lines(tmp_path: Path) -> None:
    rows = [("Pan", "Precio"), ("Centeno", "2"), ("Trigo", "1"), ("Sal", "3")]
    page = [(60, 700, "Los panes de la casa se venden al peso desde que abre la tahona.")]
    page += [
        (x, 660 - 14 * n, text)
        for n, row in enumerate(rows)
        for x, text in zip((60, 300), row, strict=True)
    ]
    lines = [(60, 560, "\ndef pan(masa):"), (84, 548, "\nhornear(masa)"), (60, 524, "\npan(1)")]
    page += [
        *lines,
        (60, 480, "Para ver qué hace se llama a la función"),
        (60, 468, "\npan"),
        (60, 456, "con su masa."),
    ]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(page))
    assert record.text == (
        "Los panes de la casa se venden al peso desde que abre la tahona.\n\n"
        "Pan | Precio\nCenteno | 2\nTrigo | 1\nSal | 3\n\n"
        "def pan(masa):\n    hornear(masa)\n\npan(1)\n\n"
        "Para ver qué hace se llama a la función pan con su masa."
    )


def test_a_note_of_a_pdf_stands_in_no_sentence_and_no_list(tmp_path: Path) -> None:
    first = [
        (60, 700, "El pan pide dos cosas que están en toda casa:"),
        (60, 120, "1 Véase el molino.\n"),
    ]
    second = [(60, 700, "- Harina de centeno."), (60, 686, "- Agua."), (60, 650, "Todo se hornea.")]
    (record,) = read(tmp_path / "a.pdf", pdfs.pdf(first, second))
    words = (record.text or "").split()
    assert " ".join(words) == (
        "El pan pide dos cosas que están en toda casa: - Harina de centeno. - Agua. 1 Véase el molino. Todo se hornea."
    )


def test_a_scanned_pdf_and_one_that_is_none_are_named_as_such(tmp_path: Path) -> None:
    (scanned,) = read(tmp_path / "a.pdf", pdfs.pdf([], [], picture=True))
    assert scanned.unreadable == "scanned: 2 of 2 pages are pictures without text"
    (empty,) = read(tmp_path / "a.pdf", pdfs.pdf([], []))
    assert empty.unreadable == "no text: the document is empty"
    (broken,) = read(tmp_path / "a.pdf", b"%PDF-1.4 nothing")
    assert (broken.unreadable or "").startswith("damaged: no PDF")


def test_what_reads_a_pdf_ends_with_its_parent(tmp_path: Path) -> None:
    """Nobody else watches it: one that hangs in a file would stay for ever."""
    hangs = tmp_path / "a.pdf"
    os.mkfifo(hangs)  # nobody writes
    read = (
        "from pathlib import Path; from cleaning.readers.pdf.pdf import read_pdf; "
        f"list(read_pdf(Path({str(hangs)!r}), None, 1000))"
    )
    parent = begin([sys.executable, "-c", read])
    children: list[psutil.Process] = []
    while not children:
        assert parent.poll() is None
        time.sleep(0.05)
        children = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait()
    try:
        assert psutil.wait_procs(children, 120)[1] == []
    finally:
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
