"""A shard is committed with the right bytes and counts, or not at all, with one sentence that says why."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pipeline.engines import compute as shard_module
from pipeline.engines.compute import Outcome, Spec, compute
from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import File
from pipeline.model.ledger import Characters, Documents, Ledger
from pipeline.model.stage import Work
from pipeline.store.store import Store, file_digest
from tests.examples import examples

current: list[Callable[[Work], None]] = []


def call(work: Work) -> None:
    """The kernel of these tests: whatever the test has set."""
    current[-1](work)


@pytest.fixture
def attempt(store: Store) -> Callable[..., Outcome]:
    """Computes one shard with the given kernel."""

    def attempt(function: Callable[[Work], None], key: str = "k", **inputs: list[File]) -> Outcome:
        current[:] = [function]
        spec = Spec(
            store=store.url,
            stage="mill",
            step="grind",
            key=key,
            kernel=f"{__name__}:call",
            inputs={role: [f.to_json() for f in files] for role, files in inputs.items()},
            params={"coarse": 1},
            context={},
        )
        outcome = compute(spec)
        # Whatever happened, nothing half-made stays behind.
        assert [p for p in store.backend.workspace.iterdir() if p.name != "scratch"] == []
        assert (store.shard("mill", key) is None) == (outcome.error is not None)
        return outcome

    return attempt


def grind(work: Work) -> None:
    work.output("kept", "flour.txt", rows=2).write_text("a\nb\n")
    work.ledger = Ledger(documents=Documents(in_=3, kept=2, removed={"stone": 1}))
    work.figures["fineness"] = 0.5


def test_a_shard_says_what_it_is(store: Store, attempt: Callable[..., Outcome]) -> None:
    assert attempt(grind).error is None
    shard = store.shard("mill", "k")
    assert shard is not None
    assert (shard.step, shard.params, shard.figures) == ("grind", {"coarse": 1}, {"fineness": 0.5})
    (file,) = shard.files
    assert (file.path, file.part, file.rows, file.bytes) == (
        "shards/mill/k/flour.txt",
        "kept",
        2,
        4,
    )
    assert file.sha256 == file_digest(Path(store.url, file.path))


def test_a_committed_shard_is_not_computed_again(attempt: Callable[..., Outcome]) -> None:
    attempt(grind)

    def never(work: Work) -> None:
        raise AssertionError

    assert attempt(never).error is None


def rows_differ(work: Work) -> None:
    grind(work)
    work.outputs[0] = ("kept", "flour.txt", 3)


def parquet_rows_differ(work: Work) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": [1, 2, 3]}), work.output("kept", "flour.parquet", rows=2))
    work.ledger = Ledger(documents=Documents(in_=2, kept=2))


def loses(work: Work) -> None:
    grind(work)
    work.ledger = Ledger(documents=Documents(in_=4, kept=2, removed={"stone": 1}))


def doubles_characters(work: Work) -> None:
    grind(work)
    work.ledger.characters = Characters(in_=10, kept=8, cut={"x": 2}, masked={"y": 3})


def undeclared(work: Work) -> None:
    grind(work)
    (work.folder / "bran.txt").write_text("x")


def unwritten(work: Work) -> None:
    grind(work)
    work.output("removed", "bran.txt")


def twice(work: Work) -> None:
    grind(work)
    work.output("removed", "flour.txt")


def outside(work: Work) -> None:
    work.output("kept", "../flour.txt")


def no_json(work: Work) -> None:
    grind(work)
    work.figures["loss"] = float("nan")


def bug(work: Work) -> None:
    grind(work)
    raise KeyError("a bug")


def many_lines(work: Work) -> None:
    raise ValueError("first line\nsecond line")


def clear(work: Work) -> None:
    raise TahonaError("the stones are worn: dress them")


def hungry(work: Work) -> None:
    raise MemoryError


def absent_module(work: Work) -> None:
    import nowhere_to_be_found  # noqa: F401


def own_file(work: Work) -> None:
    Path("/nowhere/at/all").read_text()


WHERE = r"^mill \(step grind, shard k\)"


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (rows_differ, ": not committed, because kept holds 3 rows, the ledger says 2$"),
        (parquet_rows_differ, ": not committed, because kept holds 3 rows, the ledger says 2$"),
        (loses, ": not committed, because 1 of 4 documents are lost$"),
        (doubles_characters, ": not committed, because 3 of 10 characters are doubled$"),
        (undeclared, r".*left files that it did not declare: \['bran.txt'\]$"),
        (unwritten, r".*did not write what it declared: \['bran.txt'\]$"),
        (twice, ".*declares 'flour.txt' twice$"),
        (outside, ".*'../flour.txt' is no file name$"),
        (no_json, ".*can't be written as JSON"),
        (bug, " failed: KeyError: 'a bug'$"),
        (many_lines, " failed: ValueError: first line$"),
        (clear, ": the stones are worn: dress them$"),
        (hungry, " ran out of memory$"),
        (absent_module, " failed: ModuleNotFoundError: .*nowhere_to_be_found"),
        (own_file, " failed: .*No such file or directory: '/nowhere/at/all'$"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_and_not_committed(
    attempt: Callable[..., Outcome], function: Callable[[Work], None], sentence: str
) -> None:
    outcome = attempt(function)
    assert re.search(WHERE + sentence, outcome.error or ""), outcome.error
    assert outcome.traceback and "Traceback" in outcome.traceback


def test_a_request_to_stop_is_no_error_and_keeps_the_scratch(
    store: Store, attempt: Callable[..., Outcome]
) -> None:
    def stops(work: Work) -> None:
        (work.scratch / "place").write_text("7")
        raise Stopped

    assert attempt(stops).stopped
    assert (store.scratch("mill", "k") / "place").read_text() == "7"

    def goes_on(work: Work) -> None:
        assert (work.scratch / "place").read_text() == "7"
        grind(work)

    assert attempt(goes_on).error is None
    assert not store.scratch("mill", "k").exists()


ledgers = st.builds(
    lambda in_, kept, removed, quarantined: Documents(
        in_=in_, kept=kept, removed=removed, quarantined=quarantined
    ),
    *[st.integers(0, 3), st.integers(-1, 3)],
    st.dictionaries(st.sampled_from(["short", "long"]), st.integers(-1, 2)),
    st.integers(0, 2),
)


@examples(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers, st.integers(0, 3))
def test_a_shard_is_committed_if_and_only_if_its_counts_are_right(
    store: Store, attempt: Callable[..., Outcome], documents: Documents, rows: int
) -> None:
    def claims(work: Work) -> None:
        work.output("kept", "flour.txt", rows=rows).write_text("\n" * rows)
        work.ledger = Ledger(documents=documents)

    parts = [documents.kept, *documents.removed.values(), documents.quarantined]
    right = documents.in_ == sum(parts) and min(parts) >= 0 and rows == documents.kept
    store.backend.remove("shards/mill/k")
    assert (attempt(claims).error is None) == right


def observed(path: Path) -> File:
    return File(path=str(path), part="grain", bytes=path.stat().st_size, sha256=file_digest(path))


def reads(work: Work) -> None:
    work.output("kept", "copy.txt").write_bytes(work.one("grain").path.read_bytes())


def reads_both(work: Work) -> None:
    for role in ("oven", "grain"):
        assert work.one(role).path.read_bytes()
    reads(work)


def test_what_a_kernel_does_not_open_is_not_fetched(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, fetched, fetch = Store(bucket), list[str](), Store.fetch
    spec_of = Spec(bucket, "mill", "grind", "made", f"{__name__}:grind", {}, {}, {})
    assert compute(spec_of).error is None
    shard = store.shard("mill", "made")
    assert shard is not None

    def watched(self: Store, file: File, folder: Path | None = None) -> Path:
        fetched.append(file.part)
        return fetch(self, file, folder)

    monkeypatch.setattr(Store, "fetch", watched)
    file = shard.one("kept")
    inputs = {"grain": [file.to_json()], "names": [{**file.to_json(), "part": "names"}]}
    kernel = f"{__name__}:reads_one_and_names_one"
    outcome = compute(Spec(bucket, "mill", "grind", "k", kernel, inputs, {}, {}))
    assert (outcome.error, fetched) == (None, ["kept"])
    assert outcome.shard["figures"] == {"names": file.sha256}


def reads_one_and_names_one(work: Work) -> None:
    reads(work)
    work.figures = {"names": work.one("names").file.sha256}


def test_an_input_is_the_one_that_was_observed_or_the_shard_is_refused(
    tmp_path: Path, attempt: Callable[..., Outcome]
) -> None:
    path = tmp_path / "grain.txt"
    path.write_text("trigo")
    file = observed(path)
    assert attempt(reads, "whole", grain=[file]).error is None

    path.write_text("avena")  # as long as before
    os.utime(path, ns=(1, 1))
    error = attempt(reads, "altered", grain=[file]).error
    assert error == (
        f"mill (step grind of {path}, shard altered): the input {path} was altered since it was "
        "read first: run again"
    )
    # That the new bytes were read and found good does not make them the old ones.
    assert attempt(reads, "new", grain=[observed(path)]).error is None
    assert "was altered" in (attempt(reads, "old", grain=[file]).error or "")

    # Of several inputs the one is named that the sentence is about, not the first as well.
    other = tmp_path / "other.txt"
    other.write_text("pan")
    error = attempt(reads_both, "two", grain=[observed(other)], oven=[file]).error
    assert error and error.startswith(f"mill (step grind, shard two): the input {path} was altered")
    assert attempt(reads, "unread", grain=[observed(other)], oven=[file]).error is None

    path.unlink()
    error = attempt(reads, "missing", grain=[file]).error
    assert f"the input {path} is missing: restore it or run again" in (error or "")


def test_a_file_of_the_store_is_checked_by_its_size_and_not_read_for_it(
    store: Store, attempt: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt(grind)
    shard = store.shard("mill", "k")
    assert shard is not None
    read: list[Path] = []
    monkeypatch.setattr(shard_module, "file_digest", lambda p: read.append(p) or file_digest(p))
    assert attempt(reads, "good", grain=shard.files).error is None
    assert [p.name for p in read] == ["copy.txt"]  # what the kernel wrote
    Path(store.url, shard.files[0].path).write_text("x\ny")
    error = attempt(reads, "below", grain=shard.files).error
    assert "run `tahona verify --repair`, then run again" in (error or "")


def test_the_bytes_of_an_input_are_checked_once_a_process(
    tmp_path: Path, attempt: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "grain.txt"
    path.write_text("trigo")
    file = observed(path)
    checked: list[Path] = []
    monkeypatch.setattr(shard_module, "file_digest", lambda p: checked.append(p) or file_digest(p))
    attempt(reads, "one", grain=[file])
    attempt(reads, "two", grain=[file])
    assert checked.count(path) == 1


def test_progress_and_parameters_reach_the_kernel(store: Store) -> None:
    seen: list[Any] = []
    spec = Spec(store.url, "mill", "grind", "p", f"{__name__}:tells", {}, {"a": 1}, {"b": 2})
    assert compute(spec, lambda *told: seen.append(told), lambda: True).error is None
    assert seen == [("p", 1, 2, "sacks"), ("p", {"a": 1}, {"b": 2}, True)]


def tells(work: Work) -> None:
    work.progress(1, 2, "sacks")
    work.progress(work.params, work.context, work.stopping())  # type: ignore[arg-type]


# A full disk


def _write_plainly(path: str) -> None:
    Path(path).write_text("pan" * 10_000)


def _write_with_arrow(path: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"pan": list(range(10_000))}), path)


def _tell_of_another_language(path: str) -> None:
    raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")


@pytest.mark.parametrize("write", [_write_plainly, _write_with_arrow, _tell_of_another_language])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_as_one_whichever_library_meets_it(
    attempt: Callable[..., Outcome], store: Store, tmp_path: Path, write: Callable[[str], None]
) -> None:
    # By a link, for Arrow removes what it could not finish.
    (full := tmp_path / "full").symlink_to("/dev/full")
    outcome = attempt(lambda work: write(str(full)))
    assert outcome.error == f"the disk of {store.url} is full: free some space and run again"


def test_arrow_takes_its_memory_from_the_c_library() -> None:
    program = "import pipeline, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "system\n"
