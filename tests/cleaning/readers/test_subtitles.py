"""Subtitles: what is said, in paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cleaning.readers import samples
from tests.cleaning.readers.read import read

VTT = """WEBVTT - Pan

STYLE
::cue { color: red }

NOTE de quien transcribe

inicio
00:01.000 --> 00:02.000 align:start
<v Ana>Harina &amp; agua</v>

NOTE
otra nota

00:02.000 --> 00:03.000
<c.rojo>y</c> <00:02.500>sal.
"""
SCROLLING = """1
00:00:00,000 --> 00:00:02,000
la masa

2
00:00:02,000 --> 00:00:02,010
la masa

3
00:00:02,010 --> 00:00:04,000
la masa
reposa

4
00:00:04,000 --> 00:00:05,000
reposa
una hora
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_subtitles_are_what_is_said(tmp_path: Path, charset: str, end: str) -> None:
    text, subtitles = samples.SRT.decode(), samples.SRT_TEXT
    if charset == "cp1252":
        text, subtitles = text.replace("(קצת)", "(ni sal)"), subtitles.replace("(קצת)", "(ni sal)")
    (record,) = read(tmp_path / "a.srt", text.replace("\n", end).encode(charset))
    assert record.text == subtitles


def test_notes_names_and_styles_of_webvtt_are_not_said(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.vtt", VTT.encode())
    assert record.text == "Harina & agua y sal."


def test_lines_that_scroll_up_are_said_once_and_refrains_stay(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.srt", SCROLLING.encode())
    assert record.text == "la masa reposa una hora"
    cues = ["No.", "No.", "Sí.", "Pan.", "Sal.", "Agua."]
    sung = "".join(f"{n}\n00:0{n}:00,0 --> 00:0{n}:59,0\n{cue}\n\n" for n, cue in enumerate(cues))
    (record,) = read(tmp_path / "b.srt", sung.encode())
    assert record.text == "No. No. Sí. Pan. Sal. Agua."


def test_a_file_without_times_is_no_subtitles(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.srt", b"1\nPan y sal.\n")
    assert (record.unreadable or "").startswith("no document: no line says the times")
    (record,) = read(tmp_path / "b.srt", b"1\n00:00:01,000 --> 00:00:02,000\n[M]\n")
    assert record.unreadable == "no text: the document is empty"


@pytest.mark.parametrize(
    ("cue", "stays"),
    [
        ("Puedes escribirme a\nwww.misitio.com si quieres.", True),
        ("Descárgalo en www.opensubtitles.org", False),
        ("-= www.subs.test =-", False),
        ("Este programa ha sido subtitulado por la Corporación RTVE", False),
        ("Este libro fue escrito por mi madre.", True),
    ],
)
def test_a_credit_is_told_by_its_form(tmp_path: Path, cue: str, stays: bool) -> None:
    (record,) = read(
        tmp_path / "a.srt",
        f"1\n00:00:01,0 --> 00:00:02,0\nBuenas.\n\n2\n00:00:02,0 --> 00:00:03,0\n{cue}\n".encode(),
    )
    assert (record.text != "Buenas.") == stays


def test_who_made_the_subtitles_is_not_said(tmp_path: Path) -> None:
    lines = [
        "Subtítulos por AnA_82\nwww.subs.test",
        "La masa reposa.",
        "Traducida por mí, dijo.",
        "Y la sal.",
    ]
    lines += [
        "Ya está.",
        "Al horno.",
        "Huele.",
        "Subtítulos realizados por la comunidad de Amara.org",
    ]
    lines[1:1] = ["Buenas."] * 3
    cues = [f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{text}\n" for n, text in enumerate(lines)]
    (record,) = read(tmp_path / "a.srt", "\n".join(cues).encode())
    assert (
        record.text
        == "Buenas. Buenas. Buenas. La masa reposa. Traducida por mí, dijo. Y la sal. Ya está. Al horno. Huele."
    )
