"""An export as a plain folder, laid out for Hugging Face: files by language, a card in English and one in Spanish."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from cleaning.export.card import card, facts
from pipeline.model.dataset import File, Manifest, Reference

PLACES = {  # of each form; the card names the first that is there
    "parquet": "data",
    "jsonl": "jsonl",
    "bne": "bne",
}
CARDS = {"README.md": "en", "LEEME.md": "es"}


def folder(
    export: Manifest, manifest: Callable[[Reference], Manifest | None]
) -> dict[str, File | str]:
    """The files of an export by their paths (`data/es/train-00000-of-00002.parquet`), and its cards.

    `manifest` gives the datasets that it was made from, where they are still there.
    """
    layout: dict[str, File | str] = {}
    named: dict[str, list[File]] = {}  # the files of one form by language: each document once
    first = next((form for form in PLACES if any(_form(f) == form for f in export.files())), "")
    for part in sorted({f.part for f in export.files()}):
        language, _, form = part.rpartition("/")
        files = export.files(part)
        for number, file in enumerate(files):
            suffix = file.name.removeprefix(language)
            name = f"train-{number:05d}-of-{len(files):05d}{suffix}"
            layout[f"{PLACES[form]}/{language}/{name}"] = file
        if form == first:
            named[language] = files
    about = facts(
        export, manifest, {n: sum(f.rows or 0 for f in files) for n, files in named.items()}
    )
    cards: dict[str, File | str] = {name: card(about, words) for name, words in CARDS.items()}
    cards["README.md"] = f"{_head(PLACES.get(first, ''), named)}{cards['README.md']}"
    return {**cards, **layout}


def _form(file: File) -> str:
    return file.part.rpartition("/")[2]


def _head(place: str, named: dict[str, list[File]]) -> str:
    """What Hugging Face reads: the files of each language."""
    paths = {"default": f"{place}/*/train-*"} | {n: f"{place}/{n}/train-*" for n in named}
    configs = [
        {"config_name": name, "data_files": [{"split": "train", "path": path}]}
        for name, path in (paths if named else {}).items()
    ]
    return f"---\n{yaml.safe_dump({'configs': configs}, sort_keys=False)}---\n\n"
