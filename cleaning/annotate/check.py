"""What is known beforehand of the labels that documents will bear, and of the models that are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaning.annotate.stage import CLASSIFIER, GOOD, KENLM, MISSING, PIECES, TOPIC, Annotate
from cleaning.language.codes import wrong_code
from pipeline.errors import TahonaError
from pipeline.model.dataset import File

Read = Mapping[str, Sequence[Any]]
Patterns = Mapping[str, Sequence[str]]  # of files, by source


def check_files(params: Annotate.Params, role: str, name: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for files of a model that is not of the kind that is asked, or lacks the label that is called
    good. Of one that lies elsewhere nothing is known.
    """
    if role not in (CLASSIFIER, TOPIC, KENLM):
        return
    models = [p for p in paths if role != KENLM or not p.endswith(PIECES)]
    if len(models) != 1 or len(paths) > 2:
        what = f", with a {PIECES} of SentencePiece or without" if role == KENLM else ""
        raise TahonaError(f"a model is one file{what}; there are {len(paths)}")
    if "://" in models[0]:
        return
    if role == KENLM:
        from cleaning.models.kenlm_model import check

        pieces = [Path(p) for p in paths if p.endswith(PIECES) and "://" not in p]
        check(Path(models[0]), *pieces)
    else:
        _check_labels(params, role, Path(models[0]))


def check_weights(params: Annotate.Params, files: Mapping[str, Sequence[File]]) -> None:
    """Raises TahonaError where lid.176 is to be asked and its weights are not on this machine."""
    from cleaning.language.weights import find_model

    if params.model is None:
        find_model()


def _check_labels(params: Annotate.Params, role: str, path: Path) -> None:
    from cleaning.models.labelled import labels

    there = labels(path)
    if role == CLASSIFIER and CLASSIFIER in params.groups and params.good not in there:
        raise TahonaError(
            f"the model has no label {params.good!r} for `good_p`; give annotate `good: LABEL`, one of "
            f"{_listed(there)}"
        )


def _listed(labels: Sequence[str], most: int = 10) -> str:
    more = f" and {len(labels) - most:,} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + more


def wrong_language(
    params: Annotate.Params, read: Read, patterns: Patterns, code: str
) -> str | None:
    """What is wrong with a language; a model of one's own has labels of its own."""
    return wrong_code(code) if params.model is None else None


def wrong_signal(
    params: Annotate.Params, read: Read, patterns: Patterns, signal: str
) -> str | None:
    """What is wrong with a signal that a rule reads: its group isn't measured, or no text will have it."""
    from cleaning.signals.signals import OF, not_measured, with_needed

    if signal in OF and OF[signal] not in with_needed(params.groups):
        return not_measured(signal)
    return _without_good(params, read) if signal == "good_p" else None


def _without_good(params: Annotate.Params, read: Read) -> str | None:
    """What is wrong where the one that is called good is none of the labels of the classifier: these are known where
    they are the groups of its examples.
    """
    labels = read.get(f"{CLASSIFIER}.examples", ())
    if not labels or read[CLASSIFIER][0].label is not None or params.good in labels:
        return None
    return (
        f"no text will have `good_p`, the probability of the label {params.good!r}: its classifier has "
        f"{_listed(labels)}"
    )


def unfed(params: Annotate.Params, read: Read, patterns: Patterns) -> tuple[str, str] | None:
    """The parameter and what is wrong where a group asks for what the stage does not read, or for a model of another
    kind; `read` has an entry for each input that is there.
    """
    if params.groups:
        from cleaning.signals.signals import with_needed

        for group in with_needed(params.groups):
            model_input = group.model and not group.model.optional and group.model.input
            if model_input and model_input not in read:
                return "groups", f"the group of signals {group.name!r} {MISSING[model_input]}"
    for role, kinds in _KINDS.items():
        models = read.get(role, ())  # or the name of a file
        if any(not isinstance(model, str) and model.kind not in kinds for model in models):
            return (
                "reads",
                f"asks as {role} a classifier that is not of `kind: {' or '.join(kinds)}`",
            )
    if params.good != GOOD and (wrong := _without_good(params, read)):
        return "good", wrong
    return None


# What kinds of classifier may be asked, by input.
_KINDS = {
    CLASSIFIER: ("regression", "fasttext"),
    TOPIC: ("regression", "fasttext"),
    "opinion": ("regression",),
    "importance": ("importance",),
}
