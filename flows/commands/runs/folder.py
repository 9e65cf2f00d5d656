"""Lays a dataset out as a plain folder for people, in the form that its stage gives it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.commands.runs.run import run_recipe
from flows.recipe import recipe as recipes
from flows.stages import STAGES
from flows.store.place import open_store
from pipeline.errors import TahonaError, UsageError
from pipeline.model.about import named
from pipeline.model.dataset import File, Reference
from pipeline.store.store import Store


def run_to(
    target: Path,
    stage: str,
    given: str,
    store_url: str | None,
    overrides: Sequence[str],
    as_json: bool,
) -> dict[str, Any]:
    """Runs a stage, lays its dataset out in a new folder, and answers as `run_recipe` does, with the folder."""
    _check_free(target)  # before any work
    recipe = recipes.read(given, overrides)
    (name,) = recipe.chosen(stage, stage)[1]
    kind = recipe.kind(name)
    if not (form := STAGES[kind].folder):
        raise UsageError(f"{kind} has no form as a plain folder: leave out --to")
    answer = run_recipe(given, store_url, overrides, first=name, last=name, as_json=as_json)
    store = open_store(store_url)
    reference = Reference(stage=kind, fingerprint=answer["stages"][-1]["fingerprint"])
    manifest = store.manifest(reference)
    if manifest is None:
        raise TahonaError(f"{reference} is gone from {store.url}: run again")
    write(store, named(form)(manifest, store.manifest), target)
    print(f"folder: {target}", file=sys.stderr)
    return {**answer, "folder": str(target.absolute())}


def write(store: Store, layout: Mapping[str, File | str], target: Path) -> None:
    """Writes a folder of files of a store and of texts, by their paths in it; it appears whole.

    Copies, no links: who changes a file there changes no dataset. Raises UsageError where something is
    there, TahonaError where a file is lost or damaged, or can't be written.
    """
    _check_free(target)
    aside = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        for path, content in layout.items():
            place = aside / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, File):
                shutil.copyfile(store.fetch(content), place)
            else:
                place.write_text(content, encoding="utf-8")
        os.replace(aside, target)
    except OSError as error:
        raise TahonaError(f"the folder {target} can't be written: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _check_free(target: Path) -> None:
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target} is there already: give --to a new or an empty folder")
