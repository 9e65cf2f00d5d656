"""Labelled texts, as a classifier reads them of the files of a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaning.classifier.stage import Classifier, Training
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import Record, SourceSpec
from pipeline.errors import TahonaError
from pipeline.model.canonical import digest

LIMIT = 64 * 2**20  # bytes of an example
FEWEST = 5  # examples of a label

# By file, the numbers of records and why they are no examples.
Unread = dict[str, list[tuple[int, str]]]


@dataclass(frozen=True)
class Example:
    """A text and its label, of the record `number` (from 1) of the `file`; `origin` is that of the whole text of which
    it may be a piece.
    """

    text: str
    label: str
    origin: str
    file: str = ""
    number: int = 0


def enough(label: str, number: int, first: str = "") -> None:
    """Raises TahonaError where a label has too few examples; `first` says where one stands."""
    if number < FEWEST:
        few = f"{number} example{'s' * (number != 1)}{first}"
        raise TahonaError(f"the label {label!r} has {few} and needs {FEWEST} at least")


def distinct(examples: Iterable[Example]) -> list[Example]:
    """Each text of a label once: a copy would be held out of itself."""
    return list({(e.text, e.label): e for e in examples}.values())


def examples_of(
    path: Path, group: str, name: str, params: Classifier.Params | Training, unread: Unread
) -> Iterator[Example]:
    """Those of a file; `unread` gets, by the name of the file, the records that are none."""
    fields = {} if params.label is None else {"domain": params.label}
    spec = SourceSpec(unit=params.unit, fields=fields)
    reader = READERS[reader_of(name, spec)]
    for number, record in enumerate(reader.read(path, spec, LIMIT), 1):
        text = _text(record)
        label = group if params.label is None else record.metadata.get("domain")
        if text is None or label is None:
            unread.setdefault(name, []).append((number, _why(record, text, params.label)))
            continue
        origin = digest([text])
        for piece in _pieces(text, params.piece):
            yield Example(piece, label, origin, name, number)


def _why(record: Record, text: str | None, label: str | None) -> str:
    if text is None:
        return record.unreadable or "no text"
    if record.no_domain is not None:
        return f"its label {record.no_domain} is no word (letters, and no slash)"
    return f"no label in the field {label!r}"


def _text(record: Record) -> str | None:
    """The text of a record; None where it is none, or plain text that is no UTF-8."""
    if record.text is not None or record.media_type != "text/plain":
        return record.text
    try:
        return record.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _pieces(text: str, words: int | None) -> list[str]:
    if words is None:
        return [text] if text.strip() else []
    split = text.split()
    return [" ".join(split[i : i + words]) for i in range(0, len(split), words)]
