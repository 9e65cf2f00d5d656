"""The preset `paragraphs` takes texts that repeat their paragraphs, many short ones or few long ones."""

from __future__ import annotations

from pathlib import Path

from tests.cleaning.filter.filtered import ARTICLE, filtered
from tests.cleaning.kernels import rows


def test_repeated_paragraphs_fall_each_by_its_rule_and_prose_stays(tmp_path: Path) -> None:
    lines = ARTICLE.splitlines()
    texts = {
        "": lines,
        "duplicate_paragraphs": [*lines, *["Volver."] * 5],  # 4 of 10, and hardly any text
        "duplicate_paragraph_characters": [*lines, *"abcdefgh", *lines[:2]],  # 2 of 15
    }
    decisions = filtered(
        tmp_path, ["\n\n".join(text) for text in texts.values()], rules=["paragraphs"]
    )
    rules = [[rule["rule"] for rule in row["rules"]] for row in rows(decisions, "decisions")]
    assert rules == [[name] if name else [] for name in texts]
