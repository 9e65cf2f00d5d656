"""Stage `shard`: corpus to tokens, one document a sequence, by domain and split, with a table beside.

Each shard of the corpus gives, for every domain and split that it has documents of, `<domain>.<split>`
`.bin` and `.idx` (Megatron layout; every sequence ends with the end-of-document id) and `.parquet`,
whose row i is the document behind sequence i.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import Characters, Documents, File, Ledger, Manifest
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, Work
from training.tokenizer.stage import language_files


class Shard(Stage):
    """Encodes the corpus, one task a corpus shard; `clusters` keep near-duplicates in one split."""

    name = "shard"
    gives = ("tokens",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "corpus": Input("corpus"),
        "clusters": Input("clusters", parts=("clusters",), optional=True),
        "tokenizer": Input("tokenizer", parts=("model",)),
    }
    libraries = ("sentencepiece",)

    class Params(pipeline.model.stage.Params):
        """`validation` and `test` are shares of the documents (of the clusters), by hash with `seed`."""

        languages: list[str] = Field(["es"], min_length=1)
        validation: float = Field(0.05, ge=0, le=1)
        test: float = Field(0.05, ge=0, le=1)
        seed: int = Field(1, ge=0, lt=1 << 32)

        @model_validator(mode="after")
        def _leaves_text_to_train(self) -> Shard.Params:
            if self.validation + self.test >= 1:
                raise ValueError("validation and test together must be less than 1")
            return self

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (corpus,), (tokenizer,) = inputs["corpus"], inputs["tokenizer"]
        clusters = _clusters_by_shard(corpus, inputs.get("clusters", []))
        kept = params.model_dump(mode="json", exclude={"languages"})
        tasks = [
            Task(
                inputs={
                    "corpus": language_files([shard], params.languages),
                    "clusters": clusters[number],
                    "tokenizer": tokenizer.files("model"),
                },
                params=kept,
            )
            for number, shard in enumerate(corpus.shards)
        ]
        return (yield Step("encode", "training.shard.stage:shard_corpus", tasks))


def _clusters_by_shard(corpus: Manifest, found: list[Manifest]) -> list[list[File]]:
    if not found:
        return [[] for _ in corpus.shards]
    (clusters,) = found
    if len(clusters.shards) != len(corpus.shards):
        raise TahonaError(
            f"shard: the corpus has {len(corpus.shards)} shards and {clusters.reference} has "
            f"{len(clusters.shards)}: they were not made from the same documents"
        )
    return [shard.part("clusters") for shard in clusters.shards]


def shard_corpus(work: Work) -> None:
    """The kernel: encodes one shard of the corpus."""
    from training.shard.encode import Encoder
    from training.shard.splits import read_clusters, split_of
    from training.tokenizer.vocabulary import load

    params = work.params
    tokenizer = work.one("tokenizer")
    clusters = read_clusters([f.path for f in work.inputs["clusters"]])

    def split(document: str) -> str:
        name = clusters.get(document, document)
        return split_of(name, params["seed"], params["validation"], params["test"])

    with Encoder(load(tokenizer.path), split, work.output) as encoder:
        for corpus in work.inputs["corpus"]:
            encoder.add(corpus.path)
    work.ledger = Ledger(
        documents=Documents(
            in_=encoder.documents + encoder.empty,
            kept=encoder.documents,
            removed={"empty": encoder.empty} if encoder.empty else {},
        ),
        characters=Characters(
            in_=encoder.characters + encoder.empty_characters,
            kept=encoder.characters,
            cut={"empty": encoder.empty_characters} if encoder.empty_characters else {},
        ),
    )
    work.figures = {"tokenizer": tokenizer.file.sha256, "tokens": encoder.tokens}
