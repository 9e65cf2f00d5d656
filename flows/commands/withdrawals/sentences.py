"""What `withdraw` says: the orders, what they name, what holds it, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaning.withdrawals.orders import Order, policy_of
from cleaning.withdrawals.reserved import check_kept
from flows.commands.withdrawals.holders import Documents
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id

MOST = 20  # documents, or places, that are named


@dataclass(frozen=True)
class Change:
    """What a command changed: the orders that hold now, those that are `fresh` or were `undone`, and those by id that
    keep documents out whose text was erased.
    """

    orders: Sequence[Order]
    fresh: Sequence[Order]
    undone: Sequence[Order]
    kept_out: Sequence[Order]


@dataclass(frozen=True)
class Findings:
    """What orders name and where it is.

    `documents` by id, of which fresh orders name `named_now`; `idle` orders name none, `near` by address what was
    perhaps meant. `parts`: by id what passages became; `twins` are not withdrawn. `present`: by dataset the ids that
    it has; `textless` those without text. `current`: by recipe what its newest datasets of text have; `texts`: the
    names of all such datasets. `models` that learnt from some; `called`: by dataset the names that recipes have for it.
    """

    documents: Documents
    named_now: set[str]
    idle: Sequence[Order]
    near: Mapping[str, Sequence[str]]
    parts: Mapping[str, list[str]]
    twins: Sequence[Mapping[str, str | None]]
    present: Mapping[str, set[str]]
    textless: set[str]
    current: Mapping[str, Mapping[str, int]]
    texts: set[str]
    models: Sequence[Mapping[str, Any]]
    called: Mapping[str, list[str]]


def sentences(
    words: Sequence[str],
    change: Change,
    found: Findings,
    erased: Sequence[str],
    manifests: Sequence[Manifest],
) -> list[str]:
    """All that is said; `words` gave new orders, `erased` is what an erasure says."""
    recorded = _recorded(words, change, found, manifests)
    if change.fresh and len(found.idle) == len(change.fresh):
        # What earlier orders name was told when they were given.
        none = "nothing was found now: what was recorded holds for what may come"
        return [*recorded, *erased, none]
    twins = [
        f"not withdrawn, but nearly the same as {twin['of']}: {twin['id']}  {twin['url'] or ''}".rstrip()
        for twin in found.twins
    ]
    return [*recorded, *twins, *erased, *_held(found)]


def _recorded(
    words: Sequence[str], change: Change, found: Findings, manifests: Sequence[Manifest]
) -> list[str]:
    """The orders that were taken back or recorded, and the documents that they name."""
    text = [f"taken back: {order.kind} {order.value}" for order in change.undone]
    if change.undone:
        but = ", but for those that another order names" if change.orders else ""
        text.append(f"the next run has their documents again{but}")
    if change.kept_out:
        kept_out = many(len(change.kept_out), "document")
        text.append(f"but for {kept_out} whose text was erased: withdrawn by id")
    idle = found.idle
    text += [f"recorded: {order.kind} {order.value}" for order in change.fresh if order not in idle]
    text += [
        f"recorded: {order.kind} {order.value}, which names no document of this store, only what may come"
        + _meant(found.near.get(order.value))
        for order in idle
    ]
    text += [
        f"{word} is a part of a document: the whole of it is withdrawn"
        for word in words
        if (whole := whole_id(word)) and whole != word.lower()
    ]
    unheard = _unheard(manifests, change.fresh)
    text += [f"not heard by {order.source}: {why}" for order, why in unheard]
    total = f"{many(len(change.orders), 'order')} in all, naming {many(len(found.documents), 'document')} of this store"
    if not change.fresh or len(change.fresh) == len(change.orders):
        return [*text, total, *_listed(found.documents, found.parts)]
    shown = {id: d for id, d in found.documents.items() if id in found.named_now}
    if shown:
        verb = "names" if len(change.fresh) == 1 else "name"
        one = f"{many(len(change.fresh), 'new order')} {verb} {many(len(shown), 'document')}"
        text.append(f"{one} of this store")
    return [*text, *_listed(shown, found.parts), total]


def _held(found: Findings) -> list[str]:
    """The datasets that have the documents, the models that learnt from them, and whether the newest are without."""
    text = []
    for name, present in found.present.items():
        erased_here = _without(len(present & found.textless), len(present))
        text.append(f"{len(present)} of them in {name}{_called(found, name)}{erased_here}")
    for model in found.models:
        name, before = f"{model['dataset']}{_called(found, model['dataset'])}", model["from"]
        if model["documents"]:
            text.append(
                f"{name} learnt from {model['documents']:,} of them, in {model['steps']:,} steps"
            )
        else:
            text.append(f"{name} goes on from {before}{_called(found, before)}, which did")
    text += [_standing(recipe, counts) for recipe, counts in found.current.items()]
    newest = {name for counts in found.current.values() for name in counts}
    return text + _earlier(
        [
            name
            for name, present in found.present.items()
            if name in found.texts and present - found.textless and name not in newest
        ]
    )


def many(count: int, thing: str) -> str:
    """A number of things, one of them without an s."""
    return f"{count:,} {thing}{'s' * (count != 1)}"


def _listed(documents: Documents, parts: Mapping[str, list[str]]) -> list[str]:
    """A line a document, with what goes with it, and how many more there are."""
    lines = [
        f"    {id}  {d['url'] or d['place']}"
        + (f", and what its passages became: {', '.join(parts[id])}" if id in parts else "")
        for id, d in list(documents.items())[:MOST]
    ]
    return [*lines, f"    and {len(documents) - MOST:,} more"] if len(documents) > MOST else lines


def _meant(near: Sequence[str] | None) -> str:
    return f": did you mean {' or '.join(near)}?" if near else ""


def _without(erased: int, count: int) -> str:
    """How many of some documents have no text any more, since it was erased."""
    return f", {f'{erased:,} ' * (erased < count)}without text" if erased else ""


def _standing(recipe: str, counts: Mapping[str, int]) -> str:
    """Whether what the stages of a recipe made last still holds withdrawn documents."""
    if not counts:
        return f"{recipe} has made no corpus, export or tokens"
    newest = f"the newest {many(len(counts), 'dataset')} of text and tokens of {recipe}"
    if not any(counts.values()):
        return f"none of them in {newest}"
    datasets = sum(count > 0 for count in counts.values())
    return f"they are in {datasets:,} of {newest}: run it again"


def _earlier(names: Sequence[str]) -> list[str]:
    """That datasets which no recipe made last hold withdrawn text, and what takes it away."""
    if not names:
        return []
    one = len(names) == 1
    where, their = many(len(names), "earlier dataset"), "it" if one else "them"
    return [
        f"they are in {where} ({', '.join(names)}): `tahona prune --keep-runs 1` deletes {their}, "
        f"and --erase takes the text out of {their}"
    ]


def _unheard(
    manifests: Sequence[Manifest], orders: Sequence[Order]
) -> Iterator[tuple[Order, UsageError]]:
    """The policies that need rights statements which a dataset did not keep with its documents, and why."""
    for order in orders:
        for manifest in manifests if order.kind == "rights" else ():
            if "documents" in manifest.kinds:
                try:
                    check_kept(policy_of(order), manifest)
                except UsageError as error:
                    yield order, error


def _called(found: Findings, name: str) -> str:
    """What recipes call a dataset."""
    return f"  ({', '.join(found.called[name])})" if found.called.get(name) else ""
