"""To erase one document leaves every other one in every file that a store has of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
import zstandard

from cleaning.withdrawals.orders import Order
from flows.chain.erasure import erase
from flows.commands.questions.trace import _removed, trace_document
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.ledger import Documents, Ledger
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.flows.command import ARTICLES, answer
from training.shard.megatron import Sequences

ENGLISH = ("clinica/advice-for-travelling-patients.md", "diario/walking-the-drovers-road.md")
CATALAN = """
El consell comarcal ha aprovat aquest matí el pla de camins, que preveu arranjar els trams malmesos per les pluges i
senyalitzar els que porten als molins vells. Els veïns demanen que les obres comencin abans de l'estiu, perquè molts
pagesos encara hi passen cada dia amb els tractors, i que se'ls avisi amb temps quan calgui tallar-los.
"""
ADDRESS = "https://diario.test/perfil/ana.perez@correo.es"
STAGES: dict[str, Any] = {
    "extract": None,
    "annotate": None,
    "corpus": {"languages": ["es", "en", "ca"], "passages": True},
    "export": {"formats": ["parquet", "jsonl", "bne"]},
    "lines": {"stage": "export", "formats": ["jsonl"]},
    "sentences": {"stage": "export", "formats": ["bne"]},
    "tokenizer": {"vocabulary": 400},
    "shard": {"languages": ["es", "ca"]},
    "index": None,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of five Spanish and two English documents, one of the Spanish ones without a full stop, and of one in
    Spanish and Catalan whose address holds an e-mail.
    """
    folder = tmp_path_factory.mktemp("erasure")
    spanish = sorted(ARTICLES.glob("ayuntamiento/*.md"))[1:6]
    english = [ARTICLES / name for name in ENGLISH]
    texts = [path.read_text().rpartition("---\n")[2] for path in (*spanish, *english)]
    texts[4] = texts[4].replace(".", ",\u2028 ")
    rows = [{"text": text} for text in texts]
    both = (ARTICLES / "ayuntamiento").glob("*.md")
    rows.append(
        {"text": sorted(both)[6].read_text().rpartition("---\n")[2] + CATALAN, "url": ADDRESS}
    )
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": STAGES}
    (folder / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=folder)
    return folder


def _held(store: Path) -> dict[str, Counter[str]]:
    """By form what there is: rows, lines, documents of sentences, sequences of tokens, and samples."""
    texts: dict[str, Counter[str]] = {}
    for path in sorted(store.glob("shards/*/*/*")):
        name, entries = path.name, list[Any]()
        if name.endswith(".parquet"):
            entries = pq.read_table(path).to_pylist()
        elif name.endswith(".zst"):
            data = zstandard.ZstdDecompressor().stream_reader(path.open("rb")).read().decode()
            entries = data.split("\n\n" if name.endswith(".txt.zst") else "\n")
        elif name.endswith(".idx"):
            sequences = Sequences(path.with_suffix(".bin"), path)
            entries = [sequences[n].tolist() for n in range(len(sequences))]
        elif name == "starts.bin":
            tokens, starts = np.fromfile(path.with_name("tokens.bin"), "<u2"), np.fromfile(path)
            ends = starts.view("<i8").tolist()
            entries = [tokens[a:b].tolist() for a, b in pairwise(ends)]
        elif name == "shard.json":
            entries = json.loads(path.read_text())["figures"].get("samples", [])
        texts[str(path.relative_to(store))] = Counter(json.dumps(f, default=str) for f in entries)
    return texts


# The first, one without a full stop, and one of the other language.
@pytest.mark.parametrize("number", [0, 4, 6])
def test_erasing_a_document_keeps_all_others_in_every_form(
    folder: Path, tmp_path: Path, number: int
) -> None:
    shutil.copytree(folder / "store", tmp_path / "store")
    store = Store(tmp_path / "store")
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    (file,) = (f for m in manifests if m.stage == "extract" for f in m.files("kept"))
    row = pq.read_table(store.fetch(file)).to_pylist()[number]
    before = _held(tmp_path / "store")
    order = Order("id", row["id"], f"{datetime.now(UTC):%Y-%m-%d}", "")
    done = erase(store, manifests, [order])
    after = _held(tmp_path / "store")
    language = "es" if number < 5 else "en"
    forms = {Path(path).name for path in done.files}
    assert {f"{language}{end}" for end in (".parquet", ".jsonl.zst", ".txt.zst")} <= forms
    assert not any(name.startswith("en" if number < 5 else "es") for name in forms)
    for path, was in before.items():
        gone, new = was - after[path], after[path] - was
        assert gone.total() <= 1 + path.endswith("shard.json"), path
        assert new.total() <= gone.total(), path
        words = " ".join(row["text"].split())[:40]
        assert not any(
            words in " ".join(json.loads(f).split()) for f in after[path] if "zst" in path
        )
    assert verify(store).damaged == []
    assert erase(store, manifests, [order]).files == []


def test_trace_of_an_address_and_of_a_part_lists_each_row_once(folder: Path) -> None:
    trace = trace_document(ADDRESS, str(folder / "store"))
    whole, part = trace["documents"]
    assert part == f"{whole}-ca"
    rows = [(row["dataset"], row["part"], row["row"].get("id")) for row in trace["rows"]]
    again = [
        (row["dataset"], row["part"], row["row"].get("id"))
        for row in trace_document(part, str(folder / "store"))["rows"]
    ]
    assert len(set(rows)) == len(rows) == len(again) and {*rows} == {*again}
    exported = [place for place in rows if place[0].startswith("export/")]
    forms = {(of.partition("/")[2], id) for _, of, id in exported}
    assert forms == {(form, id) for form in ("parquet", "jsonl") for id in (whole, part)}
    assert [one["of"].partition("/")[0] for one in trace["unnamed"]] == ["corpus"]
    host = trace_document("diario.test", str(folder / "store"))["text"]
    assert any("1 lang=ca, 1 lang=es" in line for line in host)
    assert any("1 ca/jsonl, 1 es/jsonl" in line for line in host)
    none = trace_document(f"{whole}-eu", str(folder / "store"))["text"]
    assert none[0] == f"no dataset holds {whole}-eu: what follows is of {whole}"


def test_trace_tells_which_corpus_left_a_document_out() -> None:
    extract, decided = (
        Reference(stage=name, fingerprint="a" * 32) for name in ("extract", "filter")
    )
    corpus = Manifest(
        stage="corpus",
        fingerprint="c" * 32,
        kinds=["corpus"],
        version=1,
        inputs={"documents": [extract], "decisions": [decided]},
        ledger=Ledger(documents=Documents(kept=1, removed={"empty": 1})),
    )
    rows: list[dict[str, Any]] = [
        {"dataset": str(extract), "row": {"id": "a"}},
        {"dataset": str(decided), "row": {"id": "a", "kept": True}},
        {"dataset": str(decided), "row": {"id": "a", "rule": "site"}},  # an edit
        {"dataset": str(corpus.reference), "row": {"id": "a-gl"}},
    ]
    (removal,) = _removed([corpus], rows, {"a"})
    assert (removal["dataset"], removal["rules"]) == (str(corpus.reference), ["empty"])
    rows[1]["row"]["kept"] = False
    assert _removed([corpus], rows, {"a"}) == []


def test_passages_go_with_their_document_by_an_address_that_the_corpus_masks(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder / "store", tmp_path / "store")
    store = Store(tmp_path / "store")
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    stages = ("extract", "corpus", "export", "shard", "index")
    withdrawal = answer("withdraw", ADDRESS, cwd=tmp_path)
    (whole,) = withdrawal["documents"]
    assert whole["parts"] == [f"{whole['id']}-ca"]
    here = {name.partition("/")[0]: count for name, count in withdrawal["datasets"].items()}
    assert here == dict.fromkeys(stages, 1) and len(withdrawal["documents"]) == 1
    counts = {"extract": 1, "corpus": 2, "export": 10, "shard": 2, "index": 2}
    assert erase(store, manifests, [Order("url", ADDRESS)]).counts == counts
    texts = _held(tmp_path / "store")
    assert not any("consell comarcal" in form for forms in texts.values() for form in forms)
