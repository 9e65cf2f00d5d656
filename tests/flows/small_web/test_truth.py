"""The truth table is the web's own, and its judgement of a store can be wrong-footed by nothing it should see."""

from __future__ import annotations

import csv
from dataclasses import asdict

import pytest

from flows.small_web import truth
from flows.small_web.oddities import OUTSIDE
from flows.small_web.sites import build
from flows.small_web.truth import REASONS, Outcome, Row, judge, rows


@pytest.fixture(scope="module")
def table() -> list[Row]:
    return rows(build())


@pytest.fixture
def outcomes(table: list[Row]) -> dict[str, Outcome]:
    """Outcomes as they must be: of an original and its copies, the original stays."""
    outcomes = {}
    for row in table:
        what = f"corpus {row.language}" if row.fate == "kept" else REASONS[row.reason][0]
        if what != "nowhere":
            outcomes[row.url] = Outcome(what, text_of(row) if row.fate == "kept" else "")
    return outcomes


def text_of(row: Row) -> str:
    marks = [f"[{item.split()[0].upper()}]" for item in row.masked.split("; ") if item]
    return " ".join(["Texto.", *marks, row.stays.replace("; ", " ")])


def one(table: list[Row], reason: str, **having: bool) -> Row:
    return next(
        row
        for row in table
        if row.reason == reason and all(bool(getattr(row, k)) == v for k, v in having.items())
    )


def test_the_file_is_the_one_in_the_code(table: list[Row]) -> None:
    text = truth.TRUTH.read_text(encoding="utf-8")
    assert text == truth.as_csv(table)
    assert [asdict(row) for row in table] == list(csv.DictReader(text.splitlines()))


def test_it_has_every_reason_and_one_row_an_address(table: list[Row]) -> None:
    assert {row.reason for row in table} == set(REASONS)
    assert len({row.url for row in table}) == len(table)
    assert {row.fate for row in table} == {"kept", "removed", "not_stored", "not_requested"}


def test_a_store_that_did_as_it_should_is_found_right(
    table: list[Row], outcomes: dict[str, Outcome]
) -> None:
    confusion, wrong = judge(table, outcomes)
    assert not wrong
    assert confusion.total() == len(table)
    assert not any("WRONG" in line for line in truth.lines(confusion))


def test_of_an_original_and_its_copies_any_may_stay(
    table: list[Row], outcomes: dict[str, Outcome]
) -> None:
    copy = one(table, "near_duplicate")
    outcomes[copy.url], outcomes[copy.copy_of] = outcomes[copy.copy_of], outcomes[copy.url]
    assert not judge(table, outcomes)[1]
    outcomes[copy.url] = outcomes[copy.copy_of]  # none stays
    assert len(judge(table, outcomes)[1]) >= 1
    outcomes[copy.url] = outcomes[copy.copy_of] = Outcome("corpus es", "Texto.")  # both do
    assert len(judge(table, outcomes)[1]) == 1


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("article", "filter short"),
        ("language", "corpus es"),
        ("spam", "corpus es"),
        ("soft_404", "filter soft_404"),
        ("robots", "corpus es"),
        ("noindex", "corpus es"),
        ("trap", "corpus es"),
        ("media_type", "extract media_type"),
    ],
)
def test_a_wrong_outcome_is_told_with_its_address(
    table: list[Row], outcomes: dict[str, Outcome], reason: str, what: str
) -> None:
    row = one(table, reason)
    outcomes[row.url] = Outcome(what, "Texto.")
    confusion, wrong = judge(table, outcomes)
    assert len(wrong) == 1 and row.url in wrong[0] and what in wrong[0]
    assert [key[1] for key in confusion if not key[2]] == [what]
    assert sum("WRONG" in line for line in truth.lines(confusion)) == 1


def test_a_page_that_vanishes_or_appears_is_told(
    table: list[Row], outcomes: dict[str, Outcome]
) -> None:
    missing = one(table, "index")
    del outcomes[missing.url]
    outcomes[OUTSIDE[0]] = Outcome("crawl kept")
    outcomes["http://diario.sierraalta.test/otra"] = Outcome("corpus es", "Texto.")
    outcomes["http://ayuntamiento.valdeolmos.test/agenda/2031/01"] = Outcome("corpus es", "Texto.")
    wrong = judge(table, outcomes)[1]
    assert len(wrong) == 4
    assert any(missing.url in line and "nowhere" in line for line in wrong)


def test_personal_data_that_stays_or_goes_wrongly_is_told(
    table: list[Row], outcomes: dict[str, Outcome]
) -> None:
    row = one(table, "article", masked=True, stays=True)
    text = outcomes[row.url].text
    kind, value = row.masked.split("; ")[0].split(" ", 1)
    for changed, outcome in (
        (f"{text} {value}", f"{kind} {value} is not masked"),
        (text.replace(row.stays.split("; ")[0], "…"), "is no personal data"),
        (f"{text} [PHONE]", "masked"),
    ):
        outcomes[row.url] = Outcome("corpus es", changed)
        (wrong,) = judge(table, outcomes)[1]
        assert outcome in wrong and row.url in wrong
