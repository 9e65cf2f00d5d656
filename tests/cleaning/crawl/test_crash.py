"""What a crawl must bear to be called crash-tolerant, point by point as Scrapy's maintainers list it (issue 7978).

Their list: queues, a duplicate filter and the scheduler's own numbers that survive any death; requests in flight
that are asked again; items that are not lost until they are written; feeds that go on where they were cut; the
spider's state. Here a crawl is killed over and over, whole and in part, and each is looked at by itself.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaning.crawl.frontier.account import Account
from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.frontier.frontier import Frontier
from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State
from cleaning.crawl.net.exchange import Fetched
from cleaning.crawl.stage import CrawlSource
from cleaning.web.urls import Scope
from tests.cleaning.crawl.site_server import HOST, Crawled, Gate, crawl, page, serve, task_for
from tests.cleaning.crawl.test_resume import IN_FLIGHT, alive, children, slow, start, tree, wait_for
from tests.pipeline.engines.contract import until

KILLS = (40, 80)  # requests after which it is killed
KNOWN = 3 * IN_FLIGHT  # requests after which it knows some pages


@dataclass
class Story:
    """A crawl without a kill, one with many, what the server was asked, and the folder after each kill."""

    whole: Crawled
    killed: Crawled
    asked: list[str]
    left: list[Path]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("crash")
    left = []
    with serve(tree) as site:
        whole = crawl(folder / "whole", task_for(site))
    with serve(gate := Gate(slow(tree, 0.12), 0)) as site:
        task = task_for(site, warc_bytes=8000)
        for n, requests in enumerate(KILLS):
            gate.most = requests + 10
            begun = time.time()
            parent = start(task, folder / "killed")
            wait_for(site, requests)
            # Not from now on: what was saved before this thread came to look may be the last till the gate opens.
            since = max(begun, time.time() - time.monotonic() + site.asked[KNOWN - 1][1])
            until(lambda since=since: saved(folder / "killed" / "scratch", since))
            (crawler,) = children(parent.pid)
            # The whole run, or the crawling process alone.
            os.kill(parent.pid if n % 2 else crawler, signal.SIGKILL)
            parent.wait()
            until(lambda crawler=crawler: not alive(crawler))
            left.append(folder / f"left{n}")
            shutil.copytree(folder / "killed" / "scratch", left[-1])
        gate.most = math.inf
        killed = crawl(folder / "killed", task)
        yield Story(whole, killed, site.paths(), left)


def saved(folder: Path, since: float) -> bool:
    """Whether a crawl that is at work has committed its state, which it does now and then; nobody else may read it."""
    log = folder / "crawl.sqlite-wal"
    return log.exists() and log.stat().st_mtime > since


def rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "crawl.sqlite") as db:
        return db.execute(query).fetchall()


def test_queues_survive(story: Story) -> None:
    for left in story.left:
        waiting = rows(left, "SELECT count(*) FROM queue")[0][0]
        assert waiting > 0
        assert rows(left, "PRAGMA integrity_check") == [("ok",)]
    assert story.killed.urls() == story.whole.urls()


def test_the_duplicate_filter_survives(story: Story) -> None:
    seen = [set(rows(left, "SELECT key FROM urls WHERE seen")) for left in story.left]
    assert seen[0] and seen[0] <= seen[1]
    assert all(len(records) == 1 for records in story.killed.records.values())


def test_the_numbers_of_the_queue_survive(story: Story) -> None:
    for left in story.left:
        meta = dict(rows(left, "SELECT name, value FROM meta"))
        assert json.loads(meta["frontier"])["taken"] > 0 and json.loads(meta["log"])["pages"] > 0
    assert story.killed.work.ledger == story.whole.work.ledger


def test_requests_in_flight_are_asked_again_and_no_others(story: Story) -> None:
    for left in story.left:
        flight = rows(left, "SELECT count(*) FROM flight")[0][0]
        assert flight <= IN_FLIGHT
    again = {path: n - 1 for path, n in Counter(story.asked).items() if n > 1}
    assert sum(again.values()) <= len(KILLS) * IN_FLIGHT


def test_what_came_is_lost_by_no_kill_whether_the_state_knew_of_it_or_not(story: Story) -> None:
    """The files are ahead of the state by up to a second: what only they hold is not asked for again."""
    stored = {path for path in story.killed.records if story.asked.count(path) == 1}
    assert len(stored) >= len(story.killed.records) - len(KILLS) * IN_FLIGHT


def test_files_go_on_where_they_were_cut(story: Story) -> None:
    names = [name for part, name, _ in story.killed.work.outputs if part == "sitio"]
    assert names == [f"sitio-{n:05d}.warc.gz" for n in range(len(names))] and len(names) > 2
    lines = (story.killed.work.folder / "crawl.jsonl").read_text().splitlines()
    urls = [json.loads(line)["url"] for line in lines]
    assert len(urls) == len(set(urls)) == len(story.killed.records)


def test_the_state_of_the_crawl_survives(story: Story) -> None:
    killed, whole = (dict(crawled.work.figures) for crawled in (story.killed, story.whole))
    (of_killed,), (of_whole,) = killed.pop("hosts"), whole.pop("hosts")
    assert killed == whole
    again = of_killed["requests"] - of_whole["requests"]
    assert -len(KILLS) * 40 < again <= len(KILLS) * IN_FLIGHT


@pytest.mark.parametrize("loss", ["of the state", "of its meaning", "of the end of the files"])
def test_a_state_that_is_lost_or_ahead_of_the_files_is_made_anew_from_them(
    loss: str, story: Story, tmp_path: Path
) -> None:
    """Also how a crawl goes on that was begun before there was a state."""
    shutil.copytree(story.left[1], tmp_path / "scratch")
    state, files = tmp_path / "scratch" / "crawl.sqlite", sorted(tmp_path.glob("*/*.warc.gz"))
    if loss == "of the state":
        for file in state.parent.glob("crawl.sqlite*"):
            file.unlink()
    elif loss == "of its meaning":
        state.write_bytes(b"nada" * 1000)
        (state.parent / "crawl.sqlite-wal").unlink(missing_ok=True)
    else:
        os.truncate(files[-1], 10)
        os.truncate(files[-2], files[-2].stat().st_size // 2)
    with serve(tree) as site:
        crawled = crawl(tmp_path, task_for(site, warc_bytes=8000))
    assert crawled.urls() == story.whole.urls()
    assert crawled.work.ledger == story.whole.work.ledger
    assert all(len(records) == 1 for records in crawled.records.values())
    assert len(site.asked) < 121 - (0 if loss.endswith("files") else 30)


def test_a_state_that_ends_behind_the_end_of_an_earlier_file_is_made_anew(tmp_path: Path) -> None:
    """The state of a busy machine knows of all but the last file, and a loss of power cut the one before."""
    place, head = f"http://{HOST}", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    for run in range(2):
        state = State(tmp_path)
        log = Log(tmp_path, "s", 2000, {}, state)
        if not run:
            for n in range(20):
                log.write(Fetched(f"{place}/{n}", head, random.Random(n).randbytes(300)))
                if len(log.files.paths) == 1:
                    log.save()
                    state.commit()
        else:
            assert state.fresh
            pages = [n for n in range(20) if isinstance(log.get(f"{place}/{n}"), Fetched)]
            assert pages == list(range(log.pages)) and pages
        log.close()
        state.close()
        first = log.files.paths[0]
        for path in log.files.paths[2:]:
            path.unlink()
        os.truncate(first, first.stat().st_size * 2 // 3)
        os.truncate(log.files.paths[1], 10)


def test_what_failed_is_asked_again_when_a_crawl_goes_on(tmp_path: Path) -> None:
    """A failure is told once, at the end, and only if it was one to the end."""
    source = CrawlSource(seeds=[f"http://{HOST}/"])
    entry = Entry(source.seeds[0])
    for run in range(3):
        state = State(tmp_path)
        log, account = Log(tmp_path, "s", 1 << 30, {}, state), Account(tmp_path, state)
        frontier = Frontier(source, Scope(source.seeds, "host"), log, account, state, {})
        frontier.add(entry)
        taken = frontier.take(lambda _: True, lambda _: 0.0)
        assert (
            taken
            and taken.url == entry.url
            and frontier.take(lambda _: True, lambda _: 0.0) is None
        )
        account.decide(taken, "failed", reason=f"intento {run}", again=True)
        frontier.done(taken)
        assert account.lines == 0
        if run == 2:
            account.finish()
        for part in (log, account, frontier):
            part.save()
        state.commit()
        for thing in (log, account, state):
            thing.close()
    (line,) = (tmp_path / "crawl.jsonl").read_text().splitlines()
    assert json.loads(line)["reason"] == "intento 2"


def test_a_crawl_of_the_first_form_goes_on(tmp_path: Path) -> None:
    """Its files had no state beside them, and held bodies whose transfer encoding was undone."""
    body = page("/a/1/", text="página")
    head = StatusAndHeaders(
        "200 OK",
        [
            ("Content-Type", "text/html"),
            ("X-Crawler-Transfer-Encoding", "chunked"),
            ("Content-Length", str(len(body))),
        ],
        protocol="HTTP/1.1",
    )
    (tmp_path / "scratch").mkdir()
    with (tmp_path / "scratch" / "sitio-00000.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record("sitio-00000.warc.gz", {"software": "x"}))
        url = f"http://{HOST}/"
        response = writer.create_warc_record(url, "response", BytesIO(body), http_headers=head)
        sent = BytesIO(b"GET / HTTP/1.1\r\n\r\n")
        request = writer.create_warc_record(url, "request", sent, length=18)
        writer.write_request_response_pair(request, response)
    with serve(tree) as site:
        crawled = crawl(tmp_path, task_for(site, sitemaps=False))
    assert "/" not in site.paths() and crawled.outcome("/") == "kept"
    assert crawled.records["/"][0][1] == body
    assert "/a/1/a2/" not in crawled.urls() and "/a/1/a3/" in crawled.urls()
