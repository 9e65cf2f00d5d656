"""Labelled texts, as a classifier reads them of the files of a recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaning.classifier.stage import Classifier, Training
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import Record, SourceSpec
from pipeline.errors import TahonaError
from pipeline.model.dataset import digest

LIMIT = 64 * 2**20  # bytes of an example
FEWEST = 5  # examples of a label


@dataclass(frozen=True)
class Example:
    """A text and its label; `origin` is that of the whole text of which it may be a piece."""

    text: str
    label: str
    origin: str


def enough(label: str, number: int) -> None:
    """Raises TahonaError where a label has too few examples."""
    if number < FEWEST:
        few = f"{number} example{'s' * (number != 1)}"
        raise TahonaError(f"the label {label!r} has {few} and needs {FEWEST} at least")


def examples_of(
    path: Path, group: str, name: str, params: Classifier.Params | Training, unread: Counter[str]
) -> Iterator[Example]:
    """Those of a file; `unread` counts, by the name of the file, the records that are none."""
    fields = {} if params.label is None else {"domain": params.label}
    spec = SourceSpec(unit=params.unit, fields=fields)
    reader = READERS[reader_of(name, spec)]
    for record in reader.read(path, spec, LIMIT):
        text = _text(record)
        label = group if params.label is None else record.metadata.get("domain")
        if text is None or label is None:
            unread[name] += 1
            continue
        origin = digest([text])
        for piece in _pieces(text, params.piece):
            yield Example(piece, label, origin)


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
