"""What a person at the terminal is told while a run goes on."""

from __future__ import annotations

import logging
import sys

import pytest

from flows.commands.runs.progress import Terminal
from flows.commands.runs.run import run_recipe
from pipeline.errors import TahonaError
from pipeline.model.notice import notice
from pipeline.run.runner import Result


def test_what_a_training_says_is_told_under_its_stage(capsys: pytest.CaptureFixture[str]) -> None:
    terminal, log = Terminal(), logging.getLogger("training.pretrain.loop.guard")
    terminal.stage_started("pretrain")
    log.info("llama, %s parameters", f"{1000:,}")
    log.warning("skipped step %d", 7)
    terminal.close()
    log.warning("skipped step %d", 8)
    assert (
        capsys.readouterr().err == "pretrain: llama, 1,000 parameters\npretrain: skipped step 7\n"
    )


def test_it_is_told_once_where_a_library_logs_too(capsys: pytest.CaptureFixture[str]) -> None:
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    root.addHandler(handler)
    try:
        terminal = Terminal()
        terminal.stage_started("pretrain")
        logging.getLogger("training.pretrain.train").info("about to begin")
        terminal.close()
    finally:
        root.removeHandler(handler)
    assert capsys.readouterr().err == "pretrain: about to begin\n"


def test_warnings_of_a_reused_stage_are_told_when_it_is_asked_for_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    warnings = [notice("extract.empty", source="press", files=[]) for _ in range(6)]
    alone = "tahona {} mine.yaml".format
    for state, several, told in (("computed", alone, 6), ("reused", alone, 0), ("reused", None, 6)):
        result = Result("extract", "a" * 32, state, kind="extract", warnings=warnings)
        Terminal(several).stage_done(result)
        said = capsys.readouterr().err
        assert said.count("warning: ") == told
        again = "extract: 6 warnings as before: see `tahona extract mine.yaml`\n"
        assert (again in said) == (told == 0)


def test_a_refused_run_leaves_the_log_as_it_was() -> None:
    log = logging.getLogger("training")
    before = list(log.handlers), log.propagate
    with pytest.raises(TahonaError, match="ftp"):
        run_recipe("quickstart", "ftp://nowhere/store")
    assert (list(log.handlers), log.propagate) == before
