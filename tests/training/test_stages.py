"""The command line reads the stages at once, and a missing install part is named."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from pipeline.errors import TahonaError
from pipeline.model import key
from training.pretrain.stage import Pretrain

STAGES = "training.tokenizer.stage, training.shard.stage, training.pretrain.stage, training.evaluate.stage"


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_stages_import_nothing_heavy() -> None:
    heavy = "{'torch', 'numpy', 'pyarrow', 'sentencepiece', 'safetensors'}"
    assert python(f"import sys, {STAGES}; print({heavy} & sys.modules.keys())") == "set()\n"


def test_a_missing_install_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(key, "installed_version", absent)
    with pytest.raises(TahonaError, match=r"pretrain needs torch, .* install 'tahona\[train\]'"):
        key.libraries(Pretrain())
