"""The command line reads the stages at once, and a missing install part is named."""

from __future__ import annotations

import subprocess
import sys

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
    monkeypatch.setattr(Pretrain, "libraries", ("torch-of-another-world",))
    says = r"pretrain needs torch-of-another-world, .* install 'tahona\[train\]'"
    with pytest.raises(TahonaError, match=says):
        key.libraries(Pretrain())
