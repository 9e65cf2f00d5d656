"""The process that crawls one source, as it is ordered, and tells how it goes.

It runs beside the kernel because Scrapy's reactor can be started once in a process only, and ends with
it. What was stored by then is in the WARC files, from which the next run goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

import pipeline
from cleaning.crawl.addresses import PublicResolver
from cleaning.crawl.download import Downloader, Pace
from cleaning.crawl.frontier import Account
from cleaning.crawl.loop import AT_ONCE, SiteCrawl
from cleaning.crawl.owner import take
from cleaning.crawl.stage import CrawlSource
from cleaning.crawl.warc import WarcLog
from pipeline.engines.process import Parent
from pipeline.errors import Stopped

Tell = Callable[..., None]

TICK = 0.5  # seconds between two lines of progress
DYING = 2.5  # seconds in which the process of a killed run ends
TRAPS = 100  # that are remembered with what each kept out

_BARE = {  # what this crawl does itself, or a crawler must not do
    f"scrapy.downloadermiddlewares.{name}": None
    for name in (
        "offsite.OffsiteMiddleware",
        "robotstxt.RobotsTxtMiddleware",
        "httpauth.HttpAuthMiddleware",
        "downloadtimeout.DownloadTimeoutMiddleware",
        "defaultheaders.DefaultHeadersMiddleware",
        "useragent.UserAgentMiddleware",
        "retry.RetryMiddleware",
        "redirect.MetaRefreshMiddleware",
        "httpcompression.HttpCompressionMiddleware",
        "redirect.RedirectMiddleware",
        "cookies.CookiesMiddleware",
        "httpproxy.HttpProxyMiddleware",  # a proxy would choose the address in our place
        "stats.DownloaderStats",
        "httpcache.HttpCacheMiddleware",
    )
}


def main() -> None:
    """Crawls; exit code 0 with `result.json` written, 1 with an error sent, 75 when stopped."""
    parent = Parent()
    order = next(parent.orders())
    process = AsyncCrawlerProcess(
        {
            "DOWNLOAD_HANDLERS": {
                "http": "cleaning.crawl.download.RawHandler",
                "https": "cleaning.crawl.download.RawHandler",
            },
            "DOWNLOADER_MIDDLEWARES": _BARE,
            "CONCURRENT_REQUESTS": AT_ONCE,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
            "DOWNLOAD_DELAY": 0,  # the pace is ours
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    crawling = process.crawl(CrawlSpider, order=order, tell=parent.tell)
    process.start(install_signal_handlers=False)
    if crawling.exception() or not CrawlSpider.finished:
        sys.exit(1)


class CrawlSpider(Spider):
    """The spider that Scrapy runs: all of the crawl happens while it `starts`."""

    name = "tahona"
    order: dict[str, Any]
    tell: Tell
    finished = False

    async def start(self) -> AsyncIterator[Any]:
        """Crawls to the end and yields no request of its own."""
        try:
            await self._crawl(self.order)
            CrawlSpider.finished = True
            self.tell(done=True)
        except CrawlError as error:
            self.tell(error=str(error))
        except OSError as error:
            self.tell(
                error=f"the crawl could not write its files: {error}; make room and run again"
            )
        requests: tuple[Any, ...] = ()
        for request in requests:
            yield request

    async def _crawl(self, order: dict[str, Any]) -> None:
        from twisted.internet import reactor

        what, pace = dict(order["params"]), dict(order["context"])
        name, edition = what.pop("name"), what.pop("edition")
        resolver = PublicResolver(pace.pop("resolve", {}), what["allow_private"])
        reactor.installNameResolver(resolver)
        source = CrawlSource.model_validate({**what, **pace})
        agent = source.user_agent or default_agent()
        folder = Path(order["scratch"])
        info = _describe(name, edition, agent, source)
        await _own(folder, name, self.tell)
        log = await _open(folder, name, source.warc_bytes, info, self.tell)
        account = Account(folder / "crawl.jsonl")
        web = Downloader(self.crawler, resolver, Pace(source.delay), agent, source.timeout)
        site = SiteCrawl(source, agent, log, account, web)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop, log)
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, _stop, log)
        ticking = asyncio.create_task(_tick(log, account, web, self.tell))
        await site.run()
        ticking.cancel()
        account.close()
        if not log.pages:
            log.remove()
            reasons = "; ".join(f"{seed}: {why}" for seed, why in account.seeds.items())
            raise CrawlError(
                f"no page of source {name} could be stored ({reasons}); check its seeds and the network, "
                "and run again"
            )
        log.close()
        _write_result(folder, log, account, site)


class CrawlError(Exception):
    """The crawl found nothing, or is another's; one clause that says why."""


def default_agent() -> str:
    """The user agent of a source that names none."""
    version = pipeline.__version__
    return f"Tahona/{version} (crawler for text corpora; its name in robots.txt is Tahona)"


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


def _stop(log: WarcLog) -> None:
    """Every exchange is whole in the file: what is in flight is given up."""
    log.close()
    os._exit(Stopped.exit_code)


async def _own(folder: Path, name: str, tell: Tell) -> None:
    """Waits for the process of a killed run, which ends when it sees that it is alone; not for a living one."""
    begun = time.monotonic()
    while owner := take(folder):
        if time.monotonic() - begun > DYING:
            raise CrawlError(
                f"source {name} is being crawled by another run ({owner}); run again when that has ended"
            )
        tell(idle=0)
        await asyncio.sleep(TICK)


async def _open(
    folder: Path, name: str, max_bytes: int, info: dict[str, str], tell: Tell
) -> WarcLog:
    """Opens the log, which after a kill may be long to read, and gives signs of life meanwhile."""
    opening = asyncio.ensure_future(asyncio.to_thread(WarcLog, folder, name, max_bytes, info))
    while not opening.done():
        tell(idle=0)
        await asyncio.wait([opening], timeout=TICK)
    return opening.result()


async def _tick(log: WarcLog, account: Account, web: Downloader, tell: Tell) -> None:
    alive, seen = time.monotonic(), (-1, -1)
    while True:
        if seen != (account.lines, web.attempts):
            alive, seen = time.monotonic(), (account.lines, web.attempts)
        tell(pages=log.pages, bytes=log.bytes, idle=round(time.monotonic() - alive, 1))
        await asyncio.sleep(TICK)


def _write_result(folder: Path, log: WarcLog, account: Account, site: SiteCrawl) -> None:
    result = {
        "warc": [[file.path.name, file.responses] for file in log.files],
        "lines": account.lines,
        "documents": account.documents(),
        "figures": {
            "pages": log.pages,
            "bytes": log.bytes,
            "status": {str(code): n for code, n in sorted(log.statuses.items())},
            "traps": dict(site.frontier.lost.most_common(TRAPS)),
            "rights": dict(site.reservations.refusals) if site.reservations else {},
        },
    }
    unfinished = folder / "result.json.part"
    unfinished.write_text(json.dumps(result))
    unfinished.replace(folder / "result.json")


if __name__ == "__main__":
    main()
