"""Judging the documents of a recipe near the thresholds of its rules, one at a time, and what follows from it."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cleaning.privacy.told import told
from cleaning.rules.rule import Bounds
from cleaning.signals.signals import files_with
from cleaning.thresholds.near import Near, Seen, Shards, nearest, seen
from cleaning.thresholds.parted import columns_of
from cleaning.thresholds.proposals import proposals, score
from cleaning.withdrawals.orders import Order, columns_for, named_by
from flows.chain import withdrawals
from flows.judging import answers
from flows.judging.answers import Answer, Verdict
from flows.report.examples.documents import find_ids, read_places
from flows.report.examples.removed import described
from flows.report.quote import line, lines, masked, masking
from flows.stages import STAGES
from flows.store.patterns import patterns
from flows.store.records import kind_of, runs
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest, Reference
from pipeline.store import erasures
from pipeline.store.store import Store

SHOWN = 6_000  # code points of a document
REASON = 300  # code points


@dataclass(frozen=True)
class Document:
    """What a judge sees of a document, personal data masked; `near` is why it was chosen, which may stay hidden."""

    id: str
    title: str
    url: str
    domain: str
    text: str
    characters: int
    near: Near


@dataclass(frozen=True)
class Decided:
    """What a stage decided by its rules, and over what."""

    store: Store
    documents: Manifest
    signals: Manifest
    manifest: Manifest
    rules: tuple[Bounds, ...]
    languages: tuple[str, ...]
    passages: bool

    def shards(self) -> Shards:
        """Documents, tables of signals and edits, on this machine."""
        columns = columns_of(self.rules, self.passages)
        whole = zip(self.documents.shards, self.signals.shards, self.manifest.shards, strict=True)
        for document, signal, decided in whole:
            yield (
                self.store.fetch(document.one("kept")),
                [self.store.fetch(file) for file in files_with(signal.files, columns)],
                self.store.fetch(decided.one("edits")),
            )


def who() -> str:
    """By which name answers are kept where none is given: that of the login."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "judge"


def judged_recipes(store: Store) -> list[str]:
    """The recipes of a store whose documents can be judged: those that ran with rules."""
    return [recipe for recipe in store.backend.folders("runs") if _decided(store, recipe)]


class Judging:
    """The documents of a recipe that a person has judged, and those still to be judged.

    Of several stages with rules, `stages`, `stage` is judged: the last of the newest run if none is asked for. Raises
    UsageError where no rules decided.
    """

    def __init__(self, store: Store, recipe: str, person: str, stage: str | None = None) -> None:
        if not (decided := _decided(store, recipe)):
            raise UsageError(
                f"{recipe} has no run in {store.url} that decided by rules: run it first"
            )
        self.stages = sorted(decided)
        self.stage = stage or next(iter(decided))
        if (reference := decided.get(self.stage)) is None:
            raise UsageError(
                f"{recipe} has no stage {stage} that decided by rules: choose from {', '.join(self.stages)}"
            )
        self.store, self.recipe, self.person = store, recipe, person
        self.decided, self.pool = _pool(store.url, reference.stage, reference.fingerprint)

    def answers(self) -> list[Answer]:
        """All answers about the recipe's documents."""
        return answers.read(self.store, self.recipe)

    def left(self) -> list[Near]:
        """Documents not withdrawn nor judged by this person, the nearest first, each ten shuffled."""
        done = {answer.id for answer in self.answers() if answer.who == self.person} | self._gone()
        return [near for near in _shuffled(self.pool, self.person) if near.id not in done]

    def _gone(self) -> frozenset[str]:
        """The documents that are withdrawn by now, or without text."""
        documents = self.decided.documents.reference
        orders = tuple(withdrawals.orders(self.store))
        erased = self.store.read_json(f"datasets/{documents}/{erasures.RECORD}") is not None
        return (
            _gone(self.store.url, str(documents), orders, erased)
            if orders or erased
            else frozenset()
        )

    def document(self, near: Near) -> Document:
        """The document as a judge sees it."""
        file = self.decided.documents.shards[near.shard].one("kept")
        ((_, document),) = read_places(self.store, [(file, near.row)])
        text = document["text"] or ""
        with masking(patterns(self.store)):
            description = described(document)
            return Document(
                near.id,
                description["title"],
                description["url"],
                document["domain"] or "",
                lines(text, SHOWN),
                len(text),
                near,
            )

    def answer(self, id_: str, verdict: Verdict, reason: str = "") -> None:
        """Records this person's judgement of a document. Raises UsageError for one that was not shown."""
        if all(near.id != id_ for near in self.pool):
            raise UsageError(f"{id_} is no document that {self.recipe} asks to be judged")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with masking(patterns(self.store)):
            new = Answer(id_, verdict, line(reason, REASON), now, self.person)
        answers.add(self.store, self.recipe, new)

    def undo(self) -> Answer | None:
        """Takes the last answer of this person back."""
        return answers.take_back(self.store, self.recipe, self.person)

    def summary(self) -> dict[str, Any]:
        """How many answers there are, how far two judges agree, how the rules do, and what thresholds they propose.

        Personal data in the names of judges is masked.
        """
        judgements, own = self.answers(), patterns(self.store)
        good = answers.agreed(judgements)
        decided = self.decided
        documents = _seen(decided, good)
        right = {id_: good[id_] for id_ in documents}
        rules = score([not documents[id_].broken for id_ in right], list(right.values()))
        return {
            "who": told(self.person, own),
            "answers": len(judgements),
            "good": sum(good.values()),
            "bad": len(good) - sum(good.values()),
            "skipped": sum(answer.verdict == "skip" for answer in judgements),
            "disputed": len({a.id for a in judgements if a.verdict != "skip"}) - len(good),
            "agreement": told(answers.agreement(judgements), own),
            "precision": rules.precision,
            "recall": rules.recall,
            "proposals": [asdict(p) for p in proposals(decided.rules, documents, right)],
        }

    def examples(self) -> dict[str, str]:
        """The judged texts as JSON lines for the stage `classifier`, personal data masked, by the names of files."""
        gone = self._gone()
        good = {i: g for i, g in answers.agreed(self.answers()).items() if i not in gone}
        places = find_ids(self.store, self.decided.documents, set(good))
        rows: dict[bool, list[str]] = {True: [], False: []}
        with masking(patterns(self.store)):
            for _, document in read_places(self.store, list(places.values())):
                row = {"id": document["id"], "text": masked(document["text"] or "", numbers=False)}
                rows[good[document["id"]]].append(json.dumps(row, ensure_ascii=False) + "\n")
        return {"good.jsonl": "".join(rows[True]), "bad.jsonl": "".join(rows[False])}


def _decided(store: Store, recipe: str) -> dict[str, Reference]:
    """What each stage of a recipe with rules that can be weighed decided last, the last of the newest run first."""
    records = runs(store, recipe)
    decided: dict[str, Reference] = {}
    for record in records:
        for name, fingerprint in reversed(list(record["datasets"].items())):
            about = STAGES.get(kind := kind_of(record, name))
            if about and about.what_if and name not in decided:
                reference = Reference(stage=kind, fingerprint=fingerprint)
                if store.manifest(reference) is not None:
                    decided[name] = reference
    still = records[0].get("names", decided) if records else ()
    return {name: reference for name, reference in decided.items() if name in still}


@lru_cache(8)
def _pool(url: str, kind: str, fingerprint: str) -> tuple[Decided, tuple[Near, ...]]:
    """A dataset never changes: it is read once for all requests of the pages."""
    store = Store(url)
    manifest = store.manifest(Reference(stage=kind, fingerprint=fingerprint))
    assert manifest is not None  # `_decided` has seen it
    documents, signals = (
        _input(store, manifest, manifest.inputs[role][0]) for role in ("documents", "signals")
    )
    params: Mapping[str, Any] = next(
        (s.params for s in manifest.shards if "rules" in s.params), {"rules": [], "languages": []}
    )
    every = (Bounds(**rule) for rule in params["rules"])
    rules = tuple(rule for rule in every if rule.action == "drop")
    languages, passages = tuple(params["languages"]), params.get("passages", False)
    decided = Decided(store, documents, signals, manifest, rules, languages, passages)
    return decided, tuple(nearest(decided.shards(), rules, languages, passages=passages))


@lru_cache(8)
def _gone(url: str, documents: str, orders: tuple[Order, ...], erased: bool) -> frozenset[str]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    store, ids = Store(url), set[str]()
    stage, _, fingerprint = documents.partition("/")
    if (manifest := store.manifest(Reference(stage=stage, fingerprint=fingerprint))) is None:
        return frozenset()
    for file in manifest.files("kept"):
        table = pq.read_table(store.fetch(file), columns=[*columns_for(orders), *["text"] * erased])
        rows = named_by(orders, table)
        if erased:
            rows = pc.or_kleene(rows, pc.equal(pc.fill_null(table["text"], ""), ""))
        ids |= set(table.filter(rows)["id"].to_pylist())
    return frozenset(ids)


def _input(store: Store, manifest: Manifest, reference: Reference) -> Manifest:
    if (dataset := store.manifest(reference)) is None:
        raise UsageError(
            f"{manifest.reference} was decided over {reference}, which was pruned: run again"
        )
    return dataset


def _seen(decided: Decided, good: Mapping[str, bool]) -> dict[str, Seen]:
    if not good:
        return {}
    return seen(decided.shards(), decided.rules, decided.languages, good, decided.passages)


def _shuffled(pool: tuple[Near, ...], person: str) -> list[Near]:
    """In tens, so that the nearest stay first, each in an order of the person's own."""

    def place(item: tuple[int, Near]) -> tuple[int, bytes]:
        number, near = item
        return number // 10, hashlib.blake2b(f"{person}\0{near.id}".encode()).digest()

    return [near for _, near in sorted(enumerate(pool), key=place)]
