"""Judging as a page: one document near a threshold at a time, good or bad; what follows from the answers below it."""

from __future__ import annotations

from typing import cast, get_args
from urllib.parse import quote, urlencode

from flows.judging.answers import Verdict
from flows.judging.judging import Judging, judged_recipes, who
from flows.web.page import Answer, Page, Question, elsewhere, render
from pipeline.errors import UsageError

NAME = "judge"


def look(question: Question) -> Answer:
    """The next document of a recipe; without one, the recipes."""
    if not question.path:
        recipes = judged_recipes(question.store)
        return render("judge.html", question, NAME, recipes=recipes)
    judging = _judging(question)
    left = judging.left()
    return render(
        "judging.html",
        question,
        NAME,
        recipe=judging.recipe,
        person=judging.person,
        stage=judging.stage,
        choices={stage: _address(question, judging, stage) for stage in judging.stages},
        left=len(left),
        document=judging.document(left[0]) if left else None,
        summary=judging.summary(),
    )


def judge(question: Question) -> Answer:
    """Takes a verdict, or the last one back."""
    judging, verdict = _judging(question), question.fields.get("verdict", "")
    if verdict == "undo":
        judging.undo()
    elif verdict in get_args(Verdict):
        id_, reason = (question.fields.get(name, "") for name in ("id", "reason"))
        judging.answer(id_, cast(Verdict, verdict), reason)
    else:
        raise UsageError(f"{verdict!r} is no verdict: good, bad, skip or undo")
    return elsewhere(_address(question, judging, judging.stage))


def _judging(question: Question) -> Judging:
    recipe = question.path.rstrip("/")
    if recipe not in judged_recipes(question.store):
        raise UsageError(f"no recipe {recipe} with a filter ran in {question.store.url}")
    person = question.fields.get("who", "").strip()[:80] or who()
    return Judging(question.store, recipe, person, question.fields.get("stage") or None)


def _address(question: Question, judging: Judging, stage: str) -> str:
    fields = {"lang": question.language.code, "who": judging.person}
    if len(judging.stages) > 1:
        fields["stage"] = stage
    return f"/{NAME}/{quote(judging.recipe)}/?{urlencode(fields)}"


PAGE = Page(NAME, look, judge)
