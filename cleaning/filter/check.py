"""Whether the signals that the rules of `filter` read will be measured, and which domains no rule of them knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaning.filter.stage import Filter


def unmeasured(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter `rules` and what is wrong where one reads a signal of a group that is not measured."""
    annotations = read.get("signals", ())
    if params.rules == "spanish" or not annotations:  # which reads what is always measured
        return None
    from cleaning.rules.rule import signals_of
    from cleaning.rules.rules import resolve
    from cleaning.signals.signals import OF, with_needed

    measured = {group.name for a in annotations for group in with_needed(a.groups)}
    rules = [rule for rule in resolve(params.rules) if signals_of([rule])]
    lacking = {
        rule.name: group
        for rule in rules
        for signal in signals_of([rule])
        if signal in OF and (group := OF[signal].name) not in measured
    }
    if not lacking:
        return None
    groups = sorted({*lacking.values()})
    (first, group), *_ = lacking.items()
    return "rules", (
        f"the rule {first!r} reads a signal of the group {group!r}, which is not measured: "
        f"give annotate `groups: [{', '.join(groups)}]`"
    )


def unknown_domains(params: Filter.Params, above: Sequence[Any]) -> list[str]:
    """The domains of sources that no rule names, where rules name some: nothing of what these bring is for them."""
    from cleaning.rules.rules import resolve

    domains = {domain for rule in resolve(params.rules) for domain in rule.domains or ()}
    sources = {n: s for p in above for n, s in (getattr(p, "sources", None) or {}).items()}
    of_sources = {domain for s in sources.values() if (domain := getattr(s, "domain", None))}
    if not domains or not (others := sorted(of_sources - domains)):
        return []
    return [
        f"the rules have bounds of their own for {', '.join(sorted(domains))}; to the texts of {', '.join(others)} "
        "only those for all domains apply: give their sources the nearest of these names, or name them in the "
        "`domains` of a rule"
    ]
