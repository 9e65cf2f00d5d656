"""Annotation writes one row of signals a document, in their order, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cleaning.annotate.annotate import schema_of
from cleaning.annotate.stage import Annotate
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.language.cascade import cascade, cascade_digest
from cleaning.signals.measures import measure, plain
from cleaning.signals.signals import ALWAYS, GROUPS, LIGHT, NUMBERS, OF, Group, files_with
from cleaning.signals.signals import compute as measured
from cleaning.text.batch import Batch
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest, Shard
from tests.cleaning.kernels import compute, rows
from tests.cleaning.kernels import file_of as file
from tests.examples import examples

PROSE = "Una mañana de mayo, cuando el sol apenas calentaba la plaza, llegó el cartero del pueblo. "


def documents(
    folder: Path, *shards: list[str], domain: str = "web", kind: str | None = None
) -> Manifest:
    """A dataset of documents with these texts; row groups are small, so that readers meet borders."""
    tables = []
    for number, texts in enumerate(shards):
        path = folder / f"documents-{number}.parquet"
        with TableWriter(path, DOCUMENTS, rows=3) as table:
            for i, text in enumerate(texts):
                source = {"name": "s", "reader": "jsonl"}
                row: dict[str, Any] = {
                    "id": f"{number}-{i}",
                    "domain": domain,
                    "text": text,
                    "source": source,
                }
                row["url"] = f"http://s.test/{i}"
                if kind:
                    row["metadata"] = {"kind": kind}
                table.add(row)
        tables.append(file(path, "kept"))
    return manifest(tables)


def manifest(files: list[File]) -> Manifest:
    return Manifest(
        stage="extract",
        fingerprint="d",
        kinds=["documents"],
        version=1,
        shards=[
            Shard(key=f"d{i}", stage="extract", step="extract", files=[f])
            for i, f in enumerate(files)
        ],
    )


def signals_of(folder: Path, data: Manifest, **params: Any) -> Manifest:
    return compute(Annotate(), {"documents": [data]}, folder, **params)


def test_a_row_for_each_document_in_the_same_order_and_shards(tmp_path: Path) -> None:
    data = documents(tmp_path, [PROSE * n for n in range(10)], [], ["Só unha liña en galego."])
    signals = signals_of(tmp_path / "out", data)
    for before, after in zip(data.shards, signals.shards, strict=True):
        ids = pq.read_table(before.one("kept").path, columns=["id"])["id"]
        assert pq.read_table(after.one("signals").path)["id"].equals(ids)
        assert after.ledger.characters is not None
        texts = pq.read_table(before.one("kept").path)["text"].to_pylist()
        assert after.ledger.characters.in_ == sum(map(len, texts)) == after.ledger.characters.kept
    first = rows(signals, "signals")
    assert [row["characters"] for row in first[:10]] == [len(PROSE * n) for n in range(10)]
    assert first[9]["language"] == "es" and first[9]["language_p"] > 0.9


def test_a_signal_without_a_value_is_null(tmp_path: Path) -> None:
    polish = "Pewnego majowego poranka, kiedy słońce ledwo ogrzewało rynek, przyszedł listonosz. "
    (row,) = rows(signals_of(tmp_path / "out", documents(tmp_path, [polish * 4])), "signals")
    assert row["language"] == "pl"
    assert row["stop_words"] is None and row["stop_word_share"] is None


def test_every_signal_has_a_description_and_one_place() -> None:
    described = [
        n
        for g in GROUPS.values()
        for m in g.measures
        for n, (_, description) in m.signals.items()
        if description
    ]
    columns = [name for group in GROUPS.values() for name in schema_of(group).names[1:]]
    assert described == columns == list(OF)
    assert len(columns) == len(set(columns))
    words = {
        "language",
        "second_language",
        "other_language",
        "label",
        "topic",
        "variety",
        "register",
    }
    words |= {"language_shares", "listed_site"}
    assert words | {"passages"} == set(columns) - set(NUMBERS)
    assert set(NUMBERS) - set(LIGHT) - GROUPS["parity"].types.keys() == {
        "language_p",
        "second_language_p",
        "language_share",
        "other_language_share",
        "scattered_share",
        "label_p",
        "topic_p",
        "kenlm_perplexity",
        "good_p",
        "importance",
        "importance_per_word",
        "listed_sites",
        "listed_words",
        "bits_per_character",
        "perplexity",
        "typicality",
        "sampled",
        "prose_repeated",  # reads other signals, as does the next
        "emails_per_word",
        "announcing_words",
        "long_prose_share",
        "unwanted",
        "unwanted_page",
        "unwanted_file",
    }


def test_a_group_reads_addresses_and_signals_of_groups_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @plain(reads=("url", "language"), shouted=(str, "its address and language"))
    def shouted(text: str, url: str | None, language: str) -> str:
        return f"{url} {language} {len(text)}".upper()

    @measure(reads=("shouted", "words"), weight=(int, "its letters and words"))
    def weight(batch: Batch, shouted: list[str], words: list[int]) -> Any:
        return [len(text) + number for text, number in zip(shouted, words, strict=True)]

    for name, function in (("loud", shouted), ("heavy", weight)):
        module = ModuleType(name)
        vars(module)[name] = function
        group = Group(name, (module,))
        monkeypatch.setitem(cast("dict[str, Group]", GROUPS), name, group)
        for signal in group.types:
            monkeypatch.setitem(cast("dict[str, Group]", OF), signal, group)
    data = documents(tmp_path, [PROSE * n for n in range(1, 8)], [PROSE])
    signals = signals_of(tmp_path / "out", data, groups=["heavy"])
    assert [[f.part for f in s.files] for s in signals.shards] == 2 * [
        ["signals", "signals=coherence", "signals=loud", "signals=worth", "signals=heavy"]
    ]
    loud, heavy = rows(signals, "signals=loud"), rows(signals, "signals=heavy")
    assert [row["id"] for row in loud] == [row["id"] for row in rows(signals, "signals")]
    assert loud[0]["shouted"] == f"HTTP://S.TEST/0 ES {len(PROSE)}"
    words = [row["words"] for row in rows(signals, "signals")]
    assert [row["weight"] for row in heavy] == [
        len(row["shouted"]) + n for row, n in zip(loud, words, strict=True)
    ]
    # What reads signals is given the files that hold them, and no others.
    files = signals.shards[0].files
    assert [f.part for f in files_with(files, ["weight"])] == ["signals=heavy"]
    assert [f.part for f in files_with(files, ["words", "shouted", "digits"])] == [
        "signals",
        "signals=loud",
    ]
    with pytest.raises(UsageError, match=r"give annotate `groups: \[heavy\]`"):
        files_with(files[:3], ["weight"])


@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=200), max_size=12))
def test_no_text_breaks_it_and_the_batches_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("a")
    texts = [t.encode("utf-8", "replace").decode() for t in texts]
    signals = rows(signals_of(folder / "out", documents(folder, texts)), "signals")
    model = cascade(cascade_digest())
    for begin, end in ((0, 1), (1, len(texts))):  # the first alone, the others without it
        parted = GROUPS["text"].compute(Batch(texts[begin:end]), {}, model)
        for name, values in parted.items():
            for row, value in zip(signals[begin:end], values, strict=True):
                assert row[name] == value or (value != value and row[name] is None), name


def test_words_of_one_letter_are_not_taken_for_those_of_another_text() -> None:
    letters = " ".join(chr(code) for code in range(ord("0"), 127) if chr(code).isalnum())
    # So that there are texts of the numbers of the letters' code points.
    texts = [letters + " casa"] * 127
    (alone,) = measured(Batch(texts[:1]), {}, ["distinct_words"])["distinct_words"]
    assert (measured(Batch(texts), {}, ["distinct_words"])["distinct_words"] == alone).all()


def test_the_same_documents_give_the_same_bytes_and_the_model_is_in_the_key(tmp_path: Path) -> None:
    data = documents(tmp_path, [PROSE * n for n in range(5)])
    one, two = (signals_of(tmp_path / name, data) for name in ("a", "b"))
    assert one.shards[0].files[0].sha256 == two.shards[0].files[0].sha256
    assert one.shards[0].params == {
        "model": cascade_digest(),
        "version": Annotate.versions["text"],
    }
    assert json.dumps(one.shards[0].params)


def test_a_group_that_is_measured_unasked_is_in_the_key() -> None:
    """Else the dataset of a store from before it was, which has no such file, is taken for this one."""
    assert set(ALWAYS) <= Annotate.versions.keys()
