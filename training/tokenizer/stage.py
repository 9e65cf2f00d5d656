"""Stage `tokenizer`: a SentencePiece vocabulary trained on a weighted sample of the corpus.

The text is taken as it is (NFC was done upstream): identity normalisation, no dummy prefix, no space
removed, bytes for what the vocabulary has no piece for, so that decoding gives back the text. The one
exception is U+2581, SentencePiece's own sign for a space, which comes back as a space. This is also
the setting in which `tokenizers` gives the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task
from training.inputs import language_files

FEWEST_SAMPLE_BYTES = 2_000


class Tokenizer(Stage):
    """Trains the vocabulary; gives `tokenizer.model` and the same as `tokenizer.json`."""

    name = "tokenizer"
    gives = ("tokenizer",)
    inputs: ClassVar[Mapping[str, Input]] = {"corpus": Input("corpus")}
    libraries = ("sentencepiece",)

    class Params(pipeline.model.stage.Params):
        """`vocabulary` counts all pieces, the 256 bytes and the special ones too. None: a piece for
        each 100 bytes of the sample, from 1,024 to 32,000, so that no text is too small for it.

        `weights`: how likely a line of a domain is to be drawn, against the others; 1 where a domain
        is not named. `sample_bytes`: the most text to train on (UTF-8 bytes).
        """

        model_type: Literal["unigram", "bpe"] = "unigram"
        vocabulary: int | None = Field(None, ge=300, le=1_000_000)
        languages: list[str] = Field(["es"], min_length=1)
        sample_bytes: int = Field(100_000_000, ge=FEWEST_SAMPLE_BYTES, le=1 << 40)
        weights: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = Field({})
        seed: int = Field(1, ge=0, lt=1 << 32)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        files = [f for m in inputs["corpus"] for f in language_files(m.shards, params.languages)]
        if not files:
            raise TahonaError(
                f"tokenizer found no text in the languages {', '.join(params.languages)}: set "
                "tokenizer.languages to a part of the corpus, or see which rule emptied it"
            )
        task = Task(inputs={"corpus": files}, params=params)
        return (
            yield Step("train", "training.tokenizer.train:train_tokenizer", [task], driver=True)
        )
