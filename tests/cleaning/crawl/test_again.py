"""A later edition asks for what it knows only if it changed, and costs below only what did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from cleaning.crawl.stage import Crawl
from cleaning.crawl.warnings import changes
from cleaning.extract.stage import Extract
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Result, Runner
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import HOST, Answer, page, serve

TEXT = "La tahona del pueblo abre cada mañana a las seis y vende el pan que se hizo de noche. " * 12


def article(name: str, *links: str) -> bytes:
    return page(*links, text=f"{name}. {TEXT}")


FIRST = {
    "/": Answer(article("Portada", "/con-etag", "/sin-etag", "/cambia", "/se-va", "/huerfana")),
    "/con-etag": Answer(article("Con etag", "/desde-etag"), headers={"ETag": '"uno"'}),
    "/desde-etag": Answer(article("Detrás"), headers={"ETag": '"dos"'}),
    "/sin-etag": Answer(article("Sin etag")),
    "/cambia": Answer(article("Antes"), headers={"ETag": '"antes"'}),
    "/se-va": Answer(article("Se va")),
    "/huerfana": Answer(article("Nadie la enlaza ya")),
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /no", media="text/plain"),
}
LATER = {
    **FIRST,
    "/": Answer(article("Portada", "/con-etag", "/sin-etag", "/cambia", "/se-va", "/nueva")),
    "/cambia": Answer(article("Después"), headers={"ETag": '"después"'}),
    "/nueva": Answer(article("Nueva")),
}
del LATER["/se-va"]

Crawling = Callable[[str, Manifest | None], Result]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Any:
    runner = Runner(Store(str(tmp_path_factory.mktemp("again") / "store")), workers=1)
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def first(runner: Runner) -> Manifest:
    manifest: Manifest = crawl(runner, FIRST, "uno", None)[0]
    return manifest


@pytest.fixture(scope="module")
def later(runner: Runner, first: Manifest) -> tuple[Manifest, Any]:
    """A second edition, of pages that changed, and the site that was asked for them."""
    dataset: tuple[Manifest, Any] = crawl(runner, LATER, "later", first)
    return dataset


def crawl(runner: Runner, pages: dict, edition: str, earlier: Manifest | None, **more: Any) -> Any:
    source = {"seeds": [f"http://{HOST}/"], "delay": 0, "warc_bytes": 1500, **more}
    params = Crawl.Params.model_validate({"edition": edition, "sources": {"sitio": source}})
    with serve(pages.get) as site:
        inputs = {"earlier": [earlier]} if earlier else {}
        done = runner.run(Crawl(), params, inputs, {"resolve": {HOST: site.address}})
    assert done.manifest
    return done.manifest, site


def extract(runner: Runner, crawled: Manifest) -> tuple[Result, dict[str, tuple[str, str]]]:
    sources = {"sitio": {"domain": "web", "licence": "CC0-1.0"}}
    params = Extract.Params.model_validate({"sources": sources, "gate": []})
    done = runner.run(Extract(), params, {"crawl": [crawled]})
    assert done.manifest
    import pyarrow.parquet as pq

    rows = [
        row
        for file in done.manifest.files()
        if file.part == "kept"
        for row in pq.read_table(runner.store.fetch(file)).to_pylist()
    ]
    path = len(f"http://{HOST}")
    return done, {row["url"][path:]: (row["id"], row["text"]) for row in rows}


def files(manifest: Manifest, part: str) -> dict[str, str]:
    return {file.name: file.sha256 for file in manifest.files() if file.part == part}


def test_what_has_not_changed_costs_nothing_below(runner: Runner, first: Manifest) -> None:
    second, site = crawl(runner, FIRST, "same", first)
    assert site.asked and first.fingerprint != second.fingerprint
    assert files(second, "sitio") == files(first, "sitio")
    extract(runner, first)
    again, _ = extract(runner, second)
    assert again.computed == 0
    (shard,) = second.shards
    assert shard.figures["recrawl"] == {"unchanged": 8}
    assert shard.figures["pages"] == first.shards[0].figures["pages"]


def test_new_changed_and_gone_pages_are_told_and_take_the_place_of_the_old(
    runner: Runner, first: Manifest, later: tuple[Manifest, Any]
) -> None:
    second, site = later
    assert "/huerfana" in site.paths()  # nobody leads there, and it is asked for all the same
    _, before = extract(runner, first)
    done, after = extract(runner, second)
    assert after.keys() == before.keys() - {"/se-va"} | {"/nueva"}
    same = {"/con-etag", "/desde-etag", "/sin-etag", "/huerfana"}
    assert {path for path in after if after[path] == before.get(path)} == same
    assert "Después" in after["/cambia"][1]
    (shard,) = second.shards
    assert shard.figures["recrawl"] == {"unchanged": 5, "changed": 2, "new": 1, "gone": 1}
    told = "source sitio since the earlier edition: 5 unchanged, 2 changed, 1 new, 1 gone; 7 pages"
    assert changes(runner.store, second, None) == [told]
    kept = set(files(second, "sitio").values()) & set(files(first, "sitio").values())
    assert kept and done.reused == len(kept)
    documents = second.ledger.documents
    assert documents and documents.balance() == 0 and documents.kept == 8


def said_in(path: Path) -> list[Any]:
    """The headers of the revisit records of a file, which pass warcio's check."""
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        return [record.rec_headers for record in records if record.rec_type == "revisit"]


def test_revisits_say_what_was_asked_and_what_it_refers_to(
    runner: Runner, first: Manifest, later: tuple[Manifest, Any]
) -> None:
    second, _ = later
    originals = {}
    for file in first.files():
        if file.part == "sitio":
            with runner.store.fetch(file).open("rb") as stream:
                for record in ArchiveIterator(stream):
                    headers = record.rec_headers
                    originals[headers.get_header("WARC-Record-ID")] = (
                        headers.get_header("WARC-Target-URI"),
                        headers.get_header("WARC-Date"),
                        headers.get_header("WARC-Payload-Digest"),
                    )
    digests = {}
    revisits = [file for file in second.files() if file.part == "log=revisits"]
    for file in revisits:
        for headers in said_in(runner.store.fetch(file)):
            url, date, digest = originals[headers.get_header("WARC-Refers-To")]
            assert url == headers.get_header("WARC-Refers-To-Target-URI")
            assert (
                date == headers.get_header("WARC-Refers-To-Date") < headers.get_header("WARC-Date")
            )
            assert digest == headers.get_header("WARC-Payload-Digest")
            digests[url.removeprefix(f"http://{HOST}")] = headers.get_header("WARC-Profile")
    profiles = {path: profile.rpartition("/")[2] for path, profile in digests.items()}
    assert profiles["/con-etag"] == "server-not-modified"
    assert profiles["/sin-etag"] == profiles["/robots.txt"] == "identical-payload-digest"
    assert "/cambia" not in profiles and sum(f.rows for f in revisits) == len(profiles)


def test_what_a_new_policy_or_robots_txt_closes_is_not_taken_over(
    runner: Runner, first: Manifest
) -> None:
    closed = {**FIRST, "/robots.txt": Answer(b"User-agent: *\nDisallow: /sin", media="text/plain")}
    second, site = crawl(runner, closed, "closed", first)
    assert "/sin-etag" not in site.paths()
    _, after = extract(runner, second)
    assert "/sin-etag" not in after and "/con-etag" in after
    lines = [
        json.loads(line)
        for file in second.files()
        if file.part == "log"
        for line in runner.store.fetch(file).read_text().splitlines()
    ]
    assert {line["outcome"] for line in lines if line["url"].endswith("/sin-etag")} == {"robots"}
