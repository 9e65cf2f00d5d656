"""An export as a plain folder, in the layout of Hugging Face: files by language, and a README that names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import yaml

from pipeline.model.dataset import File, Manifest

PLACES = {
    "parquet": "data",
    "jsonl": "jsonl",
}  # of each form; the README names the first that is there


def folder(export: Manifest) -> dict[str, File | str]:
    """The files of an export by their paths, and its README.md: `data/es/train-00000-of-00002.parquet`."""
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
    return {"README.md": "\n".join(_readme(export, PLACES.get(first, ""), named)), **layout}


def _form(file: File) -> str:
    return file.part.rpartition("/")[2]


def _readme(export: Manifest, place: str, named: dict[str, list[File]]) -> Iterator[str]:
    paths = {"default": f"{place}/*/train-*"} | {n: f"{place}/{n}/train-*" for n in named}
    configs = [
        {"config_name": name, "data_files": [{"split": "train", "path": path}]}
        for name, path in (paths if named else {}).items()
    ]
    yield f"---\n{yaml.safe_dump({'configs': configs}, sort_keys=False)}---\n"
    (corpus,) = export.inputs["corpus"]
    documents, characters = export.ledger.documents, export.ledger.characters
    assert documents and characters
    yield f"# The corpus `{corpus}`\n"
    yield f"{documents.kept:,} documents, {characters.kept:,} characters; `{export.reference}`.\n"
    rows = {name: sum(file.rows or 0 for file in files) for name, files in named.items()}
    yield from _table("language", Counter(rows))
    for column in ("licence", "domain"):
        counts: Counter[str] = Counter()
        for shard in export.shards:
            counts.update(shard.figures[column])
        yield from _table(column, counts)


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    yield f"| {title} | documents |\n|---|---:|"
    for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {name.replace('|', ' ') or 'none'} | {number:,} |"
    yield ""
