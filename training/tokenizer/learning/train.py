"""The step `train`: adds up the counts of all shards, trains, writes the tokenizer and measures it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from pipeline.model.stage import Work
from training.inputs.model_folder import CONFIGURATION, JSON
from training.tokenizer.fertility import fertility
from training.tokenizer.learning import bpe, superword, unigram
from training.tokenizer.learning.extend import extend
from training.tokenizer.stage import FEWEST_BYTES, Tokenizer
from training.tokenizer.vocabulary import (
    END,
    Vocabulary,
    configuration,
    control_pieces,
    load,
    to_json,
)
from training.tokenizer.words.pretokens import pretokenizer
from training.tokenizer.words.signs import signs_of

_TRAINERS: dict[str, Callable[..., str]] = {
    "byte_bpe": bpe.byte_level,
    "bpe": bpe.with_fallback,
    "unigram": unigram.train,
    "superword": superword.train,
}
_AT_ONCE = 20_000_000  # rows that are added up at once


class Counts(NamedTuple):
    """Distinct words in the order of their bytes, how often each stands in every domain, the bytes of signs."""

    words: list[bytes]
    by_domain: dict[str, NDArray[np.int64]]
    added: dict[str, int]

    @property
    def bytes(self) -> int:
        """Of the text that was counted."""
        lengths = np.array([len(word) for word in self.words], np.int64)
        read = sum(int(counts @ lengths) for counts in self.by_domain.values())
        return read - sum(self.added.values())

    def weighted(self, weights: Mapping[str, float]) -> NDArray[np.int64]:
        """The counts of all domains together, that of the highest weight as it is."""
        total = np.zeros(len(self.words))
        for domain, share in self.shares(weights).items():
            total += self.by_domain[domain] * share
        return np.rint(total).astype(np.int64)

    def shares(self, weights: Mapping[str, float]) -> dict[str, float]:
        """What a word of each domain counts."""
        highest = max((weights.get(d, 1.0) for d in self.by_domain), default=1.0) or 1.0
        return {domain: weights.get(domain, 1.0) / highest for domain in self.by_domain}


def read_counts(tables: Sequence[Path]) -> Counts:
    """The sum of the tables of all shards; no more of them are in memory than distinct words take."""
    tables_read: list[pa.Table] = []
    for path in tables:
        tables_read.append(pq.read_table(path))
        if sum(table.num_rows for table in tables_read) > _AT_ONCE:
            tables_read = [_added(tables_read)]
    table = _added(tables_read)
    words = pc.unique(table["word"]).take(pc.sort_indices(pc.unique(table["word"])))
    by_domain = {}
    for domain in sorted(pc.unique(table["domain"]).to_pylist()):
        rows = table.filter(pc.equal(table["domain"], domain))
        counts = np.zeros(len(words), np.int64)
        counts[pc.index_in(rows["word"], words).to_numpy()] = rows["count"].to_numpy()
        by_domain[domain] = counts
    spelled, added = words.to_pylist(), dict[str, int]()
    if spelled[:1] == [b""]:  # no word: the bytes of signs
        added = {domain: int(counts[0]) for domain, counts in by_domain.items()}
        by_domain = {domain: counts[1:] for domain, counts in by_domain.items()}
    return Counts([word for word in spelled if word], by_domain, added)


def _added(tables: Sequence[pa.Table]) -> pa.Table:
    added = pa.concat_tables(tables).group_by(["word", "domain"]).aggregate([("count", "sum")])
    return added.rename_columns({"count_sum": "count"})


def train_tokenizer(work: Work[Tokenizer.Params]) -> None:
    """The kernel."""
    params = work.params
    counts = read_counts([file.path for file in work.inputs["words"]])
    if unknown := sorted(params.weights.keys() - counts.by_domain.keys()):
        raise TahonaError(
            f"tokenizer.weights names {unknown[0]}, of which the corpus has no text in these languages: "
            f"the domains are {', '.join(sorted(counts.by_domain))}"
        )
    weighted = counts.weighted(params.weights)
    chosen = np.flatnonzero(weighted)
    words = [counts.words[number] for number in chosen]
    size_of_text = sum(len(w) * int(n) for w, n in zip(words, weighted[chosen], strict=True))
    shares = counts.shares(params.weights)
    size_of_text -= round(sum(added * shares[domain] for domain, added in counts.added.items()))
    if size_of_text < FEWEST_BYTES:
        of = f" whose access is {' or '.join(params.access)}" if params.access else ""
        raise TahonaError(
            f"there are {size_of_text} bytes of text{of} to learn from, and it takes at least "
            f"{FEWEST_BYTES}: give the corpus more documents{of}"
        )
    wanted = params.vocabulary or min(32_000, max(1_024, size_of_text // 100 // 64 * 64))
    if folder_file := work.inputs.get(JSON):
        vocabulary = _taken(folder_file[0].path)
        if params.extend:
            vocabulary = Vocabulary(extend(vocabulary, words, weighted[chosen], params.extend))
        wanted = vocabulary.get_piece_size()
        config = work.one(CONFIGURATION).path.read_text(encoding="utf-8")
    else:
        vocabulary = _trained(params, words, weighted[chosen], wanted, _besides(work))
        config = to_json(configuration(vocabulary))
    work.output("model", JSON).write_text(vocabulary.content, encoding="utf-8")
    work.output("huggingface", CONFIGURATION).write_text(config, encoding="utf-8")
    figures = fertility(vocabulary, *counts)
    work.figures = {
        "vocabulary": vocabulary.get_piece_size(),
        "vocabulary_asked": wanted,
        "text_bytes": counts.bytes,
        "bytes_per_token": {domain: row["bytes_per_token"] for domain, row in figures.items()},
        "fertility": figures,
    }
    if params.sweep:
        work.figures["sweep"] = {
            str(size): fertility(
                _trained(params, words, weighted[chosen], size, _besides(work)),
                *counts,
            )
            for size in sorted(set(params.sweep))
        }


def _taken(path: Path) -> Vocabulary:
    """The tokenizer of another model, which must end documents as ours do."""
    vocabulary = load(path)
    if not isinstance(vocabulary, Vocabulary) or vocabulary.end != END:
        raise TahonaError(
            f"the tokenizer of the model's folder ends a document by the id {vocabulary.end}; what is "
            f"trained here takes the id {END} for it, as Llama and Mistral do"
        )
    return vocabulary


def _besides(work: Work[Tokenizer.Params]) -> tuple[Any, ...]:
    """What a kind learns from besides words: phrases of all shards and their weighted counts, or the file of seeds."""
    if seeds := work.inputs.get("seeds"):
        return (seeds[0].path,)
    if not work.inputs.get("phrases"):
        return ()
    counts = read_counts([file.path for file in work.inputs["phrases"]])
    weighted = counts.weighted(work.params.weights)
    chosen = np.flatnonzero(weighted > 1)
    return [counts.words[number] for number in chosen], weighted[chosen]


def _trained(
    params: Tokenizer.Params,
    words: list[bytes],
    counts: NDArray[np.int64],
    size: int,
    besides: tuple[Any, ...],
) -> Vocabulary:
    control = [*control_pieces(size), *params.reserved]
    if len(set(control)) < len(control):
        raise TahonaError("tokenizer.reserved names a piece that every tokenizer has")
    for name in control:
        if len(pretokenizer(marks=params.marks).pre_tokenize_str(name)) == 1:
            raise TahonaError(
                f"tokenizer.reserved: {name} could stand in a text as one piece; give it a letter"
            )
    if params.model_type == "bytes":
        return Vocabulary(bpe.bytes_alone(control, params.placeholders))
    how = size, control, params.placeholders, params.marks, signs_of(params.marks)
    return Vocabulary(_TRAINERS[params.model_type](words, counts, *besides, *how))
