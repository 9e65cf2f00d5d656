"""URLs: the form that ids hold, the form that is fetched, the form that tells two apart; hosts, scopes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from cleaning.web.trackers import follows_the_reader, in_no_id, is_session

if TYPE_CHECKING:
    from tldextract import TLDExtract

_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
# A segment that ASP.NET makes for visitors without cookies: of session, forms, anonymous name and what it tries out.
_SESSION_SEGMENT = re.compile(r"(?:/\((?:[AFSX]\([A-Za-z0-9_-]+\))+\))+(?:/|$)")
# URLs in which nothing is to be escaped, and such paths without dots to be resolved.
_SAFE = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9._~/=&-]*(?:\?[A-Za-z0-9._~/?=&-]+)?")
_FROM_THE_ROOT = re.compile(r"/|(?:/(?!\.)[A-Za-z0-9._~=&-]+)+/?(?:\?[A-Za-z0-9._~=&-]+)?")
# Most addresses: in the one spelling already.
_CANONICAL = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]+/[A-Za-z0-9._~/-]*")
_WAY = re.compile(r"[^?#]*")
_LABEL = re.compile(r"[^.:@\[\]]+")
_NEW_IN_NAMES = frozenset("ßς")
_PORTS = {"http": 80, "https": 443}
# Of an address in small letters: `re` is slow where it has to ignore capitals.
_ARCHIVE = re.compile(
    r"/(?:tags?|etiquetas?|search/label|categor(?:y|ies|[ií]as?|%c3%adas?))"
    r"(?:/[^/?]+)?(?:/page/\d+|/index\.\w+)?/?\?"
    r"|/(?:(?:page|p[aá]gina)/\d+(?:/index\.\w+)?/?|index\d+\.html?|(?:tags|categories|archives)\.html?)\?|/categor(?:y|[ií]a|%c3%ada):[^/?]"
    r"|\?(?:.*&)?(?:(?:paged|cat)=\d|category_name=[^&])"
)
# Of a month or day, at the root or in what is called a blog: elsewhere /2015/10/ may be the tenth law of a year.
_OF_DAY = re.compile(
    r"(?:https?:/)?/[^/]+/(?:(?:es|blog|archivos?|archives?|noticias|news)/)?(?:19|20)\d\d/(?:0\d|1[0-2])(?:/[0-3]\d)?"
    r"/?(?:index\.\w+)?\?$",
)
_OF_AUTHOR = re.compile(r"/author/[^/?]+(?:/index\.\w+)?/?\?", re.IGNORECASE)
# Stands around addresses: white space (the last such character is U+3000), and brackets in some archives.
_AROUND = "<>" + "".join(filter(str.isspace, map(chr, range(0x3001))))


def canonical_url(url: str) -> str:
    """One spelling of an address: lower-case scheme and host (IDNA), no default port, no fragment, no
    tracking parameters, no session in the path, the query sorted by name. What is no address comes back stripped.
    """
    url = url.strip(_AROUND)
    if _CANONICAL.fullmatch(url):
        return url
    try:
        address = urlsplit(url)
        name, port = address.hostname or "", address.port
    except ValueError:
        return url
    if not address.scheme or not name:
        return url
    query = address.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        kept = [(k, v) for k, v in pairs if not in_no_id(k)]
        query = urlencode(sorted(kept), errors="surrogateescape")
    path = without_session(_SESSION.sub("", address.path)) if "/" in address.path else "/"
    path = quote(path, safe="%/:=&~+!$,;'@()*", errors="surrogatepass")
    return urlunsplit((address.scheme, _netloc(address.scheme, _idna(name), port), path, query, ""))


def ascii_host(host: str) -> str:
    """A host name in lower case and, where it is international, in its ASCII form."""
    return _idna(_LABEL.sub(_of_2008, host)).lower()


def _of_2008(label: re.Match[str]) -> str:
    """A label of a host with a character that names have since IDNA 2008, before which they were taken for others."""
    text = unicodedata.normalize("NFKC", label[0]).lower()
    return f"xn--{text.encode('punycode').decode()}" if _NEW_IN_NAMES & set(text) else label[0]


def _idna(host: str) -> str:
    """The ASCII form of a host name, itself where it has none."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _netloc(scheme: str, host: str, port: int | None) -> str:
    """Host and port as an address has them: no default port, IPv6 in brackets."""
    name = f"[{host}]" if ":" in host else host
    return name if port is None or port == _PORTS.get(scheme) else f"{name}:{port}"


def _without_trackers(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair]
    named = [(pair, *pair.partition("=")[::2]) for pair in pairs]
    kept = [
        p for p, name, value in named if not (follows_the_reader(name) or is_session(name, value))
    ]
    return "&".join(kept)


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


def normalise(url: str, base: str | None = None, encoding: str = "utf-8") -> str | None:
    """The URL to fetch for a link on the page `base`; None where it is no plain http(s) URL.

    Absolute, host in lower case and ASCII, no default port, no fragment, no session id, no tracking
    parameter; the query keeps its order. `encoding` is that of the page, in which a query is sent.
    """
    url = url.strip()
    if "\\" in url:  # browsers take it for a slash, up to the query
        way = _WAY.match(url)[0]  # type: ignore[index]
        url = way.replace("\\", "/") + url[len(way) :]
    try:
        if base is None:
            absolute = url
        elif _FROM_THE_ROOT.fullmatch(url):  # most links of most pages
            absolute = origin(base) + url
        else:
            absolute = urljoin(base, url)
        return _normalised(absolute, encoding)
    except ValueError:
        return None


@lru_cache(maxsize=100_000)
def _normalised(absolute: str, encoding: str) -> str | None:
    try:
        safe = absolute
        if not _SAFE.fullmatch(absolute):
            from w3lib.url import safe_url_string

            pieces = urlsplit(absolute)
            named = urlunsplit(pieces._replace(netloc=_LABEL.sub(_of_2008, pieces.netloc)))
            safe = safe_url_string(
                absolute if pieces.netloc.isascii() else named, encoding, path_encoding="utf-8"
            )
        address = urlsplit(safe)
        port = address.port
    except (ValueError, LookupError):
        return None
    if address.scheme not in _PORTS or not address.hostname or "@" in address.netloc:
        return None
    host = ascii_host(address.hostname.rstrip("."))
    if not host or not host.isascii():
        return None
    path = _SESSION.sub("", address.path) or "/"
    if "/." in path:  # urljoin resolves dots in relative links only
        path = _without_dots(path)
    return urlunsplit(
        (
            address.scheme,
            _netloc(address.scheme, host, port),
            path,
            _without_trackers(address.query),
            "",
        )
    )


@lru_cache(maxsize=100_000)
def key(url: str) -> str:
    """What two URLs of one page have in common: the URL without session, its query sorted and escapes made equal."""
    from w3lib.url import canonicalize_url

    return without_session(canonicalize_url(url))


def without_session(url: str) -> str:
    """The URL without a segment of its path that is the session of a visitor without cookies.

    Such a URL is fetched as it is: without its session the server would only send to another one.
    """
    if "/(" not in url:
        return url
    path, mark, query = url.partition("?")
    return _SESSION_SEGMENT.sub("/", path) + mark + query


@lru_cache(maxsize=1000)
def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt is for."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc}"


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The lower-case host name of a URL, without its port; empty where there is none."""
    try:
        return urlsplit(url.strip(_AROUND)).hostname or ""
    except ValueError:
        return ""


def with_scheme(url: str, scheme: str) -> str:
    """The URL under another scheme, where it names no port of its own."""
    address = urlsplit(url)
    return urlunsplit(address._replace(scheme=scheme)) if address.port is None else url


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # it takes its time, and only a crawl asks

    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package: no network


@lru_cache(maxsize=10_000)
def registered_domain(host: str) -> str:
    """`elmundo.es` for `www.elmundo.es`, `gob.mx`'s children apart; the host itself where it has none."""
    return _suffixes()(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=4096)
def is_archive(url: str) -> bool:
    """Whether an address is that of a list of texts by tag, category, month or day, or of a later page of one.

    As WordPress, Blogger, Hugo, Jekyll, Pelican and MediaWiki make them, in Spanish too; deeper ones may be texts.
    """
    address = url.partition("#")[0].lower() + "?"
    if _ARCHIVE.search(address):
        return True
    return ("/19" in address or "/20" in address) and _OF_DAY.match(address) is not None


def is_of_author(url: str) -> bool:
    """Whether an address is that of the list of texts of one author, as WordPress, Ghost and Pelican make it.

    A link to it is a byline and leads to no list by tag. Who has a page at /autor/... or /authors/... may be told of
    there, so these are none.
    """
    return bool(_OF_AUTHOR.search(url.partition("#")[0] + "?"))


def _folder(url: str) -> str:
    """Host and path of a URL up to the last slash, whatever its scheme."""
    address = urlsplit(url)
    return f"{address.netloc}{address.path.rpartition('/')[0]}/"


def _site(url: str) -> str:
    """Host and port of a URL without `www.`: links of one site go to both names, whichever the seed has."""
    return urlsplit(url).netloc.removeprefix("www.")


class Scope:
    """Which URLs belong to a source."""

    def __init__(
        self, seeds: Sequence[str], by: str, allow: Sequence[str] = (), deny: Sequence[str] = ()
    ) -> None:
        self.hosts = {_site(s) for s in seeds}
        self.domains = {registered_domain(host_of(s)) for s in seeds} if by == "domain" else set()
        self.suffixes = {host_of(s).rpartition(".")[2] for s in seeds} if by == "tld" else set()
        self.folders = {_folder(s) for s in seeds} if by == "prefix" else set()
        self._allow = [re.compile(p) for p in allow]
        self._deny = [re.compile(p) for p in deny]

    def holds(self, url: str) -> bool:
        """Whether a normalised URL is in scope."""
        url = without_session(url)
        if not self._is_near(url):
            return False
        if self._allow and not any(p.search(url) for p in self._allow):
            return False
        return not any(p.search(url) for p in self._deny)

    def _is_near(self, url: str) -> bool:
        if self.folders:
            return _folder(url).startswith(tuple(self.folders))
        if self.suffixes:
            return host_of(url).rpartition(".")[2] in self.suffixes
        if _site(url) in self.hosts:
            return True
        return bool(self.domains) and registered_domain(host_of(url)) in self.domains

    def follow_seed(self, seed: str, target: str) -> None:
        """A seed was redirected: its new host is meant too where the registered domain is the same."""
        if registered_domain(host_of(seed)) == registered_domain(host_of(target)):
            self.hosts.add(_site(target))
            if self.folders:
                self.folders.add(_folder(target))
