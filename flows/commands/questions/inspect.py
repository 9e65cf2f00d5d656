"""What the command line shows of a store: states, lineage, damage, what pruning frees."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from flows.chain import status
from flows.recipe import recipe as recipes
from flows.report.runs.retention import newest, reasons
from flows.stages import load
from flows.store.patterns import patterns
from flows.store.place import existing_store, open_store
from flows.store.records import commands_of, names, resolve
from pipeline.model.dataset import Manifest
from pipeline.run import lineage
from pipeline.run.reading import readers
from pipeline.store import prune, verify
from pipeline.store.prune import Pruned
from pipeline.store.store import Store

ABOVE = "  as above"  # for a dataset that was shown already, with all that it was made from or into

FILES = 12  # files of the outside that are named of a dataset; --json has all


def status_of(name: str, store_url: str | None, overrides: Sequence[str]) -> dict[str, Any]:
    """The state of each stage of a recipe."""
    recipe = recipes.read(name, overrides)
    store = open_store(store_url)
    stages = status.status(recipe, store)
    width = max(12, *(len(s["stage"]) for s in stages))
    text = [f"{s['stage']:<{width}} {s['state']:<10} {s['fingerprint'] or ''}" for s in stages]
    text += [sentence for s in stages for sentence in s["news"]]
    return {"recipe": recipe.name, "stages": stages, "text": text}


def lineage_of(dataset: str, store_url: str | None) -> dict[str, Any]:
    """What a dataset was made from, down to crawled and named files, and what was made of it."""
    from cleaning.privacy.told import told

    store = existing_store(store_url)
    called = names(store)
    manifest = resolve(store, dataset)
    answer = told(lineage.ancestors(store, manifest), patterns(store))
    answer["made_into"] = lineage.descendants(store, manifest.reference)
    _call(answer, called)
    text = [_title(answer), *_observed(answer, 1)]
    if answer["made_from"]:
        text += ["made from", *_ancestors(answer, 1, set())]
    if answer["made_into"]:
        text += ["made into", *_descendants(answer, 1, set())]
    return {**answer, "text": text}


def _call(node: dict[str, Any], called: dict[str, list[str]]) -> None:
    """Adds what recipes call each dataset."""
    node["called"] = called.get(node["dataset"], [])
    for other in [*node.get("made_from", ()), *node.get("made_into", ())]:
        _call(other, called)


def _title(node: dict[str, Any]) -> str:
    documents = node.get("documents")
    counted = f"  {documents['kept']:,} documents" if documents else ""
    return f"{node['dataset']}{_called(node)}{counted}"


def _called(node: dict[str, Any]) -> str:
    return f"  ({', '.join(node['called'])})" if node["called"] else ""


def _ancestors(node: dict[str, Any], depth: int, shown: set[str]) -> list[str]:
    lines = []
    for source in node["made_from"]:
        role, name = f"{'  ' * depth}{source['as']}: ", source["dataset"]
        if name in shown:
            lines.append(f"{role}{name}{ABOVE}")
            continue
        shown.add(name)
        lines += [f"{role}{_title(source)}", *_observed(source, depth + 1)]
        if not source.get("lost"):
            lines += _ancestors(source, depth + 1, shown)
    return lines


def _observed(node: dict[str, Any], depth: int) -> list[str]:
    files, indent = node.get("observed", []), "  " * depth
    lines = [
        f"{indent}{file['source']}: {file['path']}  {file['bytes']:,} bytes"
        for file in files[:FILES]
    ]
    if rest := files[FILES:]:
        lines.append(
            f"{indent}and {len(rest):,} more files, {sum(f['bytes'] for f in rest):,} bytes"
        )
    return lines


def _descendants(node: dict[str, Any], depth: int, shown: set[str]) -> list[str]:
    lines = []
    for child in node["made_into"]:
        line = f"{'  ' * depth}{child['dataset']}"
        if child["dataset"] in shown:
            lines.append(f"{line}{ABOVE}")
            continue
        shown.add(child["dataset"])
        lines += [f"{line}{_called(child)}", *_descendants(child, depth + 1, shown)]
    return lines


def verify_store(store_url: str | None, repair: bool) -> dict[str, Any]:
    """Reads everything again; exit code 1 when something is damaged, and was not removed by the repair.

    With `repair` the answer also has the folders that were `removed` and the damaged paths that were `left`.
    """
    store = existing_store(store_url)
    verified = verify.verify(store)
    missing = set(verified.missing)
    text = [f"{'missing' if p in missing else 'damaged'}: {p}" for p in verified.damaged]
    text += [f"erased: text that was withdrawn is no longer in {path}" for path in verified.erased]
    harmed = verify.incomplete(store, verified.damaged)
    commands = commands_of(store) if harmed else {}
    text += [
        f"so {name} is not whole{commands.get(name, ' (no run names it any more)')}"
        for name in map(str, harmed)
    ]
    text.append(
        f"{verified.files:,} file{'s' * (verified.files != 1)}, {verified.bytes:,} bytes read, "
        f"{len(verified.damaged) - len(missing)} damaged, {len(missing)} missing"
    )
    answer: dict[str, Any] = {**verified.to_json(), "incomplete": [str(r) for r in harmed]}
    left = verified.damaged
    if repair:
        repaired = verify.repair(store, verified, partial(_readers, store))
        left = repaired.left
        answer |= {"removed": repaired.removed, "left": left}
        text += [f"removed: {folder}" for folder in repaired.removed]
        text += [_what_went(name, *counts) for name, counts in repaired.shards.items()]
        if repaired.removed:
            text.append(
                "run the recipe again: it makes what was removed again, to the same bytes; "
                "what it does not need any more it leaves out"
            )
        text += [f"left: {path} is of an edition: restore it from a copy" for path in left]
    return {**answer, "text": text, "exit_code": 1 if left else 0}


def prune_store(
    store_url: str | None,
    keep_runs: int | None,
    dry_run: bool,
    agree: Callable[[], bool] = lambda: True,
) -> dict[str, Any]:
    """Frees what no kept dataset names: lists first, on standard error, what goes and why, then calls

    `agree`. A dry run returns that list instead.
    """
    store = existing_store(store_url)
    keep = None if keep_runs is None else newest(store, keep_runs)
    listed: list[str] = []
    why: dict[str, str] = {}
    agreed = False

    def decide(pruned: Pruned) -> bool:
        nonlocal agreed
        why.update(reasons(store, pruned.freed))
        listed.extend(_what_goes(pruned, why, "would free" if dry_run else "frees"))
        if not dry_run and listed:
            print("\n".join(listed), file=sys.stderr, flush=True)
        agreed = not dry_run and (not pruned.freed or agree())
        return agreed

    pruned = prune.prune(store, keep, decide)
    counted = (
        f"{pruned.datasets:,} dataset{'s' * (pruned.datasets != 1)}, "
        f"{pruned.shards:,} shard{'s' * (pruned.shards != 1)}, {pruned.bytes:,} bytes"
    )
    text = [*(listed if dry_run else ()), f"{'freed' if agreed else 'would free'} {counted}"]
    return {**pruned.to_json(), "why": why, "deleted": agreed, "text": text}


def _readers(store: Store, manifest: Manifest, paths: Collection[str]) -> set[str]:
    try:
        stage = load(manifest.stage)
    except (LookupError, ImportError):  # of another version, or what it needs is not installed
        return manifest.shard_folders()
    return readers(store, stage, manifest, paths)


def _what_went(dataset: str, gone: int, every: int) -> str:
    if gone == every > 1:
        return f"of {dataset}: all {every:,} shards, each of which may hold what was damaged"
    return f"of {dataset}: {gone:,} of {every:,} shards; a run takes the others as they are"


def _what_goes(pruned: Pruned, why: Mapping[str, str], verb: str) -> list[str]:
    """A line for each dataset, for the shards of each stage that no dataset names, and for unfinished work."""
    lines = [f"{verb} {name}  {size:,} bytes: {why[name]}" for name, size in pruned.freed.items()]
    for stage, (count, size) in pruned.unnamed.items():
        shards = f"{count:,} shard{'s' * (count != 1)} of {stage}"
        lines.append(
            f"{verb} {shards}  {size:,} bytes: named by no dataset (of slices, or of runs that ended early)"
        )
    for name, folders in pruned.awaited.items():
        shards = f"{len(folders):,} shard{'s' * (len(folders) != 1)}"
        lines.append(
            f"keeps {shards} of {name}, which a repair removed: run its recipe, which makes it again of them; "
            "--keep-runs frees them"
        )
    for stage, size in pruned.unfinished.items():
        of = f"what a stopped {stage} had saved" if stage else "temporary files"
        because = "it begins anew" if stage else "their processes have ended"
        lines.append(f"{verb} {of}  {size:,} bytes: {because}")
    if pruned.copies:
        lines.append(
            f"{verb} copies of files elsewhere  {pruned.copies:,} bytes: unused for a week, or more than "
            "TAHONA_CACHE_GB allows"
        )
    return lines
