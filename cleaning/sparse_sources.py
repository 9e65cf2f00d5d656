"""Sources of which a stage removed most: a rule that does not fit them, more likely than bad texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from pipeline.model.dataset import Shard
from pipeline.model.ledger import Documents
from pipeline.model.notice import Notice, notice

MOST = 0.8  # of the documents of a source, as `deduplicate` lets go without a word
HALF = 0.5  # of those that somebody chose one by one
LEAST = 20  # documents of a source of which a share means something
# Rules by which an answer of a server is no document: errors, redirects, pictures.
_ANSWERS = ("status", "media_type")


def nearly_all_removed(
    shards: Iterable[tuple[Shard, Documents | None]], chosen: Collection[str] = ()
) -> list[Notice]:
    """A notice for each source of which a stage removed MOST of the documents, with the rule that removed most of them;
    more than HALF, where its reader is one of `chosen`: of texts that somebody chose one by one.

    Each shard of documents is one source's, and comes with what the stage counted of it; errors and redirects of
    servers are none. Where nothing is left of any source, that is told by itself.
    """
    came, kept = Counter[str](), Counter[str]()
    removed: dict[str, Counter[str]] = {}
    readers: dict[str, str] = {}
    for shard, counts in shards:
        # What another stage wrote names no source.
        about = shard.params.get("source") or {}
        if counts and (source := about.get("name")):
            readers[source] = about.get("reader", "")
            documents = {r: n for r, n in counts.removed.items() if r not in _ANSWERS}
            came[source] += counts.in_ - sum(counts.removed.values()) + sum(documents.values())
            kept[source] += counts.kept
            removed.setdefault(source, Counter()).update(documents)
    if not kept.total():
        return []
    return [
        _notice(source, n, rules)
        for source, rules in removed.items()
        if (n := came[source]) >= LEAST
        and (rules.total() >= MOST * n or (rules.total() > HALF * n and readers[source] in chosen))
    ]


def _notice(source: str, came: int, removed: Counter[str]) -> Notice:
    gone = removed.total()
    ((rule, most),) = removed.most_common(1)
    return notice(
        "source.lost", source=source, gone=gone, came=came, share=gone / came, most=most, rule=rule
    )
