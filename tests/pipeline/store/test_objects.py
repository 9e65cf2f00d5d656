"""A store on S3 keeps the promises of a store in a folder: same bytes, nothing lost, nothing done twice."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fsspec.registry import _registry

from pipeline.errors import TahonaError, UsageError
from pipeline.run.lineage import ancestors, descendants, resolve
from pipeline.run.runner import Runner, Slice
from pipeline.store.observe import find, observe
from pipeline.store.prune import prune
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store, file_digest
from pipeline.store.verify import repair, verify
from tests.pipeline.chain import chain, observed, start, tree
from tests.pipeline.engines.contract import until
from tests.pipeline.faults import FaultyProxy
from tests.pipeline.mill import Words
from tests.pipeline.objects import forget_clients


@pytest.fixture
def texts(texts: Path) -> Path:
    """Four of them: each costs the server and its client some fifty requests."""
    for path in sorted(texts.iterdir())[4:]:
        path.unlink()
    return texts


@pytest.fixture
def remote(bucket: str) -> Store:
    """An empty store on S3, connected past any proxy that a test puts before it."""
    store = Store(bucket)
    assert not store.exists()
    return store


@pytest.fixture
def whole(store: Store, texts: Path) -> dict[str, bytes]:
    """What the chain of the mill commits in a folder, byte for byte."""
    chain(Runner(store, "driver"), texts)
    return tree(store)


@contextmanager
def faulty(
    monkeypatch: pytest.MonkeyPatch, *words: object, **options: object
) -> Iterator[FaultyProxy]:
    """The S3 server behind a faulty proxy, for this process and those that it starts."""
    before = os.environ["AWS_ENDPOINT_URL"]
    with FaultyProxy(before, *words, **options) as proxy:  # type: ignore[arg-type]
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        forget_clients()
        yield proxy
        monkeypatch.setenv("AWS_ENDPOINT_URL", before)
        forget_clients()


def commits(proxy: FaultyProxy) -> dict[str, int]:
    """How often each record of a shard and each manifest of computed work was to be written.

    Looking at the files outside takes no lock: of two runs that do so at once, both offer what they saw.
    """
    names = ("/shard.json", "/manifest.json")
    return {p: n for p, n in proxy.written.items() if p.endswith(names) and "/files/" not in p}


def requests(remote: Store) -> list[str]:
    """What S3 is asked for from here on: the key of each request, or the prefix that it lists."""
    assert isinstance(remote.backend, RemoteBackend)
    paths: list[str] = []

    def told(request: Any, **_: Any) -> None:
        url = urlsplit(request.url)
        (prefix,) = parse_qs(url.query).get("prefix", [""])
        paths.append("/".join(part for part in (unquote(url.path), prefix) if part).strip("/"))

    remote.backend.fs.connect()
    remote.backend.fs.s3.meta.events.register("before-send.s3", told)
    return paths


# What a store promises


def test_child_processes_give_the_bytes_of_a_folder(
    remote: Store, whole: dict[str, bytes], texts: Path
) -> None:
    runner = Runner(remote, "processes", workers=2)
    chain(runner, texts)
    runner.close()
    assert tree(remote) == whole
    assert [r.state for r in chain(Runner(remote, "driver"), texts)] == ["reused", "reused"]
    assert list(remote.backend.files("locks")) == []


def test_slices_of_several_machines_make_one_dataset(
    remote: Store,
    whole: dict[str, bytes],
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    params = Words.Params(minimum=2)
    for number in (1, 2, 3):
        monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / f"machine {number}"))
        machine = Runner(Store(remote.url), "driver")
        inputs = {"files": [observed(machine.store, texts)]}
        result = machine.run(Words(), params, inputs, slice_=Slice(number, 3))
        assert (result.state, result.computed) == ("partial", [0, 2, 1, 1][number])
    first, _ = chain(Runner(remote, "driver"), texts)
    assert (first.computed, first.reused) == (0, 4)
    assert tree(remote) == whole


def test_a_slice_asks_for_its_own_shards_and_lists_no_stage(remote: Store, texts: Path) -> None:
    runner = Runner(remote, "driver")
    inputs = {"files": [observed(remote, texts)]}
    runner.run(Words(), Words.Params(), inputs)
    paths = requests(remote)
    result = runner.run(Words(), Words.Params(minimum=2), inputs, slice_=Slice(2, 4))
    assert result.computed == 1
    by_slice = list(paths)
    assert not [path for path in by_slice if path.endswith("shards/words")]
    keys = remote.backend.folders("shards/words")[:3]
    paths.clear()
    assert len(remote.shards("words", keys, among=100)) == 3
    assert paths and not [path for path in paths if path.endswith("shards/words")]
    others = [path for path in by_slice if not any(key in path for key in keys)]
    of = {p.split("/")[4] for p in others if "/shards/words/" in p}
    assert len(of) == 2, others  # its own, and one of another slice, which says that more is left


def test_a_slice_of_a_large_stage_lists_none_of_it(remote: Store, texts: Path) -> None:
    for number in range(80):
        (texts / f"{number}.txt").write_text(f"pan {number}\n")
    inputs = {"files": [observed(remote, texts)]}
    paths = requests(remote)
    result = Runner(remote, "driver").run(Words(), Words.Params(), inputs, slice_=Slice(1, 40))
    assert result.computed == 2
    assert not [path for path in paths if path.endswith("shards/words")]


def test_of_what_is_not_there_one_request_tells(remote: Store) -> None:
    paths = requests(remote)
    record = "shards/words/none/shard.json"
    assert remote.backend.sizes([record]) == [None]
    assert list(remote.backend.files("shards/words")) == []
    assert [path.partition("/store/")[2] for path in paths] == [record, "shards/words"]


def test_it_can_be_looked_after(remote: Store, whole: dict[str, bytes], texts: Path) -> None:
    first, second = chain(Runner(remote, "driver"), texts)
    assert first.manifest and second.manifest
    dataset = resolve(remote, f"totals/{second.fingerprint[:6]}")
    assert ancestors(remote, dataset)["made_from"][0]["dataset"] == str(first.manifest.reference)
    assert descendants(remote, first.manifest.reference)[0]["dataset"] == str(dataset.reference)

    checked = verify(remote)
    assert (checked.damaged, checked.files) == ([], len(whole))
    cut, changed = second.manifest.files()[:2]
    remote.backend.write(cut.path, b"")
    remote.backend.write(changed.path, b"x" * changed.bytes)
    gone = f"shards/totals/{second.manifest.steps['sum'][0]}"
    remote.backend.remove(gone)
    verified = verify(remote)
    assert verified.damaged == sorted([cut.path, changed.path, f"{gone}/shard.json"])
    assert verified.unnoticed == [changed.path]
    repair(remote, verified)
    assert chain(Runner(remote, "driver"), texts)[1].state == "committed"
    assert tree(remote) == whole

    pruned = prune(remote, keep={str(first.manifest.reference)})
    assert (pruned.datasets, pruned.shards) == (1, len(second.manifest.shard_folders()))
    assert verify(remote).damaged == []
    assert remote.references("totals") == []


def test_pruning_waits_for_no_run_and_harms_none(
    remote: Store, texts: Path, tmp_path: Path
) -> None:
    with start(remote.url, texts, until=tmp_path / "go") as run:
        while not [path for path, _ in remote.backend.files("locks") if "/words-" in path]:
            assert run.poll() is None, run.communicate()
            time.sleep(0.1)
        with pytest.raises(TahonaError, match="a run is using the store s3://"):
            prune(remote)
        (tmp_path / "go").touch()
        assert run.communicate(timeout=600)[0] == "begun\ndone\n"
    assert prune(remote).shards == 0


# Kills, and two at once


def test_a_kill_loses_nothing_that_was_committed(
    remote: Store, whole: dict[str, bytes], texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty(monkeypatch) as proxy:
        with start(remote.url, texts, seconds=0.3) as run:
            while len(commits(proxy)) < 2:
                assert run.poll() is None, run.communicate()
                time.sleep(0.02)
            run.kill()
            run.communicate()
            # What it said last may else come after the next one has looked.
            until(lambda: not proxy.open)
        chain(Runner(Store(remote.url), "driver"), texts)
        assert tree(remote) == whole
        # A shard whose record arrived just as its run was killed is not written again either.
        assert set(commits(proxy).values()) == {1}


def test_two_runs_at_once_do_nothing_twice(
    remote: Store,
    whole: dict[str, bytes],
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with faulty(monkeypatch) as proxy:
        runs = []
        for number in range(2):
            monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / f"machine {number}"))
            runs.append(start(remote.url, texts, seconds=0.1))
        for run in runs:
            out, error = run.communicate(timeout=600)
            assert out == "begun\ndone\n", error
        assert set(commits(proxy).values()) == {1}
    assert tree(remote) == whole


# A network that fails


def test_faults_that_pass_are_outlived(
    remote: Store, whole: dict[str, bytes], texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = dict.fromkeys(("slowdown", "error", "slow", "reset", "lost", "torn"), 0.03)
    with faulty(monkeypatch, 11, rates, delay=0.1) as proxy:
        chain(Runner(Store(remote.url), workers=2), texts)
        assert sum(proxy.faults.values()) >= 5
    assert tree(remote) == whole
    assert verify(remote).damaged == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("slowdown", r"is overloaded or failing \((503|SlowDown)\)"),
        ("reset", "can't be reached at http|connection to the store .* broke off"),
    ],
)
def test_an_outage_is_one_sentence_and_commits_nothing_by_half(
    remote: Store,
    whole: dict[str, bytes],
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("TAHONA_LEASE", "1")  # in the outage, leases can't be given back
    with faulty(monkeypatch) as proxy:
        away = Store(remote.url)
        observed(away, texts)

        def third(path: str) -> bool:
            return len(commits(proxy)) == 3

        proxy.then = third, {fault: 1.0}
        with pytest.raises(TahonaError, match=sentence) as error:
            chain(Runner(away, "processes", workers=2), texts, {"seconds": 0.2})
        assert "\n" not in str(error.value)
        proxy.rates = {}
        assert remote.references("words") == []
        assert verify(remote).damaged == []
        first, _ = chain(Runner(Store(remote.url), "driver"), texts)
        assert first.reused >= 2
    assert tree(remote) == whole


def test_an_outage_may_pass_and_says_so(remote: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with faulty(monkeypatch, rates={"slowdown": 1.0}), pytest.raises(TahonaError) as error:
        Store(remote.url).backend.write("x", b"")
    assert error.value.transient
    with faulty(monkeypatch, rates={"denied": 1.0}), pytest.raises(TahonaError) as error:
        Store(remote.url).backend.write("x", b"")
    assert not error.value.transient


# What is set up wrong


def test_a_bucket_that_is_not_there_is_named(remote: Store) -> None:
    away = Store("s3://not-there/store")
    for attempt in (away.check_writable, lambda: away.read_json("x"), lambda: verify(away)):
        with pytest.raises(TahonaError, match="the bucket of s3://not-there/store does not exist"):
            attempt()


def test_credentials_come_from_the_environment_and_are_asked_for(
    remote: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="holds credentials, which belong into the environment"):
        Store("s3://key:secret@bucket/store")
    with faulty(monkeypatch, rates={"unknown": 1.0}):
        sentence = "refused the credentials .InvalidAccessKeyId.*check AWS_ACCESS_KEY_ID"
        with pytest.raises(TahonaError, match=sentence):
            Store(remote.url).check_writable()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    forget_clients()
    with pytest.raises(UsageError, match="needs credentials: set AWS_ACCESS_KEY_ID"):
        Store(remote.url).check_writable()


def test_no_network_is_told_within_seconds(remote: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    forget_clients()
    begun = time.monotonic()
    sentence = "can't be reached at http://127.0.0.1:9: check the network and AWS_ENDPOINT_URL"
    with pytest.raises(TahonaError, match=sentence) as error:
        Store(remote.url).check_writable()
    assert error.value.transient
    assert time.monotonic() - begun < 300


def test_the_library_for_s3_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(_registry, "s3", raising=False)  # which has it by now
    with pytest.raises(
        UsageError, match=r"^the store s3://b/x needs s3fs: pip install '\.\[s3\]' in"
    ):
        Store("s3://b/x")


# Reading only


def test_who_may_only_read_can_look(
    remote: Store, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = chain(Runner(remote, "driver"), texts)
    writing = {"PUT", "POST", "DELETE"}
    with faulty(monkeypatch, rates={"denied": 1.0}, methods=writing):
        seen = Store(remote.url)
        assert verify(seen).damaged == []
        assert ancestors(seen, resolve(seen, f"totals/{second.fingerprint}"))["made_from"]
        assert chain_state(seen, texts) == "reused"
        for change in (seen.check_writable, lambda: prune(seen)):
            with pytest.raises(TahonaError, match="does not allow this to these credentials"):
                change()


def chain_state(store: Store, texts: Path) -> str:
    """What a run of the first stage would find."""
    files = observe(store, {"mill": find(["*.txt"], texts)}, commit=False)
    return Runner(store, "driver").run(Words(), Words.Params(minimum=2), {"files": [files]}).state


# Requests, copies, and inputs elsewhere


def test_a_rerun_asks_little(remote: Store, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAHONA_LEASE", "1800")  # nothing renews a lock, however long it takes
    chain(Runner(remote, "driver"), texts)
    with faulty(monkeypatch) as proxy:
        first, second = chain(Runner(Store(remote.url), "driver"), texts)
        assert (first.state, second.state) == ("reused", "reused")
        count = sum(proxy.requests.values())
    # Of 4 shards and 9: is it a store, observe 2, a manifest and a listing each, the lock 3.
    assert count <= 12, proxy.requests


def test_what_a_run_wrote_is_not_fetched_again(
    remote: Store, texts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with faulty(monkeypatch) as proxy:
        first, _ = chain(Runner(Store(remote.url), "driver"), texts)
        assert first.manifest
        kept = first.manifest.files()[0]
        count = proxy.requests["GET object"]
        fetching = Store(remote.url)
        for _ in range(2):
            copy = fetching.fetch(kept)
            assert copy.read_bytes() == remote.backend.read(kept.path)
        assert proxy.requests["GET object"] == count + 1  # whether text was erased from it, once
        monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "another machine"))
        Store(remote.url).fetch(kept)
        assert proxy.requests["GET object"] == count + 3


def test_inputs_on_s3_are_known_without_being_read_and_digested_by_their_task(
    remote: Store, store: Store, texts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in texts.iterdir():
        remote.backend.write(f"texts/{path.name}", path.read_bytes())
    with faulty(monkeypatch) as proxy:
        files = find([f"{remote.url}/texts/*.txt"], Path("/"))
        assert len(files) == 4
        before = observe(store, {"mill": files})
        assert proxy.requests["GET object"] == 0
        assert all(f.tag and not f.sha256 and f.bytes for f in before.files())
        dataset = Runner(store, "driver").run(Words(), Words.Params(), {"files": [before]}).manifest
        assert dataset and proxy.requests["GET object"] == 4
        digests = {url: d for shard in dataset.shards for url, d in shard.read.items()}
        assert digests == {url: file_digest(texts / url.rpartition("/")[2]) for url in files}
        assert store.manifest(dataset.reference) == dataset
        again = Runner(store, "driver").run(
            Words(), Words.Params(), {"files": [observe(store, {"mill": files})]}
        )
        assert (again.state, proxy.requests["GET object"]) == ("reused", 4)

        remote.backend.write("texts/0.txt", b"pan nuevo\n")
        # A copy of what was observed would serve; on a machine without one it is told.
        monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "another machine"))
        with pytest.raises(TahonaError, match=r"texts/0.txt was altered since it was read first"):
            Runner(store, "driver").run(Words(), Words.Params(minimum=9), {"files": [before]})
        after = observe(store, {"mill": files})
        assert after.fingerprint != before.fingerprint
        assert (
            Runner(store, "driver").run(Words(), Words.Params(), {"files": [after]}).computed == 1
        )


def test_a_digest_that_an_earlier_version_remembered_of_a_file_on_s3_keeps_its_keys(
    remote: Store, store: Store, texts: Path
) -> None:
    remembered = {}
    for path in texts.iterdir():
        remote.backend.write(f"texts/{path.name}", path.read_bytes())
        url = f"{remote.url}/texts/{path.name}"
        state = RemoteBackend(f"{remote.url}/texts").states([path.name])[path.name]
        remembered[url] = [state.size, state.change, file_digest(path)]
    store.write_json("observed.json", remembered)
    away = observe(store, {"mill": sorted(remembered)})
    assert {f.tag for f in away.files()} == {None}
    here = {"files": [observed(store, texts)]}
    dataset = Runner(store, "driver").run(Words(), Words.Params(), {"files": [away]})
    assert (
        Runner(store, "driver").run(Words(), Words.Params(), here).fingerprint
        == dataset.fingerprint
    )


def test_a_shard_left_without_its_record_is_unfinished_and_not_damaged(
    remote: Store, texts: Path
) -> None:
    chain(Runner(remote, "driver"), texts)
    remote.backend.write(f"shards/words/{'0' * 32}/kept.parquet", b"uploaded, and then the end")
    assert verify(remote).damaged == []
    assert prune(remote).shards == 1
