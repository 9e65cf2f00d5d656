"""The stage `annotate`: what is measured of every document, one column a signal, beside its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, field_validator

import pipeline.model.stage
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

if TYPE_CHECKING:
    from cleaning.signals.signals import Group

LISTS, MODELS = "lists", "models"
CLASSIFIER, TOPIC, KENLM = "classifier", "topic", "kenlm"
GOOD = "good"  # the label that has a signal of its own
PIECES = ".model"  # the suffix of a file of SentencePiece beside one of KenLM
# What a recipe is to say where a group asks for what it hasn't.
MISSING = {
    "classifier": "asks a classifier: put the stage `classifier` into the recipe, or a file under `models`, and give "
    "annotate `reads: {classifier: classifier}`, or the name of that file",
    "topic": "asks a model of topics: put the stage `classifier` into the recipe, or a file under `models`, and give "
    "annotate `reads: {topic: classifier}`, or the name of that file",
    "importance": "asks a model of importance: put `dsir: {stage: classifier, kind: importance}` into the recipe, and "
    "give annotate `reads: {importance: dsir}`",
    KENLM: "asks a model of KenLM: name its file under `models` of the recipe, and give annotate "
    "`reads: {kenlm: NAME}`",
    LISTS: "reads lists: name some under `lists` of the recipe, and give annotate `reads: {lists: [NAME]}`",
}


class Annotating(pipeline.model.stage.Params):
    """What decides the signals of one group of one shard; `model` is the digest of the group's model."""

    model: str | None = later(None)
    group: str = later("text")
    version: int = later(1)  # of the group
    labels: dict[str, str] = later({})
    lists: list[str] = later([])  # the name of each file
    good: str | None = later(None)  # the label that is called good, where it is another


class Annotate(Stage):
    """What is measured of every kept document, in groups: `text`, `coherence`, `worth`, others on request."""

    name = "annotate"
    # A group whose meaning changes gets a version here, by its name; the others keep what they have.
    # text 2: the language is that of two models, and its shares by passage are there; 3: what is prose;
    # 4: teasers, function words of any language, code behind a prompt of root.
    # 5: a passage ends with its line; 6: code says nothing of the language.
    # 7: a third opinion on the language is asked where two are not sure.
    # 8: the share of very long words; where no language is found, that of the sentences is asked.
    # 9: a verse is a sentence; so for coherence 3 and register 2.
    # 10: words that only a neighbour of Spanish has count where Spanish is likeliest and not sure.
    # 11: what ends in a call to read on, and cut off paragraphs among such, are no sentences;
    # statements of programs whose words are a language's say nothing of the text's.
    # 12: a passage that is surely Spanish or a neighbour is in another language than an English text.
    # 13, published 3: words of one letter, and copies of such lines, are not mixed up between texts of a batch.
    # 14: all shares of languages, the passages of a text of several; language and probability agree with these;
    # what is in a language that no model knows, and Judaeo-Spanish, is in none. Symbols of formulas are no words of
    # the mean length, and tell no language.
    # 15: Nahuatl is told by its own small words, and is in no language that a model knows.
    # 16: an unsure passage goes with what stands beside it; titles and entries are no passages by themselves.
    # 17: "á" is no sign of Galician, some words are of Aragonese and Asturian; one more variety of Nahuatl.
    # 18: the Occitan of Aran, and Aragonese by its words; what the small words of Aran are.
    # 19: passages in languages that our own model doesn't know; each cell of a line may be in one of its own;
    # names turn no Spanish text.
    # coherence 4: words of programs and e-mail addresses over words; 5: words of programs say less of short texts.
    # 6: headings of references that a tool wrote, and what these say of members; what runs on; comments of programs.
    # 7: what is told before a colon at the end. 8: what was left in English, the words of notices of a site.
    # 9: words of an entry beside its labels, words of licences. 10: notices by their address, sample pages.
    # coherence 11: notices by their titles and by more names; pages of libraries for pages.
    # published 2: the runs that FineWeb-2's limits are of tell capitals apart, as datatrove does.
    # published 4: opening braces. 5: the last mark of a text that ends with white space is one sentence, not two.
    # terms 2: addresses. docscore 2: all parts of HPLT's score, its own signs and constants; 3: the parts beside it.
    # spelling 2: words as they were spelled before the Academy. 3: digits that a scanner leaves at an end of a word.
    # 4: words that lost their accented letter (informacin, informaci?n) are without their accent.
    # variety 2: all countries that speak Spanish, what each registers, regions named, a classifier of the recipe.
    # variety 3: a region that an entry of a table names is nearly sure. 4: a bare domain of a country is as sure as
    # what it registers.
    # lists 2: hosts and addresses with their scheme, `*.` or a dot before them are read.
    # coherence 1, worth 1: measured unasked since 2026-11; named here, so that a dataset from before, without it, is
    # not taken. worth 2: sentences of a page's own; 3: known by neighbours too, verse; pages of other
    # languages and domains have no `unwanted_page`. worth 4: files of text; pages learnt anew.
    versions: ClassVar[Mapping[str, int]] = {
        "text": 19,
        "coherence": 11,
        "worth": 4,
        "docscore": 3,
        "lists": 2,
        "published": 5,
        "register": 2,
        "spelling": 4,
        "terms": 2,
        "variety": 4,
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",)),
        "classifier": Input("classifier", parts=("model",), files="models", asked=True),
        "topic": Input("classifier", parts=("model",), files="models", asked=True),
        "opinion": Input("classifier", parts=("model",), asked=True),
        "importance": Input("classifier", parts=("model",), asked=True),
        "kenlm": Input("models", asked=True),
        "lists": Input("lists", many=True, asked=True),
    }
    gives = ("signals",)
    libraries = ("fasttext-community",)
    conserves = ("documents",)

    class Params(pipeline.model.stage.Params):
        """`model`: the path of a fastText language model; None: lid.176.ftz, which the set-up brings.

        `labels`: the codes of its labels that are called otherwise here, as {valencian: ca}. The input `opinion`, a
        classifier of the recipe, is asked for a second opinion in place of ours. `groups`: the groups of signals that
        are measured besides these. `good`: the label of the classifier whose probability is `good_p`.
        """

        model: str | None = Field(None, min_length=1)
        groups: tuple[str, ...] = later(())
        labels: dict[str, str] = later({})
        good: str = later(GOOD, min_length=1)

        @field_validator("groups")
        @classmethod
        def _known(cls, groups: tuple[str, ...]) -> tuple[str, ...]:
            from cleaning.signals.signals import GROUPS

            if unknown := [name for name in groups if name not in GROUPS]:
                raise ValueError(
                    f"there is no group of signals {unknown[0]!r}; there are: {', '.join(GROUPS)}"
                )
            return tuple(sorted(set(groups)))

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """A task a group and shard of documents, those of groups that read others' signals after these.

        The dataset's shards are those of the group `text`, with the files of the other groups.
        """
        from cleaning.signals.signals import with_needed

        (documents,) = inputs["documents"]
        shards: dict[str, list[Shard]] = {}
        for _, together in groupby(with_needed(params.groups), key=lambda group: group.depth):
            groups = list(together)
            tasks = [
                self._task(
                    group, params, documents.shards[i], [s[i] for s in shards.values()], inputs
                )
                for group in groups
                for i in range(len(documents.shards))
            ]
            done = yield Step("annotate", "cleaning.annotate.annotate:annotate_shard", tasks)
            for n, group in enumerate(groups):
                start = n * len(documents.shards)
                shards[group.name] = done[start : start + len(documents.shards)]
        return [
            Shard.adopting([text, *others], text.ledger, text.params)
            for text, *others in zip(*shards.values(), strict=True)
        ]

    def _task(
        self,
        group: Group,
        params: Params,
        documents: Shard,
        earlier: Sequence[Shard],
        given: Inputs,
    ) -> Task:
        """The digest of a model, not its path, is in the task."""
        from cleaning.signals.signals import TEXT, files_with

        inputs = {"documents": [documents.one("kept")]}
        if group.signals_read:
            files_before = [file for shard in earlier for file in shard.files]
            inputs["signals"] = files_with(files_before, group.signals_read)
        model = group.model
        if model and model.input and (given.get(model.input) or not model.optional):
            inputs[model.input] = _model_files(group.name, model.input, given.get(model.input, ()))
        path = params.local(params.model) if params.model and group.name == TEXT else None
        return Task(
            inputs,
            Annotating(
                model=model.digest(path) if model and model.digest else None,
                group=group.name,
                version=self.versions.get(group.name, 1),
                labels=params.labels if group.name == TEXT else {},
                lists=[_list_name(file) for file in inputs.get(LISTS, ())],
                good=params.good if group.name == CLASSIFIER and params.good != GOOD else None,
            ),
            {"model_path": path},
        )


def _model_files(group: str, role: str, datasets: Sequence[Manifest]) -> list[File]:
    """The files of the model that a group asks for, its own first; of lists all."""
    files = [
        file
        for manifest in datasets
        for file in manifest.files(None if role == LISTS or MODELS in manifest.kinds else "model")
    ]
    if not files:
        raise UsageError(f"the group of signals {group!r} {MISSING[role]}")
    return sorted(files, key=lambda file: file.name.endswith(PIECES)) if role == KENLM else files


def _list_name(file: File) -> str:
    """The folder of a list below what the recipe names, as `adult` of `adult/domains`; else its name in the recipe."""
    folder, inside, _ = (file.below or "").rpartition("/")
    return folder if inside else file.part
