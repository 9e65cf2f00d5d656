"""How far a step is, as a share with the time that is left."""

from __future__ import annotations

import pytest

from flows.chain.step_progress import Standing, brief
from pipeline.engines.compute import Outcome


def outcome(key: str, documents: int) -> Outcome:
    return Outcome(key=key, shard={"ledger": {"documents": {"in": documents}}})


def test_a_step_tells_its_share_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("flows.chain.step_progress.time.monotonic", lambda: now)
    at = Standing("extract")
    assert at.sentence() == "extract: begins"
    at.begin("extract", 4)
    assert (at.share, at.left) == (0.0, None)
    now = 60.0
    at.progress("a", 5, 10, "pages")
    at.progress("b", 1, None, "pages")  # which says nothing of its end
    assert at.share == pytest.approx(1 / 8) and at.left == pytest.approx(420)
    at.finish(outcome("a", 120))
    assert at.share == 1 / 4
    assert at.left == pytest.approx(180)
    sentence = "extract: 1 of 4 shards done (25%), 2 documents per second, 3 min left"
    assert at.sentence() == sentence
    for key in "bcd":
        at.finish(outcome(key, 0))
    assert at.share == 1.0 and "left" not in at.sentence()


def test_a_step_that_has_the_name_of_an_earlier_one_is_told_from_it() -> None:
    """Else its first shard would look as if the work went backwards."""
    at = Standing()
    for stage in ("annotate", "annotate"):  # a stage that begins again counts anew
        at.begin(stage, None)
        assert at.begin(stage, 65) == "annotate"
        at.finish(outcome("a", 0))
        assert at.sentence().startswith("annotate: 1 of 65 shards done")
        assert at.begin("annotate: sum", 1) == "annotate: sum"
        assert at.begin(stage, 65) == "annotate, part 2"
        at.finish(outcome("b", 0))
        assert at.sentence().startswith("annotate, part 2: 1 of 65 shards done")


def test_the_first_shards_tell_nothing_of_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("flows.chain.step_progress.time.monotonic", lambda: now)
    at = Standing("extract")
    at.begin("extract", 400)
    now = 10.0
    at.progress("a", 1, 2, "pages")
    assert at.left is None
    for key in "abc":
        at.finish(outcome(key, 1))
    assert at.left == pytest.approx(10 * 397 / 3)


def test_a_training_that_goes_on_is_judged_by_what_it_did_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("flows.chain.step_progress.time.monotonic", lambda: now)
    at = Standing()
    at.begin("train", 1)
    now = 20.0
    at.progress("k", 60, 100, "tokens")
    now = 24.0
    at.progress("k", 61, 100, "tokens")
    assert at.left is None
    now = 40.0
    at.progress("k", 70, 100, "tokens")
    assert at.left == pytest.approx(30 * 16 / 9)  # of the newer half of the time


def test_what_is_left_goes_by_the_newer_half_and_by_the_slowest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("flows.chain.step_progress.time.monotonic", lambda: now)
    at = Standing()
    at.begin("extract", 50)
    now = 36.0  # models load
    at.finish(outcome("0", 1))
    for key in range(1, 25):
        now += 2.0
        at.finish(outcome(str(key), 1))
    assert at.left == pytest.approx(50)  # not 84
    at.begin("crawl", 2)
    for second in range(61):
        now += 1.0
        at.progress("fast", min(second, 20), 20, "pages")
        at.progress("slow", 10 + second / 10, 20, "pages")
    assert at.left == pytest.approx(40)


def test_of_a_single_shard_its_own_progress_is_told() -> None:
    at = Standing()
    at.begin("pretrain", 1)
    at.progress("k", 1500, 6000, "steps")
    assert at.sentence() == "pretrain: 1,500 of 6,000 steps (25%)"


def test_a_unit_that_tells_of_all_shards_is_told_with_their_sum() -> None:
    at = Standing()
    at.begin("crawl", 100)
    at.progress("a", 10, 1000, "pages, 3.0/s, 20 waiting")
    at.progress("b", 5, 1000, "pages, 3.5/s, 25 waiting")
    assert at.sentence() == "crawl: 0 of 100 shards done, 15 pages, 3.5/s, 25 waiting (0%)"


def test_a_guessed_time_is_brief() -> None:
    sentences = [brief(s) for s in (7.4, 89, 100, 3700, 90000, 180000)]
    assert sentences == ["7 s", "89 s", "2 min", "1 h 2 min", "1 days", "2 days"]
