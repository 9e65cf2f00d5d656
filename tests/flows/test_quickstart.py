"""The first command of README: the small web is crawled, cleaned as its truth table says, and trained on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest

from flows.commands.runs.estimate import estimate_recipe
from flows.report.words.language import languages
from flows.small_web.articles import Article
from flows.small_web.hosts import SITES
from flows.small_web.sites import build
from flows.small_web.truth import judge, lines, outcomes, rows
from tests.flows.command import answer
from tests.flows.quickstart import ANSWER, NAME, SHORTER, make
from tests.session_folder import session_folder


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    folder = session_folder(tmp_path_factory, NAME, make)
    return json.loads((folder / ANSWER).read_text()), folder / "store"


def stage(result: dict, name: str) -> dict:
    return next(s for s in result["stages"] if s["stage"] == name)


def test_every_page_becomes_what_the_truth_table_says(mill: tuple[dict, Path]) -> None:
    confusion, wrong = judge(rows(build()), outcomes(str(mill[1])))
    print("\n".join(lines(confusion)))
    assert not wrong, "\n".join(wrong)


def test_every_article_arrives_whole_and_alone(mill: tuple[dict, Path]) -> None:
    """What a page says comes along, what stands around it doesn't, and personal data alone changes.

    Of a text its title, the line of its author and date, and the names of who posts are its own, and may stay. Two
    paragraphs in a thousand may be lost, and one line in a hundred pages may be too many.
    """
    pages = outcomes(str(mill[1]))
    kept, paragraphs, lost, added = 0, 0, [], []
    for article in build().articles:
        text = pages[article.url].text if article.url in pages else ""
        if not text:
            continue  # closed, unwanted, or one of several copies: the truth table has it
        kept += 1
        for paragraph in sorted(expected(article), key=len, reverse=True):
            paragraphs += 1
            lost += [(article.url, paragraph)] if paragraph not in text else []
            text = text.replace(paragraph, "", 1)
        added += [(article.url, line) for line in text.splitlines() if is_around(article, line)]
    assert kept >= 110
    assert len(lost) <= paragraphs / 500, lost
    assert len(added) <= kept / 100, added


def is_around(article: Article, line: str) -> bool:
    """Whether a line is neither empty nor the text's own: its title, its author's line, the name of who posts."""
    names = {m[1] for p in article.paragraphs if (m := re.match(r"@([\w.-]+): ", p))}
    return bool(line.strip()) and not (
        line in names | {article.title} or line.startswith(article.author)
    )


def expected(article: Article) -> list[str]:
    """The paragraphs without the name of who posted them, personal data masked."""
    paragraphs = []
    for paragraph in article.paragraphs:
        for kind, value in article.masked:
            paragraph = paragraph.replace(value, f"[{kind.upper()}]")
        paragraphs.append(re.sub(r"^@[\w.-]+: ", "", paragraph))
    return paragraphs


def test_an_article_keeps_what_it_says_of_its_rights_and_language(mill: tuple[dict, Path]) -> None:
    rows = {row["url"]: row for row in documents(*mill)}
    reserved = {a.url for a in build().articles if "tdm-reservation" in a.head}
    assert reserved == {
        u for u, r in rows.items() if r["metadata"]["rights"] == "tdm-reservation=1"
    }
    forum = [r["metadata"]["language"] for u, r in rows.items() if "//foro." in u]
    assert "en" in forum  # it says so of itself, and is filed as what it is


def documents(result: dict, store: Path) -> Iterator[dict]:
    folder = store / "datasets" / "corpus" / stage(result, "corpus")["fingerprint"]
    for file in json.loads((folder / "manifest.json").read_text())["files"]:
        yield from pq.read_table(store / file["path"]).to_pylist()


def test_nothing_is_asked_of_hosts_that_no_source_names(mill: tuple[dict, Path]) -> None:
    hosts = {site.host for site in SITES}
    assert {urlsplit(url).netloc for url in outcomes(str(mill[1]))} == hosts


def test_the_model_beats_the_unigram_on_held_out_text(mill: tuple[dict, Path]) -> None:
    result, store = mill
    folder = store / "datasets/pretrain" / stage(result, "pretrain")["fingerprint"]
    figures = json.loads((folder / "manifest.json").read_text())["shards"][0]["figures"]
    assert figures["validation_bpb"] < 0.9 * figures["unigram_bpb"]


def test_the_report_shows_the_funnel_the_curve_and_samples(mill: tuple[dict, Path]) -> None:
    page = Path(mill[0]["report"]).read_text(encoding="utf-8")
    for word in ("near_duplicate", "unigram", "<svg", "pretrain"):
        assert word in page
    assert "<script" not in page


def test_the_second_run_computes_nothing(mill: tuple[dict, Path]) -> None:
    result = answer("run", "quickstart", "--store", str(mill[1]), *SHORTER)
    assert all(s["state"] == "reused" for s in result["stages"])


def test_another_edition_is_estimated_by_the_one_that_was_crawled(mill: tuple[dict, Path]) -> None:
    result, store = mill
    estimate = estimate_recipe("quickstart", str(store), ("crawl.edition=second",))
    rows = {row["stage"]: row for row in estimate["estimate"]}
    assert not estimate["at_most"] and rows["crawl"]["measured"] == "an earlier crawl"
    assert rows["crawl"]["bytes_out"] == pytest.approx(stage(result, "crawl")["bytes_out"], rel=0.5)
    train = rows["pretrain"]["seconds"]
    assert 0 < train < 10 * stage(result, "pretrain")["seconds"]
    first = estimate_recipe("quickstart", str(store.parent / "none"), ())
    assert (
        first["at_most"]
        and first["hours"] < 0.5
        and "≤" in first["text"][1]
        and "at most" in first["text"][-2]
    )
    bounded = "crawl.edition=x", "pretrain.steps=10"
    estimate = estimate_recipe("quickstart", str(store.parent / "none"), bounded)["estimate"]
    assert [row["stage"] for row in estimate if not row["at_most"]] == ["pretrain"]


def test_the_report_has_words_for_all_that_the_chain_made(mill: tuple[dict, Path]) -> None:
    """Rules, roles, parts and figures, in every language; sources and domains are called as the recipe does."""
    facts = [json.loads(p.read_text()) for p in (mill[1] / "reports/_datasets").rglob("*.json")]
    assert {f["stage"] for f in facts} == {s["stage"] for s in mill[0]["stages"]}
    sources = {site.folder for site in SITES}
    for each in facts:
        named = {("name", each["stage"])} | {("role", i["as"]) for i in each["inputs"]}
        named |= {("figure", name) for name in each["figures"]}
        named |= (
            {("rule", rule) for rule in each["documents"]["removed"]}
            if each["documents"]
            else set()
        )
        taken = each["characters"] or {"cut": {}, "masked": {}}
        named |= {("rule", rule) for rule in (*taken["cut"], *taken["masked"])}
        parts = {part["part"] for part in each["parts"]} - sources
        kinds = {p.partition("=")[0] for p in parts if "/" not in p}
        named |= {("part", kind) for kind in kinds}
        for language in languages():
            missing = sorted(f"{k}.{n}" for k, n in named if f"{k}.{n}" not in language.words)
            assert not missing, " ".join(missing)
