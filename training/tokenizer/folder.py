"""Lays a tokenizer into a model's folder, from which transformers loads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer

from pipeline.model.stage import LocalFile
from training.inputs.model_folder import CONFIGURATION, JSON
from training.tokenizer.vocabulary import Vocabulary, configuration, to_json


def write_tokenizer(
    files: Sequence[LocalFile],
    output: Callable[[str, str], Path],
    context: int,
    signs: Sequence[str] = (),
) -> None:
    """The files of a tokenizer's dataset, of an earlier version's too, and their configuration for a model that
    reads `context` tokens. `signs` are pieces for no text that the model has and the tokenizer had not.
    """
    by_name = {file.file.name: file.path for file in files if file.file.name != CONFIGURATION}
    for name, path in by_name.items():
        target = output("tokenizer", name)
        if name == JSON and signs:
            tokenizer = Tokenizer.from_file(str(path))
            tokens = [AddedToken(sign, normalized=False, special=True) for sign in signs]
            tokenizer.add_special_tokens(tokens)
            tokenizer.save(str(target))
        else:
            shutil.copyfile(path, target)
    vocabulary = Vocabulary(by_name[JSON].read_text(encoding="utf-8"))
    own = next((file.path for file in files if file.file.name == CONFIGURATION), None)
    foreign = own if own and not vocabulary.ours else None  # of the folder of another model
    config = json.loads(foreign.read_text("utf-8")) if foreign else configuration(vocabulary)
    config["model_max_length"] = context
    output("tokenizer", CONFIGURATION).write_text(to_json(config), encoding="utf-8")
