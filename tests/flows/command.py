"""Runs the real command line: in a process of its own, as a person does, or in this one, which has its imports."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.pipeline.objects import forget_clients

ARTICLES = Path(__file__).parents[2] / "flows" / "small_web" / "articles"
FEW = str(ARTICLES / "diario" / "[c-f]*.md")  # eleven of them, where what matters is not the text


TWO_DOMAINS = """\
sources:
  prensa: {files: [prensa.jsonl], domain: news}
  leyes: {files: [leyes.jsonl], domain: legal}
stages:
  extract:
  annotate:
  filter: {rules: [{name: few, signal: words, min: 350}]}
"""


def write_two_domains(
    folder: Path, news: Iterable[Path], laws: Iterable[Path], end: str = ""
) -> None:
    """The files of these sources: a line for each article, with something at the end of its text."""
    for name, articles in (("prensa", news), ("leyes", laws)):
        lines = [json.dumps({"text": a.read_text(encoding="utf-8") + end}) for a in articles]
        (folder / f"{name}.jsonl").write_text("\n".join(lines))


def arguments(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "flows.commands.cli", *words]


def environment(**extra: str) -> dict[str, str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("TAHONA_", "PREFECT_", "OPENLINEAGE"))
    }
    return {**kept, "DO_NOT_TRACK": "1", **extra}


def tahona(
    *words: str, cwd: Path | None = None, timeout: float = 1600, **extra: str
) -> subprocess.CompletedProcess[str]:
    """The finished process of `tahona WORDS`; output as text."""
    return subprocess.run(
        arguments(*words),
        cwd=cwd,
        env=environment(**extra),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def inside(*words: str, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """What `tahona WORDS` does and says, but in this process: its imports cost more than most commands."""
    from flows.commands import cli

    output, errors = io.StringIO(), io.StringIO()
    with (
        chdir(cwd or "."),
        patch.dict(os.environ, environment(**extra), clear=True),
        _clients_anew(),
        signals_as_they_were(),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        code = cli.guarded(list(words))
    return subprocess.CompletedProcess(words, code, output.getvalue(), errors.getvalue())


@contextmanager
def _clients_anew() -> Iterator[None]:
    """Neither this command nor the next one meets an object store under another's variables."""
    forget_clients()
    try:
        yield
    finally:
        forget_clients()


@contextmanager
def signals_as_they_were() -> Iterator[None]:
    """A command that has ended hears no signal any more; whoever called it does."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def answer(
    *words: str, code: int = 0, cwd: Path | None = None, timeout: float | None = None, **extra: str
) -> dict[str, Any]:
    """The JSON object that `tahona WORDS --json` prints as its last line; fails on another exit code.

    In this process; with a `timeout` in one of its own.
    """
    run = inside if timeout is None else partial(tahona, timeout=timeout)
    done = run(*words, "--json", cwd=cwd, **extra)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr[-2000:]}"
    content: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return content


def write_recipe(folder: Path, patterns: list[str], name: str = "texts", **stages: Any) -> str:
    """A recipe over text files through the data stages, run by one worker; `stages` replaces parameters."""
    import yaml

    chain: dict[str, Any] = dict.fromkeys(
        ("extract", "annotate", "filter", "deduplicate", "corpus"), None
    )
    recipe = {
        "name": name,
        "sources": {
            "articles": {
                "files": patterns,
                "domain": "news",
                "licence": "CC-BY-4.0",
                "reader": "text",
            }
        },
        "run": {"workers": 1},  # beside other tests more only take turns
        "stages": {**chain, **stages},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return str(path)


def tree(store: Path, *folders: str) -> dict[str, bytes]:
    """The bytes of every file below the folders of a store, but for what names places outside it."""
    return {
        str(p.relative_to(store)): p.read_bytes()
        for folder in folders or ("shards", "datasets")
        for p in sorted((store / folder).rglob("*"))
        if p.is_file() and "datasets/files/" not in str(p)
    }
