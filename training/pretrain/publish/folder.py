"""A model as a plain folder, as transformers loads it, with a card that says what it is and was made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from pipeline.model.dataset import File, Manifest
from training.models.registry import FAMILIES, Sees
from training.objectives.registry import OBJECTIVES
from training.pretrain.publish.provenance import Find, Provenance, provenance_of

PARTS = ("model", "tokenizer")
# What Hugging Face calls the use of a model, and the class that loads it.
USES: Mapping[Sees, tuple[str, str]] = {
    "before": ("text-generation", "AutoModelForCausalLM"),
    "all": ("fill-mask", "AutoModelForMaskedLM"),
    "source": ("text2text-generation", "AutoModelForSeq2SeqLM"),
}
# How a text is given: a document begins after the end of another; no text is read as a mask, which is set by its id.
USAGE: Mapping[Sees, str] = {
    "before": '\nids = [model.config.eos_token_id, *tokenizer("La ciudad").input_ids]',
    "all": "\nleft, right = (tokenizer(t, add_special_tokens=False).input_ids for t in ('La', ' es grande'))"
    "\nids = [*left, tokenizer.mask_token_id, *right]",
}


def folder(model: Manifest, manifest: Find) -> dict[str, File | str]:
    """The weights, their configuration and the tokenizer by name, and the card, `README.md`.

    `manifest` gives the datasets that it was made from, where they are still there.
    """
    files = {file.name: file for part in PARTS for file in model.files(part)}
    return {"README.md": card(model, manifest), **files}


def card(model: Manifest, manifest: Find) -> str:
    """The card, in the Markdown of Hugging Face."""
    return "\n".join(_lines(model, provenance_of(model, manifest))) + "\n"


def _lines(model: Manifest, provenance: Provenance) -> Iterator[str]:
    (shard,) = model.shards
    figures, params, above = shard.figures, shard.params, provenance.datasets
    objective = params.get("objective", "causal")
    # An earlier version did not tell the family of a model that went on from another.
    family = figures.get("family") or params.get("model") or OBJECTIVES[objective].model
    family_entry = FAMILIES[family]
    use, loader = USES[family_entry.sees]
    languages = sorted({x for m in above if m.stage == "shard" for x in m.params["languages"]})
    head = {"language": languages, "pipeline_tag": use}
    yield f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n"
    yield f"# `{model.reference}`\n"
    sizes = figures["parameters"]
    yield (
        f"A model of the family `{family}`, trained with the objective `{objective}`: {sizes['all']:,} parameters "
        f"({sizes['matrices']:,} in the layers), a vocabulary of {figures['vocabulary']:,} pieces; "
        f"{figures['steps']:,} steps over {figures['tokens']:,} tokens ({_different(figures)} different ones), "
        f"computed in {figures['precision']}. A model of this size and training may write what is wrong, "
        "offensive or another's words.\n"
    )
    for name, called in provenance.models.items():
        folder = f" ({', '.join(called)}), a folder of others whose licence holds" if called else ""
        yield f"It goes on from `{name}`{folder}.\n"
    if family_entry.standard:
        yield "```python\nfrom transformers import AutoTokenizer, " + loader
        usage = USAGE.get(family_entry.sees, "")
        yield f'model, tokenizer = (a.from_pretrained(".") for a in ({loader}, AutoTokenizer)){usage}\n```\n'
    else:
        yield "Tahona alone reads this family: `tahona generate`.\n"
    yield from _measured(figures)
    yield from _sources(provenance)
    yield from _lineage(model, provenance)


def _different(figures: Mapping[str, Any]) -> str:
    """How many of the tokens that a training read are different ones: no token comes twice in an epoch of a pool.

    At most so many where some are copies or blocks have holes, and of an earlier version, which gave no account.
    """
    if not (epoch := figures.get("epoch")):
        return f"at most {min(figures['tokens'], figures['training_tokens']):,}"
    domains, mixture = epoch["domains"], figures.get("mixture")
    most = {name: min(row["read"], row["tokens"]) for name, row in domains.items()}
    if mixture:
        different = sum(min(most.get(name, 0), read["tokens"]) for name, read in mixture.items())
    else:
        different = min(sum(most.values()), figures["tokens"])
    exact = not epoch["padding"] and not any(row["copies"] for row in domains.values())
    return f"{different:,}" if exact else f"at most {different:,}"


def _measured(figures: Mapping[str, Any]) -> Iterator[str]:
    """Held-out figures, of all and by domain, beside those of the unigram."""
    names = [n.removeprefix("unigram_") for n in figures if n.startswith("unigram_")]
    names = [n for n in names if figures.get(f"validation_{n}") is not None]
    if not names:
        yield "Nothing was held out, so nothing is known of how good it is.\n"
        return
    yield "## Held-out text\n"
    labels = [name.replace("bpb", "bits per byte").replace("_", " ") for name in names]
    yield f"| domain | {' | '.join(labels)} |\n|---|{'---:|' * len(names)}"
    domains = figures[f"validation_{names[0]}_by_domain"]
    for domain in domains:
        cells = [f"{figures[f'validation_{n}_by_domain'][domain]:.3f}" for n in names]
        yield f"| {domain} | {' | '.join(cells)} |"
    yield f"| all | {' | '.join(format(figures[f'validation_{n}'], '.3f') for n in names)} |"
    yield f"| a unigram over all | {' | '.join(format(figures[f'unigram_{n}'], '.3f') for n in names)} |\n"


def _sources(provenance: Provenance) -> Iterator[str]:
    """Where the text is from, under which licences, what else was read, and how much of each domain."""
    if provenance.sources:
        yield "## Sources of the text\n\n| source | domain | licence | terms |\n|---|---|---|---|"
        yield from (_row([name], terms) for name, terms in provenance.sources.items())
    if provenance.beside:
        yield "\n## What was read beside\n\n| what for | name | domain | licence | terms |\n|---|---|---|---|---|"
        yield from (_row(names, terms) for names, terms in provenance.beside.items())
    if provenance.sources or provenance.beside:
        yield "\nWhich licence the model itself has is for its publisher to say.\n"
    for tokens, called in (
        (provenance.tokens, "tokens to train on"),
        (provenance.tokens_before, "tokens that the models it goes on from had to train on"),
    ):
        if tokens:
            yield f"| domain | {called} |\n|---|---:|"
            yield from (f"| {domain} | {count:,} |" for domain, count in tokens.items())
            yield ""


def _row(names: Sequence[str], terms: Mapping[str, Any]) -> str:
    cells = [*names, *(terms.get(key) or "" for key in ("domain", "licence", "terms"))]
    return f"| {' | '.join(cells)} |"


def _lineage(model: Manifest, provenance: Provenance) -> Iterator[str]:
    yield "## What it was made from\n\n| dataset | documents in | kept |\n|---|---:|---:|"
    for dataset in provenance.datasets:
        documents = dataset.ledger.documents
        counts = f"{documents.in_:,} | {documents.kept:,}" if documents else " | "
        yield f"| `{dataset.reference}` | {counts} |"
    yield f"| `{model.reference}` | | |"
    if provenance.gone:
        yield f"\nNo longer there: {', '.join(f'`{name}`' for name in provenance.gone)}."
