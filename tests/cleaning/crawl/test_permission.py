"""A robots.txt is asked for once a day and where it was sent to; its last copy stands in for one that can't be had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State
from cleaning.crawl.net.exchange import Fetched
from tests.cleaning.crawl.site_server import HOST, Answer, Crawled, crawl, page, serve, task_for

pytestmark = pytest.mark.usefixtures("one_process")

PAGES = {path: Answer(page("/a", "/b", text=path)) for path in ("/", "/a", "/b")}


def robots(closed: str, status: int = 200) -> Answer:
    # A wish for more time than a crawl takes ends the attempts at once.
    return Answer(
        f"User-agent: *\nDisallow: {closed}".encode(), status, {"Retry-After": "999"}, "text/plain"
    )


def crawled_after(folder: Path, hours: float, now: Answer | None) -> Crawled:
    """A crawl whose log holds a robots.txt of some hours ago that closes /a, while `now` is what is there."""
    (folder / "scratch").mkdir()
    log = Log(folder / "scratch", "sitio", 1 << 30, {}, State(folder / "scratch"))
    date = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    body = robots("/a").body
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    log.write(
        Fetched(f"http://{HOST}/robots.txt", head, body, b"GET / HTTP/1.1\r\n\r\n", date=date)
    )
    log.close()
    log.state.close()
    with serve({**PAGES, **({"/robots.txt": now} if now else {})}.get) as site:
        return crawl(folder, task_for(site, sitemaps=False))


@pytest.mark.parametrize(
    ("hours", "now", "closed", "copies"),
    [
        (23, robots("/b"), "/a", 1),
        (25, robots("/b"), "/b", 2),
        (25, robots("/b", 503), "/a", 1),
        (25, robots("/b", 404), "", 2),
    ],
)
def test_a_file_is_read_anew_after_a_day(
    tmp_path: Path, hours: float, now: Answer, closed: str, copies: int
) -> None:
    crawled = crawled_after(tmp_path, hours, now)
    assert {p for p in ("/", "/a", "/b") if crawled.outcome(p) != "kept"} == {closed} - {""}
    assert len(crawled.records["/robots.txt"]) == copies
    again = Log(tmp_path / "scratch", "sitio", 1 << 30, {}, State(tmp_path / "scratch"))
    newest = again.get(f"http://{HOST}/robots.txt")
    assert isinstance(newest, Fetched)
    assert newest.body == (now.body if copies == 2 else robots("/a").body)
    again.close()


def test_a_file_may_lie_on_another_host_five_redirects_away(tmp_path: Path) -> None:
    def answer(path: str) -> Answer | None:
        hop = {"/robots.txt": 1} | {f"/r{n}": n + 1 for n in range(1, 6)}
        if path == "/r5":
            return robots("/a")
        if path in hop:
            target = f"http://{(HOST, 'otro.test')[hop[path] % 2]}/r{hop[path]}"
            return Answer(status=302, headers={"Location": target})
        return PAGES.get(path)

    with serve(answer) as site:
        task = task_for(site, sitemaps=False)
        task.context["resolve"]["otro.test"] = site.address  # type: ignore[index]
        crawled = crawl(tmp_path, task)
    assert crawled.outcome("/a") == "robots" and crawled.outcome("/b") == "kept"
