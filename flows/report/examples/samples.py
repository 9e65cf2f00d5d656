"""A few documents of a dataset as they are in it, from every language and every part of it."""

from __future__ import annotations

from typing import Any

from flows.report.examples.documents import Place, read_places
from flows.report.examples.removed import described
from flows.report.quote import passage
from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

LANGUAGES = 8  # of a corpus, the largest first
DOCUMENTS = 6  # in all, but at least one a language
SAMPLE = 600  # code points


def samples(store: Store, manifest: Manifest) -> list[dict[str, Any]]:
    """The middle document of some files of each language, spread over the shards; the same each time."""
    by_part: dict[str, list[File]] = {}
    for file in manifest.files():
        if file.rows and (file.part == "kept" or file.part.startswith("lang=")):
            by_part.setdefault(file.part, []).append(file)
    largest = sorted(by_part.items(), key=lambda item: (-_rows(item[1]), item[0]))[:LANGUAGES]
    each = max(1, DOCUMENTS // len(largest)) if largest else 0
    places = [place for _, files in largest for place in _spread(files, each)]
    return [
        {
            **described(document),
            "domain": document["domain"],
            "language": _language(file.part),
            "passage": passage(document["text"] or "", length=SAMPLE),
        }
        for (file, _), document in read_places(store, places)
    ]


def _language(part: str) -> str | None:
    """The language of the documents of a part, with its variety: es-MX of lang=es-MX.legal."""
    kind, _, label = part.partition("=")
    return label.partition(".")[0] if kind == "lang" else None


def _rows(files: list[File]) -> int:
    return sum(file.rows or 0 for file in files)


def _spread(files: list[File], number: int) -> list[Place]:
    """`number` places, evenly over all rows of the files."""
    total = _rows(files)
    wanted = sorted({(2 * i + 1) * total // (2 * number) for i in range(number)})
    places, start = [], 0
    for file in files:
        end = start + (file.rows or 0)
        places += [(file, row - start) for row in wanted if start <= row < end]
        start = end
    return places
