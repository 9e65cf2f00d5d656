"""A dataset is laid out as a plain folder: whole or not at all, over nobody's files, as copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.commands.runs.folder import write
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File
from pipeline.store.backend import file_digest
from pipeline.store.store import Store


def stored(store: Store, name: str, text: str) -> File:
    """A file that lies in a store."""
    path = Path(store.url, "shards/words/k", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    size, sha256 = path.stat().st_size, file_digest(path)
    return File(
        path=f"shards/words/k/{name}", part="kept", bytes=size, sha256=sha256, shard="words"
    )


def test_a_folder_holds_copies_of_files_and_the_texts_beside_them(tmp_path: Path) -> None:
    store, target = Store(tmp_path / "store"), tmp_path / "new/folder"
    file = stored(store, "a.txt", "pan")
    target.mkdir(parents=True)  # an empty one is as good as none
    write(store, {"data/es/a.txt": file, "README.md": "# Pan\n"}, target)
    assert (target / "README.md").read_text() == "# Pan\n"
    (target / "data/es/a.txt").write_text("otro")
    assert Path(store.url, file.path).read_text() == "pan"
    with pytest.raises(UsageError, match="folder is there already"):
        write(store, {"README.md": ""}, target)
    assert [p.name for p in target.parent.iterdir()] == ["folder"]


@pytest.mark.parametrize("target", ["folder", "file/folder"])
def test_what_can_not_be_laid_out_leaves_nothing(tmp_path: Path, target: str) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "file").write_text("")
    stored_file, lost = stored(store, "a.txt", "pan"), stored(store, "b.txt", "lost")
    Path(store.url, lost.path).unlink()
    with pytest.raises(TahonaError):
        write(store, {"a.txt": stored_file, "b.txt": lost}, tmp_path / target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "store"]
