"""Held-out documents, and the frequencies of the training tokens, which every model is measured beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.shard.megatron import Sequences


@dataclass
class HeldOut:
    """Documents of one domain and split: ids without the end of document, and their UTF-8 bytes: of all, of each."""

    domain: str
    documents: list[NDArray[np.int64]]
    bytes: int
    sizes: Sequence[int] = ()

    @property
    def tokens(self) -> int:
        return sum(len(d) for d in self.documents)


def read_held_out(
    domain: str,
    files: Iterable[tuple[Sequences, Path]],
    most_tokens: int | None = None,
    decode: Callable[[list[int]], str] | None = None,
) -> HeldOut:
    """The documents of token files and their tables, in order, up to `most_tokens` tokens.

    With a way to `decode` ids, the last document is cut there, so that no text is longer than was asked for.
    """
    documents: list[NDArray[np.int64]] = []
    of_each: list[int] = []
    size, tokens = 0, 0
    for sequences, table in files:
        sizes = pq.read_table(table, columns=["bytes"]).column(0).to_pylist()
        if len(sizes) != len(sequences):
            raise TahonaError(
                f"{table.name} has {len(sizes)} rows for {len(sequences)} sequences: "
                "the two files are not of one shard"
            )
        for number, amount in enumerate(sizes):
            document = sequences[number][:-1].astype(np.int64)
            if most_tokens is not None and tokens + len(document) > most_tokens:
                if decode is not None:
                    document, amount = _cut(document[: most_tokens - tokens], decode)
                elif documents:
                    return HeldOut(domain, documents, size, of_each)
                if len(document):
                    documents.append(document)
                    of_each.append(amount)
                return HeldOut(domain, documents, sum(of_each), of_each)
            documents.append(document)
            of_each.append(amount)
            size, tokens = size + amount, tokens + len(document)
    return HeldOut(domain, documents, size, of_each)


def _cut(
    document: NDArray[np.int64], decode: Callable[[list[int]], str]
) -> tuple[NDArray[np.int64], int]:
    """The beginning of a document and its bytes, without the pieces of a letter that was cut in two."""
    text = decode(document.tolist())
    while len(document) and text.endswith("\ufffd"):
        document = document[:-1]
        text = decode(document.tolist())
    return document, len(text.encode())


def token_counts(files: Iterable[Sequences], vocabulary: int) -> NDArray[np.int64]:
    """How often each id occurs in token files: int64 (vocabulary)."""
    counts = np.zeros(vocabulary, dtype=np.int64)
    piece = 1 << 24
    for file in files:
        for start in range(0, file.size, piece):
            occurrences = np.bincount(file.tokens[start : start + piece], minlength=vocabulary)
            if len(occurrences) > vocabulary:
                raise TahonaError(
                    f"the tokens hold the id {len(occurrences) - 1}, the tokenizer ends at "
                    f"{vocabulary - 1}: they were made with another tokenizer"
                )
            counts += occurrences
    return counts
