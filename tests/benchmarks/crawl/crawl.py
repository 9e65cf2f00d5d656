"""Measures crawling: its rate on a fast site, many slow sources at once, memory when very many URLs are known.

A server in a process of its own answers for any host on loopback, delays are off. `ratio_scrapy`: pages a second
of `crawl` (robots.txt, links, WARC files, state on disk) over those of plain Scrapy (robots.txt, links, nothing
stored), both with 16 requests at once, by the server's clock from the first request to the last. `slow_100_over_1`:
seconds of a run with a hundred sources whose server takes its time over those of one. `rss_mb_10m`: largest memory of
a process that goes on with a crawl of ten million known URLs, all waiting, names ten thousand more and visits a
thousand; `add_us` microseconds for a URL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
WORDS = ["el", "pan", "de", "la", "tahona", "sube", "despacio", "en", "el", "horno", "de", "leña"]
AT_ONCE = 16


# The server


def html(number: int, pages: int) -> bytes:
    """A page of some 9 kB with 32 links to others, all of which can be reached from the first."""
    draw = random.Random(number)
    near = [(number * 7 + k) % pages for k in range(1, 31)]
    targets = [*near, number * 2 % pages, (number * 2 + 1) % pages]
    links = "".join(f'<li><a href="/p/{n}">página {n}</a></li>' for n in targets)
    prose = "".join(
        "<p>" + " ".join(draw.choice(WORDS) + str(draw.randrange(999)) for _ in range(60)) + "</p>"
        for _ in range(12)
    )
    return f"<html><head><title>{number}</title></head><body><ul>{links}</ul>{prose}</body></html>".encode()


class Pages(asyncio.Protocol):
    """Answers /p/N, waits before each answer, and tells at /cuenta how many it gave and in which time."""

    pages = 0
    wait = 0.0
    asked = 0
    first = last = 0.0
    known: dict[int, bytes]

    def connection_made(self, transport: Any) -> None:
        self.transport, self.heard = transport, b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            later = Pages.wait if path != "/cuenta" else 0
            asyncio.get_running_loop().call_later(later, self.answer, path)

    def answer(self, path: str) -> None:
        status, body = b"200 OK", b""
        if path == "/cuenta":
            body = json.dumps([Pages.asked, Pages.last - Pages.first]).encode()
            Pages.asked = 0
        elif path == "/" or path.startswith("/p/"):
            number = int(path[3:] or 0)
            body = Pages.known.get(number) or html(number, Pages.pages)
            Pages.known[number] = body
            Pages.first = time.monotonic() if not Pages.asked else Pages.first
            Pages.last = time.monotonic()
            Pages.asked += 1
        else:
            status = b"404 Not Found"
        head = (
            b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
        )
        self.transport.write(head % (status, len(body)) + body)


async def listen(pages: int, wait: float) -> None:
    Pages.pages, Pages.wait = pages, wait
    Pages.known = {n: html(n, pages) for n in range(pages)}
    server = await asyncio.get_running_loop().create_server(Pages, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(pages: int, wait: float = 0.0) -> Iterator[int]:
    """The port of a server in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(pages), str(wait)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def rate(port: int) -> tuple[int, float]:
    """How many pages the server gave since it was last asked, and how many a second."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/cuenta") as answer:
        asked, seconds = json.load(answer)
    return asked, asked / seconds


# The peer: runs in its own environment, and imports nothing of ours


def scrapy(folder: Path) -> None:
    """Plain Scrapy: follows all links of the site, obeys robots.txt, stores nothing."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.linkextractors import LinkExtractor

    port = int((folder / "port").read_text())

    class Site(scrapy.Spider):
        name = "site"
        start_urls = (f"http://127.0.0.1:{port}/p/0",)
        links = LinkExtractor()

        def parse(self, response: Any) -> Any:
            for link in self.links.extract_links(response):
                yield scrapy.Request(link.url)

    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS": AT_ONCE,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Site)
    process.start()
    print(json.dumps({}))


# Ours


def crawl(folder: Path, sources: dict[str, Any], port: int) -> float:
    """The seconds of a run of the stage over these sources, on a store of its own."""
    from cleaning.crawl.stage import Crawl
    from pipeline.run.runner import Runner
    from pipeline.store.store import Store

    params = Crawl.Params.model_validate({"edition": "medida", "sources": sources})
    hosts = {f"{name}.test": f"127.0.0.1:{port}" for name in sources}
    runner = Runner(Store(str(folder)))
    begun = time.monotonic()
    try:
        runner.run(Crawl(), params, {}, {"resolve": hosts})
    finally:
        runner.close()
    return time.monotonic() - begun


def against_scrapy(folder: Path, pages: int) -> dict[str, Any]:
    from tests.benchmarks.peers import peer

    with serving(pages) as port:
        (folder / "port").write_text(str(port))
        rates: dict[str, float] = {}
        if peer(__file__, "scrapy", folder) is not None:
            read, rates["scrapy"] = rate(port)
            assert read in (pages, pages + 1), f"Scrapy read {read} of {pages} pages"
        source = {
            "seeds": ["http://s.test/p/0"],
            "delay": 0,
            "concurrency": AT_ONCE,
            "max_pages": 2 * pages,
        }
        crawl(folder / "store", {"s": source}, port)
        read, rates["ours"] = rate(port)
        assert read == pages, f"we read {read} of {pages} pages"
    ratio = rates["ours"] / rates["scrapy"] if "scrapy" in rates else None
    return {
        "ratio_scrapy": ratio and round(ratio, 2),
        "pages_s": round(rates["ours"]),
        "pages_s_scrapy": rates.get("scrapy") and round(rates["scrapy"]),
        "pages": pages,
    }


def slow(folder: Path, pages: int, wait: float) -> dict[str, Any]:
    with serving(pages, wait) as port:
        seconds = {}
        for count in (1, 100):
            sources = {
                f"s{n}": {"seeds": [f"http://s{n}.test/p/0"], "delay": 0, "sitemaps": False}
                for n in range(count)
            }
            seconds[count] = crawl(folder / f"slow{count}", sources, port)
    return {
        "slow_100_over_1": round(seconds[100] / seconds[1], 2),
        "slow_1_s": round(seconds[1], 1),
        "slow_100_s": round(seconds[100], 1),
    }


def known(folder: Path, urls: int) -> None:
    """Fills the state of a crawl as its frontier would, but in bulk; those that are named again by their keys."""
    from cleaning.crawl.log.state import State, url_key

    folder.mkdir()
    state = State(folder)
    asked = [(url_key(known_url(n, urls)),) for n in range(1, NAMED, 2)]
    state.many("INSERT OR IGNORE INTO urls VALUES (?, 1, 0, NULL, NULL)", asked)
    for at in range(0, urls, 1_000_000):
        numbers = (
            f"WITH RECURSIVE t(n) AS (SELECT {at} UNION ALL SELECT n + 1 FROM t"
            f" WHERE n + 1 < {min(urls, at + 1_000_000)})"
        )
        state.execute(f"INSERT INTO urls {numbers} SELECT random(), 1, 0, NULL, NULL FROM t")
        state.execute(
            f"INSERT INTO queue {numbers} SELECT n, {1 + at // 1_000_000}, 's.test',"
            " 'http://s.test/a/' || (n % 977) || '/p-' || n, 1, 'page', 'http://s.test/', 0, NULL, 0,"
            " random(), n % 977, 7 FROM t"
        )
        state.commit()
    said = {"added": urls, "taken": 0, "kinds": {"page": urls}, "lost": {}, "seconds": 0}
    state.put("frontier", said)
    state.commit()
    state.close()


NAMED = 20_000  # URLs that are named once more, every second one of which is known


def known_url(n: int, urls: int) -> str:
    """One of the URLs that are known."""
    number = n * 37 % urls
    return f"http://s.test/a/{number % 977}/p-{number}"


def going_on(folder: Path) -> None:
    """Goes on with such a crawl: prints the largest memory of this process, and the time for a URL."""
    from cleaning.crawl.frontier.account import Account
    from cleaning.crawl.frontier.entry import Entry
    from cleaning.crawl.frontier.frontier import Frontier
    from cleaning.crawl.log.log import Log
    from cleaning.crawl.log.state import State
    from cleaning.crawl.stage import CrawlSource
    from cleaning.web.urls import Scope

    source = CrawlSource(seeds=["http://s.test/"], max_pages=100_000_000)
    state = State(folder)
    log, account = Log(folder, "s", 1 << 30, {}, state), Account(folder, state)
    frontier = Frontier(source, Scope(source.seeds, "host"), log, account, state, {})
    begun, size = time.monotonic(), len(frontier)
    for page in range(NAMED // 100):
        links = range(page * 100, page * 100 + 100)  # every second one is known
        frontier.add_all(Entry(known_url(n, size), 3) for n in links if n % 2)
        frontier.add_all(Entry(f"http://s.test/b/{n % 977}/p-{n}", 3) for n in links if not n % 2)
    seconds = time.monotonic() - begun
    assert len(frontier) == size + NAMED // 2, len(frontier) - size
    for _ in range(1000):
        entry = frontier.take(lambda _: True, lambda _: 0.0)
        assert entry
        account.stored(entry, 200)
        frontier.done(entry)
    for part in (log, account, frontier):
        part.save()
    state.commit()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([round(rss), round(seconds / NAMED * 1e6, 1), size]))


def memory(folder: Path, urls: int) -> dict[str, Any]:
    known(folder / "known", urls)
    command = [sys.executable, __file__, "--going-on", str(folder / "known")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    rss, microseconds, waiting = json.loads(done.stdout)
    return {"rss_mb_10m": rss, "add_us": microseconds, "known": waiting}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", nargs=2)
    parser.add_argument("--going-on", type=Path)
    parser.add_argument("--peer", nargs=2)
    arguments = parser.parse_args()
    if arguments.peer:
        return scrapy(Path(arguments.peer[1]))
    sys.path.insert(0, str(ROOT))
    if arguments.serve:
        return asyncio.run(listen(int(arguments.serve[0]), float(arguments.serve[1])))
    if arguments.going_on:
        return going_on(arguments.going_on)
    quick = arguments.quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures: dict[str, Any] = {}
        for measured in (
            lambda: against_scrapy(folder, 400 if quick else 3000),
            lambda: slow(folder, 8 if quick else 20, 0.5 if quick else 1.0),
            lambda: memory(folder, 200_000 if quick else 10_000_000),
        ):
            figures |= measured()
            print(figures, file=sys.stderr)
    print(json.dumps({"benchmark": "crawl", "figures": figures}))


if __name__ == "__main__":
    main()
