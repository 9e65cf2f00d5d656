"""What a rule may say by its action, and what of it the action can't be done by."""

from __future__ import annotations

from collections.abc import Mapping

from cleaning.privacy.patterns.own import check_patterns
from cleaning.rules.rule import LISTED, Action, Rule

# Beside the documents that it applies to.
TAKES: Mapping[Action, tuple[str, ...]] = {
    "drop": ("signal", "min", "max"),
    "tag": ("signal", "min", "max"),
    "cut": ("signal", "min", "max", "unit", "words"),
    "mask": ("personal", "pattern"),
    "sample": ("signal", "rate"),
}
_SAID = tuple(dict.fromkeys(key for keys in TAKES.values() for key in keys))


def refused(rule: Rule) -> tuple[str, str] | None:
    """The key of a rule that its action can't use, or that says too little for it, and a sentence."""
    named, takes = f"the rule {rule.name!r}, whose action is {rule.action},", TAKES[rule.action]
    for key in _SAID:
        if key not in takes and getattr(rule, key) not in (None, ""):
            return key, f"{named} has no use for `{key}`: it takes {', '.join(takes)}"
    if rule.action == "cut" and rule.unit is None:
        return "action", f"{named} needs a `unit`: line or paragraph"
    if rule.action == "cut" and (rule.signal == LISTED) != (rule.words is not None):
        return "signal", f"{named} counts `words` by the signal `{LISTED}`: give both or neither"
    if several := [word for word in rule.words or () if not _is_word(word)]:
        return "words", f"{named} counts words, and {several[0]!r} is not one word: no text has it"
    if rule.action == "mask" and (rule.personal is None) == (rule.pattern is None):
        return "action", f"{named} needs `personal`, kinds of personal data, or a `pattern`"
    if rule.action == "sample" and rule.rate is None and not rule.signal:
        return "action", f"{named} needs a `rate`, a signal from 0 to 1, or both"
    if rule.pattern is not None:
        try:
            check_patterns({rule.name: rule.pattern})
        except ValueError as error:
            return "pattern", str(error)
    return None


def _is_word(text: str) -> bool:
    """Whether a text is one word, as texts are divided into words."""
    from cleaning.text.batch import Batch

    batch = Batch([text])
    return [(0, len(text))] == list(zip(batch.word_start, batch.word_end, strict=True))
