"""One polite download: Scrapy's HTTP client, with the bytes as received, a pace for each host, and retries."""

from __future__ import annotations

import asyncio
import base64
import email.utils
import re
import time
from datetime import UTC, datetime
from typing import Any

from OpenSSL import SSL
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, StopDownload
from scrapy.http import Headers, Response
from twisted.web.client import HTTPConnectionPool

from cleaning.crawl.addresses import PublicResolver
from cleaning.crawl.exchange import Fetched
from cleaning.crawl.stage import Outcome
from cleaning.media import media_kind
from cleaning.urls import host_of

RETRY_STATUS = {408, 429, 500, 502, 503, 504, 522, 524}  # Scrapy's default RETRY_HTTP_CODES
BACKOFF = (1.0, 4.0)  # seconds before the second and the third attempt
MAX_RETRY_AFTER = 120.0  # seconds; a longer Retry-After ends the attempts

_HEAD = "X-Tahona-Head"
_SENT = "X-Tahona-Sent"
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d")


class Failed(Exception):
    """No answer: the reason, in words. `lasting`: asking again would not change it."""

    def __init__(self, reason: str, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Refused(Exception):
    """The address is none that a crawl may connect to."""


class Aborted(Exception):
    """The answer was given up: `outcome` is the rule (`too_large`, `media_type`), `status` its status."""

    def __init__(self, outcome: Outcome, status: int = 0) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.status = status


class RawHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler, which also hands over both heads as they were on the wire.

    They travel in two headers of the response, where Scrapy's client has no other place for them.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        _record(self._pool)


def _record(pool: HTTPConnectionPool) -> None:
    """Makes the connections of a pool remember the heads of each exchange."""

    class Recording(pool._factory):  # type: ignore[name-defined]
        def buildProtocol(self, addr: Any) -> Any:
            protocol = super().buildProtocol(addr)
            ask, take = protocol.request, protocol.dataReceived
            received = bytearray()  # from the request on, until its head is complete
            waiting = False

            def request(request: Any) -> Any:
                nonlocal waiting
                waiting = True
                received.clear()
                sent = _request_head(request)

                def attach(response: Any) -> Any:
                    nonlocal waiting
                    waiting = False
                    response.headers.setRawHeaders(_HEAD, [base64.b64encode(_head(received))])
                    response.headers.setRawHeaders(_SENT, [base64.b64encode(sent)])
                    return response

                return ask(request).addCallback(attach)

            def data_received(data: bytes) -> None:
                if waiting:
                    received.extend(data)
                take(data)

            protocol.request, protocol.dataReceived = request, data_received
            return protocol

    pool._factory = Recording


def _request_head(request: Any) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (request.method, request.uri)]
    if not request.persistent:
        lines.append(b"Connection: close")
    for name, values in request.headers.getAllRawHeaders():
        lines += [name + b": " + value for value in values]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _head(received: bytearray) -> bytes:
    """The head of the final response, without those of interim ones (100 Continue) before it."""
    data = bytes(received)
    while True:
        match = re.search(rb"\r?\n\r?\n", data)
        head, data = (data[: match.end()], data[match.end() :]) if match else (data, b"")
        if not data or not _INTERIM.match(head):
            return head


class Pace:
    """When the next request to each host may start."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self._asked: dict[str, float] = {}  # host -> seconds between requests, by its robots.txt
        self._next: dict[str, float] = {}

    def slow(self, host: str, delay: float) -> None:
        """The host asks for so many seconds between requests."""
        self._asked[host] = max(delay, self._asked.get(host, 0.0))

    def pause(self, host: str, seconds: float) -> None:
        """No request to the host for so long."""
        self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)

    async def turn(self, host: str) -> None:
        """Waits until a request to the host may start, and takes that moment."""
        while (wait := self._next.get(host, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        delay = max(self.delay, self._asked.get(host, 0.0))
        self._next[host] = time.monotonic() + delay


class Downloader:
    """Fetches one URL at a time for its caller, through the engine of a running Scrapy crawler.

    `attempts` counts the requests that ended, whatever their end: a sign of life.
    """

    def __init__(
        self, crawler: Crawler, resolver: PublicResolver, pace: Pace, agent: str, timeout: float
    ) -> None:
        self.crawler = crawler
        self.resolver = resolver
        self.pace = pace
        self.timeout = timeout
        self.attempts = 0
        self._headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1",
            "Accept-Language": "es,ca;q=0.8,gl;q=0.8,eu;q=0.8,*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        crawler.signals.connect(_stop_other_media, signals.headers_received)

    async def fetch(self, url: str, max_bytes: int, kinds: frozenset[str] | None) -> Fetched:
        """The answer to a GET, whatever its status; `kinds` are the kinds of body wanted (None: any).

        A failure that may pass is tried again, as is a status of RETRY_STATUS, the last of which is
        given back. Raises Failed, Refused or Aborted.
        """
        host = host_of(url)
        for wait in (*BACKOFF, None):
            await self.pace.turn(host)
            try:
                got = await self._once(url, max_bytes, kinds)
            except Failed as error:
                if wait is None or error.lasting:
                    raise
                await asyncio.sleep(wait)
                continue
            finally:
                self.attempts += 1
            if got.status not in RETRY_STATUS or wait is None:
                return got
            asked = _retry_after(got.header("retry-after"))
            if asked > MAX_RETRY_AFTER:
                return got
            self.pace.pause(host, max(wait, asked))
        raise AssertionError("unreachable")

    async def _once(self, url: str, max_bytes: int, kinds: frozenset[str] | None) -> Fetched:
        date = datetime.now(UTC)
        request = Request(
            url,
            headers=self._headers,
            dont_filter=True,
            meta={"download_timeout": self.timeout, "download_maxsize": max_bytes, "kinds": kinds},
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except DownloadCancelledError:
            raise Aborted("too_large") from None
        except Exception as error:  # whatever the client raises, this URL has no answer
            if refused := self.resolver.refused.get(host_of(url)):
                raise Refused(f"{refused} is not a public address") from None
            raise _failed(error) from None
        if "download_stopped" in response.flags:
            raise Aborted("media_type", response.status)
        got = Fetched(
            url,
            _carried(response, _HEAD),
            response.body,
            _carried(response, _SENT),
            str(response.ip_address) if response.ip_address else None,
            date.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        )
        if kinds and media_kind(got.header("content-type"), got.body) not in kinds:
            raise Aborted("media_type", got.status)
        return got


def _stop_other_media(headers: Headers, request: Request, **_: Any) -> None:
    """Scrapy's signal when the headers are there: a body of an unwanted type is not read."""
    kinds = request.meta.get("kinds")
    media = (headers.get("Content-Type") or b"").decode("latin-1")
    if kinds and media and media_kind(media) not in kinds:
        raise StopDownload(fail=False)


def _carried(response: Response, name: str) -> bytes:
    return base64.b64decode(response.headers.get(name) or b"")


def _retry_after(value: str) -> float:
    """Seconds of a Retry-After header, given as a number or a date; 0 where there is none."""
    if value.isdigit():
        return float(value)
    try:
        then = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, (then - datetime.now(then.tzinfo)).total_seconds())


# What OpenSSL makes of an answer that is no TLS, by its first bytes.
_NO_TLS = {"wrong version number", "http request", "packet length too long", "unknown protocol"}


def _failed(error: BaseException) -> Failed:
    """An error of the network in one line: what lies beneath it, where it is but a wrapper."""
    beneath = getattr(error.__cause__, "reasons", None) or [error]
    reason = getattr(beneath[0], "value", beneath[0])
    if isinstance(reason, SSL.Error):
        said = (
            reason.args[0][0][2] if reason.args and reason.args[0] else "the connection was closed"
        )
        if said in _NO_TLS:
            return Failed(f"it speaks no TLS ({said}): is it an http address?", lasting=True)
        return Failed(f"TLS failed: {said}")
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    return Failed((" ".join(str(reason).split()) or name)[:300])
