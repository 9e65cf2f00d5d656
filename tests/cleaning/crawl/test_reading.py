"""A page that ends the process that reads it, or hangs it, is stored unread, and all other sources go on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cleaning.crawl import crawl as kernel
from cleaning.crawl.reading import Reading, being_read
from cleaning.crawl.warnings import lost
from pipeline.model.notice import some
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import HOST, Answer, Crawled, crawl, page, serve, task_for
from tests.cleaning.crawl.test_resume import alive, slow

# Python imports this by itself in the crawling process, where its folder is on the path.
TRAP = """
import ctypes, os, time
from pathlib import Path
import cleaning.crawl.links as links

_html_links = links.html_links

def trapped(body, *more):
    if b"CRASH" in body:
        ctypes.string_at(0)
    while b"HANG" in body:
        Path(__file__).with_name("hangs").write_text(str(os.getpid()))
        time.sleep(1)
    return _html_links(body, *more)

links.html_links = trapped
"""


class Silence(float):
    """Longer than any, until a process hangs in a page; however slow the machine is."""

    hangs: Path

    def __new__(cls, hangs: Path) -> Silence:
        number = super().__new__(cls, 300)
        number.hangs = hangs
        return number

    def __lt__(self, seconds: float) -> bool:
        content = self.hangs.read_text() if self.hangs.exists() else ""
        return bool(content) and alive(int(content))


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "trap"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(TRAP)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(kernel, "SILENCE", Silence(folder / "hangs"))
    yield


@pytest.mark.parametrize("harm", ["CRASH", "HANG"])
def test_a_page_that_ends_the_process_is_stored_unread_and_all_else_goes_on(
    harm: str, trap: None, tmp_path: Path
) -> None:
    ends = 2
    if harm == "HANG":  # the first time was another day
        (tmp_path / "deadly" / "scratch").mkdir(parents=True)
        (tmp_path / "deadly" / "scratch" / "struck.txt").write_text(f"http://{HOST}/malo\n")
        ends = 1

    def deadly(path: str) -> Answer | None:
        pages = {"/": page("/malo", "/bueno"), "/malo": page("/lejos", text=harm)}
        pages |= {"/bueno": page("/mas"), "/mas": page()}
        return Answer(pages[path]) if path in pages else None

    def long(path: str) -> Answer | None:
        n = int(path[1:] or 0) if path[1:].isdigit() or path == "/" else 99
        return Answer(page(f"/{n + 1}", text=f"página {n}")) if n < 30 else None

    with serve(deadly) as one, serve(slow(long, 0.03)) as two, ThreadPoolExecutor(2) as threads:
        folders = {"deadly": one, "long": two}
        deadly_one, other = (
            threads.submit(
                crawl, tmp_path / name, task_for(site, sitemaps=False, max_depth=99)
            ).result
            for name, site in folders.items()
        )
        crawled: Crawled = deadly_one()
        assert crawled.urls() >= {"/", "/malo", "/bueno", "/mas"}
        assert crawled.outcome("/malo") == "kept" and crawled.outcome("/lejos") is None
        assert one.paths().count("/malo") == ends + 1
        assert crawled.work.figures["unread"] == [f"http://{HOST}/malo"]
        shard: Any = SimpleNamespace(params={"name": "sitio"}, figures=crawled.work.figures)
        (warning,) = lost(Store(tmp_path), SimpleNamespace(shards=[shard]), "crawl")  # type: ignore[arg-type]
        assert warning["values"]["pages"] == some([f"http://{HOST}/malo"])
        whole = other()
    assert {f"/{n}" for n in range(1, 30)} <= whole.urls()
    assert "unread" not in whole.work.figures


def test_one_end_of_the_process_proves_nothing(tmp_path: Path) -> None:
    reading = Reading(tmp_path)
    for ends in range(3):
        assert reading.may_read("http://a.test/ñ") == (ends < 2)
        assert reading.may_read("http://a.test/")
        with reading.of("http://a.test/"):
            pass
        with reading.of("http://a.test/ñ"):  # here the process ends, and another one begins
            assert being_read(tmp_path)
            after = Reading(tmp_path)
        reading.close()
        reading = after
    reading.close()
