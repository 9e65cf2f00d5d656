"""Archives of mailing lists: a document a message, of which stays what its author wrote."""

from __future__ import annotations

import base64
import gzip
import quopri
import time
from pathlib import Path

import pytest

from cleaning.readers.mail.written import written
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
        "2005/1/3 Ana Muñoz <ana@b.es>:\n> ¿Quién tiene?",
        "2005/1/3 Ana Muñoz <ana at b.es>\n\n> ¿Quién tiene?",
        "El día 3 de enero de 2005 10:00, Ana Muñoz\n<ana@b.es> escribió:\n> ¿Quién tiene?",
        "---------- Mensaje reenviado ----------\nDe: Ana <a@b.es>\nFecha: 3 de enero\nAsunto: Masa\n\n¿Quién tiene?",
        "---------- Forwarded message ---------\nFrom: Ana\n\n¿Quién tiene?",
        "------------ próxima parte ------------\nSe ha borrado un adjunto en formato HTML...\nURL: <http://b.es/a.html>",
        "-------------- part següent --------------\nUn document HTML ha estat eliminat...\nURL: http://b.es/a.html",
        "-------------- hurrengo zatia --------------\nTestu hutsa ez zen mezu bat ezabatu egin da...\nIzena: a.jpg",
        "Para darse de baja envíe un mensaje a panes-unsubscribe@ejemplo.es",
        "To unsubscribe, e-mail: panes-unsubscribe@ejemplo.es\nFor additional commands, e-mail: panes-help@ejemplo.es",
        "begin 644 masa.txt\nM2&5L;&\\@=V]R;&0@\n`\nend",
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


def test_what_a_message_in_html_indents_stays(tmp_path: Path) -> None:
    body = '<p>Yo tengo:<blockquote style="margin: 0 0 0 40px; border: none">centeno</blockquote>'
    (record,) = read(tmp_path / "a.mbox", message("Content-Type: text/html", body))
    assert record.text == "Yo tengo:\n\ncenteno"


def test_of_a_signed_message_the_escapes_of_its_lines_go() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n{}\n-----BEGIN PGP SIGNATURE-----\niD8\n"
    )
    assert written(signed.format("Yo tengo:\n- - centeno\n\n- -- \nBlas")) == "Yo tengo:\n- centeno"


def test_answers_between_the_lines_of_a_forwarded_message_stay() -> None:
    header = "---------- Mensaje reenviado ----------\n> De: Ana\n>\n> ¿Quién tiene masa?"
    assert written(f"{header}\n\nYo tengo.\n\n> ¿Y sal?\n\nTambién.") == "Yo tengo.\n\n\nTambién."


def test_a_further_part_of_text_stays() -> None:
    part = "------------ próxima parte ------------"
    scrubbed = f"{part}\nSe ha borrado un adjunto...\nNombre : a.jpg\n"
    assert written(f"Yo tengo.\n{scrubbed}\n{part}\nY sal.") == "Yo tengo.\n\nY sal."


def test_a_message_below_a_line_that_is_not_empty_is_one_of_its_own(tmp_path: Path) -> None:
    first = message("Subject: a", "Pan.").rstrip()
    data = first + b"\n" + message("Subject: b\nTo: c@d.es", "Sal.\n" + OPENING.decode() + "Agua.")
    one, two = read(tmp_path / "a.mbox", data)
    assert (one.text, one.metadata["title"], two.metadata["title"]) == ("Pan.", "a", "b")
    assert two.text == f"Sal.\n{OPENING.decode()}Agua."  # no head follows it
    assert data[two.offset :].startswith(OPENING + b"Subject: b")


def test_a_message_without_a_date_has_that_of_the_line_that_opens_it(tmp_path: Path) -> None:
    data = (
        message("Subject: a", "Pan")
        + b"\n"
        + message("Date: Tue, 4 Jan 2005 10:00:00 +0100", "Sal")
    )
    assert [r.metadata["date"] for r in read(tmp_path / "a.mbox", data)] == [
        "2005-01-03",
        "2005-01-04",
    ]


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_quoted_printable_without_the_field_that_says_so(tmp_path: Path, charset: str) -> None:
    text = "El año pasado amasé con más sal; este año, con menos, y el pan salió mejor: ¿será el agua de aquí?"
    body = quopri.encodestring(text.encode(charset))
    (record,) = read(tmp_path / "a.mbox", message("Subject: a", body))
    assert record.text == text
    plain = (
        'http://b.es/show?id=949\nrun("Merge", "c1=C3-Pan.tif c2=C2-Pan.tif c3=C1-Pan.tif create")'
    )
    (record,) = read(tmp_path / "a.mbox", message("Subject: a", plain))
    assert record.text == plain.strip()


def test_base64_without_the_field_that_says_so(tmp_path: Path) -> None:
    text = (
        "El año pasado amasé con más sal; este año, con menos, y el pan salió mejor: ¿será el agua?"
    )
    body = base64.encodebytes(text.encode())
    (record,) = read(tmp_path / "a.mbox", message("Subject: a", body))
    assert record.text == text
    picture = base64.encodebytes(bytes(range(256))).strip()
    (record,) = read(tmp_path / "a.mbox", message("Subject: a", picture + b"\n"))
    assert record.text == picture.decode()


def test_what_an_archive_lost_at_the_end_of_a_message_loses_no_more(tmp_path: Path) -> None:
    open_ = message('Content-Type: multipart/mixed; boundary="X"', "--X\n\nPan y sal\n")
    packed = base64.encodebytes(("Más pan y sal, " * 20).encode())
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    cut = message(head, packed[:-40] + b"\n!!!!\n")
    below = message(head, packed + b"_" * 47 + b"\nLista panes\n" + b"https://b.es/" * 9)
    spoilt = message(head, b"!!!!\n" + packed)
    whole, most, all_, none = read(tmp_path / "a.mbox", b"\n".join([open_, cut, below, spoilt]))
    assert all_.text == ("Más pan y sal, " * 20).strip()
    assert whole.text == "Pan y sal"
    assert most.text is not None and len(most.text) > 260
    assert ("Más pan y sal, " * 20).startswith(most.text)
    assert none.unreadable == "broken body: of a message: InvalidBase64Characters"


RULE = "-" * 30
DIGEST = f"""Envíe los mensajes para la lista panes a
\tpanes@ejemplo.es

Asuntos del día:

   1. La masa (Ana)


{"-" * 70}

Message: 1
Date: Mon, 3 Jan 2005 10:00:00 +0100
From: Ana <ana@b.es>
Subject: La masa
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

¿Quién tiene?
{RULE}
¿Y sal?

{RULE}

Message: 2
Date: Tue, 4 Jan 2005 10:00:00 +0100
From: Blas <b@b.es>
Subject: Re: La masa
Message-ID: <2@b.es>

Yo tengo.
> ¿Quién tiene?

{RULE}

Subject: Pié de página del digest

{"_" * 47}
Lista panes

{RULE}

Fin de Resumen de panes, Vol 1, Envío 2
{"*" * 38}
"""


def test_a_digest_is_its_messages(tmp_path: Path) -> None:
    head = "Message-ID: <9@b.es>\nSubject: Resumen\nContent-Type: text/plain; charset=utf-8"
    messages = [
        (r.text, r.entry, r.metadata["title"], r.metadata["author"], r.metadata["date"])
        for r in read(tmp_path / "a.mbox", message(head, DIGEST))
    ]
    assert messages == [
        (f"¿Quién tiene?\n{RULE}\n¿Y sal?", "9@b.es#1", "La masa", "Ana", "2005-01-03"),
        ("Yo tengo.", "2@b.es", "Re: La masa", "Blas", "2005-01-04"),
    ]
    parts = "".join(
        f"--X\n\nSubject: {n}\nMessage-ID: <{n}@b.es>\nContent-Type: text/plain; charset=utf-8\n\nPan {n}\n"
        for n in "ab"
    )
    records = read(
        tmp_path / "b.mbox",
        message('Content-Type: multipart/digest; boundary="X"', f"{parts}--X--"),
    )
    assert [(r.text, r.entry, r.metadata["date"]) for r in records] == [
        ("Pan a", "a@b.es", "2005-01-03"),
        ("Pan b", "b@b.es", "2005-01-03"),
    ]


def test_an_answer_above_a_digest_is_one_message(tmp_path: Path) -> None:
    head = "In-Reply-To: <9@b.es>\nContent-Type: text/plain; charset=utf-8"
    (record,) = read(tmp_path / "a.mbox", message(head, f"Me sobra masa.\n\n{DIGEST}"))
    assert (record.text or "").startswith("Me sobra masa.")


def test_wrapped_paragraphs_are_whole_and_verse_and_lists_stay() -> None:
    prose = (
        "Llevo unos días peleándome con la masa madre y no consigo que suba lo que\n"
        "debería: la dejo toda la noche en la nevera, la saco por la mañana y sigue\n"
        "igual. ¿Alguien sabe qué harina hay que usar para que funcione?"
    )
    verse = "La tarde se va despacio\npor la ribera del río,\ny las hojas de los chopos\nse despiden con un silbo."
    long_verse = (
        "Yo quiero ver la tarde que cae sobre el valle dorado y silencioso,\n"
        "Las sombras de los chopos que llegan hasta el río que no descansa,\n"
        "El humo de las casas que sube despacio al cielo tan espacioso,\n"
        "Y oír la voz del agua que baja de la sierra con su mudanza."
    )
    items = (
        "- harina de centeno integral molida a la piedra, un kilo o poco más\n"
        "- agua del grifo reposada toda la noche en una jarra de barro, medio litro"
    )
    ends = "Mañana vuelvo a la panadería con las bolsas y os cuento.\nUn saludo"
    kept = [verse, long_verse, items, ends]
    assert written("\n\n".join([prose, *kept])) == "\n\n".join([prose.replace("\n", " "), *kept])


def test_lines_with_dashes_and_colons_are_no_ends() -> None:
    text = "Hay dos:\n\n- centeno\n- trigo\n\n----\nY sal a las 10:00:\nmucha.\nDe: la sal, poca.\nPara: el pan."
    assert written(text) == text


def test_damage_of_an_archive_is_told_with_its_place(tmp_path: Path) -> None:
    broken = message('Content-Type: multipart/mixed; boundary="X"', "--Y\n\nPan\n")
    large = message("Subject: pan", b"x" * LIMIT)
    folder = message("Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", "Nada")
    data = (
        b"nada\n\n" + broken + b"\n" + large + b"\n" + folder + b"\n" + message("Subject: a", "Pan")
    )
    before, cut, long, kept, last = read(tmp_path / "a.mbox", data)
    assert before.unreadable == "no header: 6 bytes that no line `From ... DATE` opens"
    assert cut.unreadable == "broken body: of a message: StartBoundaryNotFound"
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
