"""URLs of a crawl: the form that is fetched, the form that tells two apart, the scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url, safe_url_string

from cleaning.crawl.addresses import ascii_host
from cleaning.trackers import follows_the_reader

_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def _without_trackers(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair]
    return "&".join(p for p in pairs if not follows_the_reader(p.partition("=")[0]))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


@lru_cache(maxsize=100_000)
def normalise(url: str, base: str | None = None, encoding: str = "utf-8") -> str | None:
    """The URL to fetch for a link on the page `base`; None where it is no plain http(s) URL.

    Absolute, host in lower case and ASCII, no default port, no fragment, no session id, no tracking
    parameter; the query keeps its order. `encoding` is that of the page, in which a query is sent.
    """
    try:
        absolute = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(safe_url_string(absolute, encoding, path_encoding="utf-8"))
        port = parts.port
    except (ValueError, LookupError):
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = ascii_host(parts.hostname.rstrip("."))
    if not host or not host.isascii():
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        netloc += f":{port}"
    path = _SESSION.sub("", parts.path) or "/"
    if "/." in path:  # urljoin resolves dots in relative links only
        path = _without_dots(path)
    return urlunsplit((parts.scheme, netloc, path, _without_trackers(parts.query), ""))


@lru_cache(maxsize=100_000)
def key(url: str) -> str:
    """What two URLs of one page have in common: the URL with its query sorted and escapes made equal."""
    return canonicalize_url(url)


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def host_of(url: str) -> str:
    """The host name of a URL, without its port."""
    return urlsplit(url).hostname or ""


def with_scheme(url: str, scheme: str) -> str:
    """The URL under another scheme, where it names no port of its own."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme=scheme)) if parts.port is None else url


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package: no network


@lru_cache(maxsize=10_000)
def registered_domain(host: str) -> str:
    """`elmundo.es` for `www.elmundo.es`, `gob.mx`'s children apart; the host itself where it has none."""
    return _suffixes()(host).top_domain_under_public_suffix or host


class Scope:
    """Which URLs belong to a source."""

    def __init__(
        self, seeds: Sequence[str], by: str, allow: Sequence[str] = (), deny: Sequence[str] = ()
    ) -> None:
        self.hosts = {urlsplit(s).netloc for s in seeds}
        self.domains = {registered_domain(host_of(s)) for s in seeds} if by == "domain" else set()
        self._allow = [re.compile(p) for p in allow]
        self._deny = [re.compile(p) for p in deny]

    def holds(self, url: str) -> bool:
        """Whether a normalised URL is in scope."""
        if urlsplit(url).netloc not in self.hosts and (
            not self.domains or registered_domain(host_of(url)) not in self.domains
        ):
            return False
        if self._allow and not any(p.search(url) for p in self._allow):
            return False
        return not any(p.search(url) for p in self._deny)

    def follow_seed(self, seed: str, target: str) -> None:
        """A seed was redirected: its new host is meant too where the registered domain is the same."""
        if registered_domain(host_of(seed)) == registered_domain(host_of(target)):
            self.hosts.add(urlsplit(target).netloc)
