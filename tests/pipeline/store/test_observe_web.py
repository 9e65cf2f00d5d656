"""Files on the web are known by what their server says of them, and read only where that is nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import TahonaError, UsageError
from pipeline.store.backend import file_digest
from pipeline.store.observe import find, observe
from pipeline.store.store import Store
from tests.pipeline.web_folder import served


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "grain").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "grain" / name).write_text("pan\n")
    return tmp_path / "grain"


def test_a_date_is_a_tag_where_there_is_no_other(store: Store, folder: Path) -> None:
    with served(folder) as (url, requests):
        both = find([f"{url}/a.txt", f"{url}/b.txt"], Path("/"))
        assert both == find([f"{url}/*.txt"], Path("/")) == find([f"{url}/"], Path("/"))
        before = observe(store, {"web": both})
        assert [(f.bytes, f.sha256, f.tag is None) for f in before.files()] == [(4, "", False)] * 2
        assert not any(request.endswith("GET /a.txt") for request in requests)
        os.utime(folder / "a.txt", (0, 0))  # the same bytes of another date may be others
        assert observe(store, {"web": both}).fingerprint != before.fingerprint
        assert find([f"{url}/a.txt"], Path("/")) == [f"{url}/a.txt"]
        with pytest.raises(UsageError, match=r"c\.txt: its server answers 404$"):
            find([f"{url}/c.txt"], Path("/"))
        closed = (
            r"closed\.txt is not open to everyone \(its server answers 403\), .* name the copy$"
        )
        with pytest.raises(TahonaError, match=closed) as error:
            find([f"{url}/closed.txt"], Path("/"))
        assert error.value.exit_code == 1


def test_what_an_earlier_version_remembered_without_a_date_is_read_once_more(
    store: Store, folder: Path
) -> None:
    digest = file_digest(folder / "a.txt")
    with served(folder) as (url, requests):
        store.write_json("observed.json", {f"{url}/a.txt": [4, "", digest]})
        for _ in range(2):
            (file,) = observe(store, {"web": [f"{url}/a.txt"]}).files()
            assert (file.sha256, file.tag) == (digest, None)
        assert requests.count("GET /a.txt") == 1


def test_without_tag_and_date_each_look_reads_it_and_says_so(
    store: Store, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(folder, "Last-Modified") as (url, requests):
        for text in ("pan\n", "sal\n"):
            (folder / "a.txt").write_text(text)
            (file,) = observe(store, {"web": [f"{url}/a.txt"]}).files()
            assert file.sha256 == file_digest(folder / "a.txt")
            assert store.fetch(file).read_text() == text
        assert requests.count("GET /a.txt") == 2  # its copy serves the task
        assert caplog.messages == [
            f"{url} is a place that gives no tags and no dates: each file is fetched to see what it is, and again"
            " whenever it is looked at"
        ]


def test_without_a_size_it_is_refused(store: Store, folder: Path) -> None:
    with (
        served(folder, "Content-Length") as (url, _),
        pytest.raises(TahonaError, match="does not say how large it is: name a copy of it"),
    ):
        observe(store, {"web": [f"{url}/a.txt"]})


def test_a_server_that_is_gone_is_no_file_that_is_gone(folder: Path) -> None:
    with served(folder) as (url, _):
        pass
    with pytest.raises(TahonaError, match=r"the input .*a\.txt can't be reached: check") as error:
        find([f"{url}/a.txt"], Path("/"))
    assert error.value.transient
