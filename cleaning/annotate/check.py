"""What is known beforehand of the labels that documents will bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaning.annotate.stage import Annotate
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
