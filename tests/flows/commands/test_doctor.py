"""`tahona doctor` names what is there and what is not, each with the command that mends it."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.commands import doctor
from tests.flows.command import answer, inside


def examined(tmp_path: Path, code: int = 0, **variables: str) -> dict[str, dict[str, Any]]:
    checks = answer("doctor", "--store", str(tmp_path / "store"), code=code, **variables)
    return {check["name"]: check for check in checks["checks"]}


@pytest.fixture(autouse=True)
def any_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests leave on the disk of this machine is nobody's fault."""
    monkeypatch.setattr(doctor, "ROOM", 0)


def no_gpu() -> doctor.Check:
    """Where nobody looks at it: a process that imports torch finds it, a second each time."""
    return doctor.Check("gpu", "missing", "nobody asked")


def test_it_tells_what_is_there_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = examined(tmp_path)
    assert {"tahona", "train", "s3", "language", "java", "gpu", "store", "disk"} <= set(checks)
    assert checks["train"]["state"] == "ok" and "torch" in checks["train"]["says"]
    assert not (tmp_path / "store").exists()
    monkeypatch.setattr(doctor, "_gpu", no_gpu)
    output = inside("doctor", "--store", str(tmp_path / "store")).stdout
    assert "  -> tahona serve\n" in output


def test_what_is_missing_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(doctor, "find_spec", lambda n: None if n in {"torch", "s3fs"} else there(n))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    dead = "http://127.0.0.1:1"
    checks = examined(tmp_path, PREFECT_API_URL=f"{dead}/api", OPENLINEAGE_URL=dead)
    assert checks["train"]["mend"].partition("  #")[0].endswith("-m pip install '.[train]'")
    assert "pretrain" in checks["train"]["says"]
    assert "'.[s3]'" in checks["s3"]["mend"]
    assert "jdk" in checks["java"]["mend"]
    assert "unset PREFECT_API_URL" in checks["prefect"]["mend"]
    assert checks["lineage"]["state"] == "missing"


def test_what_would_end_a_run_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_gpu", no_gpu)
    monkeypatch.setattr(doctor, "ROOM", 1e18)
    assert examined(tmp_path, code=1)["disk"]["mend"] == "tahona prune --keep-runs 3"
    checks = answer("doctor", "--store", "/proc/tahona", code=1)["checks"]
    (store,) = (check for check in checks if check["name"] == "store")
    assert store["says"] == "/proc can't be written: give another place with --store"
    (tmp_path / "store").write_text("no folder")
    assert examined(tmp_path, code=1)["store"]["state"] == "wrong"
