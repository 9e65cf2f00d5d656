"""An export is the corpus, document for document, in forms that other people's tools open by themselves."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaning.corpus.stage import Corpus
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.export import stage
from cleaning.export.card import _samples
from cleaning.export.export import _show, in_turn
from cleaning.export.folder import folder
from cleaning.export.sentences import sentences
from cleaning.export.stage import Export
from cleaning.export.warnings import would_be_given_on
from flows.commands.commands import tahona
from pipeline.model.dataset import File, Manifest, Shard
from tests.cleaning import planted
from tests.cleaning.corpus.test_corpus import signals

GALICIAN, NORWEGIAN = "d1", "d2"  # YAML reads `no` as a truth value
SHARDS = [[f"d{n}" for n in range(5)], [f"d{n}" for n in range(5, 12)], []]


def document(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "url": f"https://www.sitio.test/{name}",
        "host": "www.sitio.test",
        "domain": "press|news",
        "text": f"Pan «{name}»\n\u2028 y 😀 {'harina ' * 50}",
        "source": {"name": "sitio", "reader": "warc", "file": "a.warc.gz", "offset": 7},
        "captured_at": datetime(2026, 11, 25, 9, 30, 0, 5, tzinfo=UTC),
        "metadata": {"title": f"Título {name}", "licence": "CC-BY-4.0" if name > "d1" else None},
    }


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Manifest]]:
    """A store, and a corpus in it: three shards, the last of them empty, in three languages."""
    top = tmp_path_factory.mktemp("export")
    files = []
    for number, names in enumerate(SHARDS):
        path = top / f"{number}.parquet"
        with TableWriter(path, DOCUMENTS, rows=2) as writer:
            for name in names:
                writer.add(document(name))
        files.append([planted.file(path, "kept")])
    texts = [[(name, document(name)["text"]) for name in names] for names in SHARDS]
    inputs = {
        "documents": [planted.manifest("extract", ["documents"], files, 12)],
        "signals": [signals(top / "signals", texts, {GALICIAN: "gl", NORWEGIAN: "no"})],
    }
    yield top / "store", planted.run(top / "store", Corpus(), inputs)[0]


def lines(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8")
        return [json.loads(line) for line in text]


def test_every_document_is_there_once_in_each_form_with_flat_columns(
    corpus: tuple[Path, Manifest],
) -> None:
    store, documents = corpus
    export, _ = planted.run(store, Export(), {"corpus": [documents]}, formats=["jsonl", "parquet"])
    assert export.ledger.documents and export.ledger.documents.kept == 12
    assert documents.ledger.characters and export.ledger.characters
    assert export.ledger.characters.kept == documents.ledger.characters.kept
    (shard,) = export.shards
    assert shard.figures["licences"] == {"sitio": {"": 2, "CC-BY-4.0": 10}}
    assert {f.part for f in export.files()} == {
        f"{language}/{form}" for language in ("es", "gl", "no") for form in ("parquet", "jsonl")
    }
    rows = list(planted.rows(store, export, "es/parquet"))
    assert [r["id"] for r in rows] == [n for s in SHARDS for n in s if n not in ("d1", "d2")]
    expected = document("d9")
    assert rows[-3] == {
        **{k: expected[k] for k in ("id", "url", "host", "domain", "text", "captured_at")},
        **{"source": "sitio", "language": "es", "title": "Título d9", "licence": "CC-BY-4.0"},
        **dict.fromkeys(("author", "date", "rights", "access")),
    }
    json_rows = [line for file in export.files("es/jsonl") for line in lines(store / file.path)]
    assert json_rows == [{**r, "captured_at": r["captured_at"].isoformat()} for r in rows]


def test_row_groups_come_and_go_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "lang=es.parquet"
    with TableWriter(path, DOCUMENTS.append(pa.field("language", pa.string())), rows=2) as writer:
        for name in SHARDS[1]:
            writer.add({**document(name), "language": "es"})
    corpus = planted.manifest("corpus", ["corpus"], [[planted.file(path, "lang=es")]], 7)
    export, _ = planted.run(tmp_path / "store", Export(), {"corpus": [corpus]})
    (file,) = export.files()
    assert pq.ParquetFile(tmp_path / "store" / file.path).num_row_groups == 4


def test_small_shards_share_files_and_one_more_changes_its_neighbours_alone() -> None:
    def shard(number: int, size: int) -> Shard:
        files = [File(path=f"{number}", part="lang=es", rows=1, bytes=size, sha256=f"{number}")]
        return Shard(key=f"corpus-{number}", stage="corpus", step="corpus", files=files)

    def tasks(shards: list[Shard]) -> list[list[str]]:
        corpus_of = Manifest(
            stage="corpus", fingerprint="1", kinds=["corpus"], version=1, shards=shards
        )
        plan = Export().plan(Export.Params(), {"corpus": [corpus_of]}, {})
        return [[file.path for file in task.inputs["corpus"]] for task in next(plan).tasks]

    assert len(tasks([shard(n, 10_000) for n in range(59)])) <= 3
    few, more = ([shard(n, 10_000) for n in range(start, 3000)] for start in (1, 0))
    before, after = tasks(few), tasks(more)
    assert sum(task not in before for task in after) == 1 and len(after) < 3000 / 32
    assert [path for task in after for path in task] == [f"{n}" for n in range(3000)]
    medium = tasks([shard(n, 10_000_000) for n in range(50)])
    assert 7 <= len(medium) <= 10 and max(map(len, medium)) == 7
    large = [shard(0, 10), shard(1, 1 << 30), shard(2, 10), shard(3, 10)]
    assert tasks(large)[:2] == [["0"], ["1"]]


def test_one_more_large_shard_of_the_corpus_writes_one(
    corpus: tuple[Path, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "SMALL", 0)
    store, documents = corpus
    fewer = planted.manifest("corpus", ["corpus"], [s.files for s in documents.shards[1:]], 7)
    assert planted.run(store, Export(), {"corpus": [fewer]})[1] == {"export": 2}
    assert planted.run(store, Export(), {"corpus": [documents]})[1] == {"export": 1}


def exported(corpus: tuple[Path, Manifest], to: Path, formats: str) -> dict[str, Any]:
    """What `tahona export --to` answers: of a recipe that takes the corpus of the store as it is."""
    store, documents = corpus
    (to.parent / "a.txt").write_text("Pan.")
    recipe = to.parent / "aparte.yaml"
    recipe.write_text(
        "name: aparte\nsources: {texts: {files: [a.txt]}}\n"
        f"stages: {{export: {{formats: {formats}}}}}\npin: {{corpus: {documents.fingerprint}}}\n"
    )
    words = ["export", str(recipe), "--store", str(store), "--to", str(to)]
    return tahona.main(words, standalone_mode=False)


def test_the_folder_is_opened_by_datasets_by_its_languages(
    corpus: tuple[Path, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = exported(corpus, tmp_path / "folder", "[parquet, jsonl]")
    assert answer["folder"] == str(tmp_path / "folder")
    files = sorted(
        p.relative_to(tmp_path / "folder").as_posix() for p in (tmp_path / "folder").rglob("*.*")
    )
    assert files == [
        "LEEME.md",
        "README.md",
        "data/es/train-00000-of-00001.parquet",
        "data/gl/train-00000-of-00001.parquet",
        "data/no/train-00000-of-00001.parquet",
        "jsonl/es/train-00000-of-00001.jsonl.zst",
        "jsonl/gl/train-00000-of-00001.jsonl.zst",
        "jsonl/no/train-00000-of-00001.jsonl.zst",
    ]
    card = (tmp_path / "folder/README.md").read_text()
    assert (
        "| es | 10 |\n| gl | 1 |\n| no | 1 |" in card and "| CC-BY-4.0 | 10 |\n| none | 2 |" in card
    )
    shown = [line.split(":")[0] for line in card.splitlines() if line.startswith("> ")]
    assert shown == ["> es", "> gl", "> no", "> es", "> es"]  # each part in its turn
    configurations = loaded(tmp_path / "folder", monkeypatch)
    assert {name: len(rows) for name, rows in configurations.items()} == {
        **{"default": 12, "es": 10, "gl": 1, "no": 1}
    }
    assert configurations["gl"][0]["text"] == document("d1")["text"]
    assert configurations["es"][-1]["captured_at"] == document("d9")["captured_at"]


def test_without_parquet_the_lines_are_what_is_opened(
    corpus: tuple[Path, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(corpus, tmp_path / "folder", "[jsonl]")
    assert not (tmp_path / "folder/data").exists()
    assert len(loaded(tmp_path / "folder", monkeypatch, "gl")["gl"]) == 1


def test_parts_by_domain_are_opened_by_language_and_by_domain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    labels = ("es.legal", "es-MX.legal", "es.press|news", "gl.default", "gl.ES", "ca.Legal")
    for number, label in enumerate(labels):
        path = tmp_path / f"{number}.parquet"
        with TableWriter(path, DOCUMENTS.append(pa.field("language", pa.string()))) as writer:
            writer.add({**document(f"d{number}"), "language": label.partition(".")[0]})
        files.append(planted.file(path, f"lang={label}"))
    corpus = planted.manifest("corpus", ["corpus"], [files], len(labels))
    # Of lines of JSON the first file has no licence, which is no type to the library.
    export, _ = planted.run(tmp_path / "store", Export(), {"corpus": [corpus]}, formats=["jsonl"])
    for place, content in folder(export, lambda reference: None).items():
        target = tmp_path / "folder" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            target.write_text(content)
        else:
            target.symlink_to(tmp_path / "store" / content.path)
    configurations = loaded(tmp_path / "folder", monkeypatch, "default", "es", "domain.default")
    assert {name: sorted(row["id"] for row in rows) for name, rows in configurations.items()} == {
        "default": ["d0", "d1", "d2", "d3", "d4", "d5"],
        "es": ["d0", "d1", "d2"],  # as `languages` of `shard` has it
        "domain.default": ["d3"],
    }
    card = (tmp_path / "folder/README.md").read_text()
    assert {
        config["config_name"]: [path.split("/")[1] for path in config["data_files"][0]["path"]]
        for config in yaml.safe_load(card.split("---\n")[1])["configs"]
    } == {
        "default": ["*"],
        **{"ca.Legal": ["ca.Legal"], "ca": ["ca.Legal"]},
        **{"es-MX.legal": ["es-MX.legal"], "es-MX": ["es-MX.legal"]},
        "es.legal": ["es-MX.legal", "es.legal"],
        "es": ["es-MX.legal", "es.legal", "es.press_news"],
        "es.press_news": ["es.press_news"],
        **{"gl.ES": ["gl.ES"], "gl": ["gl.ES", "gl.default"], "gl.default": ["gl.default"]},
        **{"Legal": ["ca.Legal", "es-MX.legal", "es.legal"], "press_news": ["es.press_news"]},
        **{"domain.ES": ["gl.ES"], "domain.default": ["gl.default"]},  # these names are others'
    }
    counted = card.partition("| language | documents |\n|---|---:|\n")[2].partition("\n\n")[0]
    assert [row.strip("| ").split(" | ") for row in counted.split("\n")] == [
        *(["es", "3"], ["of these es.legal", "2"], ["of these es-MX", "1"]),
        *(["of these es-MX.legal", "1"], ["of these es.press_news", "1"]),
        *(["gl", "2"], ["of these gl.ES", "1"], ["of these gl.default", "1"]),
        *(["ca", "1"], ["of these ca.Legal", "1"]),
    ]


def loaded(
    target: Path, monkeypatch: pytest.MonkeyPatch, *names: str
) -> dict[str, list[dict[str, Any]]]:
    """What the library of Hugging Face makes of a folder, told no more than its path; without names, of all."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(target.parent / "cache"))
    from datasets import get_dataset_config_names, load_dataset

    cache = str(target.parent / "cache")
    return {
        name: list(load_dataset(str(target), name, split="train", cache_dir=cache))
        for name in names or get_dataset_config_names(str(target))
    }


def test_an_empty_corpus_has_a_folder_too(tmp_path: Path) -> None:
    corpus = planted.manifest("corpus", ["corpus"], [[], []], 0)
    export, _ = planted.run(tmp_path, Export(), {"corpus": [corpus]})
    assert list(folder(export, lambda reference: None)) == ["README.md", "LEEME.md"]


INSIDE = {"d1": "research", "d3": "deposit", "d4": "deposit"}


@pytest.fixture
def guarded(tmp_path: Path) -> tuple[Path, Manifest]:
    """A store, and a corpus of which some documents may not be given on."""
    path = tmp_path / "lang=es.parquet"
    with TableWriter(path, DOCUMENTS.append(pa.field("language", pa.string())), rows=2) as writer:
        for name in [*SHARDS[0], "d9"]:
            documents = document(name)
            documents["metadata"] |= {"access": INSIDE.get(name, "open")}
            documents["source"] |= {"name": INSIDE.get(name, "sitio")}
            writer.add({**documents, "language": "es"})
    closed = tmp_path / "lang=gl.parquet"
    with TableWriter(closed, DOCUMENTS.append(pa.field("language", pa.string()))) as writer:
        documents = document("d3")
        documents["metadata"] |= {"access": "deposit"}
        documents["source"] |= {"name": "deposit"}
        writer.add({**documents, "language": "gl"})
    files = [[planted.file(path, "lang=es"), planted.file(closed, "lang=gl")]]
    return tmp_path / "store", planted.manifest("corpus", ["corpus"], files, 7)


def test_what_may_not_be_given_on_is_left_out_counted_and_named(
    guarded: tuple[Path, Manifest],
) -> None:
    store, corpus_rows = guarded
    export, _ = planted.run(
        store, Export(), {"corpus": [corpus_rows]}, formats=["parquet", "jsonl", "bne"]
    )
    assert {f.part for f in export.files()} == {"es/bne", "es/parquet", "es/jsonl"}
    ids = [row["id"] for row in planted.rows(store, export, "es/parquet")]
    assert ids == ["d0", "d2", "d9"]
    for file in export.files():
        if not file.name.endswith(".parquet"):
            data = zstandard.ZstdDecompressor().stream_reader((store / file.path).open("rb")).read()
            assert b"d3" not in data and b"d1" not in data
    documents, characters = export.ledger.documents, export.ledger.characters
    assert documents and documents.kept == 3 and documents.removed == {"access": 4}
    assert characters and characters.cut["access"] > 0 and export.ledger.imbalance() is None
    cards = folder(export, lambda reference: None)
    assert "| deposit | 3 |\n| research | 1 |" in str(cards["README.md"])
    assert "# El corpus `corpus/" in str(cards["LEEME.md"])
    assert "no puede cederse de estas fuentes no está aquí: 4 documentos." in str(cards["LEEME.md"])
    wider, _ = planted.run(store, Export(), {"corpus": [corpus_rows]}, access=["open", "research"])
    assert [r["id"] for r in planted.rows(store, wider, "es/parquet")] == ["d0", "d1", "d2", "d9"]


def test_the_folder_is_opened_by_duckdb_and_by_polars(
    corpus: tuple[Path, Manifest], tmp_path: Path
) -> None:
    import duckdb
    import polars

    exported(corpus, tmp_path / "folder", "[parquet, jsonl]")
    parquet, lines_ = tmp_path / "folder/data/*/*.parquet", tmp_path / "folder/jsonl/*/*.zst"
    query = "select language, count(*) from {} group by 1 order by 1"
    counts = [("es", 10), ("gl", 1), ("no", 1)]
    assert duckdb.sql(query.format(f"'{parquet}'")).fetchall() == counts
    assert (
        duckdb.sql(query.format(f"read_json('{lines_}', compression='zstd')")).fetchall() == counts
    )
    frame = polars.scan_parquet(parquet).group_by("language").len().sort("language").collect()
    assert frame.rows() == counts


def test_the_form_of_the_bne_has_a_sentence_a_line(corpus: tuple[Path, Manifest]) -> None:
    store, documents = corpus
    export, _ = planted.run(store, Export(), {"corpus": [documents]}, formats=["bne"])
    file = export.files("gl/bne")[0]
    data = zstandard.ZstdDecompressor().stream_reader((store / file.path).open("rb")).read()
    assert data.decode().split("\n\n")[0].startswith("Pan «d1»\n")
    assert data.endswith(b"\n\n") and file.name == "gl.txt.zst"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("El pan sube. ¿Y la sal? «Sí.» Dijo.", ["El pan sube.", "¿Y la sal?", "«Sí.»", "Dijo."]),
        (
            "El Sr. Ruiz y la Dra. Gil, art. 3 de la ley.",
            ["El Sr. Ruiz y la Dra. Gil, art. 3 de la ley."],
        ),
        (
            "J. R. Gómez midió 3.5 m. Luego se fue...",
            ["J. R. Gómez midió 3.5 m.", "Luego se fue..."],
        ),
        ("Uno…  Dos\n\nTres", ["Uno…", "Dos", "Tres"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text("aB.?! \n«»1¿", max_size=60))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


def test_a_crawled_source_without_a_licence_is_told_whichever_stage_names_it_last() -> None:
    """A crawl knows its sources too, and nothing of their licences."""
    crawl = SimpleNamespace(sources={"city": SimpleNamespace(seeds=["https://city.test/"])})
    said = SimpleNamespace(licence="unknown", access="open")
    extract = SimpleNamespace(sources={"city": said, "archive": said})
    for above in ([crawl, extract], [extract, crawl]):
        (sentence,) = would_be_given_on(Export.Params(), above)
        assert "without a licence, archive (unknown), city (unknown): " in sentence


def test_the_beginnings_of_texts_on_a_card_are_of_all_sources_and_shards_in_turn() -> None:
    shown: dict[str | None, list[str]] = {}
    for names in (["a", "a", "b"], ["b", "c", None, "a"]):
        texts = [f"{name} {place}" for place, name in enumerate(names)]
        _show(shown, pa.table({"source": pa.array(names, pa.string()), "text": texts}))
    assert in_turn(shown.values()) == ["a 0", "b 2", "c 1", "None 2", "a 1", "b 0", "a 3"]
    shards = [
        SimpleNamespace(
            figures={"samples": [[part, f"{shard}{place}"] for part in "eg" for place in "12"]}
        )
        for shard in "xy"
    ]
    samples = _samples(cast(Manifest, SimpleNamespace(shards=shards)), {"g": 1, "e": 2})
    assert [text for _, text in samples] == ["x1", "x1", "y1", "y1", "x2"]
