"""What `make bench` runs, and the peers: each is built once in an environment of its own, and none stops another."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.benchmarks import peers
from tests.benchmarks.peers import PEERS, Peer, main, peer

ROOT = Path(__file__).parents[1]


def test_make_bench_runs_each_file_that_prints_figures_and_none_that_these_share() -> None:
    done = subprocess.run(
        ["make", "-n", "bench"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    files = set(re.findall(r"tests/benchmarks/\S+\.py", done))
    names = {Path(file).stem for file in files}
    assert {"startup", "store_size", "extract", "judged", "pii", "train_cpu"} <= names
    assert not names & {"soak", "kills", "peers", "judged_documents", "fifth", "renderers"}
    for name in sorted(files):
        code = (ROOT / name).read_text()
        assert '__name__ == "__main__"' in code
        # Run as a file it has its own folder on the path, not the root.
        before, taken, _ = code.partition("\nfrom tests.")
        assert not taken or "\nsys.path.insert(0, " in before, name


def wheel(folder: Path, name: str) -> str:
    """A package of one module that holds nothing; its path."""
    path = folder / f"{name}-1.5-py3-none-any.whl"
    info = f"{name}-1.5.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{name}.py", "")
        packed.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        packed.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{info}/RECORD", "")
    return str(path)


def test_a_peer_that_cannot_be_had_is_told_and_the_others_are_built_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "ENVIRONMENTS", tmp_path / "peers")
    monkeypatch.setitem(PEERS, "away", Peer((str(tmp_path / "away-1-py3-none-any.whl"),), "pass"))
    monkeypatch.setitem(PEERS, "molino", Peer((wheel(tmp_path, "molino"),), "import molino"))
    assert main(["away", "molino"]) == 0
    output = capsys.readouterr()
    (line,) = output.err.splitlines()
    assert line.startswith("away: not built: pip: ")
    away, molino = (row.split() for row in output.out.splitlines())
    assert (away, molino[:2]) == (["away", "-", "not", "built"], ["molino", "1.5"])

    ready = tmp_path / "peers/molino/ready"
    before = ready.stat().st_mtime_ns
    assert main(["molino"]) == 0
    assert ready.stat().st_mtime_ns == before

    # A benchmark's half runs there, and sees nothing of ours.
    half = tmp_path / "half.py"
    half.write_text(
        "import json, sys, molino\n"
        "from importlib.util import find_spec\n"
        "print(json.dumps([*sys.argv[1:], bool(find_spec('numpy'))]))\n"
    )
    folder = str(tmp_path)
    assert peer(str(half), "molino", tmp_path) == ["--peer", "molino", folder, False]
    assert peer(str(half), "away", tmp_path) is None
    assert main(["mill"]) == 2
    assert "no peer mill" in capsys.readouterr().err
    assert json.loads(ready.read_text())["versions"] == {"molino": "1.5"}
