"""Runs a recipe for the command line: signals, progress, the record of the run, the report."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from flows.chain.chain import Chain
from flows.commands.runs.progress import Terminal
from flows.recipe import recipe as recipes
from flows.report.words.language import languages
from flows.server.recording import run_stages
from flows.store.place import command_line, existing_store, open_store
from pipeline.errors import STOPPED, Stopped, TahonaError
from pipeline.run.runner import Slice, Watchers

AGAIN = (
    1.0  # seconds in which a second SIGTERM is the first one, come by another way (Slurm, torchrun)
)


def run_recipe(
    name: str,
    store_url: str | None,
    overrides: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    slice_: tuple[int, int] | None = None,
    as_json: bool = False,
    sample: float | None = None,
) -> dict[str, Any]:
    """Runs the chosen stages; the answer of `tahona run` and of `tahona STAGE`.

    A run that fails or is stopped raises with what is done so far as `answer`. `as_json` prints that
    too where the process must end at once, because a request to stop was not obeyed in time.
    """
    recipe = recipes.read(name, overrides, sample=sample)
    before, stages = recipe.chosen(first, last)
    recipe.tell_unintended(stages)
    recipe.tell_unheard(overrides, {*before, *stages})
    store = open_store(store_url)

    def alone(stage: str) -> str:
        return command_line(stage, recipe.given, recipe.overrides, store)

    terminal = Terminal(alone if len(stages) > 1 else None)
    stop = threading.Event()
    command = _command(name, first, last, sample, overrides)
    chain = Chain(recipe, store, watchers=Watchers([terminal]), stop=stop, command=command)

    def leave() -> None:
        if as_json:
            answer = {**_answer(chain), "report": None, "error": STOPPED}
            with suppress(BrokenPipeError):  # the reader has gone
                os.write(1, json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        os._exit(Stopped.exit_code)

    try:
        with signals(stop, leave, recipe.layout.run.grace), closing(terminal):
            run_stages(chain, before, stages, Slice(*slice_) if slice_ else None)
        if slice_:
            return {**_answer(chain), "report": None}
        from flows.report.run_report import report_run

        return {**_answer(chain), "report": report_run(chain)}
    except (TahonaError, Stopped, KeyboardInterrupt) as error:
        from flows.report.run_report import report_failure

        report = report_failure(chain) if isinstance(error, TahonaError) else None
        error.answer = {**_answer(chain), "report": report}  # type: ignore[union-attr]
        raise
    finally:
        chain.close()


def _answer(chain: Chain) -> dict[str, Any]:
    """What a run answers, its warnings in words."""
    answer = chain.to_json()
    for row in answer["stages"]:
        row["warnings"] = [languages()[0].sentence(one) for one in row["warnings"]]
    return answer


def _command(
    name: str, first: str | None, last: str | None, sample: float | None, overrides: Sequence[str]
) -> str:
    """What a person types for the same run."""
    words = ["tahona", first if first and first == last else "run", name]
    if words[1] == "run":
        words += ["--from", first] if first else []
        words += ["--until", last] if last else []
    words += ["--sample", f"{sample:.9g}"] if sample else []
    for override in overrides:
        words += ["--set", override]
    return shlex.join(words)


def report_recipe(name: str | None, store_url: str | None) -> dict[str, Any]:
    """Writes what is stale of the report: of one recipe, or of all that ran and of every dataset."""
    from flows.report import write_report, write_site
    from flows.report.words.language import in_all

    store = existing_store(store_url)
    recipe = recipes.read(name).name if name else None
    path = write_report(store, recipe) if recipe else write_site(store)
    for _, page in in_all(path):
        print(page, file=sys.stderr)
    return {"recipe": recipe, "report": path}


@contextmanager
def signals(stop: threading.Event, leave: Callable[[], None], grace: float) -> Iterator[None]:
    """SIGTERM requests an end: shards in flight are given up, a training run saves

    its step. The process exits after `grace` seconds, or on a second SIGTERM.
    """
    asked = 0.0

    def ask(number: int, frame: Any) -> None:
        nonlocal asked
        if stop.is_set():
            if time.monotonic() - asked > AGAIN:
                leave()
            return
        asked = time.monotonic()
        stop.set()
        timer = threading.Timer(grace, leave)
        timer.daemon = True
        timer.start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, ask)
    # A shell starts background jobs with Ctrl-C ignored; a run must react to it all the same.
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)
