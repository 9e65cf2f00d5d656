"""The rules of a recipe: presets and rules of its own, as one list.

A recipe names a preset, or lists presets and rules; a rule with the name of an earlier one changes the
fields that it gives. Order matters: the first rule that a document breaks is the one that removed it.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import get_args

from cleaning.rules import (
    bne,
    c4,
    fineweb,
    fineweb2_es,
    gate,
    gopher,
    hplt,
    paragraphs,
    parity,
    spelling,
    tahona,
)
from cleaning.rules.actions import TAKES, refused
from cleaning.rules.rule import MEASURED, Action, Bounds, Rule
from pipeline.errors import WrongParameter

PRESETS: Mapping[str, tuple[Rule, ...]] = {
    "tahona": tahona.RULES,
    "spanish": tahona.RULES,  # as recipes call it that were written while it was the only one
    "gate": gate.RULES,
    "paragraphs": paragraphs.RULES,
    "gopher": gopher.RULES,
    "c4": c4.RULES,
    "c4-lines": c4.LINES,
    "fineweb": fineweb.RULES,
    "fineweb2-es": fineweb2_es.RULES,
    "bne": bne.RULES,
    "bne-lines": bne.LINES,
    "hplt": hplt.RULES,
    "spelling": spelling.RULES,
    **parity.PRESETS,
}

NEAR = 5  # names that are told in the place of one that is not known, where none is close
Rules = str | Sequence[str | Rule]


def resolve(rules: Rules) -> list[Rule]:
    """The rules in their order, presets spelled out and changes made.

    Raises WrongParameter, with its index, for an unknown preset, for a rule without a signal or a bound,
    for one that stands twice, and for one with the name of another that reads another signal.
    """
    by_name: dict[str, Rule] = {}
    places = _places(rules)
    for place, item in enumerate([rules] if isinstance(rules, str) else rules):
        inside = () if isinstance(rules, str) else (place,)
        if isinstance(item, str):
            if item not in PRESETS:
                names = ", ".join(sorted(PRESETS))
                raise WrongParameter(
                    f"there is no preset of rules {item!r}; there are: {names}", *inside
                )
            by_name.update({rule.name: rule for rule in PRESETS[item]})
        else:
            changes = {name: getattr(item, name) for name in item.model_fields_set}
            earlier = by_name.get(item.name)
            if places[item.name] != place:
                raise WrongParameter(f"the rule {item.name!r} is in the list twice", *inside)
            if earlier and earlier.signal != changes.get("signal", earlier.signal):
                raise WrongParameter(
                    f"the rule {item.name!r} is there already and reads {earlier.signal!r}: "
                    f"give the one that reads {item.signal!r} another name",
                    place,
                )
            by_name[item.name] = earlier.model_copy(update=changes) if earlier else item
    kept = [rule for rule in by_name.values() if not rule.off]
    for rule in kept:
        if wrong := refused(rule):
            key, message = wrong
            raise WrongParameter(message, places[rule.name], key)
        if "min" in TAKES[rule.action] and (
            not rule.signal or (rule.min is None and rule.max is None)
        ):
            # Perhaps it was to change one of a preset.
            presets = [r.name for r in kept if r is not rule and (r.name not in places or r.signal)]
            close = difflib.get_close_matches(rule.name, presets, n=1)
            hint = f": did you mean {close[0]!r}?" if close else ""
            needs = "a `min` or a `max`" if rule.signal else "a signal and a `min` or a `max`"
            raise WrongParameter(
                f"the rule {rule.name!r} needs {needs}{hint}",
                places[rule.name],
            )
        if rule.min is not None and rule.max is not None and rule.min > rule.max:
            raise WrongParameter(
                f"the rule {rule.name!r} has a `min` above its `max`: nothing would stay",
                places[rule.name],
            )
    return kept


def _places(rules: Rules) -> dict[str, int]:
    """Where in a list the rules stand that it writes itself; of two with one name, the first."""
    listed = () if isinstance(rules, str) else rules
    named = [(item.name, i) for i, item in enumerate(listed) if isinstance(item, Rule)]
    return dict(reversed(named))


def check_signals(
    rules: Rules, signals: Iterable[str], actions: Collection[Action] = get_args(Action)
) -> None:
    """Raises WrongParameter, with its index, where a rule reads a signal that is not among `signals`, those of
    documents, or, of a rule that cuts, none of a line or a paragraph; and where it does what is none of the `actions`.
    """
    of_documents, places = sorted(signals), _places(rules)
    for rule in resolve(rules):
        if rule.action not in actions:
            raise WrongParameter(
                f"the rule {rule.name!r} can't {rule.action} here, only {', '.join(actions)}",
                places[rule.name],
                "action",
            )
        names = list(MEASURED) if rule.action == "cut" else of_documents
        if rule.signal and rule.signal not in names:
            if close := difflib.get_close_matches(rule.signal, names, n=1):
                hint = f": did you mean {close[0]!r}?"
            else:
                near = difflib.get_close_matches(rule.signal, names, n=NEAR, cutoff=0)
                hint = f": the nearest of {len(names)} are {', '.join(near)}"
            raise WrongParameter(
                f"the rule {rule.name!r} reads {rule.signal!r}, which is no signal "
                f"{f'of a {rule.unit}' if rule.unit else 'here'}{hint}",
                *([places[rule.name]] if rule.name in places else []),
            )


def bounds(rules: Iterable[Rule]) -> list[Bounds]:
    """What of the rules decides a byte."""
    return [Bounds(**rule.model_dump(exclude={"source", "off"})) for rule in rules]
