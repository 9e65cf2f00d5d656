"""The folder of a model that a recipe names is looked at before any work."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from pipeline.errors import TahonaError
from training.inputs.model_folder import TOKENIZER, WEIGHTS, check_tokenizer, check_weights

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
