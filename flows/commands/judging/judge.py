"""`tahona judge RECIPE`: shows a person documents near the thresholds, and proposes thresholds from the answers."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaning.thresholds.near import NEAR, Near
from flows.commands.runs.folder import write
from flows.judging.answers import Verdict
from flows.judging.judging import Document, Judging, who
from flows.recipe import recipe as recipes
from flows.store.place import existing_store
from pipeline.errors import UsageError

_KEYS: Mapping[str, Verdict] = {"g": "good", "b": "bad", "s": "skip"}
_ASKED = "g good, b bad, s skip, u undo, w why it is asked, q end; a reason may stand behind: "


def judge_recipe(
    given: str,
    store_url: str | None,
    person: str | None,
    to: Path | None,
    ask: bool,
    stage: str | None = None,
) -> dict[str, Any]:
    """Shows documents until none is left or the person ends (only with `ask`), and sums up all answers.

    `stage`: that whose thresholds are judged, where several have some.

    `to`: a new folder, which gets the judged texts as `good.jsonl` and `bad.jsonl`. Raises UsageError where the
    recipe did not run.
    """
    if person is not None and not person.strip():
        raise UsageError("--who is empty: give the name of who judges, or leave it out")
    store = existing_store(store_url)
    recipe = recipes.read(given)
    judging = Judging(store, recipe.name, person or who(), stage)
    stage, others = judging.stage, [name for name in judging.stages if name != judging.stage]
    which = f"the thresholds of {stage}; --stage takes those of {', '.join(others)}"
    if ask:
        if others:
            print(which, file=sys.stderr)
        _converse(judging)
    answer = {"recipe": recipe.name, "stage": stage, **judging.summary()}
    answer["left"] = len(judging.left())
    text = _summary(answer, given, stage, getattr(recipe.params.get(stage), "rules", []))
    text = [*[which] * bool(others), *text]
    if not judging.pool:
        text.append(
            "there is nothing to judge: no document that keeps all rules, or all but one, is near a threshold (within "
            f"{NEAR:.0%} of the distance from the tenth to the ninetieth percentile of all documents)"
        )
    if to is not None:
        if not answer["good"] or not answer["bad"]:
            raise UsageError("examples need a good and a bad document at least: judge some more")
        write(store, judging.examples(), to)
        answer["folder"] = str(to.absolute())
        text.append(f"examples for the stage classifier: {to}/good.jsonl, {to}/bad.jsonl")
    return {**answer, "text": text}


def _converse(judging: Judging) -> None:
    judging.store.check_writable()  # before a person reads for an answer that can't be kept
    while left := judging.left():
        document = judging.document(left[0])
        _show(document, len(left))
        while True:
            print(_ASKED, end="", file=sys.stderr, flush=True)
            if not (entry := sys.stdin.readline()):
                print(file=sys.stderr)
                return
            key, _, reason = entry.strip().partition(" ")
            if key == "q":
                return
            if key == "w":
                print(_why(document.near), file=sys.stderr)
            elif key == "u":
                if undone := judging.undo():
                    print(f"taken back: {undone.id}, {undone.verdict}", file=sys.stderr)
                break
            elif key in _KEYS:
                judging.answer(document.id, _KEYS[key], reason)
                break
            else:
                print(f"{key!r} is none of these letters", file=sys.stderr)


def _why(near: Near) -> str:
    side = "kept" if near.kept else "removed"
    return (
        f"{near.rule}: {near.value:.4g} against {near.threshold:.4g}, {side}; that is {100 * near.distance:.2g}% "
        "of the distance from the tenth to the ninetieth percentile of all documents"
    )


def _show(document: Document, left: int) -> None:
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    print("\n" + "-" * width, file=sys.stderr)
    size = f"{document.characters:,} characters, {document.domain}, {left:,} left"
    for answer in (document.title, document.url, f"{document.id}, {size}", ""):
        if answer or answer == "":
            print(answer, file=sys.stderr)
    for line in document.text.split("\n"):
        print("\n".join(textwrap.wrap(line, width)), file=sys.stderr)
    print(file=sys.stderr)


def _summary(summary: Mapping[str, Any], given: str, stage: str, rules: Any) -> list[str]:
    lines = [
        f"{summary['good']:,} good, {summary['bad']:,} bad, {summary['skipped']:,} skipped, "
        f"{summary['disputed']:,} disputed; {summary['left']:,} left for {summary['who']}"
    ]
    if agreement := summary["agreement"]:
        one, other = agreement["who"]
        kappa = "" if agreement["kappa"] is None else f", kappa {agreement['kappa']:.2f}"
        lines.append(
            f"{one} and {other} agree on {agreement['share']:.1%} of {agreement['of']:,}{kappa}"
        )
    if summary["good"] or summary["bad"]:
        lines.append(f"the rules on these hard ones: {_scores(summary)}")
    for proposal in summary["proposals"]:
        lines += [
            f"{proposal['rule']}: {proposal['bound']} {proposal['now']:.6g} -> {proposal['then']:.6g}",
            f"    now {_scores(proposal['before'])}",
            f"    then, each answer by what the others propose, {_scores(proposal['after'])}",
        ]
    if summary["proposals"]:
        changed = _changed(rules, summary["proposals"])
        lines.append(
            f"weigh them: tahona {stage} {given} --what-if --set '{stage}.rules={changed}'"
        )
    return lines


def _scores(of: Mapping[str, Any]) -> str:
    def share(of: Sequence[float | None]) -> str:
        value, low, high = of
        return "unknown" if value is None else f"{value:.3f} ({low:.3f} to {high:.3f})"

    return f"precision {share(of['precision'])}, recall {share(of['recall'])}"


def _changed(rules: Any, proposals: Sequence[Mapping[str, Any]]) -> str:
    """The rules of the recipe with the proposed bounds, as `--set` takes them."""
    listed = [rules] if isinstance(rules, str) else rules
    named = [
        rule if isinstance(rule, str) else rule.model_dump(exclude_unset=True, mode="json")
        for rule in listed
    ]
    own = {rule["name"]: rule for rule in named if isinstance(rule, dict)}
    for proposal in proposals:
        change = {proposal["bound"]: proposal["then"]}
        if proposal["rule"] in own:
            own[proposal["rule"]].update(change)
        else:
            named.append(own.setdefault(proposal["rule"], {"name": proposal["rule"], **change}))
    return json.dumps(named)
