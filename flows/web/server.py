"""The local server: the pages of a store, on this machine alone, read only but for judgements."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from flows.report.words.language import Language, languages
from flows.web.address import HOST, PORT, STORE
from flows.web.page import Answer, Page, Question, render
from flows.web.registry import PAGES
from pipeline.errors import TahonaError, UsageError
from pipeline.store.store import Store

LOCAL = ["127.0.0.1", "localhost"]  # a page of another site may have its name lead here
LARGEST = 2**20  # bytes of a form
END = 5  # seconds that answers under way have when the server ends
_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "content-security-policy": "frame-ancestors 'none'",  # which a page can't set itself
}


class Web:
    """Serves the pages of a store from a thread of its own, until the block ends.

    At `port` of the loopback address; without one at the usual, or any that is free where that is taken.
    Raises UsageError where the requested port is taken.
    """

    def __init__(
        self, store: Store, port: int | None = None, pages: tuple[Page, ...] = PAGES
    ) -> None:
        self._listener = _listen(port)
        self.address = f"http://{HOST}:{self._listener.getsockname()[1]}"
        config = Config(
            application(store, self.address, pages),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=END,
            server_header=False,
        )
        self._server = Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="pages", daemon=True
        )

    def __enter__(self) -> Web:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(END + 1)
        self._listener.close()


def _listen(port: int | None) -> socket.socket:
    for wanted in [PORT, 0] if port is None else [port]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, wanted))
            listener.listen()
        except OSError as error:
            listener.close()
            failed = error
        else:
            return listener
    raise UsageError(
        f"no pages can be served at {HOST}, port {port} ({failed}): choose another with --pages-port"
    ) from failed


def application(store: Store, address: str, pages: tuple[Page, ...]) -> Starlette:
    """All pages of a store; `address` is that of the server, from which alone judgements come."""

    async def first(request: Request) -> Response:
        question = Question(store, "", request.query_params, _language(request))
        return _response(render("first.html", question, "", pages=pages))

    async def served(request: Request) -> Response:
        return JSONResponse({STORE: store.url})

    async def missing(request: Request, _: Exception) -> Response:
        question = Question(store, "", request.query_params, _language(request))
        status = HTTPStatus.NOT_FOUND
        return _response(render("message.html", question, "", status, word="web.missing"))

    routes = [Route("/", first), Route(f"/{STORE}", served)]
    for page in pages:
        methods = ["GET", "POST"] if page.judge else ["GET"]
        answers = _answering(store, page, address)
        routes.append(Route(f"/{page.name}/{{path:path}}", answers, methods=methods))
        routes.append(Route(f"/{page.name}", _below(page)))
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL)],
        exception_handlers={HTTPStatus.NOT_FOUND.value: missing},
    )


def _below(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{page.name}/{query}")

    return endpoint


def _answering(store: Store, page: Page, address: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        fields: Mapping[str, str] = request.query_params
        answer, language = page.look, _language(request)
        if request.method == "POST":
            assert page.judge
            # A form on another site can be sent here, but not with this word of the browser.
            if request.headers.get("origin") not in _origins(address):
                return Response(status_code=HTTPStatus.FORBIDDEN)
            if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
                return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            sent = (await request.body()).decode(errors="replace")
            fields = dict(parse_qsl(sent, keep_blank_values=True))
            answer = page.judge
        path = str(request.path_params["path"])
        question = Question(store, path, fields, language)
        if any(step in {".", ".."} for step in path.split("/")) or "\\" in path or "\0" in path:
            return _response(_message(question, page, HTTPStatus.NOT_FOUND, "web.missing"))
        return _response(await run_in_threadpool(_guarded, answer, question, page))

    return endpoint


def _guarded(answer: Callable[[Question], Answer], question: Question, page: Page) -> Answer:
    """The answer, or the sentence with the reason why there is none."""
    try:
        return answer(question)
    except UsageError as error:
        return _message(question, page, HTTPStatus.BAD_REQUEST, None, str(error))
    except TahonaError as error:
        return _message(question, page, HTTPStatus.SERVICE_UNAVAILABLE, None, str(error))
    except Exception as error:
        failed = question.told(traceback.format_exc())
        logging.getLogger(__name__).error("the page %s failed\n%s", page.name, failed)
        text = f"{type(error).__name__}: {error}"
        return _message(question, page, HTTPStatus.INTERNAL_SERVER_ERROR, None, text)


def _message(
    question: Question, page: Page, status: HTTPStatus, word: str | None, text: str = ""
) -> Answer:
    text = question.language.quoted("failure", question.told(text)) if text else ""
    return render("message.html", question, page.name, status, word=word, text=text)


def _response(answer: Answer) -> Response:
    headers = {**_HEADERS, "location": answer.location} if answer.location else _HEADERS
    return Response(answer.body, answer.status, headers, answer.media)


def _origins(address: str) -> set[str]:
    port = address.rpartition(":")[2]
    return {f"http://{host}:{port}" for host in LOCAL}


def _language(request: Request) -> Language:
    """That of `?lang=`, else the first of the browser's that there is, else the first."""
    by_code: dict[str, Any] = {language.code: language for language in languages()}
    codes = [request.query_params.get("lang", "")]
    accepted = request.headers.get("accept-language", "").split(",")
    codes += [word.partition(";")[0].partition("-")[0].strip().lower() for word in accepted]
    return next((by_code[code] for code in codes if code in by_code), languages()[0])
