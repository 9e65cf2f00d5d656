"""Archives of mailing lists: a document a message, of which stays what its author wrote."""

from __future__ import annotations

import base64
import gzip
import time
from pathlib import Path

import pytest

from cleaning.readers.mail import written
from tests.cleaning.readers import samples
from tests.cleaning.readers.read import LIMIT, read

OPENING = b"From ana@ejemplo.es Mon Jan  3 10:00:00 2005\n"


def message(head: str, body: str | bytes) -> bytes:
    return (
        OPENING
        + head.encode()
        + b"\n\n"
        + (body if isinstance(body, bytes) else body.encode())
        + b"\n"
    )


def test_the_messages_of_a_list_as_mailman_and_pipermail_keep_them(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.mbox", samples.MBOX)
    assert first.text == "¿Quién tiene masa de centeno?\n\nFrom aquí no sale ninguna."
    assert (first.entry, first.metadata) == (
        "1@ejemplo.es",
        {"title": "[panes] La masa del año", "author": "Ana Muñoz", "date": "2005-01-03"},
    )
    assert second.text == "Yo tengo: pide la que quieras.\n\nFrom the desk of: esto no abre nada."
    assert second.metadata["author"] == "Blas Gil"
    assert samples.MBOX[second.offset :].startswith(b"From blas")
    packed = read(tmp_path / "2005-January.txt.gz", gzip.compress(samples.MBOX), reader="mbox")
    assert [r.text for r in packed] == [first.text, second.text]


def test_of_a_message_in_several_forms_the_plain_one_is_said(tmp_path: Path) -> None:
    html = base64.b64encode("<p>Más <b>pan</b></p>".encode("latin-1")).decode()
    head = 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="X"'
    plain = b"--X\nContent-Type: text/plain; charset=cp1252\n\n" + "Más pan\n".encode("cp1252")
    page = (
        "--X\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"
        + html
    ).encode()
    both = message(head, plain + page + b"\n--X--")
    alone = message(head, page + b"\n--X--")
    attached = b"--X\nContent-Type: text/plain\nContent-Disposition: attachment\n\nNada\n--X--"
    mixed = message(head.replace("alternative", "mixed"), plain + attached)
    assert [r.text for r in read(tmp_path / "a.mbox", both + b"\n" + alone + b"\n" + mixed)] == [
        "Más pan"
    ] * 3


def test_lines_that_flow_are_whole_paragraphs(tmp_path: Path) -> None:
    body = "La masa que \nsube de noche \nes buena.\nLa otra no.\n From aquí.\n-- \nAna"
    (record,) = read(tmp_path / "a.mbox", message("Content-Type: text/plain; format=flowed", body))
    assert record.text == "La masa que sube de noche es buena.\nLa otra no.\nFrom aquí."


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 3 Jan 2005, Ana Muñoz wrote:\n\n> ¿Quién tiene?\n> Yo no.",
        "Ana Muñoz píše v Po 03. 01. 2005 v 10:00 +0100:\n> ¿Quién tiene?",
        "-----Mensaje original-----\nDe: Ana\n\n¿Quién tiene?",
        "________________________________\nFrom: Ana\n\n¿Quién tiene?",
        "De: Ana <a@b.es>\nEnviado el: lunes, 3 de enero de 2005 10:00\nPara: Blas\nAsunto: RE: Masa\n\n¿Quién tiene?",
        "El lun., 3 de enero de 2005 10:00 a. m., Ana Muñoz <\nana@b.es> escribió:\n\n> ¿Quién tiene?",
        "_______________________________________________\nLista panes\npanes@ejemplo.es",
        "-- \nBlas Gil",
    ],
)
def test_what_others_wrote_below_a_message_goes(quoted: str) -> None:
    assert written(f"Yo tengo.\n\n{quoted}") == "Yo tengo."


@pytest.mark.parametrize(
    "cited",
    [
        "<div class=gmail_quote><div class=gmail_attr>El lun, 3 ene 2005, Ana escribió:<br></div>"
        "<blockquote class=gmail_quote>¿Quién tiene?<p>Yo no.</blockquote></div>",
        "<div class=moz-cite-prefix>El 3/1/05 a las 10:00, Ana escribió:</div>"
        "<blockquote type=cite><p>¿Quién tiene?</blockquote>",
    ],
)
def test_what_a_message_in_html_cites_goes(tmp_path: Path, cited: str) -> None:
    body = f"<html><body><p>Yo tengo.</p>{cited}<p>Pide la que quieras.</p></body></html>"
    (record,) = read(tmp_path / "a.mbox", message("Content-Type: text/html; charset=utf-8", body))
    assert record.text == "Yo tengo.\n\nPide la que quieras."


def test_lines_with_dashes_and_colons_are_no_ends() -> None:
    text = "Hay dos:\n\n- centeno\n- trigo\n\n----\nY sal a las 10:00:\nmucha.\nDe: la sal, poca.\nPara: el pan."
    assert written(text) == text


def test_damage_of_an_archive_is_told_with_its_place(tmp_path: Path) -> None:
    broken = message('Content-Type: multipart/mixed; boundary="X"', "--X\n\nPan\n")
    large = message("Subject: pan", b"x" * LIMIT)
    folder = message("Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", "Nada")
    data = (
        b"nada\n\n" + broken + b"\n" + large + b"\n" + folder + b"\n" + message("Subject: a", "Pan")
    )
    before, cut, long, kept, last = read(tmp_path / "a.mbox", data)
    assert before.unreadable == "no header: 6 bytes that no line `From ... DATE` opens"
    assert cut.unreadable == "broken body: of a message: CloseBoundaryNotFound"
    assert (cut.offset, (long.removed or "")[0], (kept.removed or "")[0]) == (
        6,
        "too_large",
        "generated",
    )
    assert last.text == "Pan"
    (other,) = read(tmp_path / "b.mbox", b"%PDF-1.4\n")
    assert (other.unreadable or "").startswith("no document: it is a PDF file")


@pytest.mark.parametrize(
    "body",
    [
        "2005 10:00 " * 40_000 + "\n> a",
        "a at b1 " * 40_000 + "x\n\n> a",
        "> a\n" * 90_000,
        "-" * 400_000,
    ],
)
def test_no_line_of_a_message_takes_long(tmp_path: Path, body: str) -> None:
    data = message("From: " + "a at b (" * 9_000 + "\nSubject: " + "=?" * 9_000, body)
    data += b"\nFrom a" + b" Mon Jan 1 10:00" * 25_000 + b"\n"
    began = time.process_time()
    assert len(read(tmp_path / "a.mbox", data)) == 1
    assert time.process_time() - began < 20  # quadratic ones take minutes


def test_parts_within_parts_without_end_are_refused(tmp_path: Path) -> None:
    part = 'Content-Type: multipart/mixed; boundary="{0}"\n\n--{0}\n'
    data = OPENING + "".join(part.format(n) for n in range(3_000)).encode()
    (record,) = read(tmp_path / "a.mbox", data)
    assert (record.unreadable or "").startswith(("refused: its parts", "broken body"))
