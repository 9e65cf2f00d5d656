"""What the tests of the commands share: a folder with a recipe over six texts, and a store in which it ran."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.command import ARTICLES, answer, write_recipe
from tests.session_folder import session_folder

TEXTS = 6


def _run(folder: Path) -> None:
    (folder / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:TEXTS]:
        shutil.copy(path, folder / "texts" / f"{path.parent.name}-{path.stem}.txt")
    write_recipe(folder, ["texts/*.txt"])
    answer("run", "texts.yaml", cwd=folder)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That folder, as it was left by the run; all workers have the same."""
    return session_folder(tmp_path_factory, "commands", _run)


@pytest.fixture(scope="module")
def mill(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the tests of a file, which leave its texts and datasets as they are."""
    return Path(shutil.copytree(ran, tmp_path_factory.mktemp("mill"), dirs_exist_ok=True))


@pytest.fixture
def copy(ran: Path, tmp_path: Path) -> Path:
    """A copy to be spoilt, its texts with their times."""
    return Path(shutil.copytree(ran, tmp_path / "mill"))
