"""Stage `tokenizer`: a vocabulary trained on the counted words of the whole corpus, weighted by domain.

The text is taken as it is: decoding gives it back. The one exception are the kinds that are written as SentencePiece
has it, `unigram` and `bpe`: there U+2581, its own sign for a space, comes back as a space.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later
from training.inputs.inputs import Access, Parts, language_files, missing_parts
from training.inputs.model_folder import JSON, TOKENIZER, one_of_each
from training.tokenizer.agreement import NO_FOLDER

FEWEST_BYTES = 2_000
# What `corpus` writes for personal data.
PERSONAL = (
    "EMAIL IBAN CARD ACCOUNT DNI NIE CIF CURP RFC CUIT RUT PHONE IP ADDRESS NASS RECORD COLLEGE "
    "PASSPORT CEDULA RUC NAME HANDLE PLATE"
)
Kind = Literal["byte_bpe", "superword", "bpe", "unigram", "bytes"]
Marks = Literal["glued", "numbers", "apart", "joined"]


class Cutting(pipeline.model.stage.Params):
    """How the words of a shard are cut, where no tokenizer of a folder says it; unsaid it is the way that was first.

    `access`: of which sources the documents are read; None: of all.
    """

    marks: Marks = later("apart")
    access: tuple[Access, ...] | None = later(None)


class Seeding(pipeline.model.stage.Params):
    """What a word of each domain counts; 1 where a domain is not named."""

    weights: Mapping[str, float]


class Tokenizer(Stage):
    """Counts words by shard, trains on the sums; gives `tokenizer.json` and `tokenizer_config.json`."""

    name = "tokenizer"
    version = 3  # digits and marks are one piece, a line begins with a space
    # 2: letters without a piece cut the words that a folder's tokenizer is extended by; `seeds` is new.
    # 3: `[HANDLE]` and `[PLATE]` are whole.
    versions: ClassVar[Mapping[str, int]] = {"train": 3, "seeds": 1}
    gives = ("tokenizer",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "corpus": Input("corpus"),
        "models": Input("models", asked=True),  # a folder with a tokenizer, which is taken as it is
    }
    libraries = ("sentencepiece", "tokenizers")

    class Params(pipeline.model.stage.Params):
        """`model_type`: how pieces are learnt (training/tokenizer/tokenizer.md). `languages`: parts of the corpus whose
        text is learnt from.

        `vocabulary` counts all pieces, the 256 bytes and those that stand for no text too. None: a piece
        for each 100 bytes of the text, from 1,024 to 32,000, so that no text is too small for it.

        `weights`: what a word of a domain counts, against the others; 1 where a domain is not named.
        `placeholders`: texts that are one piece wherever they stand, such as those for personal data.
        `reserved`: more pieces that stand for no text, in the form `<name>`. `sweep`: other sizes, of
        which the figures are told too. `extend`: pieces that the tokenizer of a model's folder gets more,
        learnt from the corpus. `marks`: how they go with digits and words. `glued`: with digits, and a
        word has, for the tokenizer alone, a space wherever it stands, and a sign before that where the text has none,
        so that it is one piece. `numbers`: with digits, and a space is set where a line begins; words stand in the
        vocabulary with and without one. `apart`: with none, and no space is set; more tokens. `joined`: with digits,
        and a mark after a word with it; fewest, but what is generated after a prompt that ends with a word seldom
        begins with a mark. `access`: of which sources the documents are read; None: of all.
        """

        model_type: Kind = "byte_bpe"
        vocabulary: int | None = Field(None, ge=300, le=1_000_000)
        languages: Parts = Field(["es"], min_length=1)
        weights: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = Field({})
        placeholders: list[Annotated[str, Field(pattern=r"^\S+$")]] = Field(
            [f"[{kind}]" for kind in PERSONAL.split()]
        )
        reserved: list[Annotated[str, Field(pattern=r"^<\S*[A-Za-z0-9_|]>$")]] = Field([])
        sweep: list[Annotated[int, Field(ge=300, le=1_000_000)]] = Field([])
        extend: int = later(0, ge=0, le=1_000_000)
        marks: Marks = "glued"
        access: tuple[Access, ...] | None = later(None, min_length=1)

        @field_validator("placeholders", "reserved")
        @classmethod
        def _once(cls, names: list[str]) -> list[str]:
            if len(set(names)) < len(names):
                raise ValueError("a piece stands here twice")
            return names

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        shards = [shard for manifest in inputs["corpus"] for shard in manifest.shards]
        files = [language_files([shard], params.languages) for shard in shards]
        folder = _given(inputs.get("models", []))
        # A folder's tokenizer says itself how it cuts.
        own = {} if folder else {"marks": params.marks}
        cut = Cutting(access=params.access, **own)
        cutting = {name: of_language for name, of_language in folder.items() if name == JSON}
        tasks = [
            Task(inputs={"corpus": of_language, **cutting}, params=cut)
            for of_language in files
            if of_language
        ]
        if not tasks:
            every = [file for shard in shards for file in shard.files]
            parts = [labels for _, labels in missing_parts(every, params.languages)[:1]]
            there = "".join(f" (the corpus has {', '.join(labels)})" for labels in parts)
            raise TahonaError(
                f"tokenizer found no text in the languages {', '.join(params.languages)}{there}: set "
                "tokenizer.languages to those of the corpus, or see which rule emptied it"
            )
        if params.extend and not folder:
            raise TahonaError(f"tokenizer.extend {NO_FOLDER}")
        counted = yield Step("count", "training.tokenizer.words.count:count_words", tasks)
        words = [shard.one("words") for shard in counted]
        besides: dict[str, list[File]] = {}
        if params.model_type == "superword":
            besides = yield from _phrases(tasks)
        if params.model_type == "unigram" and not folder:
            besides = yield from _seeds(words, params.weights)
        task = Task(inputs={"words": words, **besides, **folder}, params=params)
        return (
            yield Step(
                "train", "training.tokenizer.learning.train:train_tokenizer", [task], driver=True
            )
        )


def _given(models: Sequence[Manifest]) -> dict[str, list[File]]:
    """The tokenizer of a folder of a model, by file name."""
    if not models:
        return {}
    files = [file for manifest in models for file in manifest.files()]
    one_of_each(TOKENIZER, [file.name for file in files])
    return {name: [f for f in files if f.name == name] for name in TOKENIZER}


def _seeds(
    words: list[File], weights: Mapping[str, float]
) -> Generator[Step, list[Shard], dict[str, list[File]]]:
    """Chooses what a unigram model begins with."""
    task = Task(inputs={"words": words}, params=Seeding(weights=weights))
    chosen = yield Step(
        "seeds", "training.tokenizer.learning.seeds:choose_seeds", [task], driver=True
    )
    return {"seeds": [chosen[0].one("seeds")]}


def _phrases(tasks: list[Task]) -> Generator[Step, list[Shard], dict[str, list[File]]]:
    """Counts the phrases of each shard: where a pair of words that is common in all of them goes on."""
    module = "training.tokenizer.words.phrases"
    counted = yield Step("pairs", f"{module}:count_pairs", tasks)
    pairs = Task(inputs={"pairs": [shard.one("pairs") for shard in counted]})
    often = yield Step("often", f"{module}:choose_pairs", [pairs], driver=True)
    chosen = [often[0].one("often")]
    both = [Task(inputs={**task.inputs, "often": chosen}, params=task.params) for task in tasks]
    counted = yield Step("phrases", f"{module}:count_phrases", both)
    return {"phrases": [shard.one("phrases") for shard in counted]}
