"""No damage makes the extraction of a page raise or hang."""

from __future__ import annotations

from tests.cleaning.extract.mutations import run


def test_damaged_pages_give_a_text_or_none() -> None:
    found = run(200, seed=2026)
    assert found["text"] > 150 and found.total() == 200
