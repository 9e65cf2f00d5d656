"""The kernel of `annotate`: one shard of documents to its table of signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cleaning.documents import TableWriter, read_batches
from cleaning.language.identify import Identifier, identifier
from cleaning.signals import signals
from cleaning.text import Batch, slices
from pipeline.errors import Stopped
from pipeline.model.dataset import Characters, Documents, Ledger
from pipeline.model.stage import Work

KINDS = {int: pa.int32(), float: pa.float64()}

SIGNALS = pa.schema(
    [
        ("id", pa.string()),
        ("language", pa.string()),
        ("language_p", pa.float64()),
        ("second_language", pa.string()),
        ("second_language_p", pa.float64()),
        *((name, KINDS[kind]) for name, kind in signals.TYPES.items()),
    ]
)


def annotate_shard(work: Work) -> None:
    """Writes one row of signals for each document, in the order of the documents."""
    model = identifier(work.params["model"], work.context.get("model_path"))
    documents = characters = 0
    with TableWriter(work.output("signals", "signals.parquet"), SIGNALS) as table:
        for batch in read_batches(work.one("documents").path, ["id", "text"]):
            texts = batch["text"].to_pylist()
            for start, stop in slices(texts):
                if work.stopping():
                    raise Stopped
                found = annotate(texts[start:stop], model)
                characters += int(found["characters"].sum())
                ids = batch["id"].slice(start, stop - start)
                table.write(_table(ids, found))
            documents += len(texts)
            work.progress(documents, None, "documents")
    work.ledger = Ledger(
        documents=Documents(in_=documents, kept=documents),
        characters=Characters(in_=characters, kept=characters),
    )


def annotate(texts: Sequence[str], model: Identifier) -> dict[str, Any]:
    """The signals of some texts: column -> one value a text."""
    guesses = [model.guess(text) for text in texts]
    languages = [guess.language for guess in guesses]
    return {
        "language": languages,
        "language_p": np.array([guess.probability for guess in guesses]),
        "second_language": [guess.second for guess in guesses],
        "second_language_p": np.array([guess.second_probability for guess in guesses]),
        **signals.compute(Batch(texts), languages),
    }


def _table(ids: pa.Array, found: dict[str, Any]) -> pa.RecordBatch:
    columns = [ids]
    for column in list(SIGNALS)[1:]:
        # from_pandas: a nan, which is a signal without a value, becomes null
        columns.append(pa.array(found[column.name], column.type, from_pandas=True))
    return pa.RecordBatch.from_arrays(columns, schema=SIGNALS)
