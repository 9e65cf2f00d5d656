"""A page of the local server: a request of a browser about a store, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flows.report.pages.render import environment
from flows.report.words.language import Language, languages
from flows.store.patterns import patterns
from pipeline import __version__
from pipeline.store.store import Store

# What the browser lets a page do: show itself and what it loads from here, without scripts.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'"
)


@dataclass(frozen=True)
class Question:
    """The request of a page: the path below its own, and the fields of the query or of the form that was sent."""

    store: Store
    path: str
    fields: Mapping[str, str]
    language: Language

    def told(self, said: str) -> str:
        """An error, which may quote an address or a name of a file, as a page shows it: personal data masked."""
        from cleaning.privacy.told import told  # a third of a second

        return str(told(said, patterns(self.store)))


@dataclass(frozen=True)
class Answer:
    """What a browser is sent; with a `location` to look there instead."""

    body: str | bytes
    status: HTTPStatus = HTTPStatus.OK
    media: str = "text/html; charset=utf-8"
    location: str | None = None


def elsewhere(location: str) -> Answer:
    """The answer to a judgement that was taken: another page of this server."""
    return Answer("", HTTPStatus.SEE_OTHER, location=location)


@dataclass(frozen=True)
class Page:
    """A page and all below it, at `/NAME/`; its title is the word `web.NAME`, what it is for `web.NAME.summary`.

    `look` answers what is looked at and changes nothing. `judge` takes a judgement, the only thing that the
    server writes; a page without one takes none. Both may raise a TahonaError, which the browser shows.
    """

    name: str
    look: Callable[[Question], Answer]
    judge: Callable[[Question], Answer] | None = None


def render(
    template: str,
    question: Question,
    page: str,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> Answer:
    """A page from a template in `templates/`, in the language of the request; `page` is its name, or ''."""

    def href(target: str, of: Language = question.language) -> str:
        here = f"?{urlencode({**question.fields, 'lang': of.code})}"  # the same, in that language
        return here if target == page else f"/reports/{target}{of.suffix}"

    text = environment("flows.web").get_template(template)
    body = text.render(
        {
            **context,
            "t": question.language,
            "page": page,
            "href": href,
            "languages_of_site": languages(),
            "policy": _POLICY,
            "referrer": "same-origin",  # without one a browser sends its own form without an origin
            "tahona": __version__,
        }
    )
    return Answer(body, status)
