"""Files outside the store are found, read once, and known by name, source and bytes."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from pipeline.errors import TahonaError, UsageError
from pipeline.store import observe as module
from pipeline.store.backend import file_digest
from pipeline.store.observe import Unreadable, find, observe
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "c.md", "deep/d.txt", ".hidden", ".git/e.txt", "deep/.f/g.txt"):
        path = tmp_path / "grain" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "grain"


def names(folder: Path, *patterns: str) -> list[str]:
    return [str(Path(p).relative_to(folder)) for p in find(patterns, folder)]


def test_paths_folders_and_patterns_are_found_in_order(folder: Path) -> None:
    assert names(folder, "c.md") == ["c.md"]
    assert names(folder, str(folder / "c.md")) == ["c.md"]
    assert names(folder, "*.txt") == ["a.txt", "b.txt"]
    assert names(folder, "**/*.txt") == ["a.txt", "b.txt", "deep/d.txt"]
    assert names(folder, "c.md", "*", "a.txt") == ["c.md", "a.txt", "b.txt"]


def test_a_folder_stands_for_all_below_it_but_what_is_hidden(folder: Path) -> None:
    assert names(folder, ".") == ["a.txt", "b.txt", "c.md", "deep/d.txt"]


def test_folders_that_a_pattern_finds_stand_for_all_below_them(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert names(folder, "d*") == names(folder, "d[ae]ep") == ["deep/d.txt"]
    assert names(folder, "*") == ["a.txt", "b.txt", "c.md"]  # files first: no folder beside them
    with pytest.raises(UsageError, match=r"no file matches nowhere/\*.txt "):
        find(["nowhere/*.txt"], folder)
    assert caplog.messages == []  # of a folder that is not there, not one that can't be read
    elsewhere = RemoteBackend(f"memory://{uuid.uuid4().hex}")
    elsewhere.write("deep/a/d.txt", b"pan")
    (file,) = find([f"{elsewhere.url}/d*"], folder)
    assert file.endswith("/deep/a/d.txt")


def test_a_name_with_brackets_is_a_name(folder: Path) -> None:
    (folder / "x[1].txt").write_text("x")
    assert names(folder, "x[1].txt") == ["x[1].txt"]


@pytest.mark.parametrize("pattern", ["z.txt", "*.gz", "empty"])
def test_nothing_found_is_told(folder: Path, pattern: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=r"(no file matches|the folder) .* \(looked from /"):
        find([pattern], folder)


def test_a_file_is_a_shard_with_its_source_as_part(store: Store, folder: Path) -> None:
    manifest = observe(store, {"one": find(["*.txt"], folder), "two": find(["c.md"], folder)})
    assert manifest.kinds == ["files"]
    assert [(f.name, f.part, f.bytes, f.shard) for f in manifest.files()] == [
        ("a.txt", "one", 5, None),
        ("b.txt", "one", 5, None),
        ("c.md", "two", 4, None),
    ]
    assert manifest.files()[0].sha256 == file_digest(folder / "a.txt")
    assert store.manifest(manifest.reference) == manifest


def test_only_looking_writes_nothing(store: Store, folder: Path) -> None:
    manifest = observe(store, {"one": find(["*.txt"], folder)}, commit=False)
    assert not Path(store.url).exists()
    assert observe(store, {"one": find(["*.txt"], folder)}) == manifest


def test_the_same_file_counts_once_in_a_source_and_once_in_each(store: Store, folder: Path) -> None:
    a, copy = folder / "a.txt", folder / "deep" / "a.txt"
    copy.write_text("a.txt")
    manifest = observe(store, {"one": [str(a), str(a), str(copy)], "two": [str(a)]})
    assert [(f.path, f.part) for f in manifest.files()] == [(str(a), "one"), (str(a), "two")]
    assert store.manifest(manifest.reference) == manifest


def test_a_file_is_read_once_until_it_changes(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path) -> str:
        read.append(path.name)
        return file_digest(path)

    monkeypatch.setattr(module, "file_digest", counted)
    sources = {"one": find(["*.txt"], folder)}
    first = observe(store, sources)
    assert observe(store, sources) == first
    assert read == ["a.txt", "b.txt"]
    (folder / "b.txt").write_text("B.txt")  # as long as before
    os.utime(folder / "b.txt", ns=(1, 1))
    second = observe(store, sources)
    assert read == ["a.txt", "b.txt", "b.txt"]
    assert second.fingerprint != first.fingerprint


@pytest.mark.parametrize(
    "harm", ['{"torn', "[1]", "7", '"pan"', "null", "ENTRY", "[]", '["1", 2, "3"]', "[5, null, {}]"]
)
def test_what_was_remembered_may_be_damaged_without_harm(
    store: Store, folder: Path, harm: str
) -> None:
    sources = {"one": find(["*.txt"], folder)}
    whole = observe(store, sources)
    status = (folder / "a.txt").stat()
    entry = harm.replace("ENTRY", f'[{status.st_size}, {status.st_mtime_ns}, "no digest"]')
    for text in (entry, f'{{"{folder}/a.txt": {entry}}}'):
        Path(store.url, "observed.json").write_text(text)
        assert observe(store, sources, commit=False) == whole
        assert observe(store, sources) == whole


def test_an_input_that_can_not_be_read_is_named(store: Store, folder: Path) -> None:
    with pytest.raises(UsageError, match=r"can't be read \(.*/gone.txt: No such file"):
        observe(store, {"one": [str(folder / "gone.txt")]})
    with pytest.raises(UsageError, match=r"can't be read \(memory://nowhere/x: .+"):
        observe(store, {"one": ["memory://nowhere/x"]})


def test_all_inputs_that_can_not_be_read_are_named_at_once(store: Store, folder: Path) -> None:
    files = find(["*.txt"], folder)
    gone = [str(folder / f"{n}.txt") for n in range(5)]
    with pytest.raises(Unreadable, match=r"5 inputs can't be read .*; and 2 more") as caught:
        observe(store, {"one": files, "two": gone})
    assert caught.value.source == "two" and caught.value.exit_code == 2


def test_a_file_that_goes_after_it_was_listed_is_left_out_with_a_warning(
    store: Store, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = find(["*.txt"], folder)
    Path(files[0]).unlink()
    left = observe(store, {"one": files})
    assert [f.path for f in left.files()] == files[1:]
    assert caplog.messages == [f"{files[0]} is gone since it was listed, and is not read"]


@pytest.mark.parametrize("pattern", ["*.txt", "**/*.txt"])
def test_a_name_that_is_not_utf_8_is_told_and_the_others_are_read(
    store: Store, folder: Path, caplog: pytest.LogCaptureFixture, pattern: str
) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.txt"
    with open(path, "w") as file:
        file.write("x")
    files = find([pattern], folder)
    assert [f.name for f in observe(store, {"one": files}).files()][:2] == ["a.txt", "b.txt"]
    (message,) = caplog.messages
    assert message.endswith("caf\\xe9.txt is a name that is not UTF-8, and is not read: rename it")
    with pytest.raises(TahonaError, match="is not UTF-8: rename it"):
        observe(store, {"one": [os.fsdecode(path)]})


@pytest.mark.parametrize("pattern", ["loop", "loop/**/*.txt", "loop/**", "loop/**/**/*.txt"])
def test_a_link_to_the_folder_above_gives_no_file_twice(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "loop/deep").mkdir(parents=True)
    (tmp_path / "loop/a.txt").write_text("pan")
    (tmp_path / "loop/deep/b.txt").write_text("harina")
    (tmp_path / "loop/deep/back").symlink_to(tmp_path / "loop")
    assert names(tmp_path, pattern) == ["loop/a.txt", "loop/deep/b.txt"]


def test_a_file_with_several_paths_is_found_once(tmp_path: Path) -> None:
    for name in ("own/z.txt", "other/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("pan")
    (tmp_path / "own/a.txt").symlink_to("z.txt")
    (tmp_path / "link").symlink_to("other")
    assert names(tmp_path, "own") == names(tmp_path, "own/*.txt") == ["own/z.txt"]
    assert names(tmp_path, "own/a.txt", "own") == ["own/a.txt"]
    # A link to a folder that is named, or that `*` finds, is followed.
    assert names(tmp_path, "link") == names(tmp_path, "link/**/*.txt") == ["link/b.txt"]
    assert names(tmp_path, "l*/b.txt") == names(tmp_path, "l*/*.txt") == ["link/b.txt"]
    assert names(tmp_path, "*/b.txt") == ["other/b.txt"]


def test_links_that_give_no_file_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("real/a.txt", "elsewhere/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("pan")
    (tmp_path / "real" / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "real" / "folder").symlink_to(tmp_path / "elsewhere")
    for pattern in ("real", "real/*.txt"):
        assert [Path(p).name for p in find([pattern], tmp_path)] == ["a.txt"]
    assert sorted(caplog.messages) == [
        f"{tmp_path}/real/folder is a link to a folder, and is not followed",
        f"{tmp_path}/real/gone.txt is a link to a place where nothing is, and is not read",
    ]


def test_a_folder_without_a_file_is_said_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "grain").mkdir()
    (tmp_path / "grain" / ".hidden").write_text("")
    with pytest.raises(UsageError, match="the folder grain holds no file"):
        find(["grain"], tmp_path)


def test_what_is_no_regular_file_is_left_out_with_a_warning(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert names(folder, "*.txt") == ["a.txt", "b.txt"]
    assert caplog.messages == [f"{folder}/pipe.txt is no regular file, and is not read"]
