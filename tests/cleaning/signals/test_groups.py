"""A signal that is written a text at a time says what its twin over whole batches says, and costs itself alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.annotate.check import wrong_signal
from cleaning.annotate.stage import Annotate
from cleaning.filter.stage import Filter
from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.signals.signals import compute
from cleaning.text.batch import Batch
from pipeline.errors import UsageError
from pipeline.run.result import Result
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.cleaning.annotate.test_annotate import PROSE, documents


@measure(opened_sentences=(float, "the same, over whole arrays"))
def twin(batch: Batch) -> Any:
    opened, closed = (batch.count_signs(among(batch.signs, signs)) for signs in ("¿¡", "?!"))
    return np.where(closed > 0, share(opened, closed), np.nan)


@given(st.lists(st.text(st.sampled_from("¿¡?!. aé\n😀"), max_size=40), max_size=6))
def test_a_plain_signal_is_that_of_its_twin(texts: list[str]) -> None:
    batch = Batch(texts)
    signals = compute(batch, {}, ["opened_sentences"])["opened_sentences"]
    expected = twin.values(batch, None, [])["opened_sentences"]
    assert np.array_equal(signals, expected, equal_nan=True)


def test_a_group_computes_itself_and_a_rule_reads_it(tmp_path: Path) -> None:
    asks = "¿Quién vive? ¡Nadie! " + PROSE * 5
    data = documents(tmp_path, [asks, "Quién vive? Nadie! " + PROSE * 5], [PROSE * 6])
    runner = Runner(Store(tmp_path / "store"), "driver")
    rule = {"name": "unopened", "signal": "opened_sentences", "min": 0.5}

    def annotated(*groups: str) -> Result:
        return runner.run(Annotate(), Annotate.Params(groups=groups), {"documents": [data]})

    def filtered(signals: Result, *rules: Any) -> Result:
        assert signals.manifest
        inputs = {"documents": [data], "signals": [signals.manifest]}
        params = Filter.Params.model_validate(
            {"rules": [{"name": "few", "signal": "words", "min": 9}, *rules]}
        )
        return runner.run(Filter(), params, inputs)

    try:
        before, after = annotated(), annotated("orthography")
        assert (before.computed, before.reused) == (6, 0)  # of each shard the groups of ALWAYS
        assert (after.computed, after.reused) == (2, 6)
        # Of two shards the edits and the decisions.
        assert filtered(before).computed == 4
        again = filtered(after)  # reads no signal of the new group: nothing is decided anew
        assert again.manifest and (again.computed, again.reused) == (0, 4)
        decisions = filtered(after, rule)
        assert decisions.manifest and decisions.manifest.ledger.documents
        assert decisions.manifest.ledger.documents.removed == {"unopened": 1}
        with pytest.raises(UsageError, match=r"give annotate `groups: \[orthography\]`"):
            filtered(before, rule)
    finally:
        runner.close()


def test_a_recipe_is_told_which_group_its_rule_needs() -> None:
    assert wrong_signal(Annotate.Params(), {}, {}, "words") is None
    assert (
        wrong_signal(Annotate.Params(groups=("orthography",)), {}, {}, "opened_sentences") is None
    )
    assert "orthography" in (wrong_signal(Annotate.Params(), {}, {}, "opened_sentences") or "")
    with pytest.raises(
        ValueError, match="there is no group of signals 'ortografia'; there are: text"
    ):
        Annotate.Params(groups=("ortografia",))
