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
from pipeline.store.store import Store

if TYPE_CHECKING:
    from cleaning.extract.stage import Extract

BREAK = "breaks off"  # the figure of a shard whose file could be read in part: how far, how many records
EMPTY = "empty"  # the figure of a shard of several files: those without a record
TOO_LARGE = "too_large"  # the rule that removes a record larger than `largest`
NO_DOMAIN = "no domain"  # the figure of a shard of entries that give for theirs what is none: how many, by what
SPAN = "span"  # the figure of a shard of a range: from which byte to which
NAMED = 3  # files that are named; of more, how many there are
LOOKED = 64  # files of quarantined records of a source, for their reasons
_OWN = re.compile(r"[0-9]+|'[^']*'")


def warnings(store: Store, extracted: Manifest, name: str) -> list[str]:
    """What of each source could not be read, and sources of which nearly all was removed."""
    sources = _by_source(extracted)
    counted = ((shard, shard.ledger.documents) for shards in sources.values() for shard in shards)
    return [*_unread(store, sources), *nearly_all_removed(counted)]


def unread(store: Store, extracted: Manifest, name: str) -> list[str]:
    """A line for each source of which records were quarantined or too large, and for files that are empty or
    break off.
    """
    return _unread(store, _by_source(extracted))


def _unread(store: Store, sources: Mapping[str, list[Shard]]) -> list[str]:
    return [line for source, shards in sources.items() for line in _lines(store, source, shards)]


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


def _lines(store: Store, name: str, shards: list[Shard]) -> Iterator[str]:
    counts = [shard.ledger.documents for shard in shards]
    read = sum(c.in_ for c in counts if c)
    lost = sum(c.quarantined for c in counts if c)
    ends = sum(BREAK in shard.figures for shard in shards)  # told by themselves
    if lost > ends or lost == read > 0:
        many = f"all {read:,}" if lost == read else f"{lost:,} of {read:,}"
        files = [f for shard in shards for f in shard.part("quarantined") if f.rows]
        more = f" and {len(files) - 1:,} more such files" if len(files) > 1 else ""
        yield (
            f"{many} records of source {name} were quarantined ({_reasons(store, files)}): "
            f"all of them in {files[0].path}{more} of the store"
        )
    if too_large := sum(c.removed.get(TOO_LARGE, 0) for c in counts if c):
        largest = max(shard.params["largest"] for shard in shards)
        yield (
            f"{too_large:,} of {read:,} records of source {name} were removed as {TOO_LARGE}, each larger than "
            f"{largest:,} bytes: raise `extract.largest`, or cut them{_cut(shards[0])}"
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
        yield f"source {name} has files without a record: {_some(empty)}"
    no_domains = Counter[str]()
    for shard in shards:
        no_domains.update(shard.figures.get(NO_DOMAIN, {}))
    if no_domains:
        given = [shown for shown, _ in no_domains.most_common()]
        yield (
            f"{no_domains.total():,} records of source {name} name a domain that is none ({_some(given)}; it is a word "
            f"without a slash): they count as {shards[0].params['source']['domain']}, as their source does"
        )
    broken = [
        f"{shard.params['source']['file']} (read to byte {end['at']:,}, "
        f"{end['records']:,} record{'s' * (end['records'] != 1)})"
        for shard in shards
        if (end := shard.figures.get(BREAK))
    ]
    if broken:
        yield f"source {name} has files that break off: {_some(broken)}"


def _cut(shard: Shard) -> str:
    """How a source's files are read in smaller records, where its reader can."""
    source = shard.params["source"]
    whole = source["reader"] == "text" and source.get("unit", "file") == "file"
    return " by `unit: block` or `unit: line` of the source" if whole else ""


def _some(files: list[str]) -> str:
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more


def _reasons(store: Store, files: Sequence[File]) -> str:
    """Of each reason one example, the most frequent first."""
    import pyarrow.parquet as pq

    examples: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for file in files[:LOOKED]:
        for reason in pq.read_table(store.fetch(file), columns=["reason"])["reason"].to_pylist():
            kind = _OWN.sub("", reason)  # without what is of this one record
            examples.setdefault(kind, reason)
            counts[kind] += 1
    return "; ".join(examples[kind] for kind, _ in counts.most_common(NAMED))
