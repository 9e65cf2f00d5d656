"""What a stage is given is what it asks for: checked before anything starts, optional, many, by part."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest, Shard
from pipeline.model.stage import Input
from pipeline.run.runner import Runner, fingerprint
from pipeline.store.observe import observe
from tests.pipeline.chain import nothing, observed, totals, words
from tests.pipeline.mill import Totals, Words


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({}, "totals needs a dataset of kind lines: run its stage first"),
        ({"lines": [nothing("lines")] * 2}, "totals takes one lines, not 2"),
        ({"lines": [nothing("a", "b")]}, "totals takes lines as lines; x/f is a and b"),
        ({"lines": [nothing("lines")], "rye": []}, "totals takes no input rye"),
    ],
)
def test_a_wrong_input_is_told_before_anything_starts(
    runner: Runner, inputs: dict[str, list[Manifest]], sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        runner.run(Totals(), Totals.Params(), inputs)
    assert str(caught.value) == sentence


def test_an_empty_dataset_is_a_dataset(runner: Runner) -> None:
    empty = observe(runner.store, {})
    lines = runner.run(Words(), Words.Params(), {"files": [empty]})
    assert lines.manifest and lines.manifest.shards == []
    assert totals(runner, lines).state == "committed"


def test_an_optional_input_may_be_absent_and_many_may_come(runner: Runner, texts: Path) -> None:
    class Open(Words):
        name = "open"
        inputs = {  # noqa: RUF012
            "files": Input("files", many=True),
            "more": Input("lines", optional=True),
        }

    one = observed(runner.store, texts)
    two = observe(runner.store, {"other": [str(texts / "0.txt")]})
    result = runner.run(Open(), Words.Params(), {"files": [one, two], "more": []})
    # The second copy of a file is the same shard, and stands in the dataset again.
    assert result.manifest and (len(result.manifest.shards), result.computed) == (9, 8)
    assert [len(manifests) for manifests in result.manifest.inputs.values()] == [2]


def test_a_reader_of_one_part_is_not_touched_by_another(runner: Runner, texts: Path) -> None:
    lines = words(runner, texts).manifest
    assert lines
    more = [replace_part(s) for s in lines.shards]
    other = lines.model_copy(update={"shards": more, "fingerprint": "other"})
    same = fingerprint(Totals(), Totals.Params(), {"lines": [lines]})
    assert fingerprint(Totals(), Totals.Params(), {"lines": [other]}) == same


def replace_part(shard: Shard) -> Shard:
    extra = shard.files[0].model_copy(update={"part": "removed", "sha256": "1" * 64})
    return shard.model_copy(update={"files": [*shard.files, extra]})
