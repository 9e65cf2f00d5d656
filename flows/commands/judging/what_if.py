"""`tahona FILTER RECIPE --what-if --set ...`: what other rules would keep and lose; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.chain.datasets import Datasets
from flows.recipe import recipe as recipes
from flows.stages import STAGES
from flows.store.place import command_line, existing_store
from pipeline.errors import UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

QUOTED = 160  # code points of a document


def what_if_of(
    name: str, store_url: str | None, overrides: Sequence[str], called: str
) -> dict[str, Any]:
    """Compares the rules of a recipe with those that `overrides` make of them, over what is annotated.

    Raises UsageError where nothing is overridden, where the stage has no rules, where the override changes an earlier
    stage, and where the stages before it have not run.
    """
    if not overrides:
        raise UsageError("--what-if compares with another recipe: give --set STAGE.KEY=VALUE")
    store = existing_store(store_url)
    now, then = recipes.read(name), recipes.read(name, overrides)
    before, (stage, *_) = now.chosen(called, called)
    if (what_if := STAGES[now.kind(stage)].what_if) is None:
        raise UsageError(f"{called} of {now.name} decides by no rules that --what-if could weigh")
    changed = [s for s in before if now.params.get(s) != then.params.get(s)]
    if changed:
        raise UsageError(
            f"--what-if weighs rules over signals that are there; {changed[0]} is changed too: run it first"
        )
    datasets = Datasets(now, store)
    inputs = _inputs(datasets, before, stage)
    ((_, decided),) = datasets.survey([stage])
    whole = decided.whole if decided else None
    result = named(what_if)(store, inputs, now.params[stage], then.params[stage], whole)
    return _now_and_then(
        store, inputs["documents"][0], result, {"recipe": now.name, "stage": stage}
    )


def _inputs(datasets: Datasets, before: Sequence[str], stage: str) -> dict[str, list[Manifest]]:
    recipe = datasets.recipe
    datasets.look()
    for earlier, committed in datasets.survey(before):
        if not (committed and committed.whole):
            again = command_line("run", recipe.given, recipe.overrides, datasets.store)
            raise UsageError(f"{earlier} of {recipe.name} has not run: `{again} --until {earlier}`")
    datasets.tell_away()
    inputs = datasets.inputs(stage)
    assert inputs is not None  # every stage before it is there
    return inputs


def _now_and_then(
    store: Store, documents: Manifest, result: Any, names: Mapping[str, str]
) -> dict[str, Any]:
    answer = {
        **names,
        "documents": result.documents,
        "characters": result.characters,
        "kept": {"now": result.kept[0], "then": result.kept[1]},
        "kept_characters": {"now": result.kept_characters[0], "then": result.kept_characters[1]},
        "removed": {"now": dict(result.removed[0]), "then": dict(result.removed[1])},
        "tagged": {"now": dict(result.tagged[0]), "then": dict(result.tagged[1])},
        "edits": _edits(store, documents, result.edits) if result.edits else None,
        **{
            side: {
                "documents": of.documents,
                "characters": of.characters,
                "rules": dict(of.rules.most_common()),
                "domains": dict(of.domains.most_common()),
                "languages": dict(of.languages.most_common()),
                "examples": _quoted(store, documents, of.examples),
            }
            for side, of in (("back", result.back), ("gone", result.gone))
        },
    }
    return {**answer, "text": _text(answer)}


def _edits(store: Store, documents: Manifest, edits: Any) -> dict[str, Any]:
    """What rules cut and mask of the documents that were read, each example with the span, personal data masked."""
    from flows.report.examples.documents import read_places
    from flows.report.quote import line, masking
    from flows.store.patterns import patterns

    files = [shard.one("kept") for shard in documents.shards]
    edits_at = {(files[shard].path, row): rest for shard, row, *rest in edits.examples}
    places = [(files[shard], row) for shard, row, *_ in edits.examples]
    examples = []
    with masking(patterns(store)):
        for (file, row), document in read_places(store, places):
            id_, edit, then = edits_at[file.path, row]
            text = line(document["text"][edit.start : edit.end], QUOTED)
            examples.append({"id": id_, "rule": edit.rule, "then": then, "text": text})
    sides = {
        side: {rule: {"documents": n, "characters": size} for rule, (n, size) in taken.items()}
        for side, taken in zip(("now", "then"), edits.taken, strict=True)
    }
    fewer = {
        rule: {"gone": gone, "back": back}
        for rule, (gone, back) in edits.fewer.items()
        if gone or back
    }
    return {"documents": edits.read, **sides, "fewer_words": fewer, "examples": examples}


def _quoted(store: Store, documents: Manifest, examples: Sequence[Any]) -> list[dict[str, Any]]:
    """The documents that change sides, each by its beginning, personal data masked."""
    from flows.report.examples.documents import read_places
    from flows.report.quote import line, masking
    from flows.store.patterns import patterns

    files = [shard.one("kept") for shard in documents.shards]
    places = {(files[turned.shard].path, turned.row): turned for turned in examples}
    rows = []
    with masking(patterns(store)):
        for (file, row), document in read_places(
            store, [(files[t.shard], t.row) for t in examples]
        ):
            turned = places[file.path, row]
            rows.append(
                {
                    "id": turned.id,
                    "rule": turned.rule,
                    "value": turned.value,
                    "threshold": turned.threshold,
                    "text": line(document["text"] or "", QUOTED),
                }
            )
    return rows


def _text(answer: Mapping[str, Any]) -> list[str]:
    """What a person reads: the sums, each rule that takes more or fewer, and the documents."""
    from flows.report.words.language import languages

    language = languages()[0]
    whole, kept = answer["characters"] or 1, answer["kept_characters"]
    lines = [
        f"kept {language.number(answer['kept'][side])} of {language.number(answer['documents'])} documents, "
        f"{language.percent(kept[side] / whole)} of the characters, {word}"
        for side, word in (("now", "as the rules are"), ("then", "as they would be"))
    ]
    rules = {**answer["removed"]["now"], **answer["removed"]["then"]}
    for rule in rules:
        one, other = (answer["removed"][side].get(rule, 0) for side in ("now", "then"))
        if one != other:
            lines.append(f"  {rule}: {language.number(one)} -> {language.number(other)}")
    tagged = answer["tagged"]
    for rule in {**tagged["now"], **tagged["then"]}:
        one, other = (language.number(tagged[side].get(rule, 0)) for side in ("now", "then"))
        if one != other:
            lines.append(f"  {rule} tags {one} -> {other}")
    if edits := answer["edits"]:
        read, of = edits["documents"], answer["documents"]
        sample = "" if read == of else f", an estimate for all {language.number(of)}"
        lines.append(
            f"of {language.number(read)} documents read{sample} (the sums above count the cuts of now):"
        )
        nothing = {"documents": 0, "characters": 0}
        for rule in {**edits["now"], **edits["then"]}:
            counts = (edits[side].get(rule, nothing) for side in ("now", "then"))
            one, other = (
                f"{language.number(c['characters'])} characters in {language.number(c['documents'])}"
                for c in counts
            )
            if one != other:
                lines.append(f"  {rule} takes {one} -> {other}")
        lines += [
            f"  for what is cut, {rule} takes {counts['gone']:,} more of them, and {counts['back']:,} no longer"
            for rule, counts in edits["fewer_words"].items()
        ]
        for row in edits["examples"]:
            fate = "goes" if row["then"] else "stays"
            lines.append(f"  {row['id']} {row['rule']}, {fate}: {row['text']}")
    for side, one, many in (
        ("back", "document comes back", "documents come back"),
        ("gone", "document goes", "documents go"),
    ):
        answered = answer[side]
        count = answered["documents"]
        lines.append(f"{language.number(count)} {one if count == 1 else many}")
        for row in answered["examples"]:
            bound = "" if row["threshold"] is None else f" against {row['threshold']:.4g}"
            lines.append(f"  {row['id']} {row['rule']} {row['value']:.4g}{bound}: {row['text']}")
        if more := answered["documents"] - len(answered["examples"]):
            lines.append(f"  and {language.number(more)} more")
    return lines
