"""A stage computes what is new and nothing else, the same bytes however it is run, and commits only what is whole."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.children import Children
from pipeline.engines.engine import EngineName
from pipeline.errors import TahonaError
from pipeline.model import key
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Stage
from pipeline.run.runner import Result, Runner, Slice, Watcher, Watchers, fingerprint
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.pipeline.chain import at_work, chain, nothing, observed, start, totals, tree, words
from tests.pipeline.mill import Patient, Table, Totals, Words

# What is committed is reused


def test_what_is_committed_is_not_computed_again(runner: Runner, texts: Path) -> None:
    first = words(runner, texts)
    assert (first.state, first.computed, first.reused) == ("committed", 8, 0)
    before = tree(runner.store)
    again = words(runner, texts)
    assert (again.state, again.computed, again.reused) == ("reused", 0, 8)
    assert again.manifest == first.manifest
    assert tree(runner.store) == before


def test_a_parameter_recomputes_what_it_touches(runner: Runner, texts: Path) -> None:
    first = words(runner, texts)
    other = words(runner, texts, minimum=3)
    assert (other.computed, other.fingerprint != first.fingerprint) == (8, True)


def test_an_unused_parameter_makes_another_dataset_of_the_same_shards(
    runner: Runner, texts: Path
) -> None:
    first = words(runner, texts)
    other = words(runner, texts, unused=1)
    assert (other.state, other.computed, other.reused) == ("committed", 0, 8)
    assert other.fingerprint != first.fingerprint
    assert first.manifest and other.manifest
    assert other.manifest.shards == first.manifest.shards
    # Below, equal content is the same dataset.
    assert totals(runner, first).state == "committed"
    assert totals(runner, other).state == "reused"


def test_one_more_file_computes_its_own_shard(runner: Runner, texts: Path) -> None:
    words(runner, texts)
    (texts / "9.txt").write_text("pan con aceite\n")
    result = words(runner, texts)
    assert (result.computed, result.reused) == (1, 8)


def test_altered_bytes_compute_their_own_shards_down_the_chain(runner: Runner, texts: Path) -> None:
    totals(runner, words(runner, texts))
    (texts / "3.txt").write_text("pan con aceite y tomate\nsal\n")
    lines = words(runner, texts)
    assert (lines.computed, lines.reused) == (1, 7)
    # One count; the sum changes, and so does each share of it.
    below = totals(runner, lines)
    assert (below.computed, below.reused) == (1 + 1 + 8, 7)


def test_a_file_of_another_name_and_place_with_the_same_bytes(
    runner: Runner, texts: Path, tmp_path: Path
) -> None:
    words(runner, texts)
    moved = tmp_path / "moved"
    shutil.copytree(texts, moved)
    assert words(runner, moved).state == "reused"
    (moved / "0.txt").rename(moved / "00.txt")
    # The stage says that a name matters to it, so that one is computed.
    assert words(runner, moved).computed == 1


def test_the_version_of_a_stage_recomputes_all_of_it(runner: Runner, texts: Path) -> None:
    class Newer(Totals):
        version = 2

    lines = words(runner, texts)
    old = totals(runner, lines)
    new = totals(runner, lines, Newer())
    assert new.computed == old.computed
    assert new.fingerprint != old.fingerprint


def test_the_version_of_a_step_recomputes_that_step_and_what_changes_below(
    runner: Runner, texts: Path
) -> None:
    class Newer(Totals):
        versions = {"count": 2}  # noqa: RUF012

    lines = words(runner, texts)
    totals(runner, lines)
    new = totals(runner, lines, Newer())
    # The counts come out the same, so that nothing below has changed.
    assert (new.state, new.computed) == ("committed", 8)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[str], str]], None]]:
    """Says which version of a library is installed."""

    def say(version: Callable[[str], str]) -> None:
        monkeypatch.setattr(key, "installed_version", version)
        key.release.cache_clear()

    yield say
    key.release.cache_clear()


def test_the_minor_version_of_a_declared_library_recomputes_and_a_patch_does_not(
    runner: Runner, texts: Path, installed: Callable[[Callable[[str], str]], None]
) -> None:
    class Leaning(Words):
        libraries = ("trafilatura",)

    def run(version: str) -> Result:
        installed(lambda name: version)
        return runner.run(Leaning(), Words.Params(), {"files": [observed(runner.store, texts)]})

    first = run("2.3.0")
    assert first.manifest and first.manifest.libraries == {"trafilatura": "2.3"}
    assert run("2.3.9").state == "reused"
    assert run("2.4.0").computed == 8
    assert run("2.3.1").state == "reused"


def test_the_version_of_a_library_is_read_once_for_all_tasks(
    runner: Runner, texts: Path, installed: Callable[[Callable[[str], str]], None]
) -> None:
    class Leaning(Words):
        libraries = ("trafilatura", "ftfy")

    requests: list[str] = []
    installed(lambda name: requests.append(name) or "1.2.3")
    runner.run(Leaning(), Words.Params(), {"files": [observed(runner.store, texts)]})
    assert sorted(requests) == ["ftfy", "trafilatura"]


def test_a_declared_library_that_is_not_installed_is_named_with_its_extra() -> None:
    class Leaning(Words):
        libraries = ("nowhere-to-be-found",)
        extra = "train"

    with pytest.raises(TahonaError, match=r"words needs nowhere-.*pip install 'tahona\[train\]'"):
        fingerprint(Leaning(), Words.Params(), {"files": [nothing("files")]})


def test_a_step_of_one_name_may_come_twice(runner: Runner, texts: Path) -> None:
    class Twice(Words):
        def plan(self, params: Any, inputs: Any, context: Any) -> Any:
            first = yield from super().plan(Words.Params(minimum=1), inputs, context)
            second = yield from super().plan(Words.Params(minimum=2), inputs, context)
            assert first != second
            return second

    files = observed(runner.store, texts)
    manifest = runner.run(Twice(), Words.Params(), {"files": [files]}).manifest
    assert manifest and len(manifest.steps["words"]) == 16
    assert len(manifest.shard_folders()) == 16


# Conservation


def test_counts_that_do_not_add_up_commitnothing(runner: Runner, texts: Path) -> None:
    (texts / "4.txt").write_text("pan\nLOSE\n")
    with pytest.raises(
        TahonaError, match=r"4\.txt.*not committed, because 1 of 3 documents are lost"
    ):
        words(runner, texts)
    assert runner.store.references("words") == []
    assert verify(runner.store).damaged == []


def test_documents_that_do_not_arrive_commitnothing(runner: Runner, texts: Path) -> None:
    class Forgetful(Totals):
        def plan(self, params: Any, inputs: Any, context: Any) -> Any:
            shards = yield from super().plan(params, inputs, context)
            return shards[:-1]

    class Silent(Totals):
        def plan(self, params: Any, inputs: Any, context: Any) -> Any:
            plan = super().plan(params, inputs, context)
            return plan.send((yield next(plan))) and []

    lines = words(runner, texts)
    assert lines.manifest and lines.manifest.ledger.documents
    kept = lines.manifest.ledger.documents.kept
    for stage, arrived in (
        (Forgetful(), kept - lines.manifest.shards[-1].files[0].rows),
        (Silent(), 0),
    ):  # type: ignore[operator]
        with pytest.raises(TahonaError, match=f"kept {kept} documents, {arrived} arrived"):
            totals(runner, lines, stage)
    assert runner.store.references("totals") == []


def test_what_a_manifest_says(runner: Runner, texts: Path) -> None:
    result = runner.run(Table(), Table.Params(), {"lines": [words(runner, texts).manifest]})  # type: ignore[list-item]
    manifest = result.manifest
    assert manifest and manifest.ledger.documents
    assert manifest.schemas == {"kept": {"line": "string"}, "removed": {"line": "string"}}
    documents = manifest.ledger.documents
    assert sum(f.rows or 0 for f in manifest.files("kept")) == documents.kept
    assert sum(f.rows or 0 for f in manifest.files("removed")) == documents.removed["no a"]
    assert [str(r) for r in manifest.inputs["lines"]] == [
        f"words/{words(runner, texts).fingerprint}"
    ]
    record = result.to_json()
    assert record["shards"] == {"computed": 8, "reused": 0}
    assert record["documents"] == documents.to_json()
    assert record["bytes_out"] == sum(f.bytes for f in manifest.files())


# The same bytes


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], dict[str, bytes]]:
    """What one worker, never disturbed, makes of a folder of texts."""

    def run(texts: Path) -> dict[str, bytes]:
        store = Store(tmp_path_factory.mktemp("expected"))
        chain(Runner(store, "driver"), texts)
        return tree(store)

    return run


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    children = Children()
    yield children
    children.close()


@pytest.mark.parametrize(("engine", "workers"), [("embedded", 3), ("processes", 1)])
def test_engines_and_workers_change_no_byte(
    store: Store,
    texts: Path,
    expected: Callable[..., Any],
    children: Children,
    engine: EngineName,
    workers: int,
) -> None:
    chain(Runner(store, engine, workers, children=children), texts)
    assert tree(store) == expected(texts)


def test_slices_in_any_order_change_no_byte(
    runner: Runner, texts: Path, expected: Callable[..., Any]
) -> None:
    chance = random.Random(3)
    files = observed(runner.store, texts)

    def slices(of: int, stage: Stage, params: Any, **inputs: list[Manifest]) -> None:
        order = [Slice(n, of) for n in range(1, of + 1)]
        chance.shuffle(order)
        for slice_ in order:
            result = runner.run(stage, params, inputs, slice_=slice_)
            assert (result.state, result.manifest) == ("partial", None)

    slices(3, Words(), Words.Params(minimum=2), files=[files])
    assert runner.store.references("words") == []
    lines = runner.run(Words(), Words.Params(minimum=2), {"files": [files]})
    assert (lines.computed, lines.reused) == (0, 8)
    assert lines.manifest
    for _ in range(3):  # one round of slices for each step
        slices(4, Totals(), Totals.Params(), lines=[lines.manifest])
    below = totals(runner, lines)
    assert (below.computed, below.state) == (0, "committed")
    assert tree(runner.store) == expected(texts)


def test_a_slice_computes_its_own_tasks_only(runner: Runner, texts: Path) -> None:
    files = {"files": [observed(runner.store, texts)]}
    computed = [
        runner.run(Words(), Words.Params(), files, slice_=Slice(n, 3)).computed for n in (1, 2, 3)
    ]
    assert computed == [3, 3, 2]
    assert runner.run(Words(), Words.Params(), files, slice_=Slice(2, 3)).computed == 0


# More than one run


def test_a_run_waits_for_one_that_makes_the_same_dataset(store: Store, texts: Path) -> None:
    messages: list[str] = []

    class Impatient(Watcher):
        def stage_waiting(self, stage: str, owner: str) -> None:
            messages.append(owner)
            other.kill()

    other = start(Path(store.url), texts, seconds=600)
    at_work(other, store)
    # A dead owner's lock frees itself, and its work is done by who waited.
    result = words(Runner(store, "driver", watchers=Watchers([Impatient()])), texts, minimum=2)
    assert (result.state, result.computed) == ("committed", 8)
    assert f"process {other.pid} on " in messages[0]
    other.communicate()


def test_a_long_task_of_two_datasets_is_done_once(store: Store, tmp_path: Path) -> None:
    class Other(Patient):
        versions = {"another step": 2}  # noqa: RUF012

    def run(stage: Stage, log: Path) -> None:
        context = {"seconds": 0.02, "log": str(log)}
        runner = Runner(store, "driver")
        manifests.append(runner.run(stage, Patient.Params(), {}, context).manifest)

    manifests: list[Manifest | None] = []
    logs = [tmp_path / "one", tmp_path / "two"]
    stages = [Patient(), Other()]
    threads = [threading.Thread(target=run, args=x) for x in zip(stages, logs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, two = manifests
    assert one and two and one.fingerprint != two.fingerprint
    assert one.shards == two.shards
    assert [log.exists() for log in logs].count(True) == 1
