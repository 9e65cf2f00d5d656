"""No damage makes a reader of any format raise or be silent."""

from __future__ import annotations

from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from tests.cleaning.readers.mutations import FILES, READ_BY, run


def test_damaged_files_of_every_format_are_read_or_named() -> None:
    outcomes = run(20 * len(FILES), seed=2026)
    assert all(counts for counts in outcomes.values())
    assert sum(counts["document"] for counts in outcomes.values()) > 100
    assert sum(counts["no XML"] for counts in outcomes.values()) > 20


def test_every_reader_is_tried() -> None:
    tried = {READ_BY.get(name) or reader_of(name, SourceSpec()) for name in FILES}
    assert tried == READERS.keys()
