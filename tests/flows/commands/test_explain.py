"""What deduplication made of two documents is told: how alike they are, what proposed them, which went and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.commands.explain import explain_documents
from pipeline.errors import UsageError
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
    lines = [json.dumps({"id": str(i), "text": t}) for i, t in enumerate(texts)]
    Path("texts.jsonl").write_text("\n".join(lines))
    Path("recipe.yaml").write_text(RECIPE)
    answer("run", "recipe.yaml", "--store", "store", "--until", "extract", cwd=tmp_path)
    import pyarrow.parquet as pq

    (file,) = Path("store/shards/extract").glob("*/kept.parquet")
    first, second, third = pq.read_table(file)["id"].to_pylist()
    told = explain_documents("recipe.yaml", first, second, "store", [])
    assert told["jaccard"] >= 0.8 and told["bands"] and not told["same_text"]
    assert told["decisions"] == [None, None]
    answer("run", "recipe.yaml", "--store", "store", cwd=tmp_path)
    told = explain_documents("recipe.yaml", second, None, "store", [])
    assert told["documents"] == [second, first]
    assert [row["kept"] for row in told["decisions"]] == [False, True]
    differ = [stretch for stretch in told["beside"] if not stretch["same"]]
    assert differ[-1]["other"].endswith("final") and any(" ≠ " in line for line in told["text"])
    assert any("goes: near_duplicate" in line for line in told["text"])
    assert "[EMAIL]" in json.dumps(told) and "@horno" not in json.dumps(told)
    assert explain_documents("recipe.yaml", first, third, "store", [])["shared"] == 0
    with pytest.raises(UsageError, match="stays: name the document to compare it with"):
        explain_documents("recipe.yaml", third, None, "store", [])
    with pytest.raises(UsageError, match="no document nobody"):
        explain_documents("recipe.yaml", "nobody", None, "store", [])
    with pytest.raises(UsageError, match="no document nobody"):
        explain_documents("recipe.yaml", third, "nobody", "store", [])


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
        with pytest.raises(UsageError, match=r"went before deduplicate: removed by \w+ in filter"):
            explain_documents("recipe.yaml", document, None, "store", [])
