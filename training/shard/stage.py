"""Stage `shard`: corpus to tokens, one document a sequence, by domain and split, with a table beside.

Each shard of the corpus gives, for every domain and split that it has documents of, `<domain>.<split>`
`.bin` and `.idx` (Megatron layout; every sequence ends with the end-of-document id) and `.parquet`,
whose row i is the document behind sequence i. A long document gives several sequences (`splits.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

import pipeline.model.dataset
import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from pipeline.model.ledger import Characters, Documents, Ledger
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later
from training.inputs.inputs import Access, Parts, language_files, other_languages

CLUSTER_SIZE = "cluster_size"  # a column that is asked for
LANGUAGE = "language"  # the rule of a document whose language is not asked for
ACCESS = "access"  # of one whose access is not


class Splits(pipeline.model.stage.Params):
    """`validation` and `test` are shares of the documents (of the clusters), by hash with `seed`.

    `passage`: characters of a held-out passage of a long document; 0 keeps every document whole.
    `ids`: the tokens also as Parquet, a list of ids a row. `cluster_sizes`: the table says of how many
    near-duplicates each document is the one that stayed (`pretrain.upsample` asks for it). `access`: of which
    sources the documents are encoded; None: of all, since training is not publishing.
    """

    validation: float = Field(0.05, ge=0, le=1)
    test: float = Field(0.05, ge=0, le=1)
    seed: int = Field(1, ge=0, lt=1 << 32)
    passage: int = Field(4_000, ge=0, le=1 << 30)
    ids: bool = False
    cluster_sizes: bool = later(False)
    access: tuple[Access, ...] | None = later(None, min_length=1)

    @model_validator(mode="after")
    def _leaves_text_to_train(self) -> Splits:
        if self.validation + self.test >= 1:
            raise ValueError("validation and test together must be less than 1")
        return self


class Shard(Stage):
    """Encodes the corpus, one task a corpus shard; `clusters` keep near-duplicates in one split."""

    name = "shard"
    version = 2  # long documents are split by passages
    gives = ("tokens",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "corpus": Input("corpus"),
        "clusters": Input("clusters", parts=("clusters",), optional=True),
        "tokenizer": Input("tokenizer", parts=("model",)),
    }
    libraries = ("tokenizers",)

    class Params(Splits):
        """`languages`: the parts of the corpus that are encoded."""

        languages: Parts = Field(["es"], min_length=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (corpus,), (tokenizer,) = inputs["corpus"], inputs["tokenizer"]
        clusters = _clusters_by_shard(corpus, inputs.get("clusters", []))
        splits = Splits(**{name: getattr(params, name) for name in Splits.model_fields})
        tasks = [
            Task(
                inputs={
                    "corpus": language_files([shard], params.languages),
                    "clusters": clusters[number],
                    "tokenizer": tokenizer.files("model"),
                },
                params=splits,
            )
            for number, shard in enumerate(corpus.shards)
        ]
        encoded = yield Step("encode", "training.shard.encode:encode_corpus", tasks)
        return [
            _counting(read_shard, tokens, params.languages)
            for read_shard, tokens in zip(corpus.shards, encoded, strict=True)
        ]


def _counting(
    source: pipeline.model.dataset.Shard,
    encoded: pipeline.model.dataset.Shard,
    languages: list[str],
) -> pipeline.model.dataset.Shard:
    """A shard of tokens whose ledger also counts what of its shard of the corpus was not read, for its language.

    The task is given the files of its languages alone, so that no other one is in its key.
    """
    others = sum(other_languages(source.files, languages).values())
    if not others:
        return encoded
    removed = Ledger(documents=Documents(in_=others, removed={LANGUAGE: others}))
    if (written := source.ledger.characters) and encoded.ledger.characters:
        more = written.kept + written.placeholders - encoded.ledger.characters.in_
        removed.characters = Characters(in_=more, cut={LANGUAGE: more})
    return encoded.model_copy(update={"ledger": Ledger.total([encoded.ledger, removed])})


def _clusters_by_shard(corpus: Manifest, datasets: list[Manifest]) -> list[list[File]]:
    if not datasets:
        return [[] for _ in corpus.shards]
    (clusters,) = datasets
    if len(clusters.shards) != len(corpus.shards):
        raise TahonaError(
            f"shard: the corpus has {len(corpus.shards)} shards and {clusters.reference} has "
            f"{len(clusters.shards)}: they were not made from the same documents"
        )
    return [shard.part("clusters") for shard in clusters.shards]
