"""Every document becomes one sequence of one split, with its origin beside it; near-duplicates stay together."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.ledger import Characters, Ledger
from pipeline.model.notice import notice
from tests.training.corpora import corpus, file, manifest, prose, rows, run, shard
from training.inputs.inputs import left_out, token_files
from training.shard.megatron import Sequences
from training.shard.splits import SPLITS, sequences_of, split_of
from training.shard.stage import Shard
from training.shard.warnings import warnings
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import END, load
from training.tokenizer.words.count import by_domain


@pytest.fixture(scope="module")
def documents() -> list[list[dict[str, Any]]]:
    news, manuals = prose("news_encyclopedic", 70_000), prose("technical", 70_000, every=40)
    return [
        rows("news", news),
        [*rows("technical", [*manuals, "", " \n "]), *rows("web", news[:5])],
    ]


@pytest.fixture(scope="module")
def text(
    documents: list[list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> Manifest:
    return corpus(tmp_path_factory.mktemp("corpus"), documents)


@pytest.fixture(scope="module")
def tokenizer(text: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("tokenizer")
    return run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 1024})


@pytest.fixture(scope="module")
def tokens(
    text: Manifest, tokenizer: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Manifest:
    inputs = {"corpus": text, "tokenizer": tokenizer}
    return run(Shard(), tmp_path_factory.mktemp("tokens"), inputs, {"validation": 0.2, "test": 0.1})


def read(tokens: Manifest) -> list[tuple[str, list[int], dict[str, Any]]]:
    """(part, ids, row) of every sequence."""
    rows = []
    for split in SPLITS:
        files, domains = token_files(tokens, split)
        for domain, *columns in zip(domains, *files.values(), strict=True):
            sequences = Sequences(Path(columns[0].path), Path(columns[1].path))
            table = pq.read_table(columns[2].path).to_pylist()
            assert len(table) == len(sequences)
            for number, row in enumerate(table):
                rows.append((f"{domain}/{split}", sequences[number].tolist(), row))
    return rows


def test_a_sequence_is_a_document_and_its_row_says_which(
    documents: list[list[dict[str, Any]]], tokens: Manifest, tokenizer: Manifest
) -> None:
    model = load(Path(tokenizer.files("model")[0].path))
    written = {d["id"]: d for records in documents for d in records}
    sequences = read(tokens)
    assert len(sequences) == sum(bool(d["text"].strip()) for d in written.values())
    for part, ids, row in sequences:
        document = written.pop(row["id"])
        assert ids[-1] == END and END not in ids[:-1]
        assert model.decode(ids[:-1]) == document["text"]
        assert part.split("/")[0] == document["domain"]
        assert row["tokens"] == len(ids) and row["bytes"] == len(document["text"].encode())
        assert all(row[name] == document[name] for name in ("url", "source", "language"))


def test_documents_and_characters_are_conserved(
    documents: list[list[dict[str, Any]]], tokens: Manifest
) -> None:
    for records, encoded in zip(documents, tokens.shards, strict=True):
        assert encoded.ledger.documents and encoded.ledger.characters
        assert encoded.ledger.documents.in_ == len(records)
        assert encoded.ledger.characters.in_ == sum(len(d["text"]) for d in records)
        assert sum(encoded.figures["tokens"].values()) == sum(
            row["tokens"] for name in encoded.files for row in _table(name)
        )
    removed = tokens.shards[1].ledger.documents
    assert removed and removed.removed == {"empty": 2}


class _Holding:
    """What a warning asks of a store: one corpus."""

    def __init__(self, corpus: Manifest) -> None:
        self.corpus = corpus

    def manifest(self, reference: Reference) -> Manifest:
        assert reference == self.corpus.reference
        return self.corpus


def test_documents_of_other_languages_are_counted_and_told(
    tokenizer: Manifest, tmp_path: Path
) -> None:
    texts = ["Una casa en la colina, y otra al lado.", "Unha casa no outeiro.", "Otra casa."]
    news = rows("news", texts)
    files = []
    for language, documents in (("es", [news[0], news[2]]), ("gl", [news[1]])):
        path = tmp_path / f"{language}.parquet"
        pq.write_table(pa.Table.from_pylist(documents), path)
        part = file(path, f"lang={language}")
        files.append(part.model_copy(update={"rows": len(documents)}))
    # As the corpus counts: placeholders are text that was not in what it read.
    written = sum(map(len, texts))
    counted = Characters(in_=written, kept=written - 7, masked={"email": 7}, placeholders=7)
    both = manifest(
        "corpus", ("corpus",), [shard("corpus", files, ledger=Ledger(characters=counted))]
    )
    tokens = run(Shard(), tmp_path / "tokens", {"corpus": both, "tokenizer": tokenizer})
    (ledger,) = [s.ledger for s in tokens.shards]
    assert ledger.imbalance() is None and ledger.documents and ledger.characters
    assert (ledger.documents.in_, ledger.documents.kept) == (3, 2)
    assert ledger.documents.removed == {"language": 1}
    assert ledger.characters.cut == {"language": len(texts[1])}

    tokens.params = {"languages": ["es"]}
    tokens.inputs = {"corpus": [both.reference]}
    for notices in (
        warnings(_Holding(both), tokens, "shard2"),
        left_out(_Holding(both), tokens, "shard2"),
    ):
        assert notices[0]["values"]["languages"] == [["gl", 1]]
        assert notices[0]["values"]["stage"] == "shard2"
    tokens.params = {"languages": ["es", "gl"]}
    assert left_out(_Holding(both), tokens, "shard2") == []


def test_documents_of_other_access_are_neither_read_for_words_nor_encoded(
    tokenizer: Manifest, tmp_path: Path
) -> None:
    records = rows("legal", ["Una casa abierta.", "Una casa callada.", "Una casa reservada."])
    for row, access in zip(records, ("open", None, "deposit"), strict=True):
        row["metadata"] = {"access": access}
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "a.parquet")
    text = manifest(
        "corpus", ("corpus",), [shard("corpus", [file(tmp_path / "a.parquet", "lang=es")])]
    )
    params = {"access": ["open"], "validation": 0, "test": 0}
    tokens = run(Shard(), tmp_path, {"corpus": text, "tokenizer": tokenizer}, params)
    assert [row["id"] for _, _, row in read(tokens)] == [row["id"] for row in records[:2]]
    (documents,) = [s.ledger.documents for s in tokens.shards]
    assert documents and documents.removed == {"access": 1} and documents.kept == 2
    for access, texts in ((None, 3), (["open"], 2), (["research"], 0)):
        read_by = by_domain(tmp_path / "a.parquet", access)
        assert sum(len(some) for _, some in read_by) == texts


def test_a_split_that_is_empty_is_told_once_and_one_of_a_domain_by_its_name() -> None:
    parts = {"news/train": 900, "news/test": 9, "legal/train": 800, "forum/test": 7}
    tokens = manifest("shard", ("tokens",), [shard("shard", [], figures={"tokens": parts})])
    assert warnings(_Holding(tokens), tokens, "shard2") == [
        notice("shard.empty_split", split="validation", stage="shard2"),
        notice("shard.unmeasured", domain="legal", tokens=800, splits=["test"]),
    ]
    tokens.params = {"validation": 0, "test": 0}  # as it was asked for
    assert warnings(_Holding(tokens), tokens, "shard2") == []


def _table(name: Any) -> list[dict[str, Any]]:
    return pq.read_table(name.path).to_pylist() if name.name.endswith(".parquet") else []


def test_the_same_corpus_gives_the_same_bytes(
    text: Manifest, tokenizer: Manifest, tokens: Manifest, tmp_path: Path
) -> None:
    inputs = {"corpus": text, "tokenizer": tokenizer}
    again = run(Shard(), tmp_path, inputs, {"validation": 0.2, "test": 0.1})
    assert [f.sha256 for f in again.files()] == [f.sha256 for f in tokens.files()]


def test_near_duplicates_never_cross_a_split(
    documents: list[list[dict[str, Any]]], text: Manifest, tokenizer: Manifest, tmp_path: Path
) -> None:
    ids = [[d["id"] for d in records] for records in documents]
    cluster = {i: f"c{n // 4}" for n, i in enumerate(x for records in ids for x in records)}
    tables = []
    for number, records in enumerate(ids):
        path = tmp_path / f"clusters-{number}.parquet"
        chosen = [{"id": i, "cluster": cluster[i], "size": 4} for i in records]
        pq.write_table(pa.Table.from_pylist(chosen), path)
        tables.append(shard("deduplicate", [file(path, "clusters")]))
    clusters = manifest("deduplicate", ("decisions", "clusters"), tables)
    inputs = {"corpus": text, "tokenizer": tokenizer, "clusters": clusters}
    sequences = read(run(Shard(), tmp_path, inputs, {"validation": 0.3, "test": 0.3}))
    splits: dict[str, set[str]] = {}
    for part, _, row in sequences:
        splits.setdefault(cluster[row["id"]], set()).add(part.split("/")[1])
    assert len(splits) > 10 and all(len(s) == 1 for s in splits.values())
    assert set.union(*splits.values()) == set(SPLITS)
    with pytest.raises(TahonaError, match="not made from the same documents"):
        fewer = manifest("deduplicate", ("clusters",), tables[:1])
        run(Shard(), tmp_path, {**inputs, "clusters": fewer})


def test_splits_have_their_share_and_changing_one_leaves_the_other() -> None:
    names = [f"document {n}" for n in range(20_000)]
    before = {n: split_of(n, 1, 0.1, 0.02) for n in names}
    after = {n: split_of(n, 1, 0.2, 0.02) for n in names}
    counts = Counter(before.values())
    assert 0.09 < counts["validation"] / len(names) < 0.11
    assert 0.017 < counts["test"] / len(names) < 0.023
    assert all(after[n] == before[n] for n in names if before[n] != "train")
    assert {split_of(n, 1, 0, 0) for n in names} == {"train"}
    assert any(split_of(n, 2, 0.1, 0.02) != before[n] for n in names)


def test_passages_have_as_many_copies_as_their_document(
    tokenizer: Manifest, tmp_path: Path
) -> None:
    texts = rows("news", ["uno dos tres", "un dos tres"])
    ids = ["0" * 32, "0" * 32 + "-ca"]
    copied = [row | {"id": id} for row, id in zip(texts, ids, strict=True)]
    path = tmp_path / "clusters.parquet"
    pq.write_table(pa.table({"id": ids[:1], "cluster": ids[:1], "size": [3]}), path)
    clusters = manifest(
        "deduplicate", ("clusters",), [shard("deduplicate", [file(path, "clusters")])]
    )
    inputs = {"corpus": corpus(tmp_path, [copied]), "tokenizer": tokenizer, "clusters": clusters}
    sequences = read(run(Shard(), tmp_path, inputs, {"cluster_sizes": True}))
    assert [row["cluster_size"] for _, _, row in sequences] == [3, 3]


def test_long_documents_give_held_out_passages_and_lose_nothing(
    tokenizer: Manifest, tmp_path: Path
) -> None:
    novels = ["\n".join(prose("literature", 150_000, longest=3_000)[n::3]) for n in range(3)]
    text = corpus(tmp_path, [rows("literature", novels)])
    params = {"passage": 1_000, "validation": 0.1, "test": 0.1, "ids": True}
    tokens = run(Shard(), tmp_path, {"corpus": text, "tokenizer": tokenizer}, params)
    model = load(Path(tokenizer.files("model")[0].path))
    parts: dict[str, list[tuple[int, str]]] = {}
    shares = Counter[str]()
    for part, ids, row in read(tokens):
        written = model.decode(ids[:-1])
        parts.setdefault(row["id"], []).append((row["begin"], written))
        shares[part.split("/")[1]] += len(written)
    for document in rows("literature", novels):
        pieces = sorted(parts[document["id"]])
        assert [begin for begin, _ in pieces] == [
            sum(len(p) for _, p in pieces[:n]) for n in range(len(pieces))
        ]
        assert "".join(piece for _, piece in pieces) == document["text"]
    assert all(0.03 < shares[s] / sum(shares.values()) < 0.2 for s in ("validation", "test"))
    tables = [pq.read_table(f.path).to_pylist() for f in tokens.files("ids")]
    assert sorted(row["tokens"] for table in tables for row in table) == sorted(
        ids for _, ids, _ in read(tokens)
    )


def test_a_long_document_with_near_duplicates_stays_whole() -> None:
    text = "una frase cualquiera. " * 1_000

    def split(name: str) -> str:
        return split_of(name, 1, 0.3, 0.3)

    assert list(sequences_of(text, "c1", False, 100, split)) == [(0, split("c1"), text)]
    pieces = list(sequences_of(text, "c1", True, 100, split))
    assert len(pieces) > 50 and "".join(piece for *_, piece in pieces) == text
    assert all(a[1] != b[1] for a, b in itertools.pairwise(pieces))
