"""Seeds that lead to no page, or to other places, are told with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cleaning.crawl.stage import Crawl
from cleaning.crawl.warnings import lost
from flows.report.words.language import languages
from pipeline.errors import TahonaError
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import (
    HOST,
    Answer,
    Site,
    crawl,
    page,
    serve,
    task_for,
)
from tests.ports import free_port

pytestmark = pytest.mark.usefixtures("one_process")


def test_a_site_that_leads_only_to_other_hosts_is_told_with_these(tmp_path: Path) -> None:
    """Such as one that moved, and whose own address is no longer in its links."""
    away = [f"http://sitio.github.test/{n}" for n in range(3)]
    for number, (links, told) in enumerate(((away, True), ([*away, "/b"], False))):
        answers = {"/": page("/", *links, "http://red.test/sitio"), "/b": page(*away)}
        with serve(
            lambda path, known=answers: Answer(b) if (b := known.get(path)) else None
        ) as site:
            work = crawl(tmp_path / str(number), task_for(site)).work
        shard = SimpleNamespace(params={"name": "sitio"}, figures=work.figures)
        notices = lost(Store(tmp_path), SimpleNamespace(shards=[shard]), "crawl")  # type: ignore[arg-type]
        sentences = [languages()[0].sentence(notice) for notice in notices]
        assert (
            sentences
            == [
                "no page of source sitio leads to another page of its site, only to sitio.github.test 3, "
                "red.test 1: if that is the site, name it among the seeds"
            ]
            * told
        )


def test_an_https_seed_of_a_mirror_without_tls_is_told_in_words(tmp_path: Path) -> None:
    with serve(lambda path: Answer(page())) as site, pytest.raises(TahonaError) as error:
        crawl(tmp_path, task_for(site, seeds=[f"https://{HOST}/"]))
    assert "speaks no TLS" in str(error.value) and "an http address" in str(error.value)
    assert "SSL routines" not in str(error.value)


def test_what_a_mirror_sends_to_its_other_scheme_is_asked_for_there(tmp_path: Path) -> None:
    led = Answer(status=301, headers={"Location": f"https://{HOST}/segura"})
    with serve({"/": Answer(page("/segura")), "/segura": led}.get) as site:
        log = crawl(tmp_path, task_for(site)).work.folder / "crawl.jsonl"
    lines = {line["url"]: line for line in map(json.loads, log.read_text().splitlines())}
    assert "speaks no TLS" in lines[f"https://{HOST}/segura"]["reason"]


def test_a_crawl_that_finds_no_page_says_why(tmp_path: Path) -> None:
    def answer(path: str) -> Answer | None:
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /privado", media="text/plain")
        if path == "/nuevo":
            return Answer(page(head='<meta name="robots" content="noindex,follow">'))
        return (
            Answer(status=301, headers={"Location": "http://otro.test/"})
            if path == "/ido"
            else None
        )

    seeds = {
        "/": "answered 404",
        "/privado": "robots",
        "/nuevo": "answered 200, noindex",
        "/ido": "redirected to http://otro.test/, which is out of scope",
    }
    with serve(answer) as site, pytest.raises(TahonaError) as error:
        names = {"seeds": [f"http://{HOST}{path}" for path in seeds]}
        crawl(tmp_path / "a", task_for(site, **names))
    for path, reason in seeds.items():
        assert f"http://{HOST}{path}: {reason}" in str(error.value)
    assert not (tmp_path / "a" / "scratch").exists()
    with serve(answer) as site:  # closed and nothing else: that is stored, and other sources go on
        names = {"seeds": [f"http://{HOST}/{path}" for path in ("privado", "nuevo")]}
        closed = crawl(tmp_path / "closed", task_for(site, **names)).work.figures["closed"]
    assert set(closed.values()) == {"answered 200, noindex", "robots"}
    for shards, told in ([{"closed": closed}], "any source"), ([{}, {"closed": closed}], None):
        plan: Any = Crawl().plan(Crawl.Params(edition="1", sources={"a": names}), {}, {})
        next(plan)
        with pytest.raises(TahonaError if told else StopIteration, match=told):
            plan.send([SimpleNamespace(figures=figures) for figures in shards])
    with pytest.raises(TahonaError, match=r"source sitio .*refused"):
        crawl(tmp_path / "b", task_for(Site(free_port(), [])))
