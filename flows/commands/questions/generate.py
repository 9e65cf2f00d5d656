"""Writes on after prompts, by a model of the store or of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.stages import ABOUTS
from flows.store.place import existing_store
from flows.store.records import resolve
from pipeline.errors import UsageError
from pipeline.model.about import named
from training.inputs.model_folder import TOKENIZERS, WEIGHTS


def write_on(
    name: str,
    prompts: Sequence[str],
    length: int,
    temperature: float,
    top_k: int,
    seed: int,
    store_url: str | None,
) -> dict[str, Any]:
    """A text after each prompt. Raises UsageError where there is no such model, or it writes no text."""
    if temperature < 0 or top_k < 1 or length < 0:
        raise UsageError(
            "--temperature and --length must not be less than 0, --top-k not less than 1"
        )
    files = _files(name, store_url)
    from cleaning.privacy.told import told

    write = named(next(about.generate for about in ABOUTS if about.generate))
    rows = write(name, files, prompts, length, temperature, top_k, seed)
    rows = [told(row) for row in rows]  # a model may have learnt more than a corpus of ours
    return {
        "model": name,
        "texts": rows,
        "text": [f"{row['prompt']}{row['text']}\n" for row in rows],
    }


def _files(name: str, store_url: str | None) -> dict[str, Path]:
    """The files of a model by their names."""
    if (folder := Path(name)).is_dir():
        files = {path.name: path for path in folder.iterdir()}
    else:
        store = existing_store(store_url)
        try:
            manifest = resolve(store, name)
        except UsageError as error:
            raise UsageError(f"{name} is no folder, and {error}") from error
        needed = {*WEIGHTS.values(), *TOKENIZERS}
        files = {f.name: store.fetch(f) for f in manifest.files() if f.name in needed}
    if missing := {*WEIGHTS.values()} - files.keys():
        raise UsageError(f"{name} is no model: it has no {min(missing)}")
    if not set(TOKENIZERS) & files.keys():
        raise UsageError(f"{name} has no tokenizer: {' or '.join(TOKENIZERS)}")
    return files
