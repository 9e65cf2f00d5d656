"""A crawl that is killed at any moment goes on from its WARC files: nothing twice, nothing lost."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from cleaning.crawl import crawl as kernel
from cleaning.crawl.crawl import crawl_source
from cleaning.crawl.log.owner import take
from pipeline.errors import Stopped, TahonaError
from pipeline.model.stage import Task, hashed
from tests.cleaning.crawl.site_server import (
    HOST,
    Answer,
    Answers,
    Gate,
    Site,
    crawl,
    files_of,
    page,
    read,
    serve,
    task_for,
    work_for,
)
from tests.flows.command import answer, arguments, environment
from tests.processes import begin

SHARED = Path(os.environ.get("TAHONA_SHARED", Path(__file__).parents[4] / "shared"))
ROOT = Path(__file__).parents[3]
IN_FLIGHT = 4  # requests at once of `task_for`

PARENT = """
import json, sys
from pathlib import Path
from cleaning.crawl.crawl import crawl_source
from cleaning.crawl.stage import Crawling
from pipeline.model.stage import Work
order = json.load(sys.stdin)
folders = (Path(order["folder"]), Path(order["scratch"]))
crawl_source(Work(Crawling(**order["params"]), order["context"], {}, *folders))
"""


def slow(answers: Answers, seconds: float = 0.01) -> Answers:
    def answer(path: str) -> Answer | None:
        time.sleep(seconds)
        return answers(path)

    return answer


def tree(path: str) -> Answer | None:
    """121 pages: each leads to three below it, four levels deep."""
    if path in {"/robots.txt", "/sitemap.xml"}:
        return None
    depth = path.count("/")
    below = [f"{path}{c}{depth}/" for c in "abc"] if depth < 5 else []
    return Answer(page(*below, "/", text=f"página {path}"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """A Spanish magazine of 239 HTML files."""
    archive = SHARED / "data" / "sites" / "movimientolibre.tar.xz"
    if not archive.exists():
        pytest.skip(f"the real sites are not there ({archive}); set TAHONA_SHARED")
    root = tmp_path_factory.mktemp("site")
    shutil.unpack_archive(archive, root)
    return files_of(root / "movimientolibre", "https://movimientolibre.com")


def start(task: Task, folder: Path) -> subprocess.Popen[str]:
    """A kernel in a process of its own, as in a run."""
    work = work_for(task, folder)
    order: dict[str, object] = {"params": hashed(work.params), "context": work.context}
    order |= {"folder": str(work.folder), "scratch": str(work.scratch)}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert process.stdin
    process.stdin.write(json.dumps(order))
    process.stdin.close()
    return process


def children(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(site: Site, requests: int) -> None:
    until = time.monotonic() + 600
    while len(site.asked) < requests:
        assert time.monotonic() < until, f"{len(site.asked)} of {requests} requests came"
        time.sleep(0.01)


def test_kills_of_the_whole_run_lose_nothing_and_double_nothing(
    real: Answers, tmp_path: Path
) -> None:
    with serve(real) as site:
        whole = crawl(tmp_path / "whole", task_for(site))
    kills = 1  # more of them, one after another: test_crash.py
    gate = Gate(slow(real), 0)
    with serve(gate) as site:
        task = task_for(site)
        for kill in range(kills):
            gate.most = (kill + 1) * 60 + 20
            parent = start(task, tmp_path / "killed")
            wait_for(site, (kill + 1) * 60)
            (crawler,) = children(parent.pid)
            parent.kill()
            parent.wait()
            until = time.monotonic() + 600
            while alive(crawler):
                assert time.monotonic() < until, "the crawling process outlived its parent"
                time.sleep(0.05)
        gate.most = math.inf
        crawled = crawl(tmp_path / "killed", task)
    assert crawled.urls() == whole.urls()
    assert all(len(records) == 1 for records in crawled.records.values())
    assert crawled.work.ledger == whole.work.ledger
    for figures in (crawled.work.figures, whole.work.figures):
        assert figures.pop("hosts")[0]["host"] == "sitio.test"  # what it took is not the same
    assert crawled.work.figures == whole.work.figures
    again = sum(n - 1 for n in Counter(site.paths()).values())
    assert again <= kills * IN_FLIGHT
    assert whole.work.figures["pages"] > 200


def test_a_kill_of_the_crawling_process_is_an_error_that_says_how_to_go_on(tmp_path: Path) -> None:
    with serve(gate := Gate(slow(tree), 60)) as site:
        task = task_for(site)
        work = work_for(task, tmp_path)
        killed: list[int] = []

        def kill(done: float, total: float | None, unit: str) -> None:
            if done > 20 and not killed:
                killed.append(crawling_process())
                os.kill(killed[0], signal.SIGKILL)

        work.progress = kill
        with pytest.raises(TahonaError, match=r"source sitio broke .*run again to go on"):
            crawl_source(work)
        requests, gate.most = len(site.asked), math.inf
        crawled = crawl(tmp_path, task)
    assert crawled.work.figures["pages"] == 121
    assert all(len(records) == 1 for records in crawled.records.values())
    assert len(site.asked) - requests < 121


def test_a_stop_that_reaches_the_crawling_process_alone_is_a_stop(tmp_path: Path) -> None:
    with serve(Gate(slow(tree), 60)) as site:
        work = work_for(task_for(site), tmp_path)
        stopped: list[int] = []

        def stop(done: float, total: float | None, unit: str) -> None:
            if done > 5 and not stopped:
                stopped.append(crawling_process())
                os.kill(stopped[0], signal.SIGTERM)

        work.progress = stop
        with pytest.raises(Stopped):
            crawl_source(work)


def crawling_process() -> int:
    """The one child of this process that crawls: servers of other tests may be children too."""
    children = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            children += [child.pid] if "cleaning.crawl.process" in child.cmdline() else []
    (pid,) = children
    return pid


def test_a_stop_closes_the_files_at_once_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with serve(gate := Gate(slow(tree), 60)) as site:
        task = task_for(site)
        pages: list[float] = []
        work = work_for(task, tmp_path, progress=lambda done, total, unit: pages.append(done))
        work.stopping = lambda: bool(pages and pages[-1] > 20)
        with pytest.raises(Stopped):
            crawl_source(work)
        gate.most = math.inf
        crawled = crawl(tmp_path, task)
    assert crawled.work.figures["pages"] == 121
    assert len(site.asked) <= 123 + IN_FLIGHT  # 121 pages, robots.txt, sitemap.xml, those in flight


def test_a_crawl_that_was_stopped_is_told_as_begun(tmp_path: Path) -> None:
    source = f"{{seeds: ['http://{HOST}/'], delay: 0, contact: a@b.example}}"
    recipe = tmp_path / "mine.yaml"
    with serve(Gate(tree, 10)) as site:
        recipe.write_text(
            f"name: mine\nresolve: {{{HOST}: '{site.address}'}}\nsources:\n  sitio: {{crawl: {source}}}\n"
            "stages:\n  web: {stage: crawl, edition: one}\n"
        )
        (before,) = answer("status", "mine.yaml", cwd=tmp_path)["stages"]
        process = begin(
            arguments("web", "mine.yaml"),
            cwd=tmp_path,
            env=environment(),
            stderr=subprocess.DEVNULL,
        )
        wait_for(site, 11)
        process.send_signal(signal.SIGTERM)
        assert process.wait(600) == Stopped.exit_code
    (stage,) = answer("status", "mine.yaml", cwd=tmp_path)["stages"]
    assert (before["state"], stage["state"]) == ("missing", "partial")
    assert "`tahona web mine.yaml` goes on" in stage["news"][0]
    (other,) = answer("status", "mine.yaml", "--set", "web.edition=two", cwd=tmp_path)["stages"]
    assert other["state"] == "missing"


def test_a_source_that_another_process_crawls_is_left_to_it(tmp_path: Path) -> None:
    """Two slices of one run may come to the same source: one writes its files, the other says who does."""
    with serve(tree) as site:
        work = work_for(task_for(site), tmp_path)
        mine = take(work.scratch)
        with pytest.raises(TahonaError, match=f"by another run .process {os.getpid()} on "):
            crawl_source(work)
        os.close(mine)
    assert site.asked == [] and not list(work.scratch.glob("*.warc.gz"))


def test_a_finished_crawl_is_not_begun_again(tmp_path: Path) -> None:
    with serve(tree) as site:
        task = task_for(site, max_pages=5)
        crawl(tmp_path, task)
        requests = len(site.asked)
    work = work_for(task, tmp_path)
    crawl_source(work)
    assert read(work).work.figures["pages"] == 5
    assert len(site.asked) == requests


def test_the_limit_holds_across_a_stop(tmp_path: Path) -> None:
    with serve(gate := Gate(slow(tree), 30)) as site:
        task = task_for(site, max_pages=40, sitemaps=False)
        work = work_for(task, tmp_path)
        pages: list[float] = []
        work.progress = lambda done, total, unit: pages.append(done)
        work.stopping = lambda: bool(pages and pages[-1] > 10)
        with pytest.raises(Stopped):
            crawl_source(work)
        gate.most = math.inf
        crawled = crawl(tmp_path, task)
    assert crawled.work.figures["pages"] == 40
    documents = crawled.work.ledger.documents
    assert documents and documents.balance() == 0
    assert documents.kept + documents.removed["status"] == len(crawled.records)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kernel, "SILENCE", 0.05)
    yield


def test_a_process_that_stands_still_is_ended_with_an_error(silent: None, tmp_path: Path) -> None:
    with serve(tree) as site, pytest.raises(TahonaError, match="no sign of life"):
        crawl(tmp_path, task_for(site))


def test_a_real_site_is_reached_up_to_its_limit(real: Answers, tmp_path: Path) -> None:
    with serve(real) as site:
        crawled = crawl(tmp_path, task_for(site, max_pages=100))
    assert crawled.work.figures["pages"] == 100
