"""What a person at the terminal is told while a run goes on."""

from __future__ import annotations

import logging

import pytest

from flows.commands.progress import Terminal


def test_what_a_training_says_is_told_under_its_stage(capsys: pytest.CaptureFixture[str]) -> None:
    terminal, log = Terminal(), logging.getLogger("training.pretrain.guard")
    terminal.stage_started("pretrain")
    log.info("llama, %s parameters", f"{1000:,}")
    log.warning("skipped step %d", 7)
    terminal.close()
    log.warning("skipped step %d", 8)
    assert (
        capsys.readouterr().err == "pretrain: llama, 1,000 parameters\npretrain: skipped step 7\n"
    )
