"""Rules over signals, as a linguist reads them: a name, a signal, the least or the most it may be.

A recipe names a preset, or lists presets and rules; a rule with the name of an earlier one changes the
fields that it gives. Order matters: the first rule that a document breaks is the one that removed it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import WrongParameter


class Rule(BaseModel):
    """A document breaks the rule when its signal is below `min` or above `max` (equal is kept).

    `languages` and `domains` say to which documents it applies (None: all), `web_only` that it is for web
    pages: what an archive of a crawl gave, and whatever is of the domain `web`. A signal without a
    value breaks no rule. `source` says where the constant is from; `off` takes a rule of a preset out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    signal: str = ""
    min: float | None = Field(None, allow_inf_nan=False)
    max: float | None = Field(None, allow_inf_nan=False)
    languages: tuple[str, ...] | None = Field(None, min_length=1)
    domains: tuple[str, ...] | None = Field(None, min_length=1)
    web_only: bool = False
    source: str = ""
    off: bool = False


Rules = str | Sequence[str | Rule]

GOPHER = "Gopher, Rae et al. 2021, arXiv 2112.11446, appendix A"
FINEWEB2 = "FineWeb-2, configs/spa_Latn.yml"
CURATOR = "NeMo Curator, heuristic_filter_non_english_pipeline.yaml"
BNE = "PlanTL corpus-cleaner, pre_filterer.py"
OURS = "Tahona, between the project's Spanish prose of six registers and machine-made pages"

# What extract asks of the fast text of a page before it extracts precisely.
GATE: tuple[Rule, ...] = (
    Rule(name="empty", signal="characters", min=1),
    Rule(name="not_text", signal="unreadable", max=0.05, source=OURS),
    Rule(name="soft_404", signal="error_page", max=0),
    Rule(name="short", signal="characters", min=200),
)

# The published rules for Spanish, mended: end marks include » ” " ' … and stand inside brackets; words
# are no punctuation and stop words know no case, so ¿Qué and De count; a run that occurs once repeats
# nothing; the length and the line shape of web pages are not asked of laws and novels.
SPANISH: tuple[Rule, ...] = (
    Rule(name="soft_404", signal="error_page", max=0),
    Rule(name="unreadable", signal="unreadable", max=0.01, source=OURS),
    Rule(name="language_unsure", signal="language_p", min=0.5, languages=("es",), source=OURS),
    Rule(name="short", signal="words", min=50, source=GOPHER),
    Rule(name="long", signal="words", max=100_000, web_only=True, source=GOPHER),
    Rule(name="word_length", signal="mean_word_length", min=3, max=14, source=FINEWEB2),
    Rule(name="long_word", signal="longest_word", max=1000, source=CURATOR),
    Rule(name="alphabetic_words", signal="alphabetic_words", min=0.8, web_only=True, source=GOPHER),
    Rule(
        name="latin_script",
        signal="latin",
        min=0.8,
        source="BNE asks for a Latin text; the share is ours",
    ),
    Rule(name="stop_words", signal="stop_words", min=2, source=FINEWEB2),
    Rule(name="keyword_stuffing", signal="keyword_density", max=0.6, source=OURS),
    Rule(
        name="few_function_words",
        signal="stop_word_share",
        min=0.08,
        languages=("es",),
        web_only=True,
        source=OURS,
    ),
    Rule(name="repeated_text", signal="duplicate_10grams", max=0.8, source=OURS),
    Rule(name="small_vocabulary", signal="vocabulary", min=2, source=OURS),
    Rule(name="no_sentences", signal="words_per_sentence", max=400, web_only=True, source=OURS),
    Rule(
        name="duplicate_lines", signal="duplicate_lines", max=0.252, web_only=True, source=FINEWEB2
    ),
    Rule(
        name="duplicate_line_characters",
        signal="duplicate_line_characters",
        max=0.1,
        web_only=True,
        source=FINEWEB2,
    ),
    *(
        Rule(name=f"top_{n}gram", signal=f"top_{n}gram", max=most, web_only=True, source=FINEWEB2)
        for n, most in ((2, 0.156), (3, 0.14), (4, 0.125))
    ),
    *(
        Rule(
            name=f"duplicate_{n}grams",
            signal=f"duplicate_{n}grams",
            max=most,
            web_only=True,
            source=FINEWEB2,
        )
        for n, most in ((5, 0.145), (6, 0.136), (7, 0.127), (8, 0.117), (9, 0.108), (10, 0.099))
    ),
    Rule(name="end_marks", signal="end_mark_lines", min=0.182, web_only=True, source=FINEWEB2),
    Rule(name="lines_per_word", signal="lines_per_word", max=0.138, web_only=True, source=FINEWEB2),
    Rule(name="ellipsis_lines", signal="ellipsis_lines", max=0.3, source=GOPHER),
    Rule(name="bullet_lines", signal="bullet_lines", max=0.9, web_only=True, source=GOPHER),
    Rule(name="hashes", signal="hashes_per_word", max=0.1, web_only=True, source=GOPHER),
    Rule(name="ellipses", signal="ellipses_per_word", max=0.1, source=GOPHER),
    Rule(name="digits", signal="digits", max=0.15, web_only=True, source=CURATOR),
    Rule(name="uppercase", signal="uppercase", max=0.4, web_only=True, source=BNE),
    Rule(name="symbols", signal="symbols", max=0.1, source=OURS),
    Rule(name="urls", signal="urls_per_word", max=0.2, web_only=True, source=CURATOR),
    Rule(name="tags", signal="tags_per_word", max=0.05, web_only=True, source=OURS),
    Rule(name="code", signal="braces_per_word", max=0.05, web_only=True, source=OURS),
)

LANGUAGE = "language"  # the rule of `languages`, which is no rule over a signal

PRESETS: Mapping[str, tuple[Rule, ...]] = {"spanish": SPANISH, "gate": GATE}


def resolve(rules: Rules) -> list[Rule]:
    """The rules in their order, presets spelled out and changes made.

    Raises WrongParameter, with its index, for an unknown preset, for a rule without a signal or a bound,
    for one that stands twice, and for one with the name of another that reads another signal.
    """
    found: dict[str, Rule] = {}
    places = _places(rules)
    for place, item in enumerate([rules] if isinstance(rules, str) else rules):
        inside = () if isinstance(rules, str) else (place,)
        if isinstance(item, str):
            if item not in PRESETS:
                known = ", ".join(sorted(PRESETS))
                raise WrongParameter(
                    f"there is no preset of rules {item!r}; there are: {known}", *inside
                )
            found.update({rule.name: rule for rule in PRESETS[item]})
        else:
            given = {name: getattr(item, name) for name in item.model_fields_set}
            earlier = found.get(item.name)
            if places[item.name] != place:
                raise WrongParameter(f"the rule {item.name!r} stands twice in the list", *inside)
            if earlier and earlier.signal != given.get("signal", earlier.signal):
                raise WrongParameter(
                    f"the rule {item.name!r} is there already and reads {earlier.signal!r}: "
                    f"give the one that reads {item.signal!r} another name",
                    place,
                )
            found[item.name] = earlier.model_copy(update=given) if earlier else item
    kept = [rule for rule in found.values() if not rule.off]
    for rule in kept:
        if not rule.signal or (rule.min is None and rule.max is None):
            raise WrongParameter(
                f"the rule {rule.name!r} needs a signal and a `min` or a `max`", places[rule.name]
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


def check_signals(rules: Rules, signals: Iterable[str]) -> None:
    """Raises WrongParameter, with its index, where a rule reads a signal that is not among `signals`."""
    known, places = sorted(signals), _places(rules)
    for rule in resolve(rules):
        if rule.signal not in known:
            close = difflib.get_close_matches(rule.signal, known, n=1)
            hint = f": did you mean {close[0]!r}?" if close else f": choose from {', '.join(known)}"
            raise WrongParameter(
                f"the rule {rule.name!r} reads {rule.signal!r}, which is no signal here{hint}",
                *([places[rule.name]] if rule.name in places else []),
            )


def as_params(rules: Iterable[Rule]) -> list[dict[str, object]]:
    """What of the rules decides a byte, as JSON."""
    return [rule.model_dump(mode="json", exclude={"source", "off"}) for rule in rules]
