"""A crawl asks no more of a host than it may, nor longer, nor sooner."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import TahonaError
from tests.cleaning.crawl.site_server import (
    Answer,
    crawl,
    page,
    serve,
    task_for,
)

pytestmark = pytest.mark.usefixtures("one_process")


LATE = {
    "/": Answer(page("/lenta", "/goteo")),
    "/lenta": Answer(page(), wait=120),
    # It never closes its page: where a slow machine sends that much alone, it would be whole.
    "/goteo": Answer(page("/tras-goteo").replace(b"</html>", b"") + b"x" * 4000, drip=10),
    "/tras-goteo": Answer(page(text="tras el goteo")),
}


def test_addresses_that_lead_back_to_known_pages_are_soon_asked_for_no_more(tmp_path: Path) -> None:
    """As a forum's `goto=lastpost`, and what it lost."""
    topics = [f"/tema/{n}" for n in range(70)]

    def answer(path: str) -> Answer | None:
        way, _, function = path.partition("?")
        if way == "/":
            return Answer(page(*topics))
        if way not in topics or function == "firma=1":
            return None
        if function:
            return Answer(status=302, headers={"Location": way})
        return Answer(page(f"{way}?ir=ultimo", f"{way}?firma=1", text=f"Palabras de {way}"))

    with serve(answer) as site:
        crawled = crawl(tmp_path, task_for(site))
    assert all(crawled.outcome(topic) == "kept" for topic in topics)
    left = [path for path in crawled.lines if crawled.outcome(path) == "trap"]
    assert len(left) > 30 and all("?" in path for path in left)


def test_what_answers_late_is_cut_or_tried_again_and_listed(tmp_path: Path) -> None:
    """By themselves: where a machine stands still for as long, any other page would be late, too."""
    with serve(LATE.get) as site:
        crawled = crawl(tmp_path, task_for(site, timeout=5, sitemaps=False))
    assert crawled.outcome("/lenta") == "failed" and crawled.lines["/lenta"]["reason"]
    assert site.paths().count("/lenta") == 3
    assert crawled.work.ledger.documents.quarantined == 1
    assert crawled.outcome("/goteo") == "truncated"
    assert crawled.lines["/goteo"]["reason"] == "time"
    ((record, body),) = crawled.aside["/goteo"]
    assert record.rec_headers.get_header("WARC-Truncated") == "time"
    assert body and LATE["/goteo"].body.startswith(body) and body != LATE["/goteo"].body
    assert crawled.outcome("/tras-goteo") == "kept"  # what it led to until it was cut


def test_no_more_pages_than_asked_for_and_full_files_are_followed_by_new_ones(
    tmp_path: Path,
) -> None:
    def answer(path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(b"", 404)
        return Answer(page(*(f"/{path.strip('/')}{c}/" for c in "abcde"), text=path))

    with serve(answer) as site:
        crawled = crawl(tmp_path, task_for(site, max_pages=17, warc_bytes=4000, sitemaps=False))
    assert crawled.work.figures["pages"] == 17
    assert len(site.asked) == 18
    names = [name for part, name, _ in crawled.work.outputs if part == "sitio"]
    assert len(names) > 2 and names == [f"sitio-{i:05d}.warc.gz" for i in range(len(names))]
    documents = crawled.work.ledger.documents
    assert documents and documents.removed == {"limit": len(crawled.lines) - 18, "status": 1}


def branching(path: str) -> Answer | None:
    below = [f"{path.rstrip('/')}/{c}" for c in "abcde"]
    return None if path == "/robots.txt" else Answer(page(*below, text=path * 50))


@pytest.mark.parametrize(
    "budget", [{"pages": 9}, {"bytes": 9 * len(page(*["/a"] * 5, text="/a" * 50))}]
)
@pytest.mark.parametrize("of", ["budget", "host_budget"])
def test_a_budget_ends_a_source_or_a_host(of: str, budget: dict, tmp_path: Path) -> None:
    with serve(branching) as site:
        crawled = crawl(tmp_path, task_for(site, sitemaps=False, concurrency=1, **{of: budget}))
    assert 7 <= crawled.work.figures["pages"] <= 10
    documents = crawled.work.ledger.documents
    assert documents and documents.removed["limit"] > 5


def test_a_budget_of_time_ends_a_crawl(tmp_path: Path) -> None:
    # Where a machine stands still for so long, there is no page to be stored.
    for seconds in (6, 60, 600):
        hours = {"budget": {"hours": seconds / 3600}}
        with serve(branching) as site, suppress(TahonaError):
            task = task_for(site, sitemaps=False, delay=seconds / 5, **hours)
            crawled = crawl(tmp_path / str(seconds), task)
            break
    assert 1 <= crawled.work.figures["pages"] <= 7


def test_the_host_is_given_time_between_requests(tmp_path: Path) -> None:
    pages = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.4", media="text/plain"),
        "/": Answer(page("/a", "/b")),
        "/a": Answer(page()),
        "/b": Answer(page()),
    }
    with serve(pages.get) as site:
        crawled = crawl(tmp_path, task_for(site, delay=0.1, sitemaps=False))
    # When each request began, as the crawl noted it: the server sees them late where the machine is busy.
    dates = [r[0][0].rec_headers.get_header("WARC-Date") for r in crawled.records.values()]
    whens = sorted(datetime.fromisoformat(date) for date in dates)
    gaps = [(b - a).total_seconds() for a, b in pairwise(whens)]
    assert crawled.work.figures["pages"] == 3 and len(whens) == len(site.asked) == 4
    assert gaps[0] >= 0.09 and all(gap >= 0.39 for gap in gaps[1:])
