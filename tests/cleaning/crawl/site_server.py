"""A real HTTP server on loopback for the crawl's tests, and a crawl of it."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

from cleaning.crawl.crawl import crawl_source
from cleaning.crawl.stage import Crawl, Crawling
from pipeline.model.stage import Task, Work

HOST = "sitio.test"


@dataclass
class Answer:
    """What a path answers, `wait` seconds later; `raw` is written as it is in place of everything, then the
    line is cut. With `drip` the body comes so many bytes at a time, each a moment after the last.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str | None = "text/html; charset=utf-8"
    raw: bytes | None = None
    wait: float = 0.0
    drip: int = 0


Answers = Callable[[str], Answer | None]


class Gate:
    """Answers its first requests, and holds those after them until `most` is raised: a crawl can't end before."""

    def __init__(self, answers: Answers, most: float) -> None:
        self.answers, self.most = answers, most
        self._numbers = itertools.count(1)

    def __call__(self, path: str) -> Answer | None:
        number = next(self._numbers)
        while number > self.most:
            time.sleep(0.01)
        return self.answers(path)


@dataclass
class Site:
    """A running server: what it was asked (path, when), and where it listens."""

    port: int
    asked: list[tuple[str, float]]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serve(answers: Answers) -> Iterator[Site]:
    """Serves on a free port; a path without an answer is a 404."""
    requests: list[tuple[str, float]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            requests.append((self.path, time.monotonic()))
            answer = answers(self.path) or Answer(b"no hay nada", 404)
            time.sleep(answer.wait)
            etag = answer.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = Answer(status=304, headers={"ETag": etag}, media=None)
            if answer.raw is not None:
                self.wfile.write(answer.raw)
                self.close_connection = True
                return
            self.send_response(answer.status)
            length = {} if answer.status == 304 else {"Content-Length": str(len(answer.body))}
            headers = {**length, **answer.headers}
            if answer.media:
                headers["Content-Type"] = answer.media
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            step = answer.drip or len(answer.body) or 1
            for at in range(0, len(answer.body), step):
                self.wfile.write(answer.body[at : at + step])
                time.sleep(0.05 if answer.drip else 0)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a crawler that hangs up is no error of the server

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Site(server.server_port, requests)
    finally:
        server.shutdown()
        server.server_close()


def page(*links: str, text: str = "", head: str = "") -> bytes:
    anchors = "".join(f'<p><a href="{link}">enlace</a> {text}</p>' for link in links)
    return f"<html><head>{head}</head><body>{text}{anchors}</body></html>".encode()


def files_of(root: Path, old: str) -> Answers:
    """The files of an unpacked site, with its own address replaced by HOST's."""

    def answer(path: str) -> Answer | None:
        file = root / urlsplit(path).path.lstrip("/")
        if file.is_dir():
            file = file / "index.html"
        if not file.is_file():
            return None
        kinds = {".html": "text/html", ".xml": "application/xml", ".txt": "text/plain"}
        media = kinds.get(file.suffix, "application/octet-stream")
        return Answer(
            file.read_bytes().replace(old.encode(), f"http://{HOST}".encode()), media=media
        )

    return answer


def task_for(site: Site | None, **source: Any) -> Task:
    """The one task of a crawl of `sitio`, at once and without delay where nothing else is asked."""
    source = {"seeds": [f"http://{HOST}/"], "delay": 0, "concurrency": 4, "timeout": 600, **source}
    params = Crawl.Params.model_validate({"edition": "prueba", "sources": {"sitio": source}})
    context = {"resolve": {HOST: site.address}} if site else {}
    (task,) = next(Crawl().plan(params, {}, context)).tasks
    return task


def work_for(task: Task, folder: Path, **more: Any) -> Work[Crawling]:
    out, scratch = folder / "out", folder / "scratch"
    out.mkdir(parents=True, exist_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    for file in out.iterdir():
        file.unlink()
    assert isinstance(task.params, Crawling)
    return Work(task.params, dict(task.context), {}, out, scratch, **more)


@dataclass
class Crawled:
    """A finished crawl: the log's line of each path, the records of each path, and the work."""

    work: Work[Crawling]
    lines: dict[str, dict[str, Any]]
    records: dict[str, list[tuple[Any, bytes]]]
    aside: dict[str, list[tuple[Any, bytes]]]  # those of the part log=truncated

    def outcome(self, path: str) -> str | None:
        return self.lines.get(path, {}).get("outcome")

    def urls(self) -> set[str]:
        return set(self.records)


def crawl(folder: Path, task: Task, **more: Any) -> Crawled:
    work = work_for(task, folder, **more)
    crawl_source(work)
    return read(work)


def read(work: Work[Crawling]) -> Crawled:
    """Reads what a crawl gave; the paths are those of URLs of HOST, whole URLs of other hosts."""
    lines = [json.loads(line) for line in (work.folder / "crawl.jsonl").read_text().splitlines()]
    records: dict[str, list[tuple[Any, bytes]]] = {}
    aside: dict[str, list[tuple[Any, bytes]]] = {}
    for part, name, rows in work.outputs:
        if part == "log":
            assert rows == len(lines)
        if not name.endswith(".warc.gz"):
            continue
        responses = 0
        with (work.folder / name).open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                body = record.raw_stream.read()
                if record.rec_type == "response":
                    responses += 1
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    among = aside if part == "log=truncated" else records
                    among.setdefault(_path(url), []).append((record, body))
        assert rows == responses
    return Crawled(work, {_path(line["url"]): line for line in lines}, records, aside)


def _path(url: str) -> str:
    return url.removeprefix(f"http://{HOST}")
