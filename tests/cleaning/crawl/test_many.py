"""Many sources in one loop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cleaning.crawl.log.log import Log
from cleaning.crawl.net import download
from cleaning.crawl.net.client import Client
from cleaning.crawl.net.download import Pace
from cleaning.crawl.process import SourceCrawl
from cleaning.crawl.stage import PACE, CrawlSource

SOURCES = 8


class Together(asyncio.Protocol):
    """Answers robots.txt at once, and pages when each source has asked for one: all in the same moment."""

    waiting: list[tuple[Any, str]]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode()
        if path == "/robots.txt":
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        self.waiting.append((self.transport, path))
        if len(self.waiting) == SOURCES:
            for transport, path in self.waiting:
                body = b'<a href="%d">pan</a>' % (int(path[1:]) + 1) if path < "/3" else b"fin"
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
                transport.write(head % len(body) + body)
            self.waiting.clear()


def test_a_source_is_asked_again_before_the_pages_of_all_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    get, write = Client.get, Log.write

    async def asking(client: Client, url: str, *rest: Any) -> Any:
        seen.append(("asked", url))
        return await get(client, url, *rest)

    def writing(log: Log, got: Any) -> None:
        seen.append(("read", got.url))
        write(log, got)

    monkeypatch.setattr(Client, "get", asking)
    monkeypatch.setattr(Log, "write", writing)

    async def crawl() -> None:
        Together.waiting = []
        server = await asyncio.get_running_loop().create_server(Together, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.gather(
            *(SourceCrawl(order(n, port), lambda **_: None).run() for n in range(SOURCES))
        )
        server.close()

    def order(n: int, port: int) -> dict[str, Any]:
        source = CrawlSource(seeds=[f"http://s{n}.test/1"], delay=0, sitemaps=False)
        pace = source.model_dump(include=set(PACE))
        scratch = tmp_path / str(n)
        scratch.mkdir()
        return {
            "number": n,
            "scratch": str(scratch),
            "params": {"name": f"s{n}", "edition": "1", **source.model_dump(exclude=set(PACE))},
            "context": {**pace, "resolve": {f"s{n}.test": f"127.0.0.1:{port}"}},
        }

    asyncio.run(crawl())
    assert len([url for what, url in seen if what == "read"]) == 3 * SOURCES
    second = [what for what, url in seen if (what, url[-1]) in {("read", "2"), ("asked", "3")}]
    assert second == ["read", "asked"] * SOURCES


def test_a_crawl_delay_counts_from_the_request_that_told_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(download, "time", SimpleNamespace(monotonic=lambda: 7.0))

    async def waits() -> tuple[float, float]:
        pace = Pace(0.1)
        await pace.turn("pan.test")
        pace.slow("pan.test", 5.0)
        slowed = pace.wait("pan.test")
        pace.slow("pan.test", 2.0)
        return slowed, pace.wait("pan.test")

    assert asyncio.run(waits()) == (5.0, 5.0)
