"""A model as a plain folder, as transformers loads it, with a card that says what it is and was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from pipeline.model.dataset import File, Manifest, Reference
from training.models.registry import FAMILIES, Sees
from training.objectives.registry import OBJECTIVES

PARTS = ("model", "tokenizer")
# What Hugging Face calls the use of a model, and the class that loads it.
USES: Mapping[Sees, tuple[str, str]] = {
    "before": ("text-generation", "AutoModelForCausalLM"),
    "all": ("fill-mask", "AutoModelForMaskedLM"),
    "source": ("text2text-generation", "AutoModelForSeq2SeqLM"),
}

Find = Callable[[Reference], Manifest | None]


def folder(model: Manifest, manifest: Find) -> dict[str, File | str]:
    """The weights, their configuration and the tokenizer by name, and the card, `README.md`.

    `manifest` gives the datasets that it was made from, where they are still there.
    """
    files = {file.name: file for part in PARTS for file in model.files(part)}
    return {"README.md": card(model, manifest), **files}


def card(model: Manifest, manifest: Find) -> str:
    """The card, in the Markdown of Hugging Face."""
    return "\n".join(_lines(model, _above(model, manifest))) + "\n"


def _above(model: Manifest, manifest: Find) -> list[Manifest]:
    """The datasets that a model was made from, each once, after those that it was made from itself."""
    above: dict[str, Manifest] = {}

    def visit(made: Manifest) -> None:
        for reference in (r for references in made.inputs.values() for r in references):
            if str(reference) not in above and (found := manifest(reference)):
                visit(found)
                above[str(reference)] = found

    visit(model)
    return list(above.values())


def _lines(model: Manifest, above: list[Manifest]) -> Iterator[str]:
    (shard,) = model.shards
    figures, params = shard.figures, shard.params
    objective = params.get("objective", "causal")
    family = params.get("model") or OBJECTIVES[objective].model
    known = FAMILIES[family]
    use, loader = USES[known.sees]
    languages = sorted({x for m in above if m.stage == "shard" for x in m.params["languages"]})
    head = {"language": languages, "pipeline_tag": use}
    yield f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n"
    yield f"# `{model.reference}`\n"
    sizes = figures["parameters"]
    yield (
        f"A model of the family `{family}`, trained with the objective `{objective}`: {sizes['all']:,} parameters "
        f"({sizes['matrices']:,} in the layers), a vocabulary of {figures['vocabulary']:,} pieces; "
        f"{figures['steps']:,} steps over {figures['tokens']:,} tokens ({figures['training_tokens']:,} different "
        f"ones), computed in {figures['precision']}. A model of this size and training may write what is wrong, "
        "offensive or another's words.\n"
    )
    if known.standard:
        yield "```python\nfrom transformers import AutoTokenizer, " + loader
        yield f'model, tokenizer = (a.from_pretrained(".") for a in ({loader}, AutoTokenizer))\n```\n'
    else:
        yield "Tahona alone reads this family: `tahona generate`.\n"
    yield from _measured(figures)
    yield from _sources(above)
    yield from _lineage(model, above)


def _measured(figures: Mapping[str, Any]) -> Iterator[str]:
    """Held-out figures, of all and by domain, beside those of the unigram."""
    names = [n.removeprefix("unigram_") for n in figures if n.startswith("unigram_")]
    names = [n for n in names if figures.get(f"validation_{n}") is not None]
    if not names:
        yield "Nothing was held out, so nothing is known of how good it is.\n"
        return
    yield "## Held-out text\n"
    told = [name.replace("bpb", "bits per byte").replace("_", " ") for name in names]
    yield f"| domain | {' | '.join(told)} |\n|---|{'---:|' * len(names)}"
    domains = figures[f"validation_{names[0]}_by_domain"]
    for domain in domains:
        cells = [f"{figures[f'validation_{n}_by_domain'][domain]:.3f}" for n in names]
        yield f"| {domain} | {' | '.join(cells)} |"
    yield f"| all | {' | '.join(format(figures[f'validation_{n}'], '.3f') for n in names)} |"
    yield f"| a unigram over all | {' | '.join(format(figures[f'unigram_{n}'], '.3f') for n in names)} |\n"


def _sources(above: list[Manifest]) -> Iterator[str]:
    """Where the text is from, under which licences, and how much of each domain."""
    sources: dict[str, Mapping[str, Any]] = {}
    for made in above:
        for name, source in (made.params.get("sources") or {}).items():
            if "licence" in source:
                sources.setdefault(name, source)
    if sources:
        yield "## Sources of the text\n\n| source | domain | licence | terms |\n|---|---|---|---|"
        for name, source in sorted(sources.items()):
            cells = (name, *(source.get(key) or "" for key in ("domain", "licence", "terms")))
            yield f"| {' | '.join(cells)} |"
        yield "\nWhich licence the model itself has is for its publisher to say.\n"
    tokens: dict[str, int] = {}
    for shard in (s for made in above if made.stage == "shard" for s in made.shards):
        for part, count in shard.figures.get("tokens", {}).items():
            domain, _, split = part.rpartition("/")
            if split == "train":
                tokens[domain] = tokens.get(domain, 0) + count
    if tokens:
        yield "| domain | tokens to train on |\n|---|---:|"
        yield from (f"| {domain} | {count:,} |" for domain, count in sorted(tokens.items()))
        yield ""


def _lineage(model: Manifest, above: list[Manifest]) -> Iterator[str]:
    yield "## What it was made from\n\n| dataset | documents in | kept |\n|---|---:|---:|"
    for made in above:
        documents = made.ledger.documents
        counts = f"{documents.in_:,} | {documents.kept:,}" if documents else " | "
        yield f"| `{made.reference}` | {counts} |"
    yield f"| `{model.reference}` | | |"
    there = {str(made.reference) for made in above}
    read = {str(r) for made in (model, *above) for rs in made.inputs.values() for r in rs}
    if gone := sorted(read - there):
        yield f"\nNo longer there: {', '.join(f'`{name}`' for name in gone)}."
