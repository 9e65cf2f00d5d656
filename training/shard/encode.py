"""The step `encode`: documents into token files by domain and split, with the table of the documents beside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.record_ids import whole_id, whole_ids
from pipeline.model.row_groups import RowGroups
from pipeline.model.stage import Work
from pipeline.model.tally import Tally
from training.inputs.access import allowed
from training.inputs.inputs import Access
from training.shard.megatron import Writer
from training.shard.splits import read_clusters, sequences_of, split_of
from training.shard.stage import ACCESS, CLUSTER_SIZE, Splits
from training.tokenizer.pieces.encoder import Encoder
from training.tokenizer.vocabulary import Earlier, Vocabulary, load

COLUMNS = ("id", "url", "source", "language")  # what the table keeps of a document
BATCH = 256  # documents encoded at once
ROW_GROUP = 16_384  # rows of a table held before they are written
IDS = pa.schema([("id", pa.string()), ("begin", pa.int64()), ("tokens", pa.list_(pa.int32()))])


def encode_corpus(work: Work[Splits]) -> None:
    """The kernel: encodes one shard of the corpus."""
    params = work.params
    tokenizer = work.one("tokenizer")
    tables = [f.path for f in work.inputs["clusters"]]
    clusters = read_clusters(tables)
    sizes = read_clusters(tables, "size") if params.cluster_sizes else None

    def split(name: str) -> str:
        return split_of(name, params.seed, params.validation, params.test)

    def sequences(document: str, text: str) -> Iterator[tuple[int, str, str]]:
        name = whole_id(document) or document  # passages are in the split of what held them
        cluster = clusters.get(name)
        return sequences_of(text, cluster or name, cluster is None, params.passage, split)

    encoder = _encoder(tokenizer.file.sha256, str(tokenizer.path))
    with Sharder(encoder, sequences, work.output, params.ids, sizes, params.access) as sharder:
        for corpus in work.inputs["corpus"]:
            sharder.add(corpus.path)
    work.ledger = sharder.tally.ledger()
    work.figures = {"tokenizer": tokenizer.file.sha256, "tokens": sharder.tokens}


@functools.lru_cache(1)  # a process encodes many shards: what it knows of words serves them all
def _encoder(digest: str, path: str) -> Encoder:
    return Encoder(load(Path(path)))


class _Sequence(NamedTuple):
    """Of a batch: the row of its document, where in it the sequence begins, its place and its text."""

    row: int
    begin: int
    part: str
    text: str


class Sharder:
    """Reads corpus files and writes `<domain>.<split>` `.bin`, `.idx` and `.parquet`.

    `sequences` gives those of a document (id, text): begin, split, text; `output` the path of a new file
    of a part; `cluster_sizes`, those of documents with near-duplicates; `access`, which documents are encoded, by what
    their sources say (None: all). The table adds `begin` (code points
    into the document), `tokens` (with the end of the document), `bytes` (UTF-8, of the text) and, where sizes are
    given, `cluster_size`. `tally` counts documents and characters, `tokens` what was written by `<domain>/<split>`.
    """

    def __init__(
        self,
        encoder: Encoder,
        sequences: Callable[[str, str], Iterator[tuple[int, str, str]]],
        output: Callable[[str, str], Path],
        ids: bool = False,
        cluster_sizes: Mapping[str, int] | None = None,
        access: Sequence[Access] | None = None,
    ) -> None:
        self.encoder, self.sequences, self.output, self.ids = encoder, sequences, output, ids
        self.cluster_sizes, self.access = cluster_sizes, access
        self.tally = Tally()
        self.tokens: dict[str, int] = {}
        self._open = ExitStack()
        self._groups: dict[str, _Group] = {}

    def __enter__(self) -> Sharder:
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
            batch_size=BATCH,
            columns=[*COLUMNS, "domain", "text", *(["metadata.access"] if self.access else ())],
        ):
            sequences = self._sequences(batch)
            texts = pa.array([sequence.text for sequence in sequences], pa.large_string())
            sizes = pc.binary_length(texts).to_numpy()
            documents = batch.select(COLUMNS)  # without the texts, of which copies are dear
            ids, lengths = self.encoder(texts)
            ids = np.insert(ids, np.cumsum(lengths), self.encoder.vocabulary.end)
            ends = np.cumsum(lengths + 1)
            places: dict[str, list[int]] = {}
            for number, sequence in enumerate(sequences):
                places.setdefault(sequence.part, []).append(number)
            for part, numbers in places.items():
                spans = [ids[ends[n] - lengths[n] - 1 : ends[n]] for n in numbers]
                group = self._group(part, batch.schema)
                group.add(documents, [sequences[n] for n in numbers], sizes[numbers], spans)

    def _sequences(self, batch: pa.RecordBatch) -> list[_Sequence]:
        """The sequences of the documents of a batch, which are counted."""
        sequences: list[_Sequence] = []
        columns = (batch.column(name).to_pylist() for name in ("id", "domain", "text"))
        may = allowed(batch, self.access).to_pylist() if self.access else [True] * batch.num_rows
        for row, (document, domain, text) in enumerate(zip(*columns, strict=True)):
            text = text or ""
            self.tally.arrive(1, len(text))
            if not may[row]:
                self.tally.remove(ACCESS, 1, len(text))
                continue
            if not text.strip():
                self.tally.remove("empty", 1, len(text))
                continue
            self.tally.keep(1, len(text))
            for begin, split, piece in self.sequences(document, text):
                sequences.append(_Sequence(row, begin, f"{domain}/{split}", piece))
        return sequences

    def _group(self, part: str, schema: pa.Schema) -> _Group:
        if part not in self._groups:
            vocabulary = self.encoder.vocabulary
            group = _Group(part, self.output, vocabulary, schema, self.ids, self.cluster_sizes)
            self._groups[part] = self._open.enter_context(group)
        return self._groups[part]


class _Group:
    """The files of one domain and split."""

    def __init__(
        self,
        part: str,
        output: Callable[[str, str], Path],
        vocabulary: Vocabulary | Earlier,
        corpus: pa.Schema,
        ids: bool,
        cluster_sizes: Mapping[str, int] | None,
    ) -> None:
        name = part.replace("/", ".")
        self.tokens = 0
        size = vocabulary.get_piece_size()
        self._sequences = Writer(output(part, f"{name}.bin"), output(part, f"{name}.idx"), size)
        counts = [("begin", pa.int64()), ("tokens", pa.int32()), ("bytes", pa.int64())]
        self._cluster_sizes = cluster_sizes
        if cluster_sizes is not None:
            counts.append((CLUSTER_SIZE, pa.int32()))
        schema = pa.schema([*(corpus.field(c) for c in COLUMNS), *(pa.field(*c) for c in counts)])
        self._table = RowGroups(output(part, f"{name}.parquet"), schema, ROW_GROUP)
        self._ids = RowGroups(output("ids", f"{name}.ids.parquet"), IDS, ROW_GROUP) if ids else None

    def add(
        self,
        batch: pa.RecordBatch,
        sequences: Sequence[_Sequence],
        sizes: NDArray[np.int64],
        ids: Sequence[NDArray[np.int32]],
    ) -> None:
        """Writes some sequences of a batch, with the bytes of their texts and their ids."""
        lengths = [len(one) for one in ids]
        self._sequences.extend(np.concatenate(ids), lengths)
        self.tokens += sum(lengths)
        chosen = batch.take(pa.array([sequence.row for sequence in sequences]))
        begins = pa.array([sequence.begin for sequence in sequences], pa.int64())
        columns = [begins, pa.array(lengths, pa.int32()), pa.array(sizes, pa.int64())]
        if self._cluster_sizes is not None:
            documents = whole_ids(chosen.column("id")).to_pylist()
            sizes_of = [self._cluster_sizes.get(document, 1) for document in documents]
            columns.append(pa.array(sizes_of, pa.int32()))
        self._table.gather(
            pa.RecordBatch.from_arrays(
                [*(chosen.column(c) for c in COLUMNS), *columns], schema=self._table.schema
            )
        )
        if self._ids:
            tokens = pa.array(ids, IDS.field("tokens").type)
            self._ids.gather(
                pa.RecordBatch.from_arrays([chosen.column("id"), begins, tokens], schema=IDS)
            )

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
        for table in (self._table, self._ids):
            if table:
                table.__exit__(kind, error, at)
