"""The step `encode`: documents into token files by domain and split, with the table of the documents beside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.model.stage import Work
from pipeline.model.tally import Tally
from training.shard.megatron import Writer
from training.shard.splits import read_clusters, split_of
from training.shard.stage import Splits
from training.tokenizer.vocabulary import END, load

COLUMNS = ("id", "url", "source", "language")  # what the table keeps of a document
BATCH = 256  # documents encoded at once
ROW_GROUP = 16_384  # rows of the table held before they are written


def encode_corpus(work: Work[Splits]) -> None:
    """The kernel: encodes one shard of the corpus."""
    params = work.params
    tokenizer = work.one("tokenizer")
    clusters = read_clusters([f.path for f in work.inputs["clusters"]])

    def split(document: str) -> str:
        name = clusters.get(document, document)
        return split_of(name, params.seed, params.validation, params.test)

    with Encoder(load(tokenizer.path), split, work.output) as encoder:
        for corpus in work.inputs["corpus"]:
            encoder.add(corpus.path)
    work.ledger = encoder.tally.ledger()
    work.figures = {"tokenizer": tokenizer.file.sha256, "tokens": encoder.tokens}


class Encoder:
    """Reads corpus files and writes `<domain>.<split>` `.bin`, `.idx` and `.parquet`.

    `split` gives the split of a document id; `output` the path of a new file of a part. The table
    adds `tokens` (with the end of document) and `bytes` (UTF-8, of the text). `tally` counts documents
    and characters, `tokens` what was written by `<domain>/<split>`.
    """

    def __init__(
        self, model: Any, split: Callable[[str], str], output: Callable[[str, str], Path]
    ) -> None:
        self.model = model
        self.split = split
        self.output = output
        self.tally = Tally()
        self.tokens: dict[str, int] = {}
        self._open = ExitStack()
        self._groups: dict[str, _Group] = {}

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, at)
        self.tokens = {part: group.tokens for part, group in sorted(self._groups.items())}

    def add(self, corpus: Path) -> None:
        """Encodes every document of a corpus file; one of nothing but white space is left out."""
        for batch in pq.ParquetFile(corpus).iter_batches(
            batch_size=BATCH, columns=[*COLUMNS, "domain", "text"]
        ):
            texts = [text or "" for text in batch.column("text").to_pylist()]
            lengths = pc.utf8_length(batch.column("text")).fill_null(0).to_numpy()
            full = np.array([bool(text.strip()) for text in texts], dtype=bool)
            self.tally.arrive(batch.num_rows, int(lengths.sum()))
            self.tally.keep(int(full.sum()), int(lengths[full].sum()))
            if not full.all():
                self.tally.remove("empty", int((~full).sum()), int(lengths[~full].sum()))
            encoded = self.model.encode(texts, out_type="numpy", num_threads=1)
            for part, rows in self._places(batch, full).items():
                self._group(part, batch.schema).add(batch, rows, encoded)

    def _places(self, batch: pa.RecordBatch, full: np.ndarray) -> dict[str, list[int]]:
        """Rows of the batch by `<domain>/<split>`."""
        places: dict[str, list[int]] = {}
        names = zip(batch.column("id").to_pylist(), batch.column("domain").to_pylist(), strict=True)
        for row, (document, domain) in enumerate(names):
            if full[row]:
                places.setdefault(f"{domain}/{self.split(document)}", []).append(row)
        return places

    def _group(self, part: str, schema: pa.Schema) -> _Group:
        if part not in self._groups:
            name = part.replace("/", ".")
            sequences = Writer(
                self.output(part, f"{name}.bin"),
                self.output(part, f"{name}.idx"),
                self.model.get_piece_size(),
            )
            group = _Group(sequences, self.output(part, f"{name}.parquet"), schema)
            self._groups[part] = self._open.enter_context(group)
        return self._groups[part]


class _Group:
    """The files of one domain and split."""

    def __init__(self, sequences: Writer, table: Path, corpus: pa.Schema) -> None:
        counts = [pa.field("tokens", pa.int32()), pa.field("bytes", pa.int64())]
        self.schema = pa.schema([*(corpus.field(c) for c in COLUMNS), *counts])
        self.tokens = 0
        self._rows: list[pa.RecordBatch] = []
        self._row_count = 0
        self._sequences = sequences
        self._table = pq.ParquetWriter(table, self.schema, compression="zstd")

    def add(self, batch: pa.RecordBatch, rows: list[int], encoded: list[np.ndarray]) -> None:
        """Writes the sequences of some rows of a batch."""
        for row in rows:
            self._sequences.add(np.append(encoded[row], END))
        lengths = [len(encoded[row]) + 1 for row in rows]
        self.tokens += sum(lengths)
        chosen = batch.take(pa.array(rows))
        sizes = pc.binary_length(chosen.column("text")).cast(pa.int64())
        columns = [*(chosen.column(c) for c in COLUMNS), pa.array(lengths, pa.int32()), sizes]
        self._rows.append(pa.RecordBatch.from_arrays(columns, schema=self.schema))
        self._row_count += len(rows)
        if self._row_count >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._table.write_table(pa.Table.from_batches(self._rows, self.schema))
        self._rows, self._row_count = [], 0

    def __enter__(self) -> _Group:
        self._sequences.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._sequences.__exit__(kind, error, at)
        if error is None and self._rows:
            self._flush()
        self._table.close()
