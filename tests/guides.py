"""Reads the pages of the documentation as a reader does: their example files are written, their commands run.

What the fences of a page mean:

- `bash` blocks are run, in order, in one shell and one folder a page (`guides_folder.py`). A `tahona` is a process of
  its own on the pages WITH_PROCESSES; on others the process of the tests runs it, as imports cost more than it does.
- A block behind a line that ends with a file's name (`mine.yaml`:) is that file.
- Other `yaml` blocks are parts of a recipe, and are validated as such.
- `console` blocks can't run in a test (a container, a cluster, a server in the foreground): the shell
  must be able to parse them, and every `tahona` and `make` in them must know its command and options.
  So are blocks of no language.
- `python` blocks must compile.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from flows.commands.commands import tahona
from tests.flows import commands_of_scripts

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`([\w./-]+\.\w+)`[^`]*:$")
RUN = "bash"
SHOWN = ("console", "")
WITH_PROCESSES = ("README.md", "infra/cluster.md")  # as a person runs them; two slices at once
END = "END_OF_EXAMPLE"
TINY = "{steps: 4, depth: 1, width: 16, heads: 2, context: 64, batch: 512}"


@dataclass(frozen=True)
class Block:
    """One fenced block of a page: the line where it begins, its language, its text, the file that it is."""

    page: str
    line: int
    language: str
    text: str
    file: str | None

    @property
    def where(self) -> str:
        """Page and line, for an error."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """The documentation of the project: every Markdown file but the articles of the small web."""
    rooms = [p for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")]
    files = [*ROOT.glob("*.md"), *(p for room in rooms for p in room.rglob("*.md"))]
    return sorted(
        str(p.relative_to(ROOT)) for p in files if ROOT / "flows/small_web" not in p.parents
    )


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order. Raises ValueError for a fence that is not closed."""
    rows: list[Block] = []
    before, start = "", 0
    language: str | None = None
    kept: list[str] = []
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("```"):
            if language is not None:
                kept.append(line)
            elif line.strip():
                before = line.strip()
        elif language is None:
            language, start, kept = line[3:].strip(), number, []
        else:
            named = NAMED.search(before)
            file = named[1] if named and language != RUN else None
            rows.append(Block(page, start, language, "\n".join(kept) + "\n", file))
            language, before = None, ""
    if language is not None:
        raise ValueError(f"{page}:{start}: the block is not closed")
    return rows


def script(page: str, resolve: dict[str, str]) -> str:
    """What a reader of the page does, as one script: the example files and the commands in their order.

    A recipe with seeds at www.example.* is told by `resolve` where these hosts are on this machine. Beside other
    tests a run has one worker, and a model whose size the page leaves open is a tiny one.
    """
    parts = ["set -euo pipefail", "trap 'echo \"failed: $BASH_COMMAND\" >&2' ERR"]
    for block in blocks(page):
        text = block.text
        if block.file:
            if hosts := {h: a for h, a in resolve.items() if f"//{h}/" in text}:
                assert "\nresolve:" not in text, f"{block.where} has a `resolve` of its own"
                text += "resolve:\n" + "".join(f'  {h}: "{a}"\n' for h, a in hosts.items())
            if "\nstages:" in text:
                assert "\nrun:" not in text, f"{block.where} has a `run` of its own"
                text += "run: {workers: 1}\n"
            text = text.replace("\n  pretrain:\n", f"\n  pretrain: {TINY}\n")
            folder = shlex.quote(str(Path(block.file).parent))
            parts.append(f"mkdir -p {folder}")
            parts.append(f"cat > {shlex.quote(block.file)} <<'{END}'\n{text}{END}")
        elif block.language == RUN:
            parts.append(f"echo '== {block.where}' >&2\n{text}")
    return "\n".join(parts)


def run(page: str, folder: Path, env: dict[str, str], resolve: dict[str, str]) -> str:
    """Runs a page in a folder; what it printed. Raises AssertionError with the block that failed.

    On one processor, so that a run has one worker: beside other tests two take turns, and cost twice as much.
    """
    one = random.choice(sorted(os.sched_getaffinity(0)))
    start = subprocess.run if page in WITH_PROCESSES else commands_of_scripts.run
    done = start(
        ["taskset", "--cpu-list", str(one), "bash", "-c", script(page, resolve)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=1600,
    )
    ending = f"exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    assert done.returncode == 0, ending
    return done.stdout


def parses(text: str) -> str:
    """What bash says against a script that it would not run; nothing where it would."""
    return subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True).stderr


def unknown(text: str) -> Iterator[str]:
    """What the `tahona` and `make` commands of a script ask for and the project does not have."""
    for name, words in commands(text):
        if name == "make":
            targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
            yield from (f"make {w}" for w in words if w[0] not in "-$" and w not in targets)
            continue
        if not words:
            continue
        command = tahona.commands.get(words[0])
        if command is None and not words[0].startswith("-"):
            yield f"tahona {words[0]}"
        owner: click.Command = command or tahona
        options = {o for p in owner.get_params(click.Context(owner)) for o in p.opts}
        words_of = (w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w))
        yield from (
            f"tahona {words[0]} {o}" for o in words_of if o not in {*options, "--help", "-h"}
        )


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each call of `tahona` and `make` in a script, with its words up to the end of the command."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;()<>")
        lexer.whitespace_split = True
        try:
            words = list(lexer)
        except ValueError:  # a quote that goes on in the next line
            continue
        for at, word in enumerate(words):
            word = word.rpartition("/bin/")[2]
            if word in {"tahona", "make"} and (at == 0 or words[at - 1] != "-t"):  # an image
                rest = words[at + 1 :]
                end = next((i for i, w in enumerate(rest) if set(w) <= set("|&;()<>")), len(rest))
                yield word, rest[:end]
