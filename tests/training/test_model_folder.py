"""The folder of a model that a recipe names is looked at before any work."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from pipeline.errors import TahonaError, WrongParameter
from training.inputs.model_folder import TOKENIZER, WEIGHTS, check_tokenizer, check_weights
from training.models.model import load, save
from training.models.registry import FAMILIES
from training.pretrain.params import Options
from training.pretrain.plan.folder import check_model

HEAD = b'{"a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}'


@pytest.mark.parametrize("data", [b"", b"<!DOCTYPE html>", b"version https://git-lfs", b"[1]"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, data: bytes) -> None:
    for names, check in ((TOKENIZER, check_tokenizer), (WEIGHTS.values(), check_weights)):
        paths = {name: tmp_path / name for name in names}
        for name, path in paths.items():
            safe = name.endswith(".safetensors")
            path.write_bytes(struct.pack("<Q", len(HEAD)) + HEAD if safe else b"{}")
        check(None, "models", "m", [str(path) for path in paths.values()])
        for name, path in paths.items():
            whole = path.read_bytes()
            path.write_bytes(data)
            with pytest.raises(TahonaError, match=f"{name} is no {name}"):
                check(None, "models", "m", [str(path) for path in paths.values()])
            path.write_bytes(whole)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    family = FAMILIES["roberta"].load()
    shape = family.shape_type.of(300, {"depth": 1, "width": 32, "heads": 2, "context": 16})
    save(family(shape), tmp_path / WEIGHTS["weights"], tmp_path / WEIGHTS["config"])
    return tmp_path


def ask(folder: Path, **params: Any) -> None:
    files = [SimpleNamespace(name=p.name, path=str(p)) for p in folder.iterdir()]
    check_model(Options(**params), {"models": files})


@pytest.mark.parametrize(
    ("params", "place", "says"),
    [
        ({}, "objective", "is causal, which makes no sense .* of the family roberta"),
        ({"objective": "masked", "model": "encoder"}, "model", "is of the family roberta"),
        ({"objective": "masked", "width": 64}, "width", "is 64, .* has 32"),
        ({"objective": "masked", "tied": False}, "tied", "is False, .* has True"),
    ],
)
def test_a_recipe_that_asks_for_another_model_is_refused_before_any_work(
    folder: Path, params: dict[str, Any], place: str, says: str
) -> None:
    with pytest.raises(WrongParameter, match=says) as refused:
        ask(folder, **params)
    assert refused.value.place == (place,)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"model_type": "mamba"}, "of the type 'mamba'"),
        ({"hidden_act": "relu"}, "hidden_act 'relu', which is not supported"),
        ({"num_hidden_layers": 2}, r"layer\.1\..* is in one only"),
        ({"intermediate_size": 64}, r"has the shape \(128, 32\), not \(64, 32\)"),
    ],
)
def test_a_folder_that_no_model_can_be_loaded_from_is_refused_before_any_work(
    folder: Path, said: dict[str, Any], says: str
) -> None:
    ask(folder, objective="masked", context=16)
    config = folder / WEIGHTS["config"]
    config.write_text(json.dumps(json.loads(config.read_text()) | said))
    with pytest.raises(TahonaError, match=says):
        ask(folder, objective="masked")


def test_of_the_types_of_tokens_that_roberta_has_in_transformers_the_first_is_read(
    folder: Path,
) -> None:
    files = folder / WEIGHTS["weights"], folder / WEIGHTS["config"]
    tensors, types = load_file(files[0]), "roberta.embeddings.token_type_embeddings.weight"
    save_file(tensors | {types: torch.cat([tensors[types], tensors[types] + 1])}, files[0])
    files[1].write_text(
        files[1].read_text().replace('"type_vocab_size": 1', '"type_vocab_size": 2')
    )
    ask(folder, objective="masked")
    model = load(*files)
    assert torch.equal(model.weights()[types], tensors[types])
    assert model.config()["type_vocab_size"] == 1
