"""The crawl of one source: visits URLs until none is left, stores what answers, follows what it leads to."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import xxhash

from cleaning.crawl.frontier.account import Account
from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.frontier.frontier import Frontier
from cleaning.crawl.frontier.novelty import Novelty
from cleaning.crawl.frontier.topic import UNKNOWN, Topic, rank
from cleaning.crawl.links import Links, html_links, refreshed, text_links, xml_links
from cleaning.crawl.log.earlier import Earlier
from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State, url_key
from cleaning.crawl.net.addresses import Refused
from cleaning.crawl.net.download import Aborted, Downloader, Failed
from cleaning.crawl.net.exchange import Fetched, Noted
from cleaning.crawl.permission import Permissions
from cleaning.crawl.reading import Reading
from cleaning.crawl.reservations import Reservations
from cleaning.crawl.robots import Robots
from cleaning.crawl.stage import CrawlSource
from cleaning.rights.directives import read_header
from cleaning.rights.robots import product
from cleaning.rights.statement import Statement
from cleaning.web.http import TooLarge
from cleaning.web.media import media_kind
from cleaning.web.urls import Scope, host_of, normalise, origin

logger = logging.getLogger(__name__)

AT_ONCE = 64  # URLs, of different hosts
LOOK = 0.5  # seconds at most between two looks whether a host may be asked again
BUSY = frozenset({429, 503})  # statuses
GONE = frozenset({404, 410})
GIVE_UP = 5  # failures in a row after which a host is left alone
SITEMAP_BYTES = 52_428_800  # the limit of the sitemap protocol
_TEXT = frozenset({"html", "plain", "xml"})


class SiteCrawl:
    """One crawl: what the log holds already is taken from there, everything else from the web.

    So going on without a state is the same work from the seeds on, with no request for what was stored.
    """

    def __init__(
        self,
        source: CrawlSource,
        agent: str,
        folder: Path,
        log: Log,
        state: State,
        web: Downloader,
        earlier: Earlier,
        topic: Topic | None = None,
    ) -> None:
        self.source = source
        self.agent = agent
        self.log = log
        self.state = state
        self.web = web
        web.take(state.get("web", {}))
        self.earlier = earlier
        self.topic = topic
        if topic:
            topic.counts.update(state.get("topic", {}))
        self.account = account = Account(folder, state, earlier)
        seeds = [url for seed in source.seeds if (url := normalise(seed))]
        self.scope = Scope(seeds, source.scope, source.allow, source.deny)
        self.scope.hosts |= set(state.get("hosts", []))
        # A mapped host has one port, and that speaks one scheme: its seed's. So a mirror of an https
        # site can be crawled over plain http.
        mapped = web.client.resolver.mapped
        schemes = {host_of(s): urlsplit(s).scheme for s in seeds if host_of(s) in mapped}
        self.frontier = Frontier(source, self.scope, log, account, state, schemes)
        self.permissions = Permissions(source, agent, log, account, web, earlier, self._ruled)
        self.reservations = (
            Reservations(source.rights, agent, self.permissions) if source.rights else None
        )
        if self.reservations:
            self.reservations.refusals.update(state.get("refusals", {}))
        bits = folder / "novelty.bits"
        if state.fresh:
            bits.unlink(missing_ok=True)
        self._novelty = Novelty(bits)
        self.reading = Reading(folder)
        self._failures: Counter[str] = Counter()  # host -> failures since its last answer
        self._pages_in_flight = 0
        self._running: set[asyncio.Task[None]] = set()
        self._change = asyncio.Event()  # a URL is through
        self._broken: BaseException | None = None
        self.frontier.add_all(Entry(seed, seed=seed, listed=True) for seed in seeds)

    async def run(self) -> None:
        """Visits until nothing is left, and then what an earlier edition knew and this one was not led to.

        What is in flight when it is cancelled waits again in the next run.
        """
        await self._visit_all()
        if left := self.earlier.left():
            depth = self.source.max_depth
            self.frontier.add_all(Entry(url, depth, listed=True) for url in left)
            await self._visit_all()
        for got in self.log.undecided():  # what another order of discovery did not lead to
            if isinstance(got, Fetched):
                self.account.stored(Entry(got.url), got.status)
        self.account.finish()

    async def _visit_all(self) -> None:
        try:
            while self._start() or len(self.frontier):
                turn = self.frontier.next_turn()
                if not self._running:  # what waits rests, or came to its end: a trap, a limit
                    await asyncio.sleep(min(turn or 0.0, LOOK))
                    continue
                self._change.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(turn):
                        await self._change.wait()
                if self._broken:
                    raise self._broken
        finally:
            for task in self._running:
                task.cancel()
            self.permissions.close()

    def _start(self) -> bool:
        """Starts on all that may be asked for now; whether anything is under way."""
        while len(self._running) < AT_ONCE and (taken := self._take()):
            task = asyncio.create_task(self._turns(taken))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return bool(self._running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            self._broken = self._broken or task.exception()
        self._change.set()

    async def _turns(self, taken: tuple[Entry, bool] | None) -> None:
        """Visits a URL and then, as long as there is one, the next that may be asked for, in one go of the loop.

        Where the answers of many sources come in one moment, each is asked again when its own page was read, not when
        those of all were.
        """
        while taken:
            attempts = self.web.attempts
            await self._turn(*taken)
            if attempts == self.web.attempts:  # it came from the log: the others have their turn
                await asyncio.sleep(0)
            taken = self._take()
            self._start()
            self._change.set()

    def save(self) -> None:
        """Commits all that is known: what was in flight waits again when the crawl goes on."""
        self.log.save()
        self.account.save()
        self.frontier.save()
        self.earlier.save()
        self._novelty.save()
        self.state.put("web", self.web.save())
        if self.topic:
            self.state.put("topic", self.topic.counts)
        self.state.put("hosts", sorted(self.scope.hosts))
        if self.reservations:
            self.state.put("refusals", self.reservations.refusals)
        self.state.commit()

    def close(self) -> None:
        """Closes the files, without what was not saved."""
        self.log.close()
        self.account.close()
        self.reading.close()
        self.state.close()

    def _take(self) -> tuple[Entry, bool] | None:
        """The next URL, and whether it is counted as a page in flight."""
        entry = self.frontier.take(self._may_start, self.web.pace.wait)
        if entry is None:
            return None
        counted = self._needs_page(entry)
        self._pages_in_flight += counted
        return entry, counted

    def _needs_page(self, entry: Entry) -> bool:
        """Whether visiting this URL may use up one of `max_pages`."""
        return entry.url not in self.log

    def _may_start(self, entry: Entry) -> bool:
        full = self.log.pages + self._pages_in_flight >= self.source.max_pages
        return not (self._pages_in_flight and full and self._needs_page(entry))

    async def _turn(self, entry: Entry, counted: bool) -> None:
        try:
            await self._visit(entry)
        except Aborted as error:
            self.log.note(Noted(entry.url, error.outcome, error.status))
            self.account.decide(entry, error.outcome, error.status)
        except Refused as error:
            self.account.decide(entry, "address", reason=str(error), again=True)
        except Failed as error:
            self.account.decide(entry, "failed", reason=str(error), again=True)
        except (OSError, sqlite3.Error):  # the disk, not the page
            raise
        except Exception as error:
            from cleaning.privacy.told import told

            logger.error("%s", told(f"{entry.url} could not be read\n{traceback.format_exc()}"))
            self.account.decide(entry, "failed", reason=f"{type(error).__name__}: {error}")
        finally:
            self._pages_in_flight -= counted
        self.frontier.done(entry)

    async def _visit(self, entry: Entry) -> None:
        robots = await self.permissions.of(origin(entry.url))
        fetched = self.log.get(entry.url)
        same = isinstance(fetched, Noted) and fetched.outcome == "unchanged"
        if same:
            fetched = self.earlier.read(entry.url)
        if isinstance(fetched, Noted):
            self.account.decide(entry, fetched.outcome, fetched.status, fetched.reason)
            self._follow(entry, Links(pages=list(fetched.outlinks)))
            return
        if fetched is None and not robots.allows(entry.url):
            forbidden = robots.forbidden
            self.account.decide(entry, "robots", reason=forbidden, again=forbidden is not None)
            return
        statements = await self.reservations.before(entry.url, robots) if self.reservations else []
        if fetched is None and (reason := self._refusal(statements, at_hand=False)):
            self.account.decide(entry, "rights", reason=reason, statements=statements)
            return
        got = fetched or await self._fetch(entry)
        if fetched is None and (old := self.earlier.unchanged(got)):
            self.log.revisit(got, old)
            got, same = old, True
        links = self._read(entry, got)
        statements += self.reservations.of(got, links) if self.reservations else []
        is_page = got.is_success and entry.kind == "page"
        score = self.topic.score(links.texts) if self.topic and is_page else None
        if fetched is None and links.noindex:
            self._leave(entry, Noted(got.url, "noindex", got.status, links.pages), statements)
        elif fetched is None and (reason := self._refusal(statements, at_hand=True)):
            self._leave(
                entry, Noted(got.url, "rights", got.status, links.pages, reason), statements
            )
        elif same:
            self.account.decide(entry, "unchanged", got.status, statements=statements, score=score)
        elif got.truncated:
            self.log.set_aside(got)
            self._leave(
                entry,
                Noted(got.url, "truncated", got.status, links.pages, got.truncated),
                statements,
            )
        else:
            self._store(got)
            self.account.stored(entry, got.status, statements, score)
        target = self._redirect(entry, got)
        queued = self._follow(entry, links, UNKNOWN if score is None else score)
        if is_page:
            # What a kill left between the files and the state may have been read already.
            late = url_key(entry.url) in self.log.late
            new = not links.noindex and (self._novelty.of(links.texts) or late)
            self.frontier.visited(entry, new, queued, links.noindex)
        elif entry.kind == "page" and (300 <= got.status < 400 or got.status in GONE):
            self.frontier.led(entry, target)

    def _refusal(self, statements: Sequence[Statement], at_hand: bool) -> str | None:
        return self.reservations.refusal(statements, at_hand) if self.reservations else None

    def _leave(self, entry: Entry, noted: Noted, statements: Sequence[Statement]) -> None:
        """Fetched and not stored."""
        self.log.note(noted)
        self.account.decide(entry, noted.outcome, noted.status, noted.reason, statements)

    async def _fetch(self, entry: Entry) -> Fetched:
        host = host_of(entry.url)
        if self._failures[host] >= GIVE_UP:
            raise Failed(f"{host} did not answer, or was too busy, {GIVE_UP} times in a row")
        kinds = _TEXT | {"gzip"} if entry.kind == "sitemap" else _TEXT
        try:
            conditions = self.earlier.conditions(entry.url)
            got = await self.web.fetch(entry.url, self._most(entry), kinds, conditions)
        except Failed:
            self._failures[host] += 1
            raise
        # Who says to all that it is too much is asked no more, or it would be asked for each page thrice. Without the
        # header it may be these pages that break.
        busy = got.status in BUSY and got.header("retry-after")
        self._failures[host] = self._failures[host] + 1 if busy else 0
        return got

    def _store(self, got: Fetched) -> None:
        # Each once, also when a robots.txt leads to a page, or a page to a robots.txt.
        if got.url not in self.log:
            self.log.write(got)

    def _ruled(self, site: str, robots: Robots) -> None:
        """The rules of an origin are read: its pace, and the sitemaps that it names."""
        self.web.pace.slow(host_of(site), robots.delay)
        if self.source.sitemaps and not robots.forbidden:
            for sitemap in robots.sitemaps or ["/sitemap.xml"]:
                if url := normalise(sitemap, site + "/"):
                    self.frontier.add(Entry(url, kind="sitemap", via=f"{site}/robots.txt"))

    def _most(self, entry: Entry) -> int:
        return SITEMAP_BYTES if entry.kind == "sitemap" else self.source.max_bytes

    def _read(self, entry: Entry, got: Fetched) -> Links:
        """What a body leads to; Aborted where it unpacks to more than it may."""
        if not got.is_success:
            return Links()
        try:
            body = got.decoded(self._most(entry))
        except TooLarge:
            raise Aborted("too_large", got.status) from None
        if not body or self._is_known(body):  # one page under ever new names leads nowhere new
            return Links()
        media = got.header("content-type")
        if not self.reading.may_read(got.url):
            words = read_header(got.header_lines("x-robots-tag"), product(self.agent))
            return Links(noindex=self.source.obey_robots and "noindex" in words)
        with self.reading.of(got.url):
            return self._parse(entry, got, body, media)

    def _parse(self, entry: Entry, got: Fetched, body: bytes, media: str) -> Links:
        kind = media_kind(media, body)
        if kind == "plain":
            if entry.kind == "sitemap":
                return text_links(body, got.url)
            return Links(texts=body.decode(errors="replace").splitlines())
        links = Links("html") if kind == "html" else xml_links(body, got.url)
        if links.kind != "html":
            return links
        links = html_links(body, got.url, media, product(self.agent), self.reservations is not None)
        links.pages += refreshed(got.header("refresh"), got.url)
        words = read_header(got.header_lines("x-robots-tag"), product(self.agent))
        links.noindex = self.source.obey_robots and (links.noindex or "noindex" in words)
        if self.source.obey_robots and (links.nofollow or "nofollow" in words):
            links.pages, links.feeds = [], []
        return links

    def _is_known(self, body: bytes) -> bool:
        digest = xxhash.xxh3_64_intdigest(body) - (1 << 63)
        row = self.state.execute("INSERT OR IGNORE INTO bodies VALUES (?)", (digest,))
        return row.rowcount == 0

    def _redirect(self, entry: Entry, got: Fetched) -> list[str]:
        """Queues where an answer leads to; that, if it waits because of it."""
        target = got.location()
        if not target:
            return []
        if entry.seed:
            self.scope.follow_seed(got.url, target)
            if not self.scope.holds(target):
                self.account.seeds[entry.seed] = f"redirected to {target}, which is out of scope"
        led = Entry(target, entry.depth, entry.kind, got.url, entry.hops + 1, entry.seed)
        return self.frontier.add_all([led])

    def _follow(self, entry: Entry, links: Links, score: float = UNKNOWN) -> list[str]:
        """Queues what a page of this score leads to; the pages that wait because of it."""
        depth = 0 if links.kind.startswith("sitemap") else entry.depth
        listed = links.kind == "sitemap"
        kind = "sitemap" if links.kind == "sitemapindex" else "page"
        if kind == "sitemap" and not self.source.sitemaps:
            return []
        entries = [
            Entry(
                url,
                depth + (kind == "page"),
                kind,
                entry.url,
                listed=listed,
                rank=self._rank(score),
            )
            for url in links.pages
        ]
        if entry.depth == 0:
            self.account.linked.update(
                "" if self.scope.holds(url) else host_of(url)
                for url in links.pages
                if url != entry.url
            )
        queued = self.frontier.add_all(entries)
        self.frontier.add_all(Entry(url, depth + 1, "feed", entry.url) for url in links.feeds)
        return queued

    def _rank(self, score: float) -> int:
        return rank(score) if self.topic else 0
