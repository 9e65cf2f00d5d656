"""The stage `crawl`: a polite, focused, resumable crawl of named sites into WARC 1.1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

import pipeline.model.stage
from cleaning.rights.policy import Policy
from pipeline.errors import TahonaError, UsageError
from pipeline.model.names import SourceName
from pipeline.model.stage import Input, Inputs, Params, Plan, Stage, Step, Task, later

CrawlRule = Literal[
    "status",
    "robots",
    "rights",
    "noindex",
    "address",
    "trap",
    "depth",
    "limit",
    "media_type",
    "too_large",
    "truncated",
]
# Of a URL: stored, without an answer, kept out; `status` is stored too, but an error or a redirect.
# `unchanged`: as in the earlier edition, whose record is taken over.
Outcome = Literal["kept", "unchanged", "failed"] | CrawlRule

# How fast and in whose name, not what: no reason to crawl again.
PACE = ("delay", "concurrency", "timeout", "contact")


def _seed(url: str) -> str:
    try:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no URL: {error}") from None
    if address.scheme not in {"http", "https"}:
        raise ValueError(f"{url!r} is no http or https URL")
    labels = host.removesuffix(".").split(".")
    if ":" not in host and not all(0 < len(label) < 64 for label in labels):
        raise ValueError(f"{url!r} names no host")
    if "@" in address.netloc or port == 0:
        raise ValueError(f"{url!r} can't be crawled: leave out the user and the port")
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ValueError(f"{url!r} holds a space: write it as %20")
    return url


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def _day(edition: object) -> object:
    # To YAML, 2026-11-24 is a date; an edition may be called so without quotes.
    if isinstance(edition, date):
        return edition.isoformat()
    return str(edition) if type(edition) is int else edition


def _edition(name: str) -> str:
    # Not in a path today, but it is a name that people and scripts put into theirs.
    path = {"/", "\\"} & set(name) or name.startswith(".")
    if not name.strip() or not name.isprintable() or path:
        raise ValueError(
            f"{name!r} is no edition: write a name or a day, as 2026-11-24, without a slash or a dot before it"
        )
    return name


Seed = Annotated[str, AfterValidator(_seed)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Budget(Params):
    """How much may be taken: pages stored, bytes of stored bodies, hours of crawling. None: as much as there is."""

    pages: int | None = Field(None, ge=1)
    bytes: int | None = Field(None, ge=1)
    hours: float | None = Field(None, gt=0)

    def is_spent(self, pages: float, size: float, seconds: float) -> bool:
        """Whether so much is all that may be taken."""
        most = (self.pages, pages), (self.bytes, size), (self.hours, seconds / 3600)
        return any(limit is not None and taken >= limit for limit, taken in most)


class Focus(Params):
    """What a focused crawl looks for: pages of which the recipe's classifier says this `label`.

    What a page leads to is visited in the order of its score. `least` is the score from which a page is
    counted as one of the topic.
    """

    label: str
    least: float = Field(0.5, gt=0, lt=1)


class Sought(Params):
    """What of a source decides which pages are stored; see `CrawlSource`."""

    seeds: list[Seed] = Field(min_length=1)
    scope: Literal["host", "domain", "prefix", "tld"] = "host"
    allow: list[Pattern] = Field([])
    deny: list[Pattern] = Field([])
    sitemaps: bool = True
    max_pages: int = Field(1000, ge=1, le=1_000_000_000)
    max_depth: int = Field(20, ge=0, le=10_000)
    max_bytes: int = Field(5_000_000, ge=1, le=1 << 30)
    max_per_pattern: int = Field(500, ge=1, le=1_000_000_000)
    obey_robots: bool = True
    user_agent: str | None = Field(None, pattern=r"^[\x21-\x7e][\x20-\x7e]*$")
    allow_private: bool = False
    warc_bytes: int = Field(1_000_000_000, ge=1, le=1 << 40)
    rights: Policy | None = later(None)
    budget: Budget | None = later(None)
    host_budget: Budget | None = later(None)
    focus: Focus | None = later(None)


class Crawling(Sought):
    """What the files of a source hang on: what is sought, for which source and edition."""

    name: str
    edition: str


class CrawlSource(Sought):
    """One source: where to begin, how far to go, how politely.

    `scope`: `host` stays on the seeds' hosts, `domain` on their registered domains, `prefix` below the folders
    of the seeds, `tld` on all hosts that end as theirs do (`.gal`). `allow` and `deny`
    are regular expressions searched in the URL: with `allow`, one must be found; with `deny`, none may.
    `max_pages` counts pages stored (status 200, text); redirects, errors, robots.txt, sitemaps and feeds
    do not count, but all requests together are bounded by four times as many. `max_depth` is in links
    from a seed. `max_bytes` bounds a body, as received and decoded. `max_per_pattern` is the
    number of pages of one shape after which it may be a trap (`frontier/traps.py`). `delay` is the seconds between the
    starts of two requests to a host, raised by a Crawl-delay; `timeout` the seconds of one request;
    `warc_bytes` the size after which a new file begins. `user_agent` None: Tahona, its version and the `contact`, an
    address of the web or of mail where you can be reached. `budget` bounds the source, `host_budget` each of its hosts;
    hours are those of crawling, of a host from its first page on. `focus` visits first what pages of a topic lead to.
    `rights` says which reservations of a site or a page are heard (None: none is read).
    """

    delay: float = Field(1.0, ge=0, le=3600)
    concurrency: int = Field(1, ge=1, le=16)
    timeout: float = Field(30.0, gt=0, le=600)
    contact: str | None = later(
        None, pattern=r"^(https?://[\x21-\x7e]+|[\x21-\x7e]+@[\x21-\x7e]+)$"
    )


class Crawl(Stage):
    """Crawls each source into one shard of WARC files; the part of a file is the name of its source.

    An edition is a name for the state of the web that was seen: another name crawls again, and one that
    reads an `earlier` edition asks for what that holds only if it changed, takes over what did not, and
    keeps `revisit` records of it (part `log=revisits`). `context`
    may hold `resolve`, a mapping of host names to "address:port" that are connected to without asking
    the DNS, as `curl --resolve` does; such a host may be private, and is spoken to in the scheme of
    its seed whatever its links say.
    """

    name = "crawl"
    gives = ("warc",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "earlier": Input("warc", asked=True),
        "classifier": Input("classifier", parts=("model",), asked=True),
    }
    edition = True

    class Params(pipeline.model.stage.Params):
        """`edition`: a name for the state of the web that is seen, as 2026-11; another name crawls again.

        `sources`: by source, what stands under its `crawl` (`seeds`, `scope`, `max_pages`, `delay`, ...).
        """

        edition: Annotated[str, BeforeValidator(_day), AfterValidator(_edition)] = Field(
            max_length=128
        )
        sources: dict[SourceName, CrawlSource] = Field(min_length=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        tasks = []
        models = [f for m in inputs.get("classifier", []) for f in m.files() if f.part == "model"]
        earlier = {
            shard.params["name"]: [f for f in shard.files if f.part == shard.params["name"]]
            for manifest in inputs.get("earlier", [])
            for shard in manifest.shards
        }
        for name, source in sorted(params.sources.items()):
            what = source.model_dump(exclude=set(PACE))
            pace = source.model_dump(include=set(PACE))
            if source.focus and not models:
                raise UsageError(
                    f"source {name} has a focus: put the stage `classifier` before the crawl, and give the crawl "
                    "`reads: {classifier: classifier}`"
                )
            tasks.append(
                Task(
                    inputs={
                        **({"earlier": earlier[name]} if name in earlier else {}),
                        **({"classifier": models} if source.focus else {}),
                    },
                    params=Crawling(name=name, edition=params.edition, **what),
                    context={**pace, "resolve": dict(context.get("resolve", {}))},
                )
            )
        shards = yield Step("crawl", "cleaning.crawl.crawl:crawl_source", tasks, waits=True)
        closed = [seed for shard in shards for seed in shard.figures.get("closed", {}).items()]
        if all("closed" in shard.figures for shard in shards):
            reasons = "; ".join(f"{seed}: {why}" for seed, why in closed)
            raise TahonaError(
                f"no page of any source could be stored, since their sites do not allow it ({reasons}); another "
                "edition asks them again"
            )
        return shards
