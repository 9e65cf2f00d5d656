"""Runs the real command line in a process of its own, as a person does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parents[2] / "flows" / "small_web" / "articles"


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
    *words: str, cwd: Path | None = None, timeout: float = 240, **extra: str
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


def answer(*words: str, code: int = 0, **kwargs: Any) -> dict[str, Any]:
    """The JSON object that `tahona WORDS --json` prints as its last line; fails on another exit code."""
    done = tahona(*words, "--json", **kwargs)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr[-2000:]}"
    held: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return held


def write_recipe(folder: Path, patterns: list[str], name: str = "texts", **stages: Any) -> str:
    """A recipe over text files through the data stages; `stages` replaces parameters."""
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
