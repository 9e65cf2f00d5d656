"""The peers of the benchmarks, each in an environment of its own, since what they need would break ours.

`python tests/benchmarks/peers.py [NAME...]` (`make peers`: all) builds them below `.peers/`, or the folder that
TAHONA_PEERS names; what stands is left, what can't be had is told in a line. A benchmark gives null for a peer
that is not there. It runs itself in a peer's environment as `NAME.py --peer WHAT FOLDER`: the peer's half, which
imports nothing of ours, reads its input from the folder and prints JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TAHONA_SHARED", ROOT.parent / "shared"))
ENVIRONMENTS = Path(os.environ.get("TAHONA_PEERS", ROOT / ".peers")).absolute()
READY = "ready"  # written last, with what the environment was built from and holds
TURN, TURNS = "turn", 5  # of `by_turns`


@dataclass(frozen=True)
class Peer:
    """What to install, and a line of Python that works once it is there."""

    packages: tuple[str, ...]
    proof: str
    beside_ours: bool = (
        False  # sees our environment too: torch is large, and the same for a fair comparison
    )


PEERS = {
    "datatrove": Peer(
        ("datatrove==0.10.1", "spacy>=3.8,<4", "xxhash<4", "nltk", "regex", "tokenizers"),
        "from datatrove.pipeline.dedup.minhash import MinhashDedupSignature\n"
        "from datatrove.pipeline.filters import C4QualityFilter, GopherRepetitionFilter\n"
        "from datatrove.utils.word_tokenizers import load_word_tokenizer as load\n"
        "assert load('spa').word_tokenize('Sube la masa.') == ['Sube', 'la', 'masa', '.']",
    ),
    "datatrove-web": Peer(
        ("datatrove[io]==0.10.1", "trafilatura==2.3.1", "lxml_html_clean"),
        "from datatrove.pipeline.extractors import Trafilatura\nfrom datatrove.pipeline.readers import WarcReader",
    ),
    "mkdocs": Peer(("mkdocs==1.6.1", "mkdocs-material==9.8.2"), "import mkdocs, material"),
    "rensa": Peer(("rensa==0.5.0", "numpy"), "from rensa import RMinHash"),
    "trafilatura": Peer(
        ("trafilatura==2.3.1", "lxml_html_clean"), "from trafilatura import extract"
    ),
    "rs-trafilatura": Peer(("rs-trafilatura==0.1.1",), "import rs_trafilatura"),
    "py3langid": Peer(
        ("py3langid==0.4.0",),
        "import py3langid\nassert py3langid.classify('El pan sube en el horno')[0] == 'es'",
    ),
    "cld2": Peer(
        ("pycld2==0.42",),
        "import pycld2\nassert pycld2.detect('El pan sube en el horno de la aldea')[2][0][1] == 'es'",
    ),
    "scrapy": Peer(("scrapy==2.19.0",), "from scrapy.crawler import CrawlerProcess"),
    "pywb": Peer(("pywb==2.10.0",), "from pywb.indexer.cdxindexer import main"),
    "gigatoken": Peer(("gigatoken==0.10.0",), "import gigatoken"),
    "transformers": Peer(("accelerate>=1.1,<2",), "from transformers import Trainer", True),
    "megatron-core": Peer(
        ("megatron-core>=0.16,<1",),
        "from megatron.core.datasets.indexed_dataset import IndexedDataset",
        True,
    ),
}


def peer(benchmark: str, what: str, folder: Path, name: str = "") -> Any | None:
    """What the peer's half of a benchmark prints as its last line; None where the peer isn't built.

    `name` is that of its environment, where it is not `what`. Raises CalledProcessError where it fails.
    """
    if (command := _command(benchmark, what, folder, name)) is None:
        return None
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    except FileNotFoundError:  # the Python that it was built from is gone
        return None
    return json.loads(done.stdout.splitlines()[-1])


class NotBuilt(Exception):
    """A peer can't be had here; the message says why, in a line."""


def by_turns(benchmark: str, what: str, folder: Path, ours: Callable[[], None]) -> Any | None:
    """As `peer`, of a half that says TURN when it is ready and after each line that it reads, upon which it does its
    turn; before each of these `ours` does its own, alone. Where the peer isn't there, `ours` does them none the less.
    """
    if (command := _command(benchmark, what, folder)) is None:
        for _ in range(TURNS):
            ours()
        return None
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        for _ in range(TURNS):
            next(line for line in process.stdout if line.strip() == TURN)
            ours()
            process.stdin.write("\n")
            process.stdin.flush()
        process.stdin.close()
        last = process.stdout.read().splitlines()[-1]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return json.loads(last)


def _command(benchmark: str, what: str, folder: Path, name: str = "") -> list[str | Path] | None:
    home = ENVIRONMENTS / (name or what)
    if not (home / READY).is_file():
        print(f"no {what}: `make peers` builds {home}", file=sys.stderr)
        return None
    return [home / "bin/python", benchmark, "--peer", what, str(folder)]


def build(name: str) -> dict[str, str]:
    """Makes a peer's environment where it doesn't stand; its packages with their versions."""
    wanted, home = PEERS[name], ENVIRONMENTS / name
    description = {"packages": list(wanted.packages), "proof": wanted.proof, "python": sys.version}
    try:
        stands = json.loads((home / READY).read_text())
        if stands["from"] == description:
            return dict(stands["versions"])
    except (FileNotFoundError, ValueError):
        pass
    shutil.rmtree(home, ignore_errors=True)
    python = home / "bin/python"
    call("venv", sys.executable, "-m", "venv", "--without-pip", home)
    if wanted.beside_ours:
        packages = sysconfig.get_path("purelib")
        call("venv", python, "-c", _BESIDE, packages)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    call("pip", *pip, "install", "--quiet", "--no-input", *wanted.packages)
    call("its proof", python, "-c", wanted.proof)
    versions = dict(json.loads(call("its packages", python, "-c", _VERSIONS)))
    (home / READY).write_text(json.dumps({"from": description, "versions": versions}, indent=1))
    return versions


# Adds a folder behind the environment's own packages.
_BESIDE = """
import sys, sysconfig, pathlib
pathlib.Path(sysconfig.get_path("purelib"), "beside.pth").write_text(sys.argv[1] + "\\n")
"""

# Of its own packages alone.
_VERSIONS = """
import importlib.metadata, json, sysconfig
own = importlib.metadata.distributions(path=[sysconfig.get_path("purelib")])
print(json.dumps([(d.name, d.version) for d in own]))
"""


def call(what: str, *command: str | Path) -> str:
    """The output of a command; NotBuilt with the last line that it said where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no word"]
        errors = [line for line in lines if line.startswith("ERROR")] or lines
        raise NotBuilt(f"{what}: {errors[-1].strip()[:200]}")
    return done.stdout


def megabytes(folder: Path) -> int:
    """Of the files below a folder."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    return sum(p.stat().st_size for p in files) // 1_000_000


def main(names: list[str]) -> int:
    """Builds these peers (all without names), one after the other, and prints a table of them."""
    if unknown := [name for name in names if name not in PEERS]:
        print(f"no peer {', '.join(unknown)}; there are {', '.join(PEERS)}", file=sys.stderr)
        return 2
    rows = []
    for name in names or PEERS:
        try:
            versions = build(name)
        except NotBuilt as why:
            print(f"{name}: not built: {why}", file=sys.stderr)
            rows.append((name, "-", "not built"))
            continue
        package = PEERS[name].packages[0].partition("==")[0]
        version = versions.get(name) or versions.get(package) or "ours"
        rows.append((name, version, f"{megabytes(ENVIRONMENTS / name)} MB"))
    for name, version, size in rows:
        print(f"{name:16} {version:10} {size:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
