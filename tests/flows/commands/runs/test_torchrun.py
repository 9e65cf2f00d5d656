"""torchrun starts a command as many times as it is told to: they train one model together."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.flows.command import ARTICLES, environment

RECIPE = """\
name: texts
sources: {a: {files: ['*.txt'], domain: news, reader: text}}
run: {workers: 1}
stages:
  extract:
  annotate:
  corpus:
  tokenizer: {vocabulary: 400, languages: [es, ca]}
  shard: {validation: 0.5, languages: [es, ca]}
  pretrain: {steps: 2, batch: 64, depth: 1, width: 32, heads: 2, context: 32}
"""


def test_a_recipe_that_torchrun_runs_is_run_once_and_trained_by_all(tmp_path: Path) -> None:
    """The whole chain of it: the others wait for the training, and end with the first."""
    for path in sorted(ARTICLES.rglob("*.md"))[:2]:
        shutil.copy(path, tmp_path / f"{path.stem}.txt")
    (tmp_path / "texts.yaml").write_text(RECIPE)
    words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    words += ["flows.commands.cli", "run", "texts.yaml", "--json"]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1600,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()  # of one of the two
    assert [s["shards"]["computed"] > 0 for s in json.loads(line)["stages"]] == [True] * 6
    (model,) = (tmp_path / "store/datasets/pretrain").glob("*/manifest.json")
    assert '"world_size": 2' in model.read_text()
