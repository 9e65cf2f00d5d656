"""Lays a tokenizer into a model's folder, from which transformers loads it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.model.stage import LocalFile
from training.tokenizer.vocabulary import Vocabulary, configuration, to_json

JSON, CONFIGURATION = "tokenizer.json", "tokenizer_config.json"


def write_tokenizer(
    files: Sequence[LocalFile], output: Callable[[str, str], Path], context: int
) -> None:
    """The files of a tokenizer's dataset, of an earlier version's too, and their configuration for a model that
    reads `context` tokens.
    """
    by_name = {file.file.name: file.path for file in files if file.file.name != CONFIGURATION}
    for name, path in by_name.items():
        shutil.copyfile(path, output("tokenizer", name))
    config = configuration(Vocabulary(by_name[JSON].read_text(encoding="utf-8"))) | {
        "model_max_length": context
    }
    output("tokenizer", CONFIGURATION).write_text(to_json(config), encoding="utf-8")
