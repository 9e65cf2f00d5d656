"""Stage `index`: finds a text in the tokens that models learnt from, and whose it was.

A segment holds the tokens of some shards one after another, the order of their suffixes, and the sequence behind
each: `tokens.bin` (as in the token files), `suffixes.bin` (uint32), `starts.bin` (int64, of each sequence and the
end), and `sequences.parquet`, a row a sequence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import File
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later
from training.inputs.inputs import check_tokenizer

SEGMENT = 1 << 28  # bytes of tokens: sorting takes nine times as much memory
_ROLES = ("bin", "idx", "parquet")


class Indexing(pipeline.model.stage.Params):
    """The part (`<domain>/<split>`) of each token file of a segment, in their order, and the digest of the tokenizer.

    The tokenizer itself is not read: its digest stands in the figures, so that a text is asked for in its tokens.
    """

    parts: list[str]
    tokenizer: str | None = later(None)


class Index(Stage):
    """The order of the suffixes of all tokens; `training.index.find` looks into it."""

    name = "index"
    gives = ("index",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "tokens": Input("tokens"),
        "tokenizer": Input("tokenizer", parts=("model",), same=True),
    }
    libraries = ("pydivsufsort",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task for each segment: as many shards as fit, one at least."""
        (tokens,), (tokenizer,) = inputs["tokens"], inputs["tokenizer"]
        check_tokenizer(self.called, tokens, tokenizer)
        segments: list[dict[str, list[File]]] = []
        size = 0
        for shard in tokens.shards:
            files = [file for file in shard.files if file.part != "ids"]
            roles = {role: [f for f in files if f.name.endswith(f".{role}")] for role in _ROLES}
            more = sum(file.bytes for file in roles["bin"])
            if more > 8 * SEGMENT:
                raise TahonaError(
                    f"index: a shard of {tokens.reference} has {more:,} bytes of tokens, too many to "
                    "sort at once: split the input files of `extract` into smaller ones"
                )
            if not segments or size + more > SEGMENT:
                segments.append({role: [] for role in _ROLES})
                size = 0
            for role, of_role in roles.items():
                segments[-1][role] += of_role
            size += more
        (model,) = tokenizer.files("model")
        tasks = []
        for segment in segments:
            if parts := [file.part for file in segment["bin"]]:
                formerly = Task({**segment, "tokenizer": [model]}, Indexing(parts=parts))
                params = Indexing(parts=parts, tokenizer=model.sha256)
                tasks.append(Task(segment, params, formerly=formerly))
        return (yield Step("sort", "training.index.build:sort_suffixes", tasks))
