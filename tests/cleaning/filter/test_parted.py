"""What is asked of documents that `corpus` parts by their languages."""

from __future__ import annotations

import pyarrow as pa

from cleaning.thresholds.parted import parted_of


def test_of_a_parted_text_counts_what_is_left_of_other_languages_in_its_own() -> None:
    """Of two columns, or verses between those of an original, no passage is long enough to be taken out."""

    def seen(language: str, size: int) -> tuple[str, float | None]:
        spans = [
            {"start": at * size, "end": (at + 1) * size, "language": ("es", "la")[at % 2]}
            for at in range(40)
        ]
        table = pa.table(
            {
                "language": [language],
                "language_shares": ["es 0.5 la 0.5"],
                "passages": [spans],
                "scattered_share": [0.5],
            }
        )
        (row,) = parted_of(table, ["es", "ca"]).to_pylist()
        return row["language"], row["scattered_share"]

    assert seen("es", 75) == ("es", 0.5)
    assert seen("es", 300) == ("es", 0.0)
    assert seen("la", 75) == ("es", None)  # what is in no asked language goes whole
