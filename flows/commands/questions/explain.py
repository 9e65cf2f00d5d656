"""Explains what became of two documents that are alike: how alike they are, what proposed them, which went and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaning.web.urls import host_of
from flows.chain.datasets import Datasets
from flows.chain.origins import origins
from flows.commands.questions.beside import beside, columns
from flows.commands.questions.lookup import addressed, documents_with, whole_id
from flows.commands.questions.trace_rows import asked
from flows.recipe import recipe as recipes
from flows.recipe.check import tell
from flows.recipe.graph import called
from flows.stages import ABOUTS, STAGES
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import last_dataset
from pipeline.errors import TahonaError, UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id as parent
from pipeline.run.committed import Committed
from pipeline.store.store import Store


def explain_documents(
    name: str, one: str, other: str | None, store_url: str | None, overrides: Sequence[str]
) -> dict[str, Any]:
    """The evidence of two documents of a recipe, or of one and the one that stays in its place.

    `name` is a recipe, or `RECIPE:STAGE`; of several stages that deduplicate the one from which the document went is
    meant, else the first that decided it. Needs the documents and what was decided of them before; if the stage has
    decided, its decision is shown too. Raises UsageError where a document isn't there.
    """
    from cleaning.privacy.told import told
    from flows.report.quote import masked, masking

    recipe_name, _, word = name.partition(":")
    recipe = recipes.read(recipe_name, overrides)
    about = next(about for about in ABOUTS if about.explain)
    store = existing_store(store_url)
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    datasets = Datasets(recipe, store)
    datasets.look()
    surveyed = dict(datasets.survey(recipe.stages))
    kinds = {stage: node.kind for stage, node in recipe.graph.items()}
    alike = [stage for stage, kind in kinds.items() if kind == about.name]
    decided_by = {stage: _decided(datasets, surveyed[stage], stage) for stage in alike}
    own_manifests = list(datasets.manifests.values())
    own_manifests += [m for made in decided_by.values() if made for m in _read(store, made)]
    one = _meant(store, own_manifests, manifests, one, about.name)
    other = other and _meant(store, own_manifests, manifests, other, about.name)
    word = word or _deciding(store, decided_by, one, recipe_name) or about.name
    stage = called(kinds, word, f"the recipe {recipe.name}")
    inputs, decided = datasets.inputs(stage), decided_by.get(stage)
    params = recipe.params[stage]
    if inputs is None and decided:  # as it was made last
        read = {str(m.reference): m for m in _read(store, decided)}
        inputs = {
            role: [read[str(r)] for r in given if str(r) in read]
            for role, given in decided.inputs.items()
        }
        params = type(params).model_validate(decided.params)
        tell(f"what {stage} of {recipe.name} reads is another now: this is of {decided.reference}")
    if inputs is None:
        raise TahonaError(f"what {stage} of {recipe.name} reads is not there yet: run it first")
    rows = _decisions(store, decided, {one}) if decided else {}
    if other is None:
        other = rows.get(one, {}).get("other")
        if other is None:
            raise UsageError(_alone(stage, one, rows.get(one), inputs, store))
    if decided:
        rows |= _decisions(store, decided, {other})
    views = [(inputs["documents"][0], inputs.get("decisions", []))]
    views += [(m, []) for given, m in datasets.manifests.items() if "documents" in m.kinds]
    texts = _texts(store, views, {one, other})
    if missing := [name for name in (one, other) if name not in texts]:
        raise UsageError(f"no document {missing[0]} is among those that {stage} reads")
    # What stays of an earlier edition no stage here decides.
    if other not in rows and rows.get(one, {}).get("other") == other:
        rows[other] = {"id": other, "kept": True, "rule": None}
    own = patterns(store)
    urls = documents_with(store, manifests, "id", {one, other})
    hosts = tuple(host_of(urls.get(id) or "") for id in (one, other))
    compare = named(about.explain or "")
    comparison = compare(texts[one], texts[other], params, hosts)
    if not all(rows.get(id, {}).get("kept") for id in (one, other)):
        comparison["apart"] = None
    with masking(own):
        shown = {name: masked(text, numbers=False) for name, text in texts.items()}
    stretches = list(beside(shown[one], shown[other]))
    urls = told(urls, own)
    files = told(origins(store, [documents for documents, _ in views], {one, other}), own)
    return {
        "documents": [one, other],
        "urls": [urls.get(one), urls.get(other)],
        "files": [files.get(one), files.get(other)],
        "characters": [len(texts[one]), len(texts[other])],
        **comparison,
        "decisions": [rows.get(one), rows.get(other)],
        "beside": [stretch._asdict() for stretch in stretches],
        "text": [
            *_comparison(one, other, texts, comparison, rows, urls, files),
            "",
            *columns(stretches),
        ],
    }


def _decided(datasets: Datasets, committed: Committed | None, stage: str) -> Manifest | None:
    """What a stage decided; where what it reads is not made anew yet, as after a change of a source, what it decided
    last.
    """
    if committed and committed.whole:
        return committed.whole
    store, name = datasets.store, datasets.recipe.name
    if datasets.inputs(stage) is not None:
        return None
    last = last_dataset(store, name, stage, datasets.kind(stage))
    manifest = store.manifest(last) if last else None
    read = _read(store, manifest) if manifest else []
    if manifest is None or not any("documents" in m.kinds for m in read):
        return None
    return None if any(map(store.lost, (manifest, *read))) else manifest


def _read(store: Store, made: Manifest) -> list[Manifest]:
    """What a dataset was made from, as far as it is there."""
    read = (store.manifest(reference) for given in made.inputs.values() for reference in given)
    return [manifest for manifest in read if manifest]


def _deciding(
    store: Store, decided_by: Mapping[str, Manifest | None], one: str, recipe: str
) -> str | None:
    """Of stages that deduplicate the one from which a document went, else the first that decided it.

    None where none did; a UsageError where that leaves several.
    """
    deciding = [
        (not row["rule"], place, stage)
        for place, (stage, decided) in enumerate(decided_by.items())
        if decided
        for row in _decisions(store, decided, {one}).values()
    ]
    if len(decided_by) > 1 and not deciding:
        stages = [*decided_by]
        raise UsageError(
            f"none of {', '.join(stages)} has decided {one}: say which is meant, as in {recipe}:{stages[-1]}"
        )
    return min(deciding)[2] if deciding else None


def _meant(
    store: Store, own: Sequence[Manifest], manifests: Sequence[Manifest], what: str, stage: str
) -> str:
    """The id of the document that a person means: by its address, of several the recipe's `own`, or by its id.

    A UsageError for several of one address, and for passages, which no stage compares.
    """
    ids = list(addressed(store, own, what) or addressed(store, manifests, what))
    if len(ids) > 1:
        raise UsageError(f"{len(ids)} documents have this address, say which: {', '.join(ids)}")
    if ids:
        return ids[0]
    id = whole_id(store, manifests, what)
    whole = parent(id)
    if whole is None or whole == id.lower():
        return id
    for manifest in own:
        corpus = STAGES.get(manifest.stage)
        copies = named(corpus.copies)(manifest, store.fetch) if corpus and corpus.copies else {}
        if of := copies.get(id):
            raise UsageError(
                f"{id}, passages of {whole}, became no document of {manifest.reference}, since {of} says the "
                f"same (passage_copy); {stage} compares {whole}"
            )
    raise UsageError(f"{id} are passages of {whole}, which {stage} compares whole: ask for that")


def _alone(
    stage: str,
    one: str,
    row: dict[str, Any] | None,
    inputs: Mapping[str, Sequence[Manifest]],
    store: Store,
) -> str:
    """Why there is no other document to compare with: it was removed before, stays, isn't decided, or doesn't exist."""
    for decided in inputs.get("decisions", ()):
        before = _decisions(store, decided, {one}).get(one)
        if before and not before["kept"]:
            measured = ""
            if before["value"] is not None:
                bound = asked(decided, before["rule"] or "")
                measured = f" ({before['value']:.4g}{f'; it asks for {bound}' if bound else ''})"
            return (
                f"{one} went before {stage}: removed by {before['rule']}{measured} in {decided.stage}; "
                f"`tahona trace {one}` shows all that was decided of it"
            )
    if row is None and one not in _texts(store, [(inputs["documents"][0], [])], {one}):
        return f"no document {one} is among those that {stage} reads"
    why = "stays" if row else "isn't decided yet"
    return f"{one} {why}: name the document to compare it with, too"


def _decisions(store: Store, decided: Manifest, ids: set[str]) -> dict[str, dict[str, Any]]:
    """What was decided of some documents, by id."""
    import pyarrow.parquet as pq

    rows: dict[str, dict[str, Any]] = {}
    wanted = ["id", "kept", "rule", "value", "threshold", "other"]
    for file in decided.files("decisions"):
        path = store.fetch(file)
        there = pq.read_schema(path).names  # only a stage that compares names an other
        columns = [name for name in wanted if name in there]
        table = pq.read_table(path, columns=columns, filters=[("id", "in", ids)])
        rows |= {row["id"]: row for row in table.to_pylist()}
        if rows.keys() >= ids:
            break
    return rows


def _texts(
    store: Store, views: list[tuple[Manifest, list[Manifest]]], ids: set[str]
) -> dict[str, str]:
    """The texts of some documents with the edits made so far."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from cleaning.view import read_view
    from cleaning.view_files import view_files

    texts: dict[str, str] = {}
    wanted = pa.array(sorted(ids))
    for documents, decisions in views:
        for file, _, edits in view_files(documents, decisions):
            if texts.keys() >= ids:
                return texts
            path = Path(store.fetch(file))
            column = pq.read_table(path, columns=["id"])["id"]
            if not pc.any(pc.is_in(column, wanted)).as_py():
                continue
            changed = [Path(store.fetch(edit)) for edit in edits]
            for batch in read_view(path, edits=changed, columns=["id", "text"]):
                for row in pc.indices_nonzero(pc.is_in(batch["id"], wanted)).to_pylist():
                    texts.setdefault(batch["id"][row].as_py(), batch["text"][row].as_py())
    return texts


def _comparison(
    one: str,
    other: str,
    texts: dict[str, str],
    comparison: dict[str, Any],
    rows: dict[str, dict[str, Any]],
    urls: Mapping[str, str | None],
    files: Mapping[str, str],
) -> list[str]:
    lines = []
    for name, size in zip((one, other), comparison["shingles"], strict=True):
        row = rows.get(name)
        fate = "not decided yet" if row is None else "stays" if row["kept"] else "goes"
        if row and row["rule"]:
            bound = "" if row["threshold"] is None else f", from {row['threshold']:g} on"
            fate += f": {row['rule']} of {row['other']} ({row['value']:.3f}{bound})"
        elif row and not row["kept"]:
            fate = "went before"
        lines.append(f"{name}  {len(texts[name]):,} characters, {size:,} shingles: {fate}")
        if urls.get(name):
            lines.append(f"    {urls[name]}")
        if name in files:
            lines.append(f"    {files[name]}")
    lines.append(f"the same text: {'yes' if comparison['same_text'] else 'no'}")
    lines.append(
        f"Jaccard {comparison['jaccard']:.3f} ({comparison['shared']:,} shingles in both), "
        f"a near duplicate from {comparison['threshold']:g} on"
    )
    if comparison["contained"] is None:
        lines.append("the smaller has too few shingles to lie within the other")
    else:
        bound = comparison["containment"]
        bound_text = "which is not asked for" if bound is None else f"contained from {bound:g} on"
        if comparison["stricter"]:
            bound_text += f", as {comparison['stricter']}"
        lines.append(
            f"{comparison['contained']:.3f} of the smaller lies within the other, {bound_text}"
        )
    bands = ", ".join(map(str, comparison["bands"])) or "none"
    lines.append(
        f"bands that propose them for comparison: {bands}, of {comparison['of_bands']} of {comparison['rows']} rows; "
        f"of pairs as alike as these {comparison['proposed']:.1%} are proposed"
    )
    lines.append(
        f"passages that both have: {comparison['passages']} of {comparison['of_passages']}"
    )
    if comparison["apart"]:
        lines.append(f"both stay: {comparison['apart']}")
    return lines
