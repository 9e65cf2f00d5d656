"""Finds documents by address, id, host or text, and follows one through the store; nothing is written."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flows.report.site import DATASETS, FOLDER
from flows.web.page import Answer, Page, Question, render
from pipeline.errors import UsageError
from pipeline.model.about import named

# The commands of the same subject are above the pages, and import heavy libraries.
_DOCUMENT = "flows.commands.questions.trace:trace_document"
_TEXT = "flows.commands.questions.find:trace_text"
LONGEST = 4000  # characters of a text that is looked for


def look(question: Question) -> Answer:
    """The form, and below it what was found of `what` (an address, an id, a host) or of `text`."""
    what, text = (question.fields.get(name, "").strip() for name in ("what", "text"))
    result: dict[str, Any] = {}
    wrong = ""
    try:
        if text:
            result = named(_TEXT)(text[:LONGEST], what or None, question.store.url)
        elif what:
            result = named(_DOCUMENT)(what, question.store.url)
    except UsageError as error:  # it is nowhere: the form stays, for another try
        wrong = str(error)
    return render(
        "trace.html",
        question,
        PAGE.name,
        HTTPStatus.NOT_FOUND if wrong else HTTPStatus.OK,
        what=what,
        text=text,
        answer=result,
        wrong=wrong,
        page_of=lambda dataset: f"/{FOLDER}/{DATASETS}/{dataset}{question.language.suffix}",
    )


PAGE = Page("trace", look)
