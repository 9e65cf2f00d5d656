"""What is told of an extraction at its end.

What could not be read, a line a source: a wrong `reader` or `fields`, or half a download, is no bad luck. So is what
is larger than a record may be: a whole book that is one document, or a dump whose units nobody named. And which
sources are of the domain `web` without being pages, since that is what a source is that names none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cleaning.readers.readers import WEB_READERS
from cleaning.sparse_sources import nearly_all_removed
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.notice import NAMED, Notice, notice, some
from pipeline.store.store import Store

if TYPE_CHECKING:
    from cleaning.extract.stage import Extract

BREAK = "breaks off"  # the figure of a shard whose file could be read in part: how far, how many records
EMPTY = "empty"  # the figure of a shard of several files: those without a record
TOO_LARGE = "too_large"  # the rule that removes a record larger than `largest`
MARKUP = "markup"  # the figure of a shard of entries whose texts hold tags of HTML: how many
NOTES = "notes"  # the figure of a shard of records whose rights name no licence: how many, by what is said
NO_DOMAIN = "no domain"  # the figure of a shard of entries that give for theirs what is none: how many, by what
DOMAINS = "domains"  # the figure of a shard of entries that name their own: these
SPAN = "span"  # the figure of a shard of a range: from which byte to which
LOOKED = 64  # files of quarantined records of a source, for their reasons
_OWN = re.compile(r"[0-9]+|'[^']*'")


def warnings(store: Store, extracted: Manifest, name: str) -> list[Notice]:
    """What of each source could not be read, domains alike, and sources of which nearly all was removed."""
    sources = _by_source(extracted)
    counted = ((shard, shard.ledger.documents) for shards in sources.values() for shard in shards)
    return [*_unread(store, sources), *_alike(extracted), *nearly_all_removed(counted)]


def unread(store: Store, extracted: Manifest, name: str) -> list[Notice]:
    """A notice for each source of which records were quarantined or too large, and for files that are empty or
    break off.
    """
    return _unread(store, _by_source(extracted))


def _unread(store: Store, sources: Mapping[str, list[Shard]]) -> list[Notice]:
    return [one for source, shards in sources.items() for one in _notices(store, source, shards)]


def _alike(extracted: Manifest) -> Iterator[Notice]:
    """A notice for each domain that sources and entries write with and without capitals."""
    written: dict[str, set[str]] = {}
    for shard in extracted.shards:
        for domain in (shard.params["source"]["domain"], *shard.figures.get(DOMAINS, ())):
            written.setdefault(domain.lower(), set()).add(domain)
    for domains in written.values():
        if len(domains) > 1:
            yield notice("extract.domains_alike", domains=some(sorted(domains)))


def taken_for_web(store: Store, extracted: Manifest, params: Extract.Params) -> list[str]:
    """A line for the sources of no pages that have the domain of pages because the recipe names none."""
    first_of: dict[str, Shard] = {}
    for shard in extracted.shards:
        first_of.setdefault(shard.params["source"]["name"], shard)
        if len(first_of) == len(params.sources):
            break
    names = [
        name
        for name, first in first_of.items()
        if first.params["source"]["reader"] not in WEB_READERS
        and "domain" not in params.sources[name].model_fields_set
    ]
    if not names:
        return []
    whose = f"source {names[0]}" if len(names) == 1 else f"sources {_some(names)}"
    return [f"the texts of {whose} count as domain web, as those of any source that names none"]


def _by_source(extracted: Manifest) -> dict[str, list[Shard]]:
    by_source: dict[str, list[Shard]] = {}
    for shard in extracted.shards:
        by_source.setdefault(shard.params["source"]["name"], []).append(shard)
    return by_source


def _notices(store: Store, name: str, shards: list[Shard]) -> Iterator[Notice]:
    counts = [shard.ledger.documents for shard in shards]
    read = sum(c.in_ for c in counts if c)
    lost = sum(c.quarantined for c in counts if c)
    ends = sum(BREAK in shard.figures for shard in shards)  # told by themselves
    if lost > ends or lost == read > 0:
        files = [f for shard in shards for f in shard.part("quarantined") if f.rows]
        reasons, named = _reasons(store, files), some([file.path for file in files])
        yield (
            notice("extract.all_quarantined", source=name, of=read, reasons=reasons, files=named)
            if lost == read
            else notice(
                "extract.quarantined",
                source=name,
                lost=lost,
                of=read,
                reasons=reasons,
                files=named,
            )
        )
    if too_large := sum(c.removed.get(TOO_LARGE, 0) for c in counts if c):
        largest = max(shard.params["largest"] for shard in shards)
        yield notice(
            "extract.too_large_cuttable" if _is_cuttable(shards[0]) else "extract.too_large",
            source=name,
            lost=too_large,
            of=read,
            largest=largest,
        )
    empty = [name for shard in shards for name in shard.figures.get(EMPTY, ())]
    empty += [
        shard.params["source"]["file"]
        for shard, count in zip(shards, counts, strict=True)
        # Of a range all may belong to a line that began before it.
        if count
        and not count.in_
        and shard.params["sample"] == 1
        and not {SPAN, EMPTY} & shard.figures.keys()
    ]
    if empty:
        yield notice("extract.empty", source=name, files=some(empty))
    no_domains, notes = Counter[str](), Counter[str]()
    for shard in shards:
        no_domains.update(shard.figures.get(NO_DOMAIN, {}))
        notes.update(shard.figures.get(NOTES, {}))
    if notes:
        yield notice(
            "extract.no_licence",
            source=name,
            n=notes.total(),
            given=some([shown for shown, _ in notes.most_common()]),
            licence=shards[0].params["source"]["licence"] or "none",
        )
    if markup := sum(shard.figures.get(MARKUP, 0) for shard in shards):
        yield notice("extract.markup", source=name, n=markup, of=read)
    if no_domains:
        yield notice(
            "extract.no_domain",
            source=name,
            n=no_domains.total(),
            given=some([shown for shown, _ in no_domains.most_common()]),
            domain=shards[0].params["source"]["domain"],
        )
    broken = [
        notice("extract.broken.file", file=file, at=end["at"], n=end["records"])
        if end["at"]
        else notice("extract.broken.none", file=file)
        for shard in shards
        if (end := shard.figures.get(BREAK)) and (file := shard.params["source"]["file"])
    ]
    if broken:
        yield notice("extract.broken", source=name, files=some(broken))


def _is_cuttable(shard: Shard) -> bool:
    """Whether the reader of a source can read its files in smaller records."""
    source = shard.params["source"]
    return source["reader"] == "text" and source.get("unit", "file") == "file"


def _some(files: list[str]) -> str:
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more


def _reasons(store: Store, files: Sequence[File]) -> list[dict[str, str]]:
    """Of each reason one example, the most frequent first."""
    import pyarrow.parquet as pq

    examples: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for file in files[:LOOKED]:
        for reason in pq.read_table(store.fetch(file), columns=["reason"])["reason"].to_pylist():
            kind = _OWN.sub("", reason)  # without what is of this one record
            examples.setdefault(kind, reason)
            counts[kind] += 1
    chosen = [examples[kind].partition(": ") for kind, _ in counts.most_common(NAMED)]
    return [{"damage": damage, "detail": detail} for damage, _, detail in chosen]
