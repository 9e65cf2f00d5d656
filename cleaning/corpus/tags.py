"""With what the decisions tagged the documents of a shard, as a column of the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.decisions import TAGS
from cleaning.view import SideTable


class Tags:
    """The tags out of all decisions, read in step with the documents; false where no rule tags."""

    def __init__(self, decisions: Sequence[Path]) -> None:
        tagging = [path for path in decisions if TAGS.name in pq.read_schema(path).names]
        self._tables = [SideTable(path, [TAGS.name]) for path in tagging]

    def __bool__(self) -> bool:
        return bool(self._tables)

    def take(self, ids: pa.Array) -> pa.Array:
        """The tags of the next `ids`, each once."""
        lists = [table.take(ids)[TAGS.name].to_pylist() for table in self._tables]
        joined = (dict.fromkeys(chain.from_iterable(tags)) for tags in zip(*lists, strict=True))
        return pa.array([list(tags) for tags in joined], TAGS.type)

    def finish(self) -> None:
        """A TahonaError where rows are left over."""
        for table in self._tables:
            table.finish()
