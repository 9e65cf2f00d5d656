"""Which other languages were found in what went for its language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.report.figures.removed_languages import LANGUAGES, languages_of_removed
from flows.report.figures.shares import OTHER
from pipeline.model.ledger import Documents, Ledger
from pipeline.store.store import Store
from tests.flows.report.pages import committed

RULES = [
    {"name": "language", "signal": None, "min": None, "max": None},
    {"name": "mixed_languages", "signal": "language_share", "min": 0.4, "max": None},
    {"name": "short", "signal": "words", "min": 50, "max": None},
]


def removed(folder: Path, store: Store, spoken: list[tuple[str | None, str, str | None]]) -> Any:
    """A filter that removed documents by these rules, each in a language and with another one in it."""
    rules, languages, others = zip(*spoken, strict=True)
    kept = [rule is None for rule in rules]
    table = {"id": [*map(str, range(len(rules)))], "kept": kept, "rule": pa.array(rules, "str")}
    pq.write_table(pa.table(table), folder / "decisions.parquet")
    signals = {"language": languages, OTHER: pa.array(others, "str")}
    pq.write_table(pa.table(signals), folder / "signals.parquet")
    measured = committed(
        store, "annotate", ["signals"], [({"signals": folder / "signals.parquet"}, Ledger(), {})]
    )
    counts = {rule: rules.count(rule) for rule in rules if rule}
    documents = Documents(in_=len(rules), kept=sum(kept), removed=counts, quarantined=0)
    tables = {"decisions": folder / "decisions.parquet"}
    filtered = committed(
        store,
        "filter",
        ["decisions"],
        [(tables, Ledger(documents=documents), {})],
        signals=measured,
    )
    return filtered, measured


def test_a_rule_about_languages_tells_which_it_found(store: Store, tmp_path: Path) -> None:
    filtered, measured = removed(
        tmp_path,
        store,
        [
            *((None, "es", "ca"), ("short", "es", "fr"), ("mixed_languages", "es", "en")),
            *(("language", "gl", None), ("language", "en", "es"), ("language", "gl", "es")),
        ],
    )
    rules = {str(rule["name"]): rule for rule in RULES}
    languages = languages_of_removed(store, filtered, measured, rules)
    assert languages == {
        "language": [("gl", 2 / 3), ("en", 1 / 3)],
        "mixed_languages": [("en", 1.0)],
    }


def test_what_is_rare_among_them_is_one_share(store: Store, tmp_path: Path) -> None:
    spoken = [("language", f"l{n}", None) for n in range(LANGUAGES + 2)]
    filtered, measured = removed(tmp_path, store, [*spoken, (None, "es", None)])
    (share,) = languages_of_removed(store, filtered, measured, {}).values()
    assert len(share) == LANGUAGES + 1
    assert share[-1] == (None, 2 / (LANGUAGES + 2))
