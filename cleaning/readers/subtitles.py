"""Reads subtitles (SubRip, WebVTT): what is said, without times, numbers and marks."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.whole import sound, whole
from cleaning.readers.xml.xml import with_digest
from cleaning.text.encoding import decode

_TIME = r"(?:(\d+):)?(\d\d?):(\d\d)[.,](\d{1,3})"
# The line of times, and above it the number or name of the cue.
_CUE = re.compile(
    rf"^(?:[^\S\n]*\d+[^\S\n]*\n|(?<=\n\n)[^\n]+\n)?[^\S\n]*{_TIME}[^\S\n]*-->[^\S\n]*{_TIME}[^\n]*\n?",
    re.MULTILINE,
)
_MARKS = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<[\d:.]+>|\{\\[^{}\n]*\}|[♩♪♫♬]+")
_BRACKETS = re.compile(r"(?:-\s*)?(?:\[[^\]]*\]|(\([^)]*\)))")
_SPEAKER = re.compile(r"[-‐–—]\s*(?=\S)|>>+\s*")  # opens what another one says
# Who made the subtitles: so a cue begins, at either end of the file, or anywhere with an address or a community.
_MADE = re.compile(
    r"(?i)\W*(?:est[ea] \w+ (?:ha sido|fue|est[áa]) subtitulad[oa]"
    r"|subt[íi]tul(?:os?|ad[oa]s?)|legendas?|legendad[oa]s?|subt[íi]tols?|subtitles?|traducid[oa]s?|traducci[óo]n"
    r"|tradu[çc][ãa]o|sincroni\w+|correg\w+|correcci[óo]n|corrected|translated|transcri\w+|synced|sync|resync)\b"
    r".{0,60}?(?:\b(?:por|by|per|de|da)\b|:)"
)
_ADDRESS = re.compile(
    r"(?i)\bwww\.[\w-]+\.\w|https?://|\b(?:amara|opensubtitles|subdivx|argenteam|tusubtitulo|addic7ed)\b"
)
# No more than where they are from.
_SITE = re.compile(
    r"(?i)\W*(?:(?:desc[áa]rg|b[áa]ja|download|subt[íi]t|subs\b|m[áa]s\b|more\b)\w*\W+(?:\w+\W+){0,3})?(?:https?://)?"
    r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?\W*"
)
_ENDS = 4  # cues at either end
_PAUSE = 2.0  # seconds without a word that separate two paragraphs


@dataclass
class _Cue:
    begins: float
    ends: float
    lines: list[str]


def read_subtitles(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file: cues joined, a paragraph up to a pause, a line for each speaker that a dash opens.

    Descriptions of sounds that fill a line go, in brackets, or in parentheses and capitals, and who translated or
    synchronised the cues. What scrolls is said once: lines that a cue repeats of the one before, where a third of the
    cues do.
    """
    data = whole(path, limit)
    if isinstance(data, Record):
        yield data
        return
    for record in sound(data, _read):
        yield with_digest(record)


def _read(data: bytes) -> Record:
    text, _ = decode(data, html=False)
    cues = list(_cues(text.replace("\r\n", "\n").replace("\r", "\n")))
    if not cues:
        detail = "no line says the times of a subtitle, as 00:00:01,000 --> 00:00:02,500"
        return Record(0, unreadable=unreadable("no document", detail))
    spoken = [cue for cue in _once(cues) if cue.lines]
    last = len(spoken) - _ENDS
    said = [cue for i, cue in enumerate(spoken) if not _is_credit(cue, i < _ENDS or i >= last)]
    return Record(0, text=_joined(said))


def _cues(text: str) -> Iterator[_Cue]:
    cues = list(_CUE.finditer(text))
    named = text.lstrip("\ufeff").startswith("WEBVTT")
    ends = [*(cue.start() for cue in cues[1:]), len(text)]
    for cue, end in zip(cues, ends, strict=False):
        body = text[cue.end() : end]
        if named:  # behind the empty line that ends it may stand notes and styles
            body = body.partition("\n\n")[0] if not body.startswith("\n") else ""
        lines = (" ".join(html.unescape(_MARKS.sub("", line)).split()) for line in body.split("\n"))
        times = cue.groups()
        spoken = [line for line in lines if line and not _is_sound(line)]
        yield _Cue(_seconds(times[:4]), _seconds(times[4:]), spoken)


def _is_sound(line: str) -> bool:
    """Whether a line describes a sound: "[Música]", "(RISAS)"."""
    match = _BRACKETS.fullmatch(line)
    return match is not None and (match[1] is None or line.isupper())


def _is_credit(cue: _Cue, at_end: bool) -> bool:
    """Whether a cue says who made the subtitles, or where they are from."""
    cue_text = " ".join(cue.lines)
    if not _ADDRESS.search(cue_text):
        return at_end and bool(_MADE.match(cue_text))
    return bool(_MADE.match(cue_text)) or (at_end and _SITE.fullmatch(cue_text) is not None)


def _seconds(fields: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (field or "0" for field in fields)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _once(cues: list[_Cue]) -> list[_Cue]:
    """The cues without the lines that scroll up from one to the next."""
    spoken = [cue for cue in cues if cue.lines]
    pairs = list(itertools.pairwise(spoken))
    again = [later.lines[0] == cue.lines[-1] for cue, later in pairs]
    if 3 * sum(again) <= len(again):
        return spoken
    return spoken[:1] + [
        _Cue(later.begins, later.ends, later.lines[repeats:])
        for (_, later), repeats in zip(pairs, again, strict=True)
    ]


def _joined(cues: list[_Cue]) -> str:
    paragraphs: list[str] = []
    silent = None
    for cue in cues:
        for line in cue.lines:
            opens = _SPEAKER.match(line)
            if not paragraphs or (silent is not None and cue.begins - silent >= _PAUSE):
                paragraphs.append(line)
            else:
                paragraphs[-1] += f"\n{line}" if opens else f" {line}"
            silent = None
        silent = cue.ends
    return "\n\n".join(paragraphs)
