"""No damage makes the extraction of a page raise or hang."""

from __future__ import annotations

from tests.cleaning.extract.mutations import run


def test_damaged_pages_give_a_text_or_none() -> None:
    counts = run(200, seed=2026)
    assert counts["text"] > 150 and counts.total() == 200
