"""Of what a dataset is: documents, characters and tokens by language, domain, source and part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

SHARES = 24  # languages, domains or sources with a row of their own, the largest
SHARDS = 2_000  # at most that are read, spread evenly over all
COUNTED = 2_000_000  # documents at most that are counted
READ = 2 * 10**9  # bytes of a dataset up to which its text is read, to count its characters
COUNTS = ("count", "characters", "tokens", "foreign")
FOREIGN = "other_language_share"  # the signal with the share of a text that is in another language
OTHER = "other_language"  # and the one with that language
OTHERS = 3  # languages that are named beside that of the texts, the most frequent
_SPOKEN = re.compile("[-.].*")  # of a part: its variety and its domain, behind the language

Counts = dict[str, dict[str, list[int]]]  # by key, by its value: each of COUNTS
Spoken = dict[str, dict[str, Counter[str]]]  # by key, by its value: characters by other language


def shares(
    store: Store, manifest: Manifest, part: str, signals: Manifest | None = None
) -> dict[str, Any]:
    """`languages`, `domains`, `sources` and `corpus_parts` (es-MX.legal: a language, a variety and a domain), each the
    most frequent first, of the files of a part.

    `part` ends in `=` for a kind of parts (`lang=` for lang=es, lang=gl); empty: all parts, named domain/split.
    A row has `name` (None: all that are rarer), `count`, and where they are known `characters`, `tokens` and
    `foreign`: the characters in another language than the text's, of texts that have `signals`; `others` are the most
    frequent of these languages, each with its characters. Of a large dataset some shards are `counted`, which then says
    how many (`shards`) of how many (`of`); else it is None.
    """
    chosen = [f for f in manifest.files() if f.name.endswith(".parquet") and _of(f, part)]
    keys = list(dict.fromkeys(f.shard for f in chosen))
    documents = sum(f.rows or 0 for f in chosen)
    looked = set(keys[:: max(1, -(-len(keys) // SHARDS), -(-documents // COUNTED))])
    chosen = [f for f in chosen if f.shard in looked]
    read = sum(f.bytes for f in chosen) <= READ
    counts: Counts = {"language": {}, "domain": {}, "source": {}, "corpus_part": {}}
    spoken: Spoken = {key: {} for key in counts}
    counted: set[str] = {"count"}
    tables = _signals(manifest, signals)
    for file in chosen:
        counted |= _count(store, file, part, read, counts, spoken, tables.get(file.shard or ""))
    rows = {f"{key}s": _rows(values, counted, spoken[key]) for key, values in counts.items()}
    some = {"shards": len(looked), "of": len(keys)} if len(looked) < len(keys) else None
    return {**rows, "counted": some}


def _of(file: File, part: str) -> bool:
    if not part:
        return "/" in file.part  # not the ids, which are of the same documents
    return file.part.startswith(part) if part.endswith("=") else file.part == part


def _signals(manifest: Manifest, signals: Manifest | None) -> dict[str, File]:
    """By shard of a dataset the table of signals of its documents, which has the same place in its own dataset; none
    where passages were taken out of the documents that the signals are of.
    """
    if (
        signals is None
        or manifest.params.get("passages")
        or len(signals.shards) != len(manifest.shards)
    ):
        return {}
    pairs = zip(manifest.shards, signals.shards, strict=True)
    return {shard.key: measured.one("signals") for shard, measured in pairs}


def _foreign(store: Store, signals: File | None) -> Any:
    """The ids of a table of signals, each with the share in another language, and that; None where there are none."""
    import pyarrow.parquet as pq

    if signals is None:
        return None
    with pq.ParquetFile(store.fetch(signals)) as parquet:
        names = parquet.schema_arrow.names
        if FOREIGN not in names:  # not so in what earlier versions measured
            return None
        return parquet.read(["id", FOREIGN, *({OTHER} & set(names))]).combine_chunks()


def _count(
    store: Store,
    file: File,
    part: str,
    read: bool,
    counts: Counts,
    spoken: Spoken,
    signals: File | None,
) -> set[str]:
    """Adds the rows of a file; returns which of COUNTS it knows."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    label = {"corpus_part": file.part.removeprefix(part)} if part.endswith("=") else {}
    label |= {"language": _SPOKEN.sub("", label["corpus_part"])} if label else {}
    label |= {} if part else {"domain": file.part.rpartition("/")[0]}
    counted: set[str] = set()
    with pq.ParquetFile(store.fetch(file)) as parquet:
        names = parquet.schema_arrow.names
        columns = [c for c in ("language", "domain", "characters", "tokens") if c in names]
        columns += ["text"] if read and "text" in names and "characters" not in names else []
        columns += ["source.name"] if "source" in names else []
        foreign = _foreign(store, signals) if "text" in columns and "id" in names else None
        columns += ["id"] if foreign is not None else []
        for batch in parquet.iter_batches(columns=columns or names[:1]):
            rows = batch.num_rows
            sums: dict[str, Any] = {"count": pa.array([1] * rows, pa.int64())}
            other = None
            if "text" in columns:
                sums["characters"] = pc.utf8_length(batch.column("text"))
            for name in ("characters", "tokens"):
                if name in columns:
                    sums[name] = pc.cast(batch.column(name), pa.int64(), safe=False)
            if foreign is not None:
                places = pc.index_in(batch.column("id"), foreign["id"])
                share = pc.fill_null(foreign[FOREIGN].take(places), 0).cast(pa.float64())
                characters = pc.multiply(sums["characters"].cast(pa.float64()), share)
                sums["foreign"] = pc.round(characters).cast(pa.int64())
                other = foreign[OTHER].take(places) if OTHER in foreign.column_names else None
            counted |= sums.keys()
            for key, values in counts.items():
                if key in label:
                    column: Any = pa.array([label[key]] * rows, pa.string())
                elif key == "language" and key in columns:
                    column = pc.replace_substring_regex(batch.column(key), _SPOKEN.pattern, "")
                elif key == "corpus_part" and not part and "language" in columns:
                    column = pc.binary_join_element_wise(
                        batch.column("language"), label["domain"], "."
                    )
                elif key == "source" and "source" in names:
                    column = _source(batch.column("source"))
                elif key in columns:
                    column = batch.column(key)
                else:
                    continue
                _add(values, pa.table({"key": column, **sums}), list(sums))
                if other is not None:
                    _say(spoken[key], pa.table({"key": column, OTHER: other, **sums}))
    return counted


def _source(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.struct_field(column, "name") if pa.types.is_struct(column.type) else column


def _add(values: dict[str, list[int]], table: Any, sums: Sequence[str]) -> None:
    grouped = table.group_by("key").aggregate([(name, "sum") for name in sums])
    for row in grouped.to_pylist():
        counted = values.setdefault(str(row["key"] or "none"), [0] * len(COUNTS))
        for at, name in enumerate(COUNTS):
            counted[at] += row.get(f"{name}_sum") or 0


def _say(values: dict[str, Counter[str]], table: Any) -> None:
    for row in table.group_by(["key", OTHER]).aggregate([("foreign", "sum")]).to_pylist():
        if row[OTHER] and row["foreign_sum"]:
            characters = values.setdefault(str(row["key"] or "none"), Counter())
            characters[row[OTHER]] += row["foreign_sum"]


def _rows(
    values: dict[str, list[int]], known: set[str], spoken: dict[str, Counter[str]]
) -> list[dict[str, Any]]:
    ordered = sorted((i for i in values.items() if i[1][0]), key=lambda i: (-i[1][0], i[0]))
    rows: list[dict[str, Any]] = [
        _row(name, c, known, spoken.get(name)) for name, c in ordered[:SHARES]
    ]
    rest = [sum(column) for column in zip(*(c for _, c in ordered[SHARES:]), strict=True)]
    return [*rows, _row(None, rest, known)] if rest else rows


def _row(
    name: str | None, counted: Sequence[int], known: set[str], spoken: Counter[str] | None = None
) -> dict[str, Any]:
    numbers = zip(COUNTS, counted, strict=True)
    others = spoken.most_common(OTHERS) if spoken else []
    return {"name": name, **{k: n if k in known else None for k, n in numbers}, "others": others}
