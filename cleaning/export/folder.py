"""An export as a plain folder, laid out for Hugging Face: files by part, a card in English and one in Spanish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import yaml

from cleaning.decisions import TAGS
from cleaning.export.card import card, facts
from pipeline.model.dataset import File, Manifest, Reference

PLACES = {  # of each form; the card names the first that is there
    "parquet": "data",
    "jsonl": "jsonl",
    "bne": "bne",
}
_UNSAFE = re.compile(r"[^\w.-]")  # of a domain, in the name of a folder or a configuration
CARDS = {"README.md": "en", "LEEME.md": "es"}


def folder(
    export: Manifest, manifest: Callable[[Reference], Manifest | None]
) -> dict[str, File | str]:
    """The files of an export by their paths (`data/es/train-00000-of-00002.parquet`), and its cards.

    `manifest` gives the datasets that it was made from, where they are still there.
    """
    layout: dict[str, File | str] = {}
    named: dict[str, list[File]] = {}  # the files of one form by part: each document once
    first = next((form for form in PLACES if any(_form(f) == form for f in export.files())), "")
    parts: dict[tuple[str, str], list[File]] = {}
    for part in sorted({f.part for f in export.files()}):
        label, _, form = part.rpartition("/")
        parts.setdefault((form, _UNSAFE.sub("_", label)), []).extend(export.files(part))
    for (form, label), files in parts.items():
        for number, file in enumerate(files):
            suffix = file.name.removeprefix(file.part.rpartition("/")[0])
            name = f"train-{number:05d}-of-{len(files):05d}{suffix}"
            layout[f"{PLACES[form]}/{label}/{name}"] = file
        if form == first:
            named[label] = files
    about = facts(
        export, manifest, {n: sum(f.rows or 0 for f in files) for n, files in named.items()}
    )
    cards: dict[str, File | str] = {name: card(about, words) for name, words in CARDS.items()}
    columns = [name for shard in export.shards for name in shard.figures.get("columns", ())]
    cards["README.md"] = f"{_head(first, named, [*dict.fromkeys(columns)])}{cards['README.md']}"
    return {**cards, **layout}


def _form(file: File) -> str:
    return file.part.rpartition("/")[2]


def _head(form: str, parts: Iterable[str], columns: Sequence[str]) -> str:
    """What Hugging Face reads: the files of all, of each part, and where parts are domains (`es.legal`) of each
    language and of each domain.

    Lines of JSON say nothing of the types of their columns, and one that is empty in a file could be any.
    """
    paths = {"default": ["*"]} | {label: [label] for label in parts}
    for label in parts:
        language, dot, domain = label.partition(".")
        for whole in (language, domain) if dot else ():
            paths.setdefault(whole, [])
            if label not in paths[whole]:
                paths[whole].append(label)
    named = [*paths] if len(paths) > 1 else []
    configs = [
        {
            "config_name": name,
            "data_files": [
                {
                    "split": "train",
                    "path": [f"{PLACES[form]}/{label}/train-*" for label in paths[name]],
                }
            ],
        }
        for name in named
    ]
    head: dict[str, Any] = {"configs": configs}
    if form == "jsonl" and columns:
        features = [_feature(name) for name in columns]
        head["dataset_info"] = [{"config_name": name, "features": features} for name in named]
    return f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n\n"


def _feature(column: str) -> Mapping[str, str]:
    return {"name": column, "list" if column == TAGS.name else "dtype": "string"}
