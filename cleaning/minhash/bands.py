"""How surely two texts are proposed as a pair: from a similarity to bands, and back.

Indyk and Motwani 1998. A band is some values, `rows`, of the MinHash signature; texts that share one are proposed.
"""

from __future__ import annotations


def collision_probability(jaccard: float, bands: int, rows: int) -> float:
    """How probably two texts of this Jaccard similarity share at least one band."""
    return float(1 - (1 - jaccard**rows) ** bands)


def fewest_bands(jaccard: float, wanted: float, permutations: int) -> tuple[int, int] | None:
    """The bands and rows by which two texts of this similarity share a band with at least this probability.

    Of all that the permutations allow, the one with the most rows, which proposes the fewest unlike pairs.
    None where they are too few.
    """
    for rows in range(permutations, 0, -1):
        most = permutations // rows
        if collision_probability(jaccard, most, rows) >= wanted:
            return next(
                (bands, rows)
                for bands in range(1, most + 1)
                if collision_probability(jaccard, bands, rows) >= wanted
            )
    return None
