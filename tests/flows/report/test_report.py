"""The report tells what the manifests hold, needs nothing but itself, and obeys no text that was crawled."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.commands.runs.run import run_recipe
from pipeline.store.store import Store
from tests.flows.report.pages import (
    Page,
    hostile_recipe,
    page_of,
    site_of,
)

LINKS = {"href", "src", "srcset", "action", "data", "poster", "xlink:href"}


@pytest.fixture(autouse=True, scope="module")
def no_server() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, str]:
    """Two real runs to the corpus, the second with another rule, over texts that want to break out."""
    folder = tmp_path_factory.mktemp("report")
    recipe = hostile_recipe(folder)
    strict = "filter.rules=[spanish, {name: short, min: 300}]"
    run_recipe(recipe, str(folder / "store"), ["filter.edits=false", strict])
    return run_recipe(recipe, str(folder / "store")), folder / "store", recipe


@pytest.fixture(scope="module")
def site(mill: tuple[dict[str, Any], Path, str]) -> dict[str, Page]:
    return site_of(mill[1])


def test_each_count_of_each_stage_stands_on_the_page(
    mill: tuple[dict[str, Any], Path, str],
) -> None:
    result, store, _ = mill
    page = page_of(store, "hostil")
    removed = 0
    for stage in result["stages"]:
        documents = stage["documents"]
        assert f"{documents['in']:,} → to {documents['kept']:,} " in page.text
        assert stage["fingerprint"][:8] in page.text
        for rule, count in documents["removed"].items():
            row = (
                rf"\b{rule}\b[^\d]* {count:,} \d"  # behind the rule stands the signal that it reads
            )
            assert re.search(row, page.text), f"{stage['stage']}: {rule}"
            removed += count
        if documents["quarantined"]:
            assert f"{documents['quarantined']} quarantined" in page.text
    assert removed > 3
    assert re.search(r"\bshort words \d", page.text)
    assert result["run"] in page.text
    assert result["report"] == f"{store}/reports/hostil/index.html"


def test_every_dataset_run_and_recipe_has_a_page_in_every_language(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, store, _ = mill
    names = [f"_datasets/{r}" for r in Store(store).references()]
    names += ["index", "hostil/index", "hostil/compare", f"hostil/{result['run']}"]
    for name in names:
        assert site[f"{name}.html"].all("html") == [{"lang": "en"}]
        assert site[f"{name}.es.html"].all("html") == [{"lang": "es"}]


def test_every_link_leads_somewhere(site: dict[str, Page]) -> None:
    for name, page in site.items():
        ids = {a["id"] for _, a in page.elements if "id" in a}
        for link in page.all("a"):
            target = str(link["href"])
            if target.startswith("#"):
                assert target[1:] in ids
            elif "://" not in target:
                assert resolved(name, target) in site, f"{name} leads to {target}"


def resolved(name: str, target: str) -> str:
    """The page that a link on a page leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))


def test_lineage_leads_from_the_corpus_to_the_files_and_back(site: dict[str, Page]) -> None:
    """Up by the links to what a dataset was made from, and down again to what was made of it."""

    def stages(name: str) -> set[str]:
        links = (resolved(name, str(a["href"])) for a in site[name].all("a"))
        return {n.split("/")[1] for n in links if n.startswith("_datasets/") and n in site}

    corpus, files = (
        next(n for n in site if n.startswith(f"_datasets/{stage}/") and ".es." not in n)
        for stage in ("corpus", "files")
    )
    assert stages(corpus) >= {"files", "extract", "annotate", "filter", "deduplicate"}
    assert stages(files) >= {"extract", "annotate", "filter", "deduplicate", "corpus"}
    assert site[corpus].all("svg")


def test_pages_need_nothing_but_the_site(site: dict[str, Page]) -> None:
    for name, page in site.items():
        for tag, attributes in page.elements:
            for attribute in LINKS & attributes.keys():
                value = str(attributes[attribute])
                assert tag == "a" or value == "data:,", f"{name}: <{tag} {attribute}={value!r}>"
        style = [text for tag, text in page.texts if tag == "style"]
        assert len(style) == 1
        assert "url(" not in style[0]
        assert "@import" not in style[0]
        (policy,) = [
            str(m["content"])
            for m in page.all("meta")
            if m.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe-eval" not in policy
        scripts = "script-src" in policy
        assert scripts == ("compare." in name), f"{name} may run a script"
        assert "script-src 'unsafe" not in policy


def test_what_was_crawled_cannot_break_out(site: dict[str, Page]) -> None:
    shown = 0
    for name, page in site.items():
        assert page.open == [], f"{name}: elements stay open"
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"iframe", "img", "object", "embed", "form", "base", "b>"}
        assert len(page.all("script")) == (2 if "compare." in name else 0)
        shown += "alert(" in page.text
        for _, attributes in page.elements:
            assert not [attribute for attribute in attributes if attribute.startswith("on")]
        for link in page.all("a"):
            address = str(link["href"])
            if "://" in address:
                assert address.startswith("http"), link
                assert link["rel"] == "noopener noreferrer"
            else:
                assert ":" not in address, link
        assert not set(page.html) & set("\x00\x07\u202e")
        assert len(page.html) < 200_000, f"{name}: a huge record makes a huge page"
        assert "49" not in [text.strip() for _, text in page.texts], "a template was evaluated"
    assert shown > 4, "the hostile entries are not shown, so nothing is tested"


def test_removed_documents_show_the_passage_and_mask_personal_data(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, store, _ = mill
    whole = "".join(page.html for page in site.values())
    whole += "".join(p.read_text() for p in (store / "reports").rglob("*.json"))
    for secret in ("juan.ruiz", "ana.perez", "612 345 678", "secreto"):
        assert secret not in whole
    assert "[EMAIL]" in whole
    for stage in result["stages"]:
        page = site[f"_datasets/{stage['stage']}/{stage['fingerprint']}.html"]
        passages = {text for tag, text in page.texts if tag == "code"}
        assert set(stage["documents"]["removed"]) <= passages
        if stage["documents"]["removed"]:
            assert page.all("blockquote")
    (near,) = [s for s in result["stages"] if s["stage"] == "deduplicate"]
    page = site[f"_datasets/deduplicate/{near['fingerprint']}.html"]
    marked = max((text for tag, text in page.texts if tag == "mark"), key=len)
    assert (
        marked.rstrip("…")
        in "".join(t for tag, t in site[corpus_page(result)].texts if tag == "blockquote")
        or len(marked) > 100
    ), "what both texts say is not marked"


def corpus_page(result: dict[str, Any]) -> str:
    (corpus,) = [s for s in result["stages"] if s["stage"] == "corpus"]
    return f"_datasets/corpus/{corpus['fingerprint']}.html"


def test_the_filter_draws_signals_and_the_corpus_its_shares(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, _, _ = mill
    (kept,) = [s for s in result["stages"] if s["stage"] == "filter"]
    page = site[f"_datasets/filter/{kept['fingerprint']}.html"]
    assert "mean_word_length" in page.text
    assert sum("Histogram of" in str(s.get("aria-label")) for s in page.all("svg")) >= 5
    corpus = site[corpus_page(result)]
    assert re.search(r"Spanish es \d+ \d", corpus.text)
    assert "legal<b>" in corpus.text
    assert any(q["lang"] == "es" for q in corpus.all("blockquote"))


def test_a_run_is_compared_with_the_one_before(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, _, _ = mill
    page = site[f"hostil/{result['run']}.html"]
    assert "filter. edits false true" in page.text
    same = [n for n in ("extract", "annotate") if f"{n}.sample" in page.text]
    assert not same, "a parameter that is the same is no change"
    datasets = page.text.partition("Datasets")[2]
    fingerprint = result["stages"][2]["fingerprint"]
    assert fingerprint[:8] in datasets
    assert f'filter/{fingerprint}.html"><code>' in page.html, "a fingerprint is a link"
    spanish = site[f"hostil/{result['run']}.es.html"]
    assert "Qué cambió desde la ejecución anterior" in spanish.text
    assert "filter. rules. short. min 300 20 −280" in spanish.text
    assert "filtrado · retirados · demasiado corto (short) " in spanish.text


def test_the_documents_that_fare_otherwise_are_shown(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    """What the stricter rule of the first run removed and the second keeps, with its text."""
    result, store, _ = mill
    counts = [
        next(s["documents"]["kept"] for s in run["stages"] if s["stage"] == "filter")
        for run in (json.loads(p.read_text()) for p in sorted((store / "runs/hostil").iterdir()))
    ]
    page = site[f"hostil/{result['run']}.html"]
    section = page.text.partition("Documents that fare otherwise")[2]
    match = re.search(r"filter kept now (\d+) too short short ", section)
    assert match, section[:300]
    assert int(match[1]) == counts[1] - counts[0] > 0
    assert "threshold 300" in section
    assert page.all("blockquote")
    assert not [n for n, p in site.items() if "could not be read, so" in p.text]


def test_what_could_not_be_read_and_what_was_asked_is_told(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, _, _ = mill
    names = {s["stage"]: f"_datasets/{s['stage']}/{s['fingerprint']}" for s in result["stages"]}
    page = site[names["extract"] + ".es.html"].text
    assert re.search(r"no es JSON en cuarentena 1 in\.jsonl en el byte [\d.]+ (falta|sobra) ", page)
    rules = site[names["filter"] + ".html"].text.partition("The rules")[2]
    assert re.search(
        r"too short short words 20 \d+ few words in sentences few_sentences .* 32 web pages; "
        r"where not known: how likely a reader .* \d+ .* too long long words 100,000 web pages 0",
        rules,
    )


def test_pages_can_be_read_by_all(site: dict[str, Page]) -> None:
    for page in site.values():
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels)), "a level is skipped"
        assert all("scope" in th for th in page.all("th"))
        drawn = [a for _, a in page.elements if a.get("role") in {"img", "group"}]
        assert all(a.get("aria-label") for a in drawn)
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids))
        assert any(m.get("name") == "viewport" for m in page.all("meta"))
