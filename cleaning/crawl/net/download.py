"""One polite download: a pace for each host, retries, and what of an answer is worth having."""

from __future__ import annotations

import asyncio
import email.utils
import errno
import os
import re
import socket
import ssl
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cleaning.crawl.net.client import Answer, BadAnswer, Client, status_of
from cleaning.crawl.net.exchange import Fetched
from cleaning.crawl.stage import Outcome
from cleaning.web.http import TooLarge, ends_as_page, header
from cleaning.web.media import media_kind
from cleaning.web.urls import host_of, without_session

RETRY_STATUS = {408, 429, 500, 502, 503, 504, 522, 524}  # as Scrapy's RETRY_HTTP_CODES
BACKOFF = (1.0, 4.0)  # seconds before the second and the third attempt
MAX_RETRY_AFTER = 120.0  # seconds; a longer Retry-After ends the attempts
HOSTS = 20  # of which the figures tell
REMEMBERED = 1000  # hosts of which is counted from one run to the next
MOST = 1 << 26  # bytes of a body that are unpacked to see whether it ended
SLOWEST = 30.0  # seconds that a slow answer may make the next request wait


class Failed(Exception):
    """No answer: the reason, in words. `lasting`: asking again would not change it."""

    def __init__(self, reason: str, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Aborted(Exception):
    """The answer was given up: `outcome` is the rule (`too_large`, `media_type`), `status` its status."""

    def __init__(self, outcome: Outcome, status: int = 0) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.status = status


class Pace:
    """When the next request to each host may start: never sooner than its last answer took to come."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self._asked: dict[str, float] = {}  # host -> seconds between requests, by its robots.txt
        self._next: dict[str, float] = {}
        self.waited: Counter[str] = Counter()  # host -> milliseconds that it was left in peace

    def slow(self, host: str, delay: float) -> None:
        """The host asks for so many seconds between requests: also behind the one that told it."""
        kept = max(self.delay, self._asked.get(host, 0.0))
        self._asked[host] = max(delay, self._asked.get(host, 0.0))
        if host in self._next and delay > kept:
            self._next[host] += delay - kept
            self.waited[host] += round(1000 * (delay - kept))

    def pause(self, host: str, seconds: float) -> None:
        """No request to the host for so long."""
        planned, until = self._next.get(host, 0.0), time.monotonic() + seconds
        if until > planned:
            self.waited[host] += round(1000 * (until - max(planned, time.monotonic())))
            self._next[host] = until

    def answered(self, host: str, seconds: float) -> None:
        """An answer took so long: a host that labours is left as long in peace, if any delay is kept at all."""
        if self.delay:
            self.pause(host, min(seconds, SLOWEST))

    def wait(self, host: str) -> float:
        """Seconds until a request to the host may start."""
        return max(0.0, self._next.get(host, 0.0) - time.monotonic())

    async def turn(self, host: str) -> None:
        """Waits until a request to the host may start, and takes that moment."""
        while (wait := self.wait(host)) > 0:
            await asyncio.sleep(wait)
        delay = max(self.delay, self._asked.get(host, 0.0))
        self._next[host] = time.monotonic() + delay
        self.waited[host] += round(1000 * delay)


class Downloader:
    """Fetches one URL at a time for its caller. `attempts` counts the requests that ended: a sign of life.

    Of each host: `requests`, those that `failed`, and the milliseconds that all `took`.
    """

    def __init__(self, client: Client, pace: Pace, timeout: float) -> None:
        self.client = client
        self.pace = pace
        self.timeout = timeout
        self.attempts = 0
        self.requests: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.took: Counter[str] = Counter()

    async def fetch(
        self,
        url: str,
        max_bytes: int,
        kinds: frozenset[str] | None,
        conditions: Mapping[str, str] | None = None,
    ) -> Fetched:
        """The answer to a GET, whatever its status; `kinds` are the kinds of body wanted (None: any).
        `conditions` are headers that ask for it only if it changed.

        A failure that may pass is tried again, as is a status of RETRY_STATUS or what broke off, the last of which
        is given back; who sends to the same address again, to see whether his cookies come back, gets them, once, and
        who sends to it with a session is asked for that. Raises Failed, Refused or Aborted.
        """
        host = host_of(url)
        for wait in (*BACKOFF, None):
            await self.pace.turn(host)
            begun = time.monotonic()
            try:
                got = await self._once(url, max_bytes, kinds, conditions)
            except Failed as error:
                self.failed[host] += 1
                if wait is None or error.lasting:
                    raise
                await asyncio.sleep(wait)
                continue
            finally:
                self.attempts += 1
                seconds = time.monotonic() - begun
                self.pace.answered(host, seconds)
                self.requests[host] += 1
                self.took[host] += round(1000 * seconds)
            if got.truncated == "disconnect" and wait is not None:
                self.failed[host] += 1
                await asyncio.sleep(wait)
                continue
            to = got.location()
            if (
                to
                and to != url
                and without_session(to) == without_session(url)
                and wait is not None
            ):
                url = to
                continue
            cookies = _cookies(got) if to == url else ""
            if cookies and wait is not None and "Cookie" not in (conditions or {}):
                conditions = {**(conditions or {}), "Cookie": cookies}
                continue
            if got.status not in RETRY_STATUS or wait is None:
                return got
            delay = max(map(_retry_after, got.header_lines("retry-after")), default=0.0)
            if delay > MAX_RETRY_AFTER:
                return got
            self.pace.pause(host, max(wait, delay))
        raise AssertionError("unreachable")

    def hosts(self) -> list[dict[str, Any]]:
        """What the hosts that were asked most often took and gave."""
        return [
            {
                "host": host,
                "requests": requests,
                "failed": self.failed[host],
                "answer_s": round(self.took[host] / requests / 1000, 3),
                "waited_s": round(self.pace.waited[host] / 1000, 1),
            }
            for host, requests in self.requests.most_common(HOSTS)
        ]

    def save(self) -> dict[str, dict[str, int]]:
        """What is counted, as JSON can carry it."""
        return {
            "requests": dict(self.requests.most_common(REMEMBERED)),
            "failed": dict(self.failed.most_common(REMEMBERED)),
            "took": dict(self.took.most_common(REMEMBERED)),
            "waited": dict(self.pace.waited.most_common(REMEMBERED)),
        }

    def take(self, saved: Mapping[str, Mapping[str, int]]) -> None:
        """Goes on with what was counted."""
        for name, counts in (
            ("requests", self.requests),
            ("failed", self.failed),
            ("took", self.took),
            ("waited", self.pace.waited),
        ):
            counts.update(saved.get(name, {}))

    async def _once(
        self,
        url: str,
        max_bytes: int,
        kinds: frozenset[str] | None,
        conditions: Mapping[str, str] | None,
    ) -> Fetched:
        def wanted(head: bytes) -> bool:
            media = header(head, "content-type")
            return status_of(head) == 304 or not (
                kinds and media and media_kind(media) not in kinds
            )

        date = datetime.now(UTC)
        try:
            answer = await self.client.get(url, self.timeout, max_bytes, wanted, conditions)
        except TimeoutError:
            raise Failed(f"no answer within {self.timeout:g} seconds") from None
        except BadAnswer as error:
            raise Failed(str(error)) from None
        except OSError as error:
            raise _failed(error, url.startswith("https:")) from None
        got = _fetched(url, answer, date)
        kind = media_kind(got.header("content-type"), got.entity)
        wrong = kinds and kind not in kinds and got.status != 304
        if answer.unwanted or wrong:
            raise Aborted("media_type", got.status)
        return got


def _fetched(url: str, answer: Answer, date: datetime) -> Fetched:
    when = date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    got = Fetched(
        url, answer.head, answer.body, answer.sent, answer.address, when, answer.truncated
    )
    # Perhaps only its length is wrong, or the mark of its end missing.
    if got.truncated in ("disconnect", "time"):
        with suppress(TooLarge):
            if ends_as_page(got.decoded(MOST, cut=True) or b""):
                return replace(got, truncated=None)
    return got


def _cookies(got: Fetched) -> str:
    """What an answer wants to have back, as the next request says it."""
    return b"; ".join(_SET_COOKIE.findall(got.head)).decode("latin-1")


def _retry_after(value: str) -> float:
    """Seconds of a Retry-After header, given as a number or a date; 0 where there is none."""
    if value.isdecimal():
        return float(value)
    try:
        then = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    if then.tzinfo is None:  # "-0000": UTC, of a server that does not say where it is
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


_SET_COOKIE = re.compile(rb"^set-cookie[ \t]*:[ \t]*([!-:<-~]+)", re.M | re.I)
# What OpenSSL makes of an answer that is no TLS, by its first bytes.
_NO_TLS = {"wrong version number", "http request", "packet length too long", "unknown protocol"}


def _failed(error: OSError, tls: bool) -> Failed:
    """An error of the network in one line; `tls`: of an https address, where a server of http may just close."""
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "the connection was closed").lower().replace("_", " ")
        if reason in _NO_TLS:
            return Failed(f"it speaks no TLS ({reason}): is it an http address?", lasting=True)
        return Failed(f"TLS failed: {reason}")
    if isinstance(error, socket.gaierror):
        return Failed(f"its name has no address ({error.strerror})".lower())
    if error.errno is not None and error.errno in errno.errorcode:
        return Failed(os.strerror(error.errno).lower())
    sentence = " ".join(re.sub(r"\[.*?\]", "", str(error)).split())[:300]
    if not sentence and isinstance(error, ConnectionError):
        sentence = "the server closed the connection" + ": is it an http address?" * tls
    return Failed(sentence or "no connection")
