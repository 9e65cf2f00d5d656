"""What is known beforehand of the labels that documents will bear, and of the models that are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.annotate.stage import MISSING, Annotate
from cleaning.language.codes import wrong_code


def wrong_language(
    params: Annotate.Params, patterns: Mapping[str, Sequence[str]], code: str
) -> str | None:
    """What is wrong with a language; a model of one's own has labels of its own."""
    return wrong_code(code) if params.model is None else None


def wrong_signal(
    params: Annotate.Params, patterns: Mapping[str, Sequence[str]], signal: str
) -> str | None:
    """What is wrong with a signal that a rule reads: its group isn't measured."""
    from cleaning.signals.signals import OF, not_measured, with_needed

    measured = signal not in OF or OF[signal] in with_needed(params.groups)
    return None if measured else not_measured(signal)


def unfed(
    params: Annotate.Params,
    read: Mapping[str, Sequence[Any]],
    patterns: Mapping[str, Sequence[str]],
) -> tuple[str, str] | None:
    """The parameter and what is wrong where a group asks for what the stage does not read, or for a model of another
    kind; `read` has an entry for each input that is there.
    """
    if params.groups:
        from cleaning.signals.signals import with_needed

        for group in with_needed(params.groups):
            asked = group.model and not group.model.optional and group.model.input
            if asked and asked not in read:
                return "groups", f"the group of signals {group.name!r} {MISSING[asked]}"
    for role in ("classifier", "opinion", "importance"):
        kind = "importance" if role == "importance" else "regression"
        if any(model.kind != kind for model in read.get(role, ())):
            return "reads", f"asks as {role} a classifier that is not of `kind: {kind}`"
    return None
