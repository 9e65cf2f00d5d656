"""The truth of the written web: what must become of each page, and whether a store says that it did.

python -P -m flows.small_web.truth > flows/small_web/truth.csv   # the table
python -P -m flows.small_web.truth STORE                   # what the last quickstart in that store made of it
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Any

from flows.small_web import oddities
from flows.small_web.sites import Web, build
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest

TRUTH = Path(__file__).parent / "truth.csv"

_SHAPES = (
    "short",
    "few_sentences",
    "listing",
    "teasers_of_index",
    "no_prose",
    "worth_of_page",
    "worth_of_service",
    "worth_of_listing",
    "worth_of_rest",
    "worth_elsewhere",
    "ellipsis_lines",
    "duplicate_line_characters",
    "digits",
)
_NO_LANGUAGE = ("language", "language_unsure", "mixed_languages")
_STUFFED = (
    "keyword_stuffing",
    "stuffed_page",
    "few_function_words",
    "stop_words",
    "language_unsure",
    "few_sentences",
)
_REPEATED = ("repeated_text", *(f"duplicate_{n}grams" for n in range(5, 11)))
_REPEATED += tuple(f"top_{n}gram" for n in range(2, 5))

REASONS: Mapping[str, tuple[str, ...]] = {
    "article": ("corpus es",),
    "language": ("corpus ca", "corpus gl", "corpus eu", "corpus pt", "corpus en"),
    "exact_duplicate": ("deduplicate exact_duplicate",),
    "near_duplicate": ("deduplicate near_duplicate",),
    "robots": ("crawl robots",),
    "noindex": ("crawl noindex",),
    "too_large": ("crawl truncated",),
    "media_type": ("crawl media_type",),
    "outside": ("nowhere",),
    "machine": ("extract media_type", "extract short"),
    "status": ("extract status",),
    "redirect": ("extract status",),
    "empty": ("extract empty",),
    "soft_404": ("extract soft_404",),
    "images": ("extract empty", "extract short", "filter short"),
    "machinery": ("extract empty", "extract short", *(f"filter {rule}" for rule in _SHAPES)),
    "index": ("extract short", *(f"filter {rule}" for rule in (*_SHAPES, *_NO_LANGUAGE))),
    "trap": ("extract short", *(f"filter {rule}" for rule in _SHAPES), "crawl depth"),
    "spam": tuple(f"filter {rule}" for rule in (*_STUFFED, *_REPEATED)),
}
"""What a page is, and the stages and rules that may decide its fate; `corpus` keeps it, as a language."""


@dataclass(frozen=True)
class Row:
    """One address of the truth table.

    `copy_of` names the original of a copy: of an original and its copies one stays, whichever it is.
    `masked` is the personal data of the text, each with its kind; `stays` is what only looks like it.
    """

    url: str
    fate: str  # kept, removed, not_stored or not_requested
    reason: str
    language: str = ""
    copy_of: str = ""
    masked: str = ""
    stays: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of an address: the stage and the rule that removed it, or `corpus` and its language."""

    what: str
    text: str = ""


Confusion = Counter[tuple[str, str, bool]]
"""What a page is, what became of it, whether that is right: how many."""

NOWHERE = Outcome("nowhere")


def fate(reason: str) -> str:
    """The fate in one word, by the stage that decides it."""
    stage = REASONS[reason][0].split()[0]
    return {"corpus": "kept", "crawl": "not_stored", "nowhere": "not_requested"}.get(
        stage, "removed"
    )


def rows(web: Web) -> list[Row]:
    """The truth table, in order of address."""
    table = [
        Row(
            page.url,
            fate(page.reason),
            page.reason,
            page.language,
            page.copy_of,
            page.masked,
            page.stays,
        )
        for page in web.pages.values()
    ]
    table += [Row(url, fate("outside"), "outside") for url in oddities.OUTSIDE]
    return sorted(table, key=lambda row: row.url)


def as_csv(table: Sequence[Row]) -> str:
    """The table as a file that a spreadsheet opens."""
    out = StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in table)
    return out.getvalue()


def outcomes(store_url: str, recipe: str = "quickstart") -> dict[str, Outcome]:
    """What the newest run of a recipe made of each address that it met; UsageError where it never ran."""
    from flows.store.place import existing_store
    from flows.store.records import last_dataset

    store = existing_store(store_url)

    def newest(stage: str) -> Manifest | None:
        last = last_dataset(store, recipe, stage, stage)
        return store.manifest(last) if last else None

    def read(stage: str, part: str) -> Iterator[dict[str, Any]]:
        import pyarrow.parquet as pq

        manifest = newest(stage)
        for file in manifest.files() if manifest else ():
            if file.part == part or file.part.startswith(f"{part}="):
                yield from pq.read_table(store.fetch(file)).to_pylist()

    met: dict[str, Outcome] = {}
    crawl = newest("crawl")
    if crawl is None:
        raise UsageError(f"{recipe} never ran in {store_url}: run it first")
    for file in crawl.files("log"):
        for line in Path(store.fetch(file)).read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            met[entry["url"]] = Outcome(f"crawl {entry['outcome']}")
    urls = {}
    for row in read("extract", "kept"):
        urls[row["id"]] = row["url"]
        met[row["url"]] = Outcome("extract kept")
    for row in read("extract", "removed"):
        met[row["url"]] = Outcome(f"extract {row['rule']}")
    for stage in ("filter", "deduplicate"):
        for row in read(stage, "decisions"):
            if row["rule"]:
                met[urls[row["id"]]] = Outcome(f"{stage} {row['rule']}")
    for row in read("corpus", "lang"):
        met[row["url"]] = Outcome(f"corpus {row['language']}", row["text"])
    return met


def judge(table: Sequence[Row], outcomes: Mapping[str, Outcome]) -> tuple[Confusion, list[str]]:
    """How often each kind of page met each outcome, and a sentence for each address that met a wrong one."""
    confusion: Confusion = Counter()
    wrong = []
    groups = defaultdict(list)
    for row in table:
        groups[row.copy_of if "duplicate" in row.reason else row.url].append(row)
    for group in groups.values():
        for row, outcome in _paired(group, outcomes):
            fault = _fault(row, outcome)
            confusion[_label(row), outcome.what, not fault] += 1
            if fault:
                wrong.append(f"{row.url} ({row.reason}): {fault}")
    trap = f"http://{oddities.TRAP_HOST}/agenda/"
    for url in sorted(set(outcomes) - {row.url for row in table}):
        what = outcomes[url].what
        right = url.startswith(trap) and what in REASONS["trap"]
        confusion["trap" if url.startswith(trap) else "unknown", what, right] += 1
        if not right:
            wrong.append(f"{url}: is not in the table, and yet {what}")
    return confusion, wrong


def _label(row: Row) -> str:
    return f"language {row.language}" if row.reason == "language" else row.reason


def _fault(row: Row, outcome: Outcome) -> str:
    """What is wrong with the outcome of an address, in words; empty where nothing is."""
    expected = [f"corpus {row.language}"] if row.fate == "kept" else REASONS[row.reason]
    if outcome.what not in expected:
        return f"{outcome.what}, not {' or '.join(expected)}"
    if row.fate != "kept":
        return ""
    personal = [item.split(" ", 1) for item in row.masked.split("; ") if item]
    for kind, value in personal:
        if value in outcome.text:
            return f"{kind} {value} is not masked"
    for value in row.stays.split("; "):
        if value not in outcome.text:
            return f"{value} is no personal data, and was masked"
    marks = Counter(re.findall(r"\[[A-Z]+\]", outcome.text))
    due = Counter(f"[{kind.upper()}]" for kind, _ in personal)
    return "" if marks == due else f"masked {dict(marks)}, not {dict(due)}"


def _paired(group: Sequence[Row], outcomes: Mapping[str, Outcome]) -> list[tuple[Row, Outcome]]:
    """The rows of an original and its copies with their outcomes: it doesn't matter which of them stays."""
    met = [outcomes.get(row.url, NOWHERE) for row in group]
    by_reason = sorted(group, key=lambda row: row.reason)
    by_rule = sorted(met, key=lambda outcome: outcome.what)  # `corpus` comes before `deduplicate`
    same = all(o.what in REASONS[r.reason] for r, o in zip(by_reason, by_rule, strict=True))
    return list(zip(by_reason, by_rule, strict=True) if same else zip(group, met, strict=True))


def lines(confusion: Confusion) -> list[str]:
    """The confusion as a person reads it: what a page is, what became of it, how many, and if wrongly."""
    return [
        f"{label:<16} -> {what:<32} {n:>4}{'' if right else '  WRONG'}"
        for (label, what, right), n in sorted(confusion.items())
    ]


def main(store: str | None = None) -> None:
    """Prints the table, or what a store says of it; exit code 1 where something is wrong."""
    table = rows(build())
    if store is None:
        sys.stdout.write(as_csv(table))
        return
    try:
        confusion, wrong = judge(table, outcomes(store))
    except TahonaError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print("\n".join([*lines(confusion), *wrong]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:2])
