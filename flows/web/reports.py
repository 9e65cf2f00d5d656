"""The reports of a store as pages: what `tahona run` and `tahona report` have written, read as it is."""

from __future__ import annotations

from http import HTTPStatus

from flows.report.site import FOLDER
from flows.web.page import Answer, Page, Question, render


def look(question: Question) -> Answer:
    """A page of the report; without a path, its first."""
    path = question.path or f"index{question.language.suffix}"
    if path.endswith("/"):
        path += f"index{question.language.suffix}"
    if path.endswith(".html"):  # other files beside the pages are internal to the report
        try:
            return Answer(question.store.backend.read(f"{FOLDER}/{path}"))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            pass
    word = "web.unwritten" if path.startswith("index.") else "web.missing"
    return render("message.html", question, "", HTTPStatus.NOT_FOUND, word=word)


PAGE = Page("reports", look)
