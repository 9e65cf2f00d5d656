"""The pages of a store and when each is written: those of datasets once, those of a recipe with every run."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from flows.report.runs.recipe_datasets import recipe_datasets
from pipeline.errors import TahonaError, UsageError
from pipeline.model.canonical import digest
from pipeline.model.dataset import Manifest, Reference
from pipeline.store.store import Store

FOLDER = "reports"
DATASETS = "_datasets"  # no recipe's name begins so
STATE = f"{FOLDER}/_state.json"
KEPT = 3  # runs, for which the first page shows what pruning the others would free
RUNS = 40  # of a recipe that have a page and can be compared, the newest first


def report_path(recipe: str) -> str:
    """The path of a recipe's report in the store."""
    return f"{FOLDER}/{recipe}/index.html"


def write_report(store: Store, recipe: str) -> str:
    """Writes what is stale of the pages of a recipe, and returns the path of its first, or its URL.

    The pages of other recipes are written, too, where they are gone: an erasure deletes all, for they quote documents.
    Raises UsageError where the recipe never ran.
    """
    site = Site(store)
    if not site.runs(recipe):
        raise UsageError(f"the recipe {recipe} has no run in {store.url}: run it first")
    gone = [r for r in store.backend.folders("runs") if r != recipe and site.lacks(r)]
    _write(site, [recipe, *gone], everything=bool(gone))
    return f"{store.url}/{report_path(recipe)}"


def current_report(store: Store, recipe: str) -> str | None:
    """The path of a recipe's report where its newest run has nothing to add to it: all was done before."""
    site = Site(store)
    return f"{store.url}/{report_path(recipe)}" if site.tells(recipe) else None


def write_site(store: Store) -> str:
    """Writes what is stale of the pages of all recipes and datasets; returns the path of the first page.

    Raises UsageError where nothing ever ran.
    """
    site = Site(store)
    recipes = [recipe for recipe in store.backend.folders("runs") if site.runs(recipe)]
    if not recipes:
        raise UsageError(f"nothing has run in {store.url}: run a recipe first")
    site.prunable = _prunable(store, site.prunable)
    _write(site, recipes, everything=True)
    return f"{store.url}/{FOLDER}/index.html"


def _prunable(store: Store, before: dict[str, Any] | None) -> dict[str, Any] | None:
    """What pruning all but the newest KEPT datasets of each stage would free, and when (as runs are named by time).

    The figures of `before` stay where they still hold, and where nothing may be pruned, since a run uses the store.
    """
    from flows.chain.record import new_run
    from flows.report.runs.retention import newest
    from pipeline.store.prune import prune

    try:
        would = prune(store, newest(store, KEPT), agree=lambda pruned: False)
    except TahonaError:
        return before
    freed = would.bytes - would.copies  # of the store, whatever else lies on this machine
    retention = {"keep": KEPT, "bytes": freed, "datasets": would.datasets}
    if before and retention == {k: before[k] for k in retention}:
        return before
    return {**retention, "at": new_run()}


def _write(site: Site, recipes: Sequence[str], everything: bool = False) -> None:
    from flows.report.quote import masking

    with masking(site.patterns):
        _write_pages(site, recipes, everything)


def _write_pages(site: Site, recipes: Sequence[str], everything: bool) -> None:
    from flows.report.pages.pages import Pages

    selections = {
        recipe: recipe_datasets(site.runs(recipe), site.inputs, site.sampled) for recipe in recipes
    }
    shown_now = [name for selection in selections.values() for name in selection.datasets]
    wanted = sorted(site.names) if everything else shown_now
    for name in wanted:
        site.facts(name)
    site.agree()
    pages = Pages(site)
    for name in site.described():
        pages.dataset(name)
    for recipe, selection in selections.items():
        site.recipes[recipe] = pages.recipe(recipe, selection)
    pages.index()
    site.close()


class Site:
    """What is known of a store and of its pages; the pages themselves are rendered by `flows.report.pages`."""

    def __init__(self, store: Store) -> None:
        from flows.store.patterns import patterns

        self.store = store
        self.patterns = patterns(store)
        self.version = _version(json.dumps(self.patterns))
        state = _state(store)
        same = state.get("version") == self.version
        self.nodes: dict[str, dict[str, Any]] = state["nodes"] if same else {}
        self.recipes: dict[str, dict[str, Any]] = state["recipes"] if same else {}
        self._written: dict[str, str] = state["pages"] if same else {}
        self.prunable: dict[str, Any] | None = state.get("prunable") if same else None
        self.unread: set[str] = set()  # datasets with a file that can't be read now
        self._facts: dict[str, dict[str, Any]] = {}
        self._records: dict[str, list[dict[str, Any]]] = {}
        self._manifests: dict[str, Manifest | None] = {}
        self._there = {path for path, _ in store.backend.files(FOLDER)}

    @cached_property
    def names(self) -> frozenset[str]:
        """All datasets of the store."""
        return frozenset(str(reference) for reference in self.store.references())

    def runs(self, recipe: str) -> list[dict[str, Any]]:
        """The records of a recipe's runs, the newest first."""
        if recipe not in self._records:
            from flows.store.records import runs

            self._records[recipe] = runs(self.store, recipe)
        return self._records[recipe]

    def tells(self, recipe: str) -> bool:
        """Whether the newest run computed nothing, and the pages show the one before, which made the

        same. They are not current while they show what was pruned, or could not read what they show.
        """
        from flows.store.records import datasets

        newest, *earlier = self.runs(recipe) or [{}]
        if not earlier or any(row["state"] != "reused" for row in newest["stages"]):
            return False
        same = ("datasets", "kinds", "params", "overrides", "end")
        paged = (r for r in earlier if f"{recipe}/{r['run']}" in self._written)
        page = next(paged, None)
        facts = (f"{FOLDER}/{DATASETS}/{name}.json" for name in datasets(newest).values())
        return (
            page is not None
            and all(newest.get(key) == page.get(key) for key in same)
            and report_path(recipe) in self._there
            and self._there.issuperset(facts)
            and self.names.issuperset(self.nodes)
        )

    def inputs(self, name: str) -> Sequence[str] | None:
        """The datasets that one was made from, None where it is no longer in the store."""
        if name not in self.nodes:
            manifest = self.manifest(_reference(name)) if name in self.names else None
            if manifest is None:
                return None
            self.nodes[name] = _node(manifest)
        return list(self.nodes[name]["inputs"]) if name in self.names else None

    def sampled(self, name: str) -> bool:
        """Whether a dataset was made from a sample of the records; of one that is gone, no."""
        inputs = self.inputs(name)
        return inputs is not None and (self.nodes[name]["sample"] or any(map(self.sampled, inputs)))

    def facts(self, name: str, gather: bool = True) -> dict[str, Any] | None:
        """What is known of a dataset, None where it is gone.

        Where this version of the report does not know it yet, it is gathered, or None if not to `gather`.
        """
        if name not in self._facts and self.inputs(name) is not None:
            path = f"{FOLDER}/{DATASETS}/{name}.json"
            facts = self.store.read_json(path) if path in self._there else None
            if facts is None or facts.get("version_of_report") != self.version:
                if not gather:
                    return None
                facts = self._gather(name)
                if facts["unread"]:
                    self.unread.add(name)
                else:
                    self._put(path, json.dumps(facts, ensure_ascii=False, allow_nan=False))
            self._facts[name] = facts
        return self._facts.get(name)

    def _gather(self, name: str) -> dict[str, Any]:
        from flows.report.facts import gather, listed

        manifest = self.manifest(_reference(name))
        if manifest is None:
            raise TahonaError(f"{name} is gone from {self.store.url}: run `tahona report` again")
        try:
            facts, unread = gather(self.store, manifest, self.manifest), None
        except (OSError, ValueError, LookupError) as error:
            # Its files are damaged or lost; the facts of the manifest hold all the same.
            facts, unread = listed(manifest), f"{type(error).__name__}: {error}"[:300]
        return {**_finite(facts), "unread": unread, "version_of_report": self.version}

    def manifest(self, reference: Reference) -> Manifest | None:
        """The manifest of a dataset, read once; None where it is gone."""
        name = str(reference)
        if name not in self._manifests:
            self._manifests[name] = self.store.manifest(reference)
        return self._manifests[name]

    def turned(self, before: str, after: str) -> list[dict[str, Any]]:
        """Which documents fare otherwise in the second of two datasets of a stage."""
        from flows.report.examples.decision_changes import turned

        if (
            before == after
            or not (old := self._decided(before))
            or not (new := self._decided(after))
        ):
            return []
        try:
            return turned(self.store, old, new)
        except (OSError, ValueError, LookupError):
            return []  # damaged or lost: the counts are shown all the same

    def _decided(self, name: str) -> tuple[Manifest, Manifest] | None:
        """A dataset of decisions and the documents that it is of, where both are in the store."""
        decisions = self.manifest(_reference(name)) if self.inputs(name) is not None else None
        if decisions is None or "decisions" not in decisions.kinds:
            return None
        documents = self.manifest(decisions.inputs["documents"][0])
        return (decisions, documents) if documents else None

    def agree(self) -> None:
        """Learns of datasets that have a page and no place in the state, and forgets what was pruned.

        The pages of what was pruned are taken away: the text on them should not outlive it.
        """
        prefix = f"{FOLDER}/{DATASETS}/"
        damaged = set()
        for path in sorted(p for p in self._there if p.startswith(prefix)):
            name = path.removeprefix(prefix).partition(".")[0]
            if name in damaged:
                continue
            if name in self.names:
                try:
                    self.inputs(name)
                except TahonaError as error:  # of another recipe: these pages do without it
                    damaged.add(name)
                    print(f"warning: {error}", file=sys.stderr)
            else:
                self.store.backend.remove(path)
                self._there.discard(path)
        self.nodes = {name: node for name, node in self.nodes.items() if name in self.names}

    def described(self) -> list[str]:
        """The datasets that have a page."""
        return sorted(n for n in self.nodes if n in self._facts or self._page(n) in self._there)

    def _page(self, name: str) -> str:
        return f"{FOLDER}/{DATASETS}/{name}.html"

    def stale(self, page: str, content: Any) -> bool:
        """Whether a page has to be written, to show `content` (JSON) now."""
        there = f"{FOLDER}/{page}.html" in self._there
        return not there or self._written.get(page) != digest([self.version, content])

    def mark(self, page: str, content: Any) -> None:
        """Remembers that a page shows `content` now, in every language."""
        self._written[page] = digest([self.version, content])

    def lacks(self, recipe: str) -> bool:
        """Whether a recipe that ran has no report."""
        return report_path(recipe) not in self._there and bool(self.runs(recipe))

    def put(self, page: str, text: str) -> None:
        """Writes one file of the site, whole."""
        self._put(f"{FOLDER}/{page}", text)

    def _put(self, path: str, text: str) -> None:
        self.store.backend.write(path, text.encode("utf-8", errors="replace"))
        self._there.add(path)

    def close(self) -> None:
        """Remembers what was written; a state that is lost costs time and nothing else."""
        state = {
            "version": self.version,
            "nodes": self.nodes,
            "recipes": self.recipes,
            "pages": self._written,
            "prunable": self.prunable,
        }
        self.store.backend.write(STATE, json.dumps(state, ensure_ascii=False).encode())


def _reference(name: str) -> Reference:
    stage, _, fingerprint = name.partition("/")
    return Reference(stage=stage, fingerprint=fingerprint)


def _node(manifest: Manifest) -> dict[str, Any]:
    from flows.store.records import samples

    documents = manifest.ledger.documents
    return {
        "inputs": list(dict.fromkeys(str(r) for refs in manifest.inputs.values() for r in refs)),
        "documents": documents.kept if documents else None,
        "bytes": manifest.total().bytes,
        "sample": samples(manifest),
    }


def _state(store: Store) -> Mapping[str, Any]:
    try:
        state = store.read_json(STATE)
    except ValueError:
        return {}
    if isinstance(state, dict) and {"version", "nodes", "recipes", "pages"} <= state.keys():
        return state
    return {}


def _finite(value: Any) -> Any:
    """The value with null for what JSON has no number for."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value


@cache
def _version(patterns: str) -> str:
    """The digest of everything that decides the text of a page: another version writes all pages again."""
    decides = [*_contents(files("flows.report")), patterns.encode()]
    return hashlib.sha256(b"".join(decides)).hexdigest()[:16]


def _contents(folder: Any) -> Iterable[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _contents(entry)
        elif entry.is_file():
            yield entry.read_bytes()
