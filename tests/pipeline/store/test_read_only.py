"""A store that one may only read can be looked at; what would change it is refused in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT, chain

CODE = """
import sys
from pathlib import Path
from pipeline.errors import TahonaError
from pipeline.run.lineage import ancestors, resolve
from pipeline.store.lock import owner
from pipeline.store.prune import prune
from pipeline.store.verify import verify
from pipeline.run.runner import Runner
from pipeline.store.store import Store, storage_error

store = Store(sys.argv[1])
(totals,) = store.references("totals")
print(len(ancestors(store, resolve(store, str(totals)))["made_from"]))
print(owner(store, f"totals-{totals.fingerprint}"))
for look in (verify, prune):
    try:
        print(look(store).to_json())
    except (TahonaError, OSError) as error:
        print(error if isinstance(error, TahonaError) else storage_error(store.url, error))
"""


@pytest.fixture
def protected(texts: Path, tmp_path: Path) -> Iterator[Path]:
    """The store of the mill."""
    folder = tmp_path / "store"
    chain(Runner(Store(folder), "driver"), texts)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def looked_at(store: Path) -> list[str]:
    """What a process says that may write nothing there."""
    for path in (store, *store.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    command = [sys.executable, "-c", CODE, str(store)]
    if os.getuid() == 0:  # who may write everywhere, unless that is taken away
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root may write everywhere, and setpriv is not here")
        command = [setpriv, "--bounding-set", "-dac_override,-dac_read_search", *command]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_who_may_only_read_can_look(protected: Path) -> None:
    made_from, dataset, verified, pruned = looked_at(protected)
    assert (made_from, dataset) == ("1", "None")
    assert "'damaged': []" in verified
    assert "can't be written (Permission denied): choose another store" in pruned


def test_what_one_may_not_read_is_not_called_damaged(protected: Path) -> None:
    victim = next(protected.glob("shards/totals/*/total.json"))
    victim.chmod(0)
    *_, verified, _ = looked_at(protected)
    name = victim.relative_to(protected).as_posix()
    assert verified == f"{name} can't be read (Permission denied): verify as who owns the store"
