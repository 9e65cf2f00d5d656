"""The local server: a store's reports as pages, on this machine alone, changed by nobody but a judge."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from flows.web.address import VARIABLE, address_of
from flows.web.page import Answer, Page, Question
from flows.web.registry import PAGES
from flows.web.server import Web
from pipeline.errors import UsageError
from pipeline.store.store import Store
from tests.flows.command import arguments, environment
from tests.processes import begin

judged: list[dict[str, str]] = []


def _look(question: Question) -> Answer:
    if question.path == "wrong":
        raise UsageError("there is no such document: give its id")
    return Answer(f"{question.path} {dict(question.fields)} {question.language.code}")


def _judge(question: Question) -> Answer:
    judged.append(dict(question.fields))
    return Answer("thanks")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    place = Store(tmp_path_factory.mktemp("web") / "store")
    place.check_writable()
    place.backend.write("reports/index.html", b"<h1>everything</h1>")
    place.backend.write("reports/index.es.html", b"<h1>todo</h1>")
    place.backend.write("reports/pan/index.html", b"<h1>pan</h1>")
    place.backend.write("reports/_state.json", b"{}")
    place.backend.write("secret.html", b"secret")
    return place


@pytest.fixture(scope="module")
def web(store: Store) -> Iterator[Web]:
    with Web(store, pages=(*PAGES, Page("tried", _look, _judge))) as server:
        yield server


def ask(web: Web, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
    """Status, text and headers; a path goes out as it is."""
    connection = HTTPConnection(web.address.removeprefix("http://"), timeout=600)
    method = "GET" if body is None else "POST"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers


def test_reports_are_its_pages_in_the_language_of_the_browser(web: Web) -> None:
    assert ask(web, "/reports/")[:2] == (200, "<h1>everything</h1>")
    assert ask(web, "/reports/", accept_language="es-ES,en;q=0.5")[1] == "<h1>todo</h1>"
    assert ask(web, "/reports/?lang=en", accept_language="es")[1] == "<h1>everything</h1>"
    assert ask(web, "/reports/pan/")[1] == "<h1>pan</h1>"
    status, _, headers = ask(web, "/reports")
    assert (status, headers["location"]) == (307, "/reports/")
    status, text, headers = ask(web, "/")
    assert status == 200 and '<a href="/reports/?lang=en">' in text
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    status, text, _ = ask(web, "/reports/none/index.es.html?lang=es")
    assert status == 404 and "No hay tal página" in text
    assert "No hay tal página" in ask(web, "/none?lang=es")[1]
    page = ask(web, "/trace/?what=nowhere.test&lang=en")[1]
    assert 'href="?what=nowhere.test&amp;lang=es"' in page, "another language asks the same"


@pytest.mark.parametrize(
    "path",
    [
        "/reports/../secret.html",
        "/reports/%2e%2e/secret.html",
        "/reports/..%2fsecret.html",
        "/reports/_state.json",
        "/reports/%00.html",
        "/reports//etc/hostname.html",
        "/secret.html",
    ],
)
def test_nothing_else_of_the_store_is_shown(web: Web, path: str) -> None:
    status, text, _ = ask(web, path)
    assert status == 404
    assert "secret" not in text


def test_a_page_answers_and_tells_an_error_in_its_sentence(web: Web) -> None:
    assert ask(web, "/tried/a/b?x=1")[:2] == (200, "a/b {'x': '1'} en")
    status, text, _ = ask(web, "/tried/wrong")
    assert status == 400 and "there is no such document: give its id" in text


def test_only_a_form_of_its_own_pages_is_a_judgement(web: Web) -> None:
    path, form = "/tried/", b"verdict=good&why="
    assert ask(web, "/reports/", form, origin=web.address)[0] == 405, "reports take no judgement"
    assert ask(web, path, form)[0] == 403
    assert ask(web, path, form, origin="https://example.org")[0] == 403
    assert not judged
    assert ask(web, path, b"x=" + b"y" * 2**20, origin=web.address)[0] == 413
    assert ask(web, path, form, origin=web.address)[:2] == (200, "thanks")
    assert judged == [{"verdict": "good", "why": ""}]


def test_it_hears_this_machine_alone_and_only_under_its_own_name(web: Web) -> None:
    assert ask(web, "/reports/", host="evil.example")[0] == 400, "a name that was led here"
    port = int(web.address.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(OSError):
        other.settimeout(2)
        other.connect((socket.gethostbyname(socket.gethostname()), port))
        other.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        if other.getsockname()[0].startswith("127."):
            raise OSError("this machine has no other address")


def test_a_run_links_to_the_pages_of_its_own_store_alone(
    web: Web, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, web.address)
    assert address_of(store) == web.address
    assert address_of(Store(tmp_path / "other")) is None
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:1")
    assert address_of(store) is None


def test_a_port_that_is_taken_is_said(web: Web, store: Store) -> None:
    with pytest.raises(UsageError, match="choose another with --pages-port"):
        Web(store, int(web.address.rpartition(":")[2]))


def test_serve_shows_a_store_without_prefect_until_it_is_asked_to_end(store: Store) -> None:
    words = ("serve", "--no-prefect", "--store", store.url, "--json")
    process = begin(
        arguments(*words),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr and process.stdout
    line = process.stderr.readline()
    address = line.split()[0]
    assert line == f"{address} shows {store.url}; Ctrl-C ends it\n"
    with urllib.request.urlopen(f"{address}/reports/", timeout=600) as response:
        assert response.read() == b"<h1>everything</h1>"
    process.send_signal(signal.SIGTERM)
    output, rest = process.communicate(timeout=600)
    assert (process.returncode, rest) == (0, "")
    assert json.loads(output) == {"pages": address, "store": store.url}
