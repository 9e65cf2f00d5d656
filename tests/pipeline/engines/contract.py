"""What every engine keeps: the same bytes, one sentence for what fails, and nothing lost to what dies or is stopped.

The file of an engine takes these tests by inheritance and gives them a `runner` of two workers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import Stopped, TahonaError
from pipeline.run.runner import Runner, Watcher
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.pipeline.chain import chain, tree, words


def until(condition: Callable[[], Any], seconds: float = 600) -> None:
    """Waits for something to come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def busy(store: Store) -> bool:
    """Whether a shard is being computed."""
    return (store.backend.workspace / "scratch/words").is_dir()


def committed(store: Store) -> int:
    return len(store.backend.folders("shards/words"))


class EngineContract:
    """The contract."""

    NAPS: ClassVar = {"sleeps": 2, "seconds": 0.01}  # in which progress is heard

    def test_it_changes_no_byte(self, runner: Runner, texts: Path, tmp_path: Path) -> None:
        calm = Store(tmp_path / "calm")
        chain(Runner(calm, "driver"), texts)
        chain(runner, texts)
        assert tree(runner.store) == tree(calm)
        until(lambda: not [p for p in runner.store.backend.workspace.rglob("*") if p.is_file()])

    def test_what_a_kernel_prints_disturbs_nothing(self, runner: Runner, texts: Path) -> None:
        (texts / "1.txt").write_text("SHOUT\n")
        assert words(runner, texts).computed == 8

    def test_progress_is_told(self, runner: Runner, texts: Path) -> None:
        messages: list[tuple[Any, ...]] = []

        class Curious(Watcher):
            def shard_progress(self, *progress: Any) -> None:
                messages.append(progress)

        runner.watchers.append(Curious())
        for path in sorted(texts.iterdir())[2:]:
            path.unlink()
        result = words(runner, texts, self.NAPS)
        assert result.manifest
        assert {p[0] for p in messages} == {s.key for s in result.manifest.shards}
        assert all(p[2:] == (None, "naps") for p in messages)

    @pytest.mark.parametrize(
        ("word", "sentence"),
        [
            ("FAIL", "4.txt says FAIL"),
            ("BUG", "failed: KeyError: 'a bug'"),
            ("BREAK", "failed: the connection broke"),
            ("DIE", "its process died 3 times, last by SIGKILL (out of memory?): try fewer"),
            ("CRASH", "its process died 3 times, last by SIGABRT ("),
        ],
    )
    def test_a_failure_is_one_sentence_and_takes_nothing_along(
        self, runner: Runner, texts: Path, word: str, sentence: str
    ) -> None:
        whole = (texts / "4.txt").read_text()
        (texts / "4.txt").write_text(f"{whole}{word}\n")
        with pytest.raises(TahonaError) as caught:
            words(runner, texts)
        message = str(caught.value)
        assert sentence in message and f"words (step words of {texts}/4.txt, shard" in message
        assert "\n" not in message
        assert caught.value.transient == (word == "BREAK")  # and only then tried again
        if word != "DIE":
            assert "keep_lines" in caught.value.__notes__[0]  # the traceback, for --debug
        assert verify(runner.store).damaged == []
        assert runner.store.references("words") == []
        # What was finished stays, and a run after the remedy does the rest.
        # On a cluster a shard that was in work beside the failed one may end after this look.
        finished = committed(runner.store)
        (texts / "4.txt").write_text(whole)
        result = words(runner, texts)
        assert result.reused >= finished and result.computed == 8 - result.reused

    def test_a_child_that_dies_once_costs_nothing_else(
        self, runner: Runner, texts: Path, tmp_path: Path
    ) -> None:
        (texts / "2.txt").write_text("DIE\npan\n")
        marker = tmp_path / "died"
        result = words(runner, texts, {"marker": str(marker)})
        assert (result.state, result.computed, marker.exists()) == ("committed", 8, True)
        until(lambda: not [p for p in runner.store.backend.workspace.rglob("*") if p.is_file()])

    def test_a_request_to_stop_is_heard_and_the_next_run_goes_on(
        self, runner: Runner, texts: Path
    ) -> None:
        requests: list[float] = []

        def ask() -> None:
            until(lambda: busy(runner.store))
            requests.append(time.monotonic())
            runner.stop.set()

        threading.Thread(target=ask).start()
        with pytest.raises(Stopped):
            words(runner, texts, {"seconds": 600})
        assert time.monotonic() - requests[0] < 400  # of the six hundred that it takes
        assert runner.store.references("words") == []
        assert verify(runner.store).damaged == []
        runner.stop.clear()
        result = words(runner, texts)
        assert result.state == "committed" and result.computed + result.reused == 8
