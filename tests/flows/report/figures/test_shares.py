"""What a dataset is made of is told in documents, characters and tokens, and what was trained with its size."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.report.figures.sections import headline, parted, read_by
from flows.report.figures.sections import shares as shown
from flows.report.figures.shares import FOREIGN, OTHER, SHARES, shares
from flows.report.figures.training import built
from flows.report.pages.render import environment
from flows.report.words.language import languages


def counted(folder: Path, part: str, files: dict[str, Any]) -> dict[str, Any]:
    """The shares of files by their part, each with the columns that are given."""
    shard_files = []
    for name, columns in files.items():
        path = folder / f"{len(shard_files)}.parquet"
        pq.write_table(pa.table(columns), path)
        rows = len(next(iter(columns.values())))
        size = path.stat().st_size
        key = f"{len(shard_files):032x}"
        shard_files.append(
            SimpleNamespace(name=path.name, part=name, rows=rows, bytes=size, path=path, shard=key)
        )
    manifest: Any = SimpleNamespace(files=lambda: shard_files)
    store: Any = SimpleNamespace(fetch=lambda file: file.path)
    return shares(store, manifest, part)


def test_a_corpus_counts_its_characters_by_language_domain_and_source(tmp_path: Path) -> None:
    source = [{"name": "boe", "file": "a"}, {"name": "web", "file": "b"}]
    shares = counted(
        tmp_path,
        "lang=",
        {
            "lang=es.legal": {"domain": ["legal"], "text": ["ñu"], "source": source[:1]},
            "lang=es-GT.web": {"domain": ["web"], "text": ["sí señor"], "source": source[1:]},
            "lang=gl": {"domain": ["legal"], "text": ["á"], "source": source[:1]},
            "removed": {"domain": ["web"], "text": ["no"], "source": source[:1]},
        },
    )
    assert shares["languages"] == [
        {"name": "es", "count": 2, "characters": 10, "tokens": None, "foreign": None, "others": []},
        {"name": "gl", "count": 1, "characters": 1, "tokens": None, "foreign": None, "others": []},
    ]
    assert [(r["name"], r["characters"]) for r in shares["domains"]] == [("legal", 3), ("web", 8)]
    assert [(r["name"], r["count"]) for r in shares["sources"]] == [("boe", 2), ("web", 1)]
    assert [r["name"] for r in shares["corpus_parts"]] == ["es-GT.web", "es.legal", "gl"]


def test_tokens_are_counted_once_where_their_ids_stand_beside_them(tmp_path: Path) -> None:
    files = {
        "legal/train": {"tokens": [3, 2]},
        "ids": {"id": ["a", "b"], "tokens": [[9, 8, 2], [9, 2]]},
    }
    (row,) = counted(tmp_path, "", files)["domains"]
    assert (row["name"], row["count"], row["tokens"]) == ("legal", 2, 5)


def test_a_corpus_tells_how_much_of_its_texts_is_in_another_language(tmp_path: Path) -> None:
    texts = {"lang=es": ["a" * 100, "b" * 60], "lang=gl": ["c" * 10]}
    shard: Any = SimpleNamespace(key="k")
    files = []
    for part, tables in texts.items():
        path = tmp_path / f"{part}.parquet"
        pq.write_table(pa.table({"id": [text[0] for text in tables], "text": tables}), path)
        files.append(
            SimpleNamespace(name=path.name, part=part, rows=2, bytes=9, path=path, shard="k")
        )
    # One row a document of the stage before: `x` was removed on the way, `c` has no passage.
    path = tmp_path / "signals.parquet"
    shares_of = {"b": 0.5, "x": 0.9, "c": None, "a": 0.25}
    columns = {"id": [*shares_of], FOREIGN: [*shares_of.values()], OTHER: ["en", "fr", None, "ca"]}
    pq.write_table(pa.table(columns), path)
    table = SimpleNamespace(path=path)
    manifest: Any = SimpleNamespace(files=lambda: files, shards=[shard], params={})
    signals: Any = SimpleNamespace(shards=[SimpleNamespace(one=lambda part: table)])
    store: Any = SimpleNamespace(fetch=lambda file: file.path)
    languages = shares(store, manifest, "lang=", signals)["languages"]
    assert [(r["name"], r["characters"], r["foreign"]) for r in languages] == [
        ("es", 160, 25 + 30),
        ("gl", 10, 0),
    ]
    assert [r["others"] for r in languages] == [[("en", 30), ("ca", 25)], []]
    manifest.params["passages"] = True  # which are no longer in these texts
    parted = shares(store, manifest, "lang=", signals)["languages"]
    assert [r["foreign"] for r in parted] == [None, None]


def test_the_rules_that_tag_are_named_with_how_many_documents() -> None:
    page = "{% import 'parts.html' as parts with context %}{{ parts.tagged(rules) }}"
    shown = environment().from_string(page).render(t=languages()[1], rules={"uppercase": 1200})
    assert "Marcados, y se quedan" in shown and "1.200" in shown and "<code" in shown


def test_token_files_count_tokens_by_the_domain_of_their_part(tmp_path: Path) -> None:
    rows = {"language": ["es-GT", "gl"], "tokens": [5, 7]}
    shares = counted(tmp_path, "", {"legal/train": rows, "legal/test": rows})
    corpus = {
        "corpus_parts": [
            {"name": n, "count": 1, "characters": 1} for n in ("es-GT", "es", "gl.legal")
        ]
    }
    told = parted({"languages": [], "domains": [], **corpus}, {"small": shares})
    assert [row["tokens"][0]["count"] for row in told] == [10, None, 14]
    assert parted(shares, {}) == []  # they are its languages
    assert [(r["name"], r["tokens"]) for r in shares["languages"]] == [("es", 10), ("gl", 14)]
    (domain,) = shares["domains"]
    assert (domain["name"], domain["count"], domain["tokens"]) == ("legal", 4, 24)
    assert domain["characters"] is None


def test_what_is_rare_is_one_row(tmp_path: Path) -> None:
    names = [f"d{n:02}" for n in range(SHARES + 5)]
    shares = counted(tmp_path, "kept", {"kept": {"domain": names}})["domains"]
    assert len(shares) == SHARES + 1
    assert (shares[-1]["name"], shares[-1]["count"]) == (None, 5)


def test_of_very_many_shards_some_are_counted_from_all_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.report.figures.shares.SHARDS", 3)
    files = {f"lang=x{n}": {"domain": [f"d{n}"]} for n in range(8)}
    shares = counted(tmp_path, "lang=", files)
    assert shares["counted"] == {"shards": 3, "of": 8}
    assert [row["name"] for row in shares["domains"]] == ["d0", "d3", "d6"]
    assert counted(tmp_path, "kept", {"kept": {"domain": ["web"]}})["counted"] is None


def test_a_model_tells_its_shape_and_its_flops(tmp_path: Path) -> None:
    shard = SimpleNamespace(
        params={"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024, "seed": 1},
        figures={
            "parameters": {"all": 1000},
            "flops_per_token": 7000,
            "tokens": 2000,
            "steps": 2,
        },
    )
    first = SimpleNamespace(shards=[shard], inputs={})
    shape = built(None, first)
    assert shape["shape"] == {"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024}
    assert shape["flops"] == 7000 * 2000  # as the training says them
    # What goes on from it says no shape of its own.
    more = SimpleNamespace(params={"batch": 64}, figures={})
    store = SimpleNamespace(manifest={"first": first}.get)
    on = built(store, SimpleNamespace(shards=[more], inputs={"model": ["first"]}))
    assert on["shape"] == shape["shape"] | {"batch": 64}
    # Nor has the folder that another one began with parameters in the store: its own files tell it.
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "gpt2", "n_embd": 8, "n_layer": 2, "n_head": 4}')
    more.files = [SimpleNamespace(name="config.json")]
    store.fetch = lambda file: tmp_path / file.name
    alone = built(store, SimpleNamespace(shards=[more], inputs={"model": ["folder"]}))
    assert alone["shape"] == {"model": "gpt2", "depth": 2, "width": 8, "heads": 4, "batch": 64}
    english, spanish = languages()
    assert english.power(shape["flops"]) == "1.4 × 10⁷"
    assert spanish.power(shape["flops"]) == "1,4 × 10⁷"


def test_shares_are_of_documents_of_characters_and_of_tokens() -> None:
    """A few long novels are little of the documents and most of the text."""
    rows = [
        {"name": "literature", "count": 1, "characters": 900, "tokens": None},
        {"name": "web", "count": 3, "characters": 100, "tokens": None},
    ]
    tokens = {
        "large": [{"name": "literature", "tokens": 150}, {"name": "web", "tokens": 50}],
        "small": [{"name": "web", "tokens": 60}],
    }
    first, second = shown(rows, tokens)
    assert first["shares"] == {"count": 0.25, "characters": 0.9}
    assert [tuple(one.values()) for one in first["tokens"]] == [
        ("large", 150, 0.75),
        ("small", None, 0.0),
    ]
    assert [one["share"] for one in second["tokens"]] == [0.25, 1.0]
    assert [one["tokens"] for one in shown(rows)] == [[], []]


def test_of_two_corpora_each_has_its_figures_and_its_tokens_under_its_name() -> None:
    def facts(stage: str, called: str, count: int, *read: str, **more: Any) -> dict[str, Any]:
        documents = {"in": 80, "kept": count}
        inputs = [{"dataset": name} for name in read]
        about = {"stage": stage, "called": called, "name": f"{stage}/{called}", "inputs": inputs}
        none = {"characters": None, "tokens": None, "figures": {}}
        return {**about, "documents": documents, **none, **more}

    stages = [
        facts("extract", "extract", 80),
        facts("corpus", "corpus", 40, "extract/extract"),
        facts("corpus", "raw", 76, "extract/extract"),
        facts("shard", "tok-small", 40, "corpus/corpus", tokens={"total": 900}),
        facts("shard", "shard", 76, "corpus/raw", tokens={"total": 1700}),
    ]
    told = [(f["name"], f["of"], f["value"]) for f in headline(stages, languages()[0])]
    assert told == [
        ("documents in", None, "80"),
        ("documents in the corpus", "corpus", "40"),
        ("documents in the corpus", "raw", "76"),
        ("tokens", "tok-small", "900"),
        ("tokens", "shard", "1,700"),
    ]
    assert [list(read_by(corpus, stages)) for corpus in stages[1:3]] == [["tok-small"], [""]]
