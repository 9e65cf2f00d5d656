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
    spelled: dict[str, str] = {}  # `News` and `news` are one folder on some machines
    for part in sorted({f.part for f in export.files()}):
        label, _, form = part.rpartition("/")
        label = _UNSAFE.sub("_", label)
        label = spelled.setdefault(label.lower(), label)
        parts.setdefault((form, label), []).extend(export.files(part))
    for (form, label), files in parts.items():
        for number, file in enumerate(files):
            suffix = file.name.removeprefix(file.part.rpartition("/")[0])
            name = f"train-{number:05d}-of-{len(files):05d}{suffix}"
            layout[f"{PLACES[form]}/{label}/{name}"] = file
        if form == first:
            named[label] = files
    rows = {label: sum(file.rows or 0 for file in files) for label, files in named.items()}
    languages, domains = _languages(rows), _domains(rows)
    counts = {name: sum(rows[label] for label in of) for name, of in languages.items()}
    about = facts(export, manifest, counts)
    cards: dict[str, File | str] = {name: card(about, words) for name, words in CARDS.items()}
    columns = [name for shard in export.shards for name in shard.figures.get("columns", ())]
    head = _head(first, languages | domains, [*dict.fromkeys(columns)])
    cards["README.md"] = f"{head}{cards['README.md']}"
    return {**cards, **layout}


def _form(file: File) -> str:
    return file.part.rpartition("/")[2]


def _languages(labels: Iterable[str]) -> dict[str, list[str]]:
    """The parts behind each name of one, as `languages` of `shard` reads them: of `es` all varieties, too."""
    names: dict[str, list[str]] = {}
    for label in labels:
        variety, dot, domain = label.partition(".")
        language = variety.partition("-")[0]
        for name in dict.fromkeys((label, variety, f"{language}{dot}{domain}", language)):
            names.setdefault(name, []).append(label)
    return names


def _domains(labels: Iterable[str]) -> dict[str, list[str]]:
    """The parts of each domain; one that is called as all (`default`) or as a language is `domain.NAME`."""
    names: dict[str, list[str]] = {}
    taken = {"default", *(name.lower() for name in _languages(labels))}
    spelled: dict[str, str] = {}
    for label in labels:
        domain = label.partition(".")[2]
        if domain:
            name = f"domain.{domain}" if domain.lower() in taken else domain
            names.setdefault(spelled.setdefault(name.lower(), name), []).append(label)
    return names


def _head(form: str, parts: Mapping[str, list[str]], columns: Sequence[str]) -> str:
    """What Hugging Face reads: the files of all, and of each language, variety and domain.

    Lines of JSON say nothing of the types of their columns, and one that is empty in a file could be any.
    """
    paths = {"default": ["*"], **parts}
    named = [*paths] if parts else []
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
