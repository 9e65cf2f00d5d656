"""The commands on a store in S3: the chain gives the bytes of a folder, and everything that looks after it works."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.store.store import Store
from tests.flows.command import ARTICLES, answer, arguments, environment, inside, tree, write_recipe
from tests.flows.server.served import until
from tests.paused_children import PausedChildren
from tests.pipeline.faults import FaultyProxy
from tests.processes import begin

STAGES = ["extract", "annotate", "filter", "deduplicate", "corpus", "tokenizer", "shard"]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three texts, a recipe from them to tokens, and a store in which it has run."""
    folder = tmp_path_factory.mktemp("mill")
    (folder / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:3]:
        shutil.copy(path, folder / "texts" / f"{path.parent.name}-{path.stem}.txt")
    write_recipe(folder, ["texts/*.txt"], tokenizer={"vocabulary": 600}, shard=None)
    answer("run", "texts.yaml", cwd=folder)
    return folder


@pytest.fixture
def away(bucket: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a store on S3 and one machine."""
    return {"TAHONA_STORE": bucket, "TAHONA_CACHE": str(tmp_path / "cache"), "TAHONA_LEASE": "5"}


def remote_tree(url: str) -> dict[str, bytes]:
    store = Store(url)
    return {
        path: store.backend.read(path)
        for top in ("shards", "datasets")
        for path, _ in store.backend.files(top)
        if not path.startswith("datasets/files/")
    }


def killed(mill: Path, away: dict[str, str], trap: Path) -> None:
    """A run that is killed in its first stage, when it has committed two shards and can do no more."""
    store, children, two = Store(away["TAHONA_STORE"]), PausedChildren(trap), 2
    with children.paused(two):
        run = begin(
            arguments("run", "texts.yaml"),
            cwd=mill,
            env=environment(**away, PYTHONPATH=children.path),
            stderr=subprocess.PIPE,
            text=True,
        )

        def done() -> bool:
            assert run.poll() is None, run.communicate()
            return sum(p.endswith("shard.json") for p, _ in store.backend.files("shards")) >= two

        until(done)
        run.kill()
        run.communicate()


def states(result: dict[str, Any]) -> dict[str, str]:
    return {s["stage"]: s["state"] for s in result["stages"]}


def test_killed_sliced_and_finished_by_processes_it_is_what_a_folder_holds(
    mill: Path, away: dict[str, str], tmp_path: Path
) -> None:
    killed(mill, away, tmp_path / "trap")
    for number in (1, 2):
        other = {**away, "TAHONA_CACHE": str(tmp_path / f"machine {number}")}
        answer("extract", "texts.yaml", "--shards", f"{number}/2", cwd=mill, **other)
    words = ("--set", "run.engine=processes")
    done = answer("run", "texts.yaml", *words, cwd=mill, **away)
    assert states(done) == dict.fromkeys(STAGES, "committed")
    assert done["stages"][0]["shards"]["computed"] == 0  # the slices and the killed run did them
    assert remote_tree(away["TAHONA_STORE"]) == tree(mill / "store")
    again = answer("run", "texts.yaml", cwd=mill, **away)
    assert states(again) == dict.fromkeys(STAGES, "reused")
    assert again["report"] == f"{away['TAHONA_STORE']}/reports/texts/index.html"


def test_what_looks_after_a_store_works_for_owners_and_readers(
    mill: Path, away: dict[str, str]
) -> None:
    done = answer("run", "texts.yaml", "--until", "filter", cwd=mill, **away)
    last = f"filter/{done['stages'][-1]['fingerprint']}"
    shown = answer("status", "texts.yaml", cwd=mill, **away)
    assert list(states(shown).values()) == ["committed"] * 3 + ["missing"] * 4

    writing = {"PUT", "POST", "DELETE"}
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    with FaultyProxy(endpoint, rates={"denied": 1.0}, methods=writing) as proxy:
        reader = {**away, "AWS_ENDPOINT_URL": proxy.url}
        assert answer("status", "texts.yaml", cwd=mill, **reader) == shown
        assert answer("verify", **reader)["damaged"] == []
        assert answer("lineage", last, **reader)["made_from"]
        refused = inside("report", "texts.yaml", cwd=mill, **reader)
        assert refused.returncode == 1
        assert "does not allow this to these credentials (AccessDenied)" in refused.stderr

    answer("report", "texts.yaml", cwd=mill, **away)
    store = Store(away["TAHONA_STORE"])
    manifest = store.manifest(store.references("filter")[0])
    assert manifest
    victim = manifest.files()[0]
    store.backend.write(victim.path, bytes(victim.bytes))
    assert answer("verify", "--repair", **away)["damaged"] == [victim.path]
    answer("run", "texts.yaml", "--until", "filter", cwd=mill, **away)
    assert answer("verify", **away)["damaged"] == []
    answer("filter", "texts.yaml", "--set", "filter.languages=[ca]", cwd=mill, **away)
    assert answer("prune", "--keep-runs", "1", **away)["datasets"] >= 1


@pytest.mark.parametrize(
    ("settings", "code", "sentence"),
    [
        ({"TAHONA_STORE": "s3://not-there/x"}, 2, "the bucket of s3://not-there/x does not exist"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 1, "can't be reached at http://127.0.0.1:9"),
        ({"TAHONA_CACHE": "/proc/none"}, 1, "/proc/none"),
    ],
)
def test_what_is_set_up_wrong_is_one_sentence(
    mill: Path, away: dict[str, str], settings: dict[str, str], code: int, sentence: str
) -> None:
    run = inside("run", "texts.yaml", cwd=mill, **{**away, **settings})
    assert run.returncode == code
    (line,) = [x for x in run.stderr.splitlines() if x.startswith("error: ")]
    assert sentence in line
    assert "Traceback" not in run.stderr


def test_what_is_erased_is_on_no_machine_and_the_store_goes_on(
    mill: Path, away: dict[str, str], tmp_path: Path
) -> None:
    answer("run", "texts.yaml", "--until", "corpus", cwd=mill, **away)
    other = {**away, "TAHONA_CACHE": str(tmp_path / "other machine")}
    assert answer("verify", **other)["damaged"] == []
    store = Store(away["TAHONA_STORE"])
    manifest = store.manifest(store.references("corpus")[0])
    assert manifest
    rows = pq.read_table(store.fetch(manifest.files()[0])).to_pylist()
    passage = rows[0]["text"][200:260]
    holding = {path for path, data in _texts(away).items() if passage in data}
    assert {path.split("/")[1] for path in holding} >= {"extract", "corpus"}

    withdrawal = answer("withdraw", "--erase", rows[0]["id"], cwd=mill, **away)
    assert holding <= set(withdrawal["erased"]["files"])
    assert not any(passage in data for data in _texts(away).values())
    for machine in (away, other):
        verified = answer("verify", **machine)
        assert verified["damaged"] == [] and verified["erased"] == withdrawal["erased"]["files"]
    ran = answer("run", "texts.yaml", "--until", "corpus", cwd=mill, **other)
    assert states(ran)["filter"] == "reused"
    proof = answer("withdraw", cwd=mill, **other)
    assert set(proof["last_runs"]["texts"].values()) == {0}
    for cache in (tmp_path / "cache", tmp_path / "other machine"):
        kept = [path for path in cache.rglob("*.parquet") if passage in _said(path.read_bytes())]
        assert kept == []


def _texts(away: dict[str, str]) -> dict[str, str]:
    """What the tables of a store on S3 say."""
    return {
        p: _said(d) for p, d in remote_tree(away["TAHONA_STORE"]).items() if p.endswith(".parquet")
    }


def _said(data: bytes) -> str:
    return json.dumps(pq.read_table(io.BytesIO(data)).to_pylist(), default=str, ensure_ascii=False)
