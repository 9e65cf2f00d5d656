"""The command line reads the stages at once, and a missing install part is named."""

from __future__ import annotations

import subprocess
import sys

STAGES = "training.tokenizer.stage, training.shard.stage, training.pretrain.stage, training.evaluate.stage"


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_stages_import_nothing_heavy() -> None:
    heavy = "{'torch', 'numpy', 'pyarrow', 'sentencepiece', 'safetensors'}"
    assert python(f"import sys, {STAGES}; print({heavy} & sys.modules.keys())") == "set()\n"


def test_a_missing_install_part_is_named() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from training.pretrain.stage import train_model\n"
        "try: train_model(None)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = "TahonaError pretrain needs the training part: pip install 'tahona[train]'\n"
    assert python(code) == said
