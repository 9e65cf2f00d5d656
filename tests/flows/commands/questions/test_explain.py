"""What deduplication made of two documents is told: how alike they are, what proposed them, which went and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.commands.questions.explain import explain_documents
from flows.commands.questions.trace import trace_document
from flows.report.facts import gather
from pipeline.errors import UsageError
from pipeline.model.dataset import Reference
from pipeline.store.store import Store
from tests.cleaning.planted import altered, prose
from tests.flows.command import answer

RECIPE = """
name: pairs
sources: {texts: {files: [texts.jsonl], domain: news, licence: CC0-1.0}}
stages: {extract: , deduplicate: {}}
"""


def test_a_pair_is_explained_before_and_after_it_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = prose(1, 120)
    texts = [text + " ana@horno.test final", altered(text, 3, 0.01), prose(2, 90)]
    lines = [
        json.dumps({"id": str(i), "text": t, "url": f"https://horno.test/{i}"})
        for i, t in enumerate(texts)
    ]
    Path("texts.jsonl").write_text("\n".join(lines))
    Path("recipe.yaml").write_text(RECIPE)
    answer("run", "recipe.yaml", "--store", "store", "--until", "extract", cwd=tmp_path)
    import pyarrow.parquet as pq

    (file,) = Path("store/shards/extract").glob("*/kept.parquet")
    first, second, third = pq.read_table(file)["id"].to_pylist()
    explained = explain_documents("recipe.yaml", first, second, "store", [])
    assert explained["jaccard"] >= 0.8 and explained["bands"] and not explained["same_text"]
    assert explained["decisions"] == [None, None]
    answer("run", "recipe.yaml", "--store", "store", cwd=tmp_path)
    for name in (second[:12], "https://horno.test/1"):
        explained = explain_documents("recipe.yaml", name, None, "store", [])
        assert explained["documents"] == [second, first]
    with pytest.raises(UsageError, match=f"passages of {second}.*ask for that"):
        explain_documents("recipe.yaml", f"{second}-ca", None, "store", [])
    assert explained["urls"] == ["https://horno.test/1", "https://horno.test/0"]
    assert "    https://horno.test/0" in explained["text"]
    traced = trace_document(second, "store")
    assert "    other_url: https://horno.test/0" in traced["text"]
    assert [row["kept"] for row in explained["decisions"]] == [False, True]
    differ = [stretch for stretch in explained["beside"] if not stretch["same"]]
    assert differ[-1]["other"].endswith("final") and any(
        " ≠ " in line for line in explained["text"]
    )
    assert any("goes: near_duplicate" in line for line in explained["text"])
    assert "[EMAIL]" in json.dumps(explained) and "@horno" not in json.dumps(explained)
    unlike = explain_documents("recipe.yaml", first, third, "store", [])
    assert unlike["shared"] == 0 and explained["apart"] is None
    assert any(line.startswith("both stay: they were not compared: ") for line in unlike["text"])
    with pytest.raises(UsageError, match="stays: name the document to compare it with"):
        explain_documents("recipe.yaml", third, None, "store", [])
    with pytest.raises(UsageError, match="no document nobody"):
        explain_documents("recipe.yaml", "nobody", None, "store", [])
    with pytest.raises(UsageError, match="no document nobody"):
        explain_documents("recipe.yaml", third, "nobody", "store", [])
    # Of what was decided last, until what the stage reads is made anew.
    Path("texts.jsonl").write_text("\n".join([*lines, json.dumps({"text": prose(4, 90)})]))
    again = explain_documents("recipe.yaml", second, None, "store", [])
    assert again["documents"] == [second, first]
    assert [row["kept"] for row in again["decisions"]] == [False, True]
    with pytest.raises(UsageError, match="stays: name the document to compare it with"):
        explain_documents("recipe.yaml", third, None, "store", [])


def test_a_document_that_went_before_is_told_by_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"id": str(i), "text": prose(i, 90)}) for i in range(2)]
    Path("texts.jsonl").write_text("\n".join(lines))
    stages = "extract: , annotate: , filter: {languages: [ca]}, deduplicate: {}"
    Path("recipe.yaml").write_text(RECIPE.replace("extract: , deduplicate: {}", stages))
    answer("run", "recipe.yaml", "--store", "store", cwd=tmp_path)
    import pyarrow.parquet as pq

    (file,) = Path("store/shards/extract").glob("*/kept.parquet")
    for document in pq.read_table(file)["id"].to_pylist():
        told = r"went before deduplicate: removed by \w+( \(\S+\))? in filter; `tahona trace \w+` shows"
        with pytest.raises(UsageError, match=told):
            explain_documents("recipe.yaml", document[:12], None, "store", [])
        traced = trace_document(document[:12], "store")
        last = [row for row in traced["rows"] if row["part"] == "decisions"][-1]
        assert last["stage"] == "deduplicate" and last["row"]["before"] == "language in filter"
        assert "    before: language in filter" in traced["text"]


EDITIONS = """
name: editions
sources: {a: {files: [a.jsonl], domain: news}, b: {files: [b.jsonl], domain: legal}}
stages:
  extract-a: {stage: extract, reads: {files: [a]}}
  extract-b: {stage: extract, reads: {files: [b]}}
  whole-b: {stage: deduplicate, mode: mark, reads: {documents: extract-b, decisions: []}}
  rest-of-a: {stage: deduplicate, reads: {documents: extract-a, decisions: [], earlier: [whole-b]}}
"""


def test_of_two_stages_that_deduplicate_the_one_is_meant_from_which_a_document_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = prose(1, 120)
    Path("a.jsonl").write_text(json.dumps({"id": "mine", "text": altered(text, 3, 0.01)}))
    Path("b.jsonl").write_text(json.dumps({"id": "theirs", "text": text}))
    Path("recipe.yaml").write_text(EDITIONS)
    answer("run", "recipe.yaml", "--store", "store", cwd=tmp_path)
    import pyarrow.parquet as pq

    ids = {}
    for file in Path("store/shards/extract").glob("*/kept.parquet"):
        for row in pq.read_table(file, columns=["id", "domain"]).to_pylist():
            ids[row["domain"]] = row["id"]
    explained = explain_documents("recipe.yaml", ids["news"], None, "store", [])
    assert explained["documents"] == [ids["news"], ids["legal"]]
    assert [row["kept"] for row in explained["decisions"]] == [False, True]
    assert explained["files"] == ["a.jsonl (source a)", "b.jsonl (source b)"]
    assert explained["text"][1].strip() == explained["files"][0] and explained["text"][2].endswith(
        ": stays"
    )
    kept = explain_documents("recipe.yaml", ids["legal"], ids["news"], "store", [])
    assert kept["decisions"][0]["kept"]
    with pytest.raises(UsageError, match="stays: name the document to compare it with"):
        explain_documents("recipe.yaml:whole-b", ids["legal"], None, "store", [])
    with pytest.raises(
        UsageError, match=r"decided nobody: say which is meant, as in recipe.yaml:rest"
    ):
        explain_documents("recipe.yaml", "nobody", ids["legal"], "store", [])
    # The report shows them beside one another, too.
    store = Store("store")
    folders = Path("store/datasets/deduplicate").iterdir()
    references = [Reference(stage="deduplicate", fingerprint=folder.name) for folder in folders]
    went = [
        rule
        for reference in references
        if (manifest := store.manifest(reference))
        for rule in gather(store, manifest, store.manifest)["removed"]
    ]
    ((example,),) = [rule["examples"] for rule in went]
    assert example["other"]["id"] == ids["legal"] and example["beside"]
