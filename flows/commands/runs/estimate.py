"""The output of `tahona run --estimate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.chain.estimate import COMMITTED, estimate
from flows.chain.preflight import check_paths
from flows.recipe import recipe as recipes
from flows.store.place import open_store

SOME = 10  # seconds that are worth a word


def estimate_recipe(
    name: str,
    store_url: str | None,
    overrides: Sequence[str],
    sample: float | None = None,
    first: str | None = None,
    last: str | None = None,
) -> dict[str, Any]:
    """Estimates bytes, hours and disk of a run, or of the stages from `first` to `last`; writes nothing."""
    recipe = recipes.read(name, overrides, sample=sample)
    check_paths(recipe, recipe.chosen(first, last)[1])
    answer = estimate(recipe, open_store(store_url), first, last)
    return {**answer, "text": _text(answer)}


def _text(answer: dict[str, Any]) -> list[str]:
    """A line a stage, in the units that fit, and what all of them need."""
    from flows.report.words.language import languages

    language, rows, left = languages()[0], answer["estimate"], answer["not_estimated"]
    width = max(12, *(len(row["stage"]) + 1 for row in rows)) if rows else 12
    lines = [f"{'stage':<{width}}{'reads':>12}{'writes':>12}{'takes':>15}  speed from"]
    for row in rows:
        read, written = language.size(row["bytes_in"]), language.size(row["bytes_out"])
        taken = "" if row["measured"] == COMMITTED else language.duration(row["seconds"])
        if row["at_most"]:
            written, taken = f"≤ {written}", f"≤ {taken}"
        lines.append(
            f"{row['stage']:<{width}}{read:>12}{written:>12}{taken:>15}  {row['measured']}"
        )
    if left:
        lines.append(f"{', '.join(left)}: not estimated")
    seconds = answer["seconds"]
    most = "at most " if answer["at_most"] else ""
    lines.append(
        f"{'without them' if left else 'in all'} {most}{language.duration(seconds)} on "
        f"{answer['workers']} workers and {language.size(answer['disk'])} of disk"
    )
    if most:
        lines.append(
            "at most: as much as the recipe lets the crawl take; how much there is, the first crawl tells"
        )
    if answer["overhead"] > max(SOME, seconds / 2):
        lines.append(
            f"{language.duration(answer['overhead'])} of it for shards as such, of many small files: "
            "in one archive (zip, tar) or one file of lines they are one"
        )
    return lines
