"""The process that crawls sources, all of them in one loop, as it is ordered, and tells how each goes.

It runs beside the kernels so that what hangs or crashes there, a native parser say, ends no run. What was
stored by then is in the WARC files, from which the next run goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pipeline
from cleaning.crawl.frontier.topic import Topic
from cleaning.crawl.log.earlier import Earlier, next_number
from cleaning.crawl.log.log import ASIDE, REVISITS, Log
from cleaning.crawl.log.owner import Owned, take
from cleaning.crawl.log.state import State, remove
from cleaning.crawl.loop import SiteCrawl
from cleaning.crawl.net.addresses import Resolver
from cleaning.crawl.net.client import Client
from cleaning.crawl.net.download import Downloader, Pace
from cleaning.crawl.permission import write_origins
from cleaning.crawl.stage import CrawlSource
from pipeline.engines.process import Parent
from pipeline.errors import Stopped

Tell = Callable[..., None]

TICK = 0.5  # seconds between two lines of progress
SAVE = 1.0  # seconds between two commits of what is known
DYING = 2.5  # seconds in which the process of a killed run ends
TRAPS = 100  # that are remembered with what each kept out
HOSTS = 10  # out of scope, that are remembered with how many links lead there
ORIGINS = "origins.jsonl"  # what speaks for whole origins
NAMES = 64  # names that are looked up at once


def main() -> None:
    """Crawls the source of each order until it is ended; exit code 75 when stopped by a signal."""
    parent = Parent()
    asyncio.run(_serve(parent))


async def _serve(parent: Parent) -> None:
    loop, orders = asyncio.get_running_loop(), asyncio.Queue[Any]()
    loop.set_default_executor(ThreadPoolExecutor(NAMES, "names"))

    def listen() -> None:
        for order in parent.orders():
            loop.call_soon_threadsafe(orders.put_nowait, order)

    threading.Thread(target=listen, name="orders", daemon=True).start()
    crawls: dict[int, tuple[SourceCrawl, asyncio.Task[None]]] = {}

    def stop() -> None:
        for crawl, _ in crawls.values():
            crawl.save()
        os._exit(Stopped.exit_code)

    loop.add_signal_handler(signal.SIGTERM, stop)
    loop.add_signal_handler(signal.SIGINT, stop)
    while True:
        order = await orders.get()
        number = order["number"]
        if "stop" in order:
            if number in crawls:
                crawls[number][1].cancel()
            continue
        crawl = SourceCrawl(order, parent.tell)
        task = asyncio.create_task(crawl.run())
        task.add_done_callback(partial(_forget, crawls, number))
        crawls[number] = crawl, task


def _forget(crawls: dict[int, Any], number: int, _: Any) -> None:
    crawls.pop(number, None)


class CrawlError(Exception):
    """The crawl can't begin, or is another's; one clause that says why."""


class NothingStored(Exception):
    """No page could be had of the source now; what became of each seed."""


class SourceCrawl:
    """The crawl of one source, from its order to its `result.json`."""

    def __init__(self, order: dict[str, Any], tell: Tell) -> None:
        self.number = order["number"]
        self.folder = Path(order["scratch"])
        what, pace = dict(order["params"]), dict(order["context"])
        self.name, self.edition = what.pop("name"), what.pop("edition")
        self.mapped = pace.pop("resolve", {})
        self.earlier = order.get("earlier", [])
        self.model: str | None = order.get("model")
        self.source = CrawlSource.model_validate({**what, **pace})
        self.site: SiteCrawl | None = None
        self._owned: int | None = None
        self._tell = tell

    def tell(self, **line: Any) -> None:
        """Tells a line of this source."""
        self._tell(number=self.number, **line)

    async def run(self) -> None:
        """Crawls to the end and tells so, or what went wrong."""
        try:
            await self._crawl()
            self.tell(done=True)
        except CrawlError as error:
            self.tell(error=str(error))
        except NothingStored as error:
            self.tell(nothing=str(error))
        except (OSError, sqlite3.OperationalError) as error:
            self.tell(
                error=f"the crawl could not write its files: {error}; make room and run again"
            )
        except sqlite3.DatabaseError as error:
            remove(self.folder)
            self.tell(
                error=f"the state of the crawl was damaged ({error}); run again to make it anew from its files"
            )
        except asyncio.CancelledError:
            self.save()
            self.tell(stopped=True)
        except Exception as error:
            self.tell(
                error=f"the crawl of source {self.name} broke ({type(error).__name__}: {error}); "
                "run again to go on from what is stored"
            )
            raise
        finally:
            if self.site:  # SQLite waits for the disk, and so would all others
                await asyncio.to_thread(self.site.close)
            if self._owned is not None:
                os.close(self._owned)

    def save(self) -> None:
        """Commits what is known; what is in flight is given up."""
        if self.site:
            self.site.save()

    async def _crawl(self) -> None:
        contact = self.source.contact
        agent = self.source.user_agent or default_agent(contact)
        self._owned = await _own(self.folder, self.name, self.tell)
        state, log, earlier = await self._open(agent)
        topic = self._topic()
        client = Client(Resolver(self.mapped, self.source.allow_private), _headers(agent, contact))
        web = Downloader(client, Pace(self.source.delay), self.source.timeout)
        self.site = site = SiteCrawl(
            self.source, agent, self.folder, log, state, web, earlier, topic
        )
        ticking = asyncio.create_task(self._tick(site))
        try:
            await site.run()
        finally:
            ticking.cancel()
            client.close()
        site.save()
        seeds = site.account.seeds
        closed = not log.pages and len(site.account.closed) == len(seeds)
        if not log.pages and not closed:  # it may be had another time
            log.remove()
            remove(self.folder)
            raise NothingStored("; ".join(f"{seed}: {why}" for seed, why in seeds.items()))
        self._write_result(site, dict(seeds) if closed else {})

    def _topic(self) -> Topic | None:
        focus = self.source.focus
        if focus is None or self.model is None:
            return None
        try:
            return Topic(self.model, focus.label, focus.least)
        except ValueError as error:
            raise CrawlError(
                f"source {self.name} has a focus that can't be used: {error}"
            ) from None

    async def _open(self, agent: str) -> tuple[State, Log, Earlier]:
        """Opens the log and the earlier edition, which may be long to read, and gives signs of life meanwhile."""

        def open_all() -> tuple[State, Log, Earlier]:
            info = _describe(self.name, self.edition, agent, self.source)
            state = State(self.folder)
            first = next_number(self.earlier)
            log = Log(self.folder, self.name, self.source.warc_bytes, info, state, first)
            return state, log, Earlier(self.earlier, state)

        opening = asyncio.ensure_future(asyncio.to_thread(open_all))
        while not opening.done():
            self.tell(idle=0)
            await asyncio.wait([opening], timeout=TICK)
        return opening.result()

    async def _tick(self, site: SiteCrawl) -> None:
        """Says how it goes, and commits what is known."""
        log, account, web = site.log, site.account, site.web
        alive, seen, saved = time.monotonic(), (-1, -1), time.monotonic()
        while True:
            if seen != (account.lines, web.attempts):
                alive, seen = time.monotonic(), (account.lines, web.attempts)
            idle = round(time.monotonic() - alive, 1)
            self.tell(
                pages=log.pages,
                idle=idle,
                waiting=len(site.frontier),
                failed=account.errors + account.counts["failed"],
                resting=site.frontier.resting(),
            )
            if time.monotonic() - saved >= SAVE:
                site.save()
                saved = time.monotonic()
            await asyncio.sleep(TICK)

    def _write_result(self, site: SiteCrawl, closed: dict[str, str]) -> None:
        log, account = site.log, site.account
        carried = site.earlier.carried(self.folder)
        warc = [[self.name, name, responses] for name, responses in carried]
        for path, responses in zip(log.files.paths, log.responses, strict=True):
            # One that says only what is as it was is none of the pages.
            empty = self.earlier and not responses
            warc.append(["log=notes" if empty else self.name, path.name, responses])
        for name, side in ((ASIDE, log.aside), (REVISITS, log.revisits)):
            pairs = zip(side.paths, side.counts, strict=True)
            warc += [[f"log={name}", path.name, responses] for path, responses in pairs]
        lines = write_origins(self.folder / ORIGINS, log, site.earlier)
        warc.append(["log=origins", ORIGINS, lines])
        recrawl = {"recrawl": dict(site.earlier.counts)} if self.earlier else {}
        result = {
            "warc": warc,
            "lines": account.lines,
            "documents": account.documents(),
            "figures": {
                "pages": log.pages,
                "bytes": log.bytes,
                "status": {str(code): n for code, n in sorted(log.statuses.items())},
                "traps": dict(site.frontier.lost.most_common(TRAPS)),
                "hosts": site.web.hosts(),
                **({"topic": site.topic.counts} if site.topic else {}),
                **({"unread": unread} if (unread := site.reading.unread) else {}),
                **recrawl,
                **({"closed": closed} if closed else {}),
                **({"elsewhere": hosts} if (hosts := account.elsewhere(HOSTS)) else {}),
                "rights": dict(site.reservations.refusals) if site.reservations else {},
            },
        }
        unfinished = self.folder / "result.json.part"
        unfinished.write_text(json.dumps(result))
        unfinished.replace(self.folder / "result.json")


def default_agent(contact: str | None) -> str:
    """The user agent of a source that names none."""
    whose = f"+{contact}; " if contact else ""
    agent = f"{whose}crawler for text corpora; its name in robots.txt is Tahona"
    return f"Tahona/{pipeline.__version__} ({agent})"


def _headers(agent: str, contact: str | None) -> dict[str, str]:
    mail = {"From": contact} if contact and "://" not in contact else {}  # RFC 9110, 10.1.2
    return {
        **mail,
        "User-Agent": agent,
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1",
        "Accept-Language": "es,ca;q=0.8,gl;q=0.8,eu;q=0.8,*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
    }


def _describe(name: str, edition: str, agent: str, source: CrawlSource) -> dict[str, str]:
    """The fields of the warcinfo record."""
    return {
        "software": f"Tahona {pipeline.__version__}",
        "format": "WARC file version 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": edition,
        "description": f"source {name}",
        "robots": "RFC 9309" if source.obey_robots else "ignored",
        "http-header-user-agent": agent,
    }


async def _own(folder: Path, name: str, tell: Tell) -> int:
    """Waits for the process of a killed run, which ends when it sees that it is alone; not for a living one."""
    begun = time.monotonic()
    while True:
        try:
            return take(folder)
        except Owned as owner:
            if time.monotonic() - begun > DYING:
                raise CrawlError(
                    f"source {name} is being crawled by another run ({owner}); run again when that has ended"
                ) from None
        tell(idle=0)
        await asyncio.sleep(TICK)


if __name__ == "__main__":
    main()
