"""The models that learnt from the tokens of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.commands.questions.lookup import MOST
from flows.commands.questions.trace_rows import called_as
from flows.stages import STAGES
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def learners_of(
    store: Store,
    manifests: Sequence[Manifest],
    rows: Sequence[dict[str, Any]],
    called: dict[str, list[str]],
) -> list[dict[str, Any]]:
    """The models that were trained on the tokens of some rows, and those that go on from one that read them.

    `steps` of the run, `read` those that read them (None where that is unknown), `from` the first model by whose
    weights it learnt from them: None where it has them from its own tokens, or not at all.
    """
    datasets = {row["dataset"] for row in rows}
    by_name = {str(m.reference): m for m in manifests}
    models = {str(m.reference): m for m in manifests if "model" in m.kinds}
    learners: dict[str, dict[str, Any]] = {}
    for name, model in models.items():
        if tokens := [str(r) for r in model.inputs.get("tokens", []) if str(r) in datasets]:
            read = _steps(store, model, [by_name[one] for one in tokens], rows)
            learners[name] = _model(model, called, tokens, read)
    # By way of which.
    learnt = {name: name for name, model in learners.items() if model["read"] != []}
    while after := {
        name: learnt[before]
        for name, model in models.items()
        if name not in learnt
        and (
            before := next((str(r) for r in model.inputs.get("model", []) if str(r) in learnt), "")
        )
    }:
        learnt |= after
        for name, first in after.items():
            learners[name] = learners.get(name) or _model(models[name], called, [], [])
            learners[name]["from"] = first
    return [learners[name] for name in models if name in learners]


def _model(
    model: Manifest,
    called: dict[str, list[str]],
    tokens: list[str],
    read: list[int] | None,
) -> dict[str, Any]:
    return {
        "dataset": str(model.reference),
        "called": called.get(str(model.reference), []),
        "tokens": tokens,
        "steps": int(model.shards[-1].figures.get("steps", 0)) if model.shards else 0,
        "read": read,
        "from": None,
    }


def _steps(
    store: Store, model: Manifest, datasets: Sequence[Manifest], rows: Sequence[dict[str, Any]]
) -> list[int] | None:
    """The steps of a model that read a document's tokens; None where they are unknown."""
    about = STAGES.get(model.stage)
    if about is None or about.steps is None:
        return None
    steps_of, read = named(about.steps), set[int]()
    for tokens in datasets:
        for row in rows:
            if row["dataset"] == str(tokens.reference):
                steps = steps_of(model, tokens, store.fetch, row["file"], row["row"])
                if steps is None:
                    return None
                read |= set(steps.tolist())
    return sorted(read)


def model_text(model: dict[str, Any]) -> str:
    """In which steps a model read a document, as a sentence."""
    name = f"{model['dataset']}{called_as(model)}"
    if model["from"]:
        return f"{name} learnt from these tokens by way of {model['from']}, whose weights it goes on from"
    if model["read"] is None:
        return f"{name} learnt from these tokens, in {model['steps']:,} steps"
    if not model["read"]:
        return f"{name} read none of these tokens in its {model['steps']:,} steps"
    some = ", ".join(f"{step:,}" for step in model["read"][:MOST])
    more = f" and {len(model['read']) - MOST:,} more" if len(model["read"]) > MOST else ""
    return f"{name} read these tokens in {len(model['read']):,} of {model['steps']:,} steps: {some}{more}"
