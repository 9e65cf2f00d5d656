"""Passages that say nearly what another text says, found as documents are."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.corpus.copies import TEXTS, find_copies, read_copies
from cleaning.corpus.near_copies import PASSAGES, REST, WHOLE, minhashes, near_copies
from cleaning.corpus.stage import Comparing
from tests.cleaning.planted import altered, prose

LONG, OTHER = prose(1, 400), prose(2, 300)


def _table(
    path: Path, texts: dict[str, str], passages: tuple[str, ...], rest: tuple[str, ...] = ()
) -> Path:
    """A table of texts; the id of each begins with its language."""
    ranks = dict.fromkeys(passages, PASSAGES) | dict.fromkeys(rest, REST)
    rows = [
        {"id": id, "language": id[:2], "rank": ranks.get(id, WHOLE), "minhash": signed}
        for id, signed in zip(texts, minhashes([*texts.values()]), strict=True)
    ]
    pq.write_table(pa.Table.from_pylist(rows, TEXTS), path)
    return path


def test_passages_near_to_documents_and_to_earlier_passages_are_found(tmp_path: Path) -> None:
    first = {
        "es-a": altered(LONG, 1, 0.01),  # a document of a later shard comes before it
        "es-b": OTHER,
        "ca-c": altered(OTHER, 2, 0.01),  # of another language
        "es-short": "pan y sal",
    }
    later = {
        "es-document": LONG,
        "es-d": altered(OTHER, 3, 0.01),
        "es-e": altered(OTHER, 4, 0.2),
        "es-f": altered(LONG, 5, 0.01),  # is one already, but of other words
    }
    tables = [
        _table(tmp_path / "0.parquet", first, tuple(first)),
        _table(tmp_path / "1.parquet", later, ("es-d", "es-e", "es-f")),
    ]
    assert [*near_copies(tables, {"es-f"}, [0, 0])] == [
        (0, "es-a", "es-document"),
        (1, "es-d", "es-b"),
    ]
    # What is more open goes for nothing less open.
    assert [*near_copies(tables, {"es-f"}, [0, 2])] == [(1, "es-d", "es-b")]
    assert [*near_copies(tables, {"es-f"}, [2, 0])] == [
        (0, "es-a", "es-document"),
        (0, "es-b", "es-d"),
    ]
    assert not [*near_copies(tables, {*first, *later}, [0, 0])]


def test_what_is_left_of_documents_is_compared_before_passages(tmp_path: Path) -> None:
    texts = {f"es-{name}": altered(LONG, n, 0.004) for n, name in enumerate("abc")}
    table = _table(tmp_path / "0.parquet", texts, ("es-a",), ("es-b", "es-c"))
    assert [*near_copies([table], (), [0])] == [(0, "es-c", "es-b"), (0, "es-a", "es-b")]
    other = _table(tmp_path / "1.parquet", {"es-whole": LONG}, ())
    assert {of for *_, of in near_copies([table, other], (), [0, 0])} == {"es-whole"}
    assert {of for *_, of in near_copies([table, other], (), [0, 1])} == {"es-b"}


def test_of_many_alike_the_first_stays(tmp_path: Path) -> None:
    texts = {f"es-{n:02d}": altered(LONG, n, 0.005) for n in range(60)}
    table = _table(tmp_path / "0.parquet", texts, tuple(texts))
    assert [*near_copies([table], (), [0])] == [(0, id, "es-00") for id in sorted(texts)[1:]]


def test_no_passage_goes_for_the_same_words_of_what_is_less_open(tmp_path: Path) -> None:
    rows = {"language": "es", "words": "es pan"}
    tables = []
    for number, (id, rank) in enumerate((("d", WHOLE), ("p", PASSAGES), ("q", PASSAGES))):
        path = tmp_path / f"texts-{number}.parquet"
        pq.write_table(pa.Table.from_pylist([{**rows, "id": id, "rank": rank}], TEXTS), path)
        tables.append(SimpleNamespace(path=path))
    for access, copies in (([], {"p": "d", "q": "d"}), ([2, 1, 1], {"q": "p"})):
        (folder := tmp_path / f"{len(access)}").mkdir()
        work = SimpleNamespace(inputs={"texts": tables}, params=Comparing(access=access))
        work.output = lambda part, name, folder=folder: folder / name
        find_copies(work)
        assert read_copies(sorted(folder.iterdir())) == copies
