"""A crawl with a policy leaves what is reserved where it is, says why, and keeps with each page what was said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cleaning.annotate.stage import Annotate
from cleaning.corpus.stage import Corpus
from cleaning.crawl.stage import Crawl
from cleaning.extract.stage import Extract
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Inputs, Stage, hashed
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import (
    HOST,
    Answer,
    Crawled,
    Site,
    crawl,
    page,
    serve,
    task_for,
)

ROBOTS = """User-agent: GPTBot
Disallow: /sin-gpt

User-agent: *
Content-Signal: search=yes
Content-Usage: /sin-ia train-ai=n
"""
TDM = [{"location": "/reservado", "tdm-reservation": 1}]
PAGES = {
    "/": Answer(page("/sin-gpt", "/sin-ia", "/reservado", "/reservado/no", "/cabeza", "/noai")),
    "/robots.txt": Answer(ROBOTS.encode(), media="text/plain"),
    "/.well-known/tdmrep.json": Answer(json.dumps(TDM).encode(), media="application/json"),
    "/sin-gpt": Answer(page(text="abierto para nosotros")),
    "/sin-ia": Answer(page(text="cerrado a modelos")),
    "/reservado": Answer(page("/tras-reservado", text="reservado por el fichero")),
    "/reservado/no": Answer(page(text="esta no"), headers={"TDM-Reservation": "0"}),
    "/cabeza": Answer(page(text="reservada por la cabeza"), headers={"tdm-reservation": "1"}),
    "/noai": Answer(page(text="con noai", head='<meta name="robots" content="noai">')),
    "/tras-reservado": Answer(page(text="detrás")),
}
REASONS = {
    "/sin-gpt": "ai-agents: GPTBot (robots.txt)",
    "/sin-ia": "content-usage: train-ai=n (robots.txt)",
    "/reservado": "tdm-reservation: 1 (file)",
    "/cabeza": "tdm-reservation: 1 (header)",
    "/noai": "noai: noai (page)",
}
ALL = ["ai-agents", "content-usage", "content-signal", "tdm-reservation", "noai"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rights")


@pytest.fixture(scope="module")
def crawled(folder: Path) -> Crawled:
    with serve(PAGES.get) as site:
        done = crawl(folder, task_for(site, sitemaps=False, rights={"refuse": ALL}))
        paths = site.paths()
    assert not {"/sin-gpt", "/sin-ia", "/ai.txt"} & set(paths)
    return done


def test_what_is_reserved_is_not_kept_and_the_reason_is_told(crawled: Crawled) -> None:
    reasons = {p: x["reason"] for p, x in crawled.lines.items() if x["outcome"] == "rights"}
    assert reasons == REASONS
    assert not REASONS.keys() & crawled.urls()
    documents = crawled.work.ledger.documents
    assert documents and documents.balance() == 0 and documents.removed == {"rights": 5}
    assert crawled.work.figures["rights"] == {
        **{"ai-agents": 1, "content-usage": 1, "tdm-reservation": 2, "noai": 1}
    }
    assert crawled.outcome("/tras-reservado") == "kept"  # what a reserved page leads to is followed


def test_what_was_said_is_kept_with_the_page_and_with_its_day(crawled: Crawled) -> None:
    rights = crawled.lines["/reservado/no"]["rights"]
    assert [(s["source"], s["statement"], s["value"]) for s in rights] == [
        ("robots.txt", "content-signal", "search=yes"),
        ("file", "tdm-reservation", "1"),
        ("header", "tdm-reservation", "0"),
    ]
    record, _ = crawled.records["/reservado/no"][0]
    assert rights[2]["read_at"] == record.rec_headers.get_header("WARC-Date")
    assert "rights" in crawled.lines["/noai"]


def test_a_crawl_that_goes_on_says_the_same(crawled: Crawled, folder: Path) -> None:
    (folder / "scratch" / "result.json").unlink()
    with serve(PAGES.get) as site:
        again = crawl(folder, task_for(site, sitemaps=False, rights={"refuse": ALL}))
        assert site.asked == []
    names = ("outcome", "reason", "rights")
    for path, line in crawled.lines.items():
        after = again.lines[path]
        keys = (
            names
            if path in crawled.urls() or "(robots.txt)" in line.get("reason", "")
            else names[:2]
        )
        assert [line.get(x) for x in keys] == [after.get(x) for x in keys], path


def test_without_a_policy_nothing_is_asked_for_and_no_key_changes(tmp_path: Path) -> None:
    with serve(PAGES.get) as site:
        done = crawl(tmp_path, task_for(site, sitemaps=False))
        assert "/.well-known/tdmrep.json" not in site.paths()
    assert all("rights" not in line and line["outcome"] == "kept" for line in done.lines.values())
    source = {"seeds": [f"http://{HOST}/"]}
    params = Crawl.Params.model_validate({"edition": "x", "sources": {"a": source}})
    assert "rights" not in hashed(params.sources["a"])
    task = task_for(Site(1, []))
    assert "rights" not in task.params  # type: ignore[operator]


def test_a_policy_that_comes_later_is_applied_to_a_crawl_that_is_done(tmp_path: Path) -> None:
    """The crawl knew of no policy: robots.txt, headers and pages say to `extract` what they say."""
    runner = Runner(Store(str(tmp_path / "store")), workers=1)
    texts = {
        path: replace(answer, body=answer.body + f"<p>{path} {'El pan sube. ' * 30}</p>".encode())
        if answer.media and "html" in answer.media
        else answer
        for path, answer in PAGES.items()
    }
    with serve(texts.get) as site:
        source = {"seeds": [f"http://{HOST}/"], "delay": 0, "sitemaps": False}
        params = Crawl.Params.model_validate({"edition": "x", "sources": {"sitio": source}})
        context = {"resolve": {HOST: site.address}}
        crawled = runner.run(Crawl(), params, {}, context).manifest
        assert crawled

    def kept(*refuse: str) -> set[str]:
        sources = {"sitio": {"domain": "web"}}
        policy = {"rights": {"refuse": list(refuse)}} if refuse else {}
        values = {"sources": sources, "gate": [], **policy}
        done = runner.run(Extract(), Extract.Params.model_validate(values), {"crawl": [crawled]})
        assert done.manifest
        files = [file for file in done.manifest.files() if file.part == "kept"]
        rows = [r for f in files for r in pq.read_table(runner.store.fetch(f)).to_pylist()]
        return {row["url"].removeprefix(f"http://{HOST}") for row in rows}

    everything = kept()
    assert everything >= {"/", "/sin-gpt", "/sin-ia", "/reservado", "/cabeza", "/noai"}
    assert everything - kept("ai-agents") == {"/sin-gpt"}
    assert everything - kept("content-usage") == {"/sin-ia"}
    assert everything - kept("tdm-reservation", "noai") == {"/cabeza", "/noai"}
    _applied_anew(runner, crawled)
    runner.close()


def _applied_anew(runner: Runner, crawled: Manifest) -> None:
    """A policy, and another one after it, change the corpus alone: what was said lies with the documents."""

    def made(stage: Stage, inputs: Inputs, **params: Any) -> Manifest:
        done = runner.run(stage, stage.Params.model_validate(params), inputs)
        assert done.manifest
        return done.manifest

    def documents(**params: Any) -> dict[str, list[Manifest]]:
        params = {"sources": {"sitio": {"domain": "web"}}, "gate": [], **params}
        extracted = made(Extract(), {"crawl": [crawled]}, **params)
        annotated = made(Annotate(), {"documents": [extracted]})
        return {"documents": [extracted], "signals": [annotated]}

    def kept(inputs: Inputs, **params: Any) -> set[str]:
        corpus = made(Corpus(), inputs, **({"rights": params} if params else {}))
        files = corpus.files()
        rows = [r for f in files for r in pq.read_table(runner.store.fetch(f)).to_pylist()]
        return {row["url"].removeprefix(f"http://{HOST}") for row in rows}

    all_said = documents(rights={"refuse": []})
    everything = kept(all_said)
    assert everything >= {"/sin-gpt", "/sin-ia", "/reservado", "/cabeza", "/noai"}
    for refuse, gone in (
        (["ai-agents"], {"/sin-gpt"}),
        (["content-usage", "noai"], {"/sin-ia", "/noai"}),
        (["tdm-reservation"], {"/cabeza"}),
    ):
        assert everything - kept(all_said, refuse=refuse) == gone
    assert kept(all_said, refuse=["ai-agents"], agents=["CCBot"]) == everything
    for heard, wrong in (
        ({}, "is not kept"),
        ({"rights": {"refuse": ["noai"]}}, "ai-agents is not asked after"),
        ({"rights": {"refuse": ["ai-agents"], "agents": ["CCBot"]}}, "GPTBot is not asked"),
    ):
        with pytest.raises(UsageError, match=wrong):
            kept(documents(**heard), refuse=["ai-agents"], agents=["GPTBot"])
