"""Stage `pretrain`: a model trained on tokens, from random weights or from those of another model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task
from training import EXTRA
from training.inputs.inputs import check_tokenizer, model_files, token_files
from training.inputs.model_folder import WEIGHTS, one_of_each
from training.pretrain.params import Options, Training, pool_of
from training.pretrain.sizes import check_shared

_FREE = {"checkpoint_seconds", "keep", "archive", "tensorboard"}
_NOT_OF_THE_KERNEL = _FREE | {"preset", "parameters"}
EPOCHS = 4.0  # up to four passes cost nothing against new text (Muennighoff 2023)


class Pretrain(Stage):
    """Trains a model; a stopped run goes on from its last step, to the bit on the same device.

    Its one task names all token files, since each is read, for the unigram counts; the tables beside them, which it
    needs for `upsample` and for the ids of the documents of a step that is skipped, which stand in the curve; and all
    held-out files, of which it opens as many as hold the tokens that are scored: how many these are follows from the
    number of steps, which is known when the tokens are read.
    """

    name = "pretrain"
    # 2: squared ReLU and normalised queries, projections that begin at zero, Muon and rates of their own for the
    # embedding, evaluations that the budget bounds. 3: Muon's momentum begins lower.
    version = 3
    exact = False  # its bits depend on the threads and the device
    gives = ("model",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "tokens": Input("tokens"),
        "tokenizer": Input("tokenizer", same=True),
        "model": Input("model", parts=("model", "tokenizer"), asked=True),
        "models": Input("models", asked=True),  # a folder that transformers wrote, to go on from
    }
    libraries = ("torch",)
    extra = EXTRA

    class Params(Options):
        pass

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (tokens,), (tokenizer,) = inputs["tokens"], inputs["tokenizer"]
        check_tokenizer(self.called, tokens, tokenizer)
        train, domains = token_files(tokens, "train")
        held_out, held_out_domains = token_files(tokens, "validation")
        for option in ("weights", "budgets"):
            if unknown := sorted(getattr(params, option).keys() - set(domains)):
                raise TahonaError(
                    f"{self.called}.{option} names {unknown[0]}, which has no training tokens: "
                    f"the domains are {', '.join(sorted(set(domains)))}"
                )
        if params.upsample and not tokens.params.get("cluster_sizes"):
            raise TahonaError(
                f"{self.called}.upsample asks for the sizes of clusters, which {tokens.reference} does not hold: "
                "set shard.cluster_sizes to true"
            )
        values = params.model_dump(exclude=_NOT_OF_THE_KERNEL)
        first: dict[str, Any] = {}  # the model to go on from
        if models := inputs.get("model"):
            (model,) = models
            _same_tokenizer(self.called, model, tokenizer)
            first, values["batch"] = model_files(model), params.numbers()["batch"]
        elif folders := inputs.get("models"):
            first, values["batch"] = (
                _folder(self.called, folders, tokenizer),
                params.numbers()["batch"],
            )
            values["extended"] = tokenizer.params.get("extend", 0)
        else:
            numbers = params.numbers()
            check_shared(numbers["batch"], numbers["context"], context.get("processes") or 1)
            values |= numbers | {"model": params.family}
        if params.tokens is None and params.steps is None:
            values["epochs"] = params.epochs or EPOCHS
        inputs_of = {
            **train,
            **held_out,
            **first,
            "tokenizer": tokenizer.files("model"),
            "huggingface": tokenizer.files("huggingface"),
        }
        training = Training(**values, domains=domains, validation_domains=held_out_domains)
        # Every token file is read for the unigram counts, of some domains for these alone: their tables never are.
        tables = zip(train["train.parquet"], domains, strict=True)
        read = [table for table, domain in tables if pool_of(training, domain)]
        every = len(read) == len(domains)
        task = Task(
            inputs={**inputs_of, "train.parquet": read},
            params=training,
            formerly=None if every else Task(inputs_of, training),
            context={
                "device": context.get("device"),
                "threads": context.get("threads"),
                "processes": context.get("processes"),
                "strategy": context.get("strategy"),
                "patience": context.get("patience"),
                "tied": params.wanted_tied,
                **params.model_dump(include=_FREE),
            },
        )
        return (yield Step("train", "training.pretrain.train:train_model", [task], driver=True))


def _folder(stage: str, folders: Sequence[Manifest], tokenizer: Manifest) -> dict[str, list[File]]:
    """The two files of a folder that a model is loaded from, by role; refused where it has another tokenizer."""
    files = [file for folder in folders for file in folder.files()]
    one_of_each(WEIGHTS.values(), [file.name for file in files])
    (ours,) = tokenizer.files("model")
    extended = tokenizer.params.get("extend")  # keeps the ids of the model's own pieces
    if not extended and any(f.sha256 != ours.sha256 for f in files if f.name == ours.name):
        raise TahonaError(
            f"{stage}: the folder of the model to go on from has a {ours.name} that is not {tokenizer.reference}: "
            "let the stage tokenizer read that folder too, so that the tokens are the model's own"
        )
    return {role: [f for f in files if f.name == name] for role, name in WEIGHTS.items()}


def _same_tokenizer(stage: str, model: Manifest, tokenizer: Manifest) -> None:
    """Refuses to go on from a model that read other tokens: its ids mean something else."""
    (ours,) = tokenizer.files("model")
    if ours.sha256 not in {f.sha256 for f in model.files("tokenizer")}:
        raise TahonaError(
            f"{stage}: {model.reference} was trained with another tokenizer than "
            f"{tokenizer.reference}: go on from it with its own, and tokens that this one encoded"
        )
