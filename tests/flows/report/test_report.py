"""The report tells what the manifests hold, needs nothing but itself, and obeys no text that was crawled."""

from __future__ import annotations

import json
import posixpath
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.chain.chain import Chain, new_run
from flows.chain.status import status
from flows.commands.run import run_recipe
from flows.recipe import recipe as recipes
from flows.report import plot, write_report
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.model.dataset import Documents, Ledger
from pipeline.run.watch import Watcher, Watchers
from pipeline.store.store import Store
from tests.flows.report.pages import (
    Page,
    committed,
    hostile_recipe,
    page_of,
    record,
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
            assert re.search(rf"\b{rule} {count:,} \d", page.text), f"{stage['stage']}: {rule}"
            removed += count
        if documents["quarantined"]:
            assert f"{documents['quarantined']} quarantined" in page.text
    assert removed > 3
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
        told = {text for tag, text in page.texts if tag == "code"}
        assert set(stage["documents"]["removed"]) <= told
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
    assert result["stages"][2]["fingerprint"][:8] in datasets
    spanish = site[f"hostil/{result['run']}.es.html"]
    assert "Qué cambió desde la ejecución anterior" in spanish.text
    assert "filter. rules. short. min 300 50 −250" in spanish.text
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
    told = page.text.partition("Documents that fare otherwise")[2]
    found = re.search(r"filter kept now (\d+) too short short ", told)
    assert found, told[:300]
    assert int(found[1]) == counts[1] - counts[0] > 0
    assert "threshold 300" in told
    assert page.all("blockquote")
    assert not [n for n, p in site.items() if "could not be read, so" in p.text]


def test_what_could_not_be_read_and_what_was_asked_is_told(
    mill: tuple[dict[str, Any], Path, str], site: dict[str, Page]
) -> None:
    result, _, _ = mill
    names = {s["stage"]: f"_datasets/{s['stage']}/{s['fingerprint']}" for s in result["stages"]}
    told = site[names["extract"] + ".es.html"].text
    assert re.search(r"no es JSON en cuarentena 1 in\.jsonl en el byte [\d.]+ Expecting", told)
    rules = site[names["filter"] + ".html"].text.partition("The rules")[2]
    assert re.search(
        r"too short short words 50 \d+ few words in sentences few_sentences .* 50 web pages \d+ "
        r"too long long words 100,000 web pages 0",
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


def test_a_stage_that_did_not_run_has_no_section(
    mill: tuple[dict[str, Any], Path, str], tmp_path: Path
) -> None:
    run_recipe(mill[2], str(tmp_path / "store"), last="extract")
    page = page_of(tmp_path / "store", "hostil")
    sections = [s["id"] for s in page.all("section")]
    assert sections == ["funnel", "removed", "runs", "lineage"]
    with pytest.raises(UsageError, match="has no run"):
        write_report(Store(tmp_path / "store"), "otra")


def test_runs_of_one_second_sort_by_when_they_began() -> None:
    names = []
    for _ in range(50):
        names.append(new_run())
        time.sleep(0.0001)
    assert sorted(names) == names


def test_a_run_of_one_stage_shows_what_still_belongs_together(tmp_path: Path) -> None:
    """Later stages stay on the page while they follow from what is shown, and leave it when they do not."""
    store = tmp_path / "store"
    recipe = hostile_recipe(tmp_path)

    def shown() -> list[str]:
        page = page_of(store, "hostil")
        return [t for tag, t in page.texts if tag == "text" and re.fullmatch("[a-z]+", t)][:9]

    whole = ["files", "extract", "annotate", "filter", "deduplicate", "corpus"]
    result = run_recipe(recipe, str(store))
    run_recipe(recipe, str(store), first="annotate", last="annotate")
    assert [t for t in shown() if t in whole] == whole
    run_recipe(recipe, str(store), ["filter.edits=false"], first="filter", last="filter")
    assert [t for t in shown() if t in whole] == whole[:4]
    again = run_recipe(recipe, str(store))
    names = {s["stage"]: s["fingerprint"] for s in result["stages"]}
    assert {s["stage"]: s["fingerprint"] for s in again["stages"]} == names
    assert [t for t in shown() if t in whole] == whole


def test_a_stage_is_told_once_where_two_datasets_are_equal(tmp_path: Path) -> None:
    """Other parameters that decide the same make another dataset, of which all that follows is kept."""
    recipe = hostile_recipe(tmp_path)
    run_recipe(recipe, str(tmp_path / "store"))
    same = run_recipe(recipe, str(tmp_path / "store"), ["filter.languages=[es,ca,gl,eu,pt,en,it]"])
    stages = [s["state"] for s in same["stages"]]
    assert stages == ["reused", "reused", "committed", "reused", "reused"]
    page = page_of(tmp_path / "store", "hostil")
    titles = [text for tag, text in page.texts if tag == "h3"]
    assert titles.count("filter") == 1


def test_the_model_is_drawn_beside_the_unigram(store: Store, tmp_path: Path) -> None:
    curve = [{"step": 0, "validation_bpb": 3.5}] + [
        {"step": s, "loss": 8 - s / 100, "validation_bpb": 3 - s / 1000} for s in range(1, 601)
    ]
    (tmp_path / "metrics.jsonl").write_text(
        "\n".join(json.dumps(line) for line in [*curve, {"step": 601, "loss": float("nan")}])
    )
    bits = [
        {"split": split, "domain": domain, "bpb": bpb, "unigram_bpb": 2.75}
        for split, bpb in (("validation", 2.125), ("test", 2.25))
        for domain in ("legal", "all")
    ]
    (tmp_path / "metrics.json").write_text(json.dumps({"bits_per_byte": bits}))
    samples = [{"prompt": "La ciudad", "text": "</blockquote><script>alert(1)</script>\nfin"}]
    (tmp_path / "samples.json").write_text(json.dumps(samples))
    figures = {"parameters": {"all": 1_688_704}, "unigram_bpb": 2.5, "loss": float("nan")}
    model = committed(
        store, "pretrain", ["model"], [({"metrics": tmp_path / "metrics.jsonl"}, Ledger(), {})]
    )
    assert model.shards[0].figures == {}
    parts = {"metrics": tmp_path / "metrics.json", "samples": tmp_path / "samples.json"}
    measured = {**figures, "test_bpb": 2.25, "test_unigram_bpb": 2.75}
    del measured["loss"]
    metrics = committed(store, "evaluate", ["metrics"], [(parts, Ledger(), measured)], model=model)
    record(store, "modelo", model, metrics)
    page = page_of(store.url, "modelo")
    assert "script" not in {tag for tag, _ in page.elements}
    assert "</blockquote><script>alert(1)</script>" in page.text
    assert "1,688,704" in page.text
    assert "2.250 on test; unigram 2.750" in page.text.replace(" bits per byte", "")
    assert "all 2.125 2.750 2.250 2.750" in page.text
    lines = page.all("polyline")
    assert len(lines) == 2
    assert all(len(str(line["points"]).split()) <= plot.POINTS for line in lines)
    assert "nan" not in str(lines)
    spanish = Path(store.url, "reports/modelo/index.es.html").read_text()
    assert "1.688.704" in spanish
    assert "2,250" in spanish


@pytest.mark.parametrize(
    ("measure", "title"),
    [
        ("masked_loss", "Loss of hidden tokens by domain"),
        ("denoised_loss", "Loss of written tokens by domain"),
    ],
)
def test_a_model_that_gives_no_bits_per_byte_is_told_by_its_own_measure(
    store: Store, tmp_path: Path, measure: str, title: str
) -> None:
    row = {"split": "test", "domain": "all", measure: 3.25, f"unigram_{measure}": 6.5}
    (tmp_path / "metrics.json").write_text(json.dumps({measure: [row]}))
    (tmp_path / "samples.json").write_text("[]")
    parts = {"metrics": tmp_path / "metrics.json", "samples": tmp_path / "samples.json"}
    metrics = committed(store, "evaluate", ["metrics"], [(parts, Ledger(), {})])
    record(store, "oculto", metrics)
    page = page_of(store.url, "oculto")
    assert title in page.text and "all 3.250 6.500" in page.text
    assert "bits per byte by domain" not in page.text.lower()


def test_a_failed_run_says_so_and_shows_what_there_was(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "kept.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    counted = Ledger(documents=Documents(in_=1, kept=1))
    read = committed(store, "extract", ["decisions"], [({"kept": path}, counted, {})])
    record(store, "rota", read)
    failed = {
        "stage": "annotate",
        "fingerprint": "0" * 32,
        "state": "failed",
        "seconds": 0,
        "shards": {"computed": 0, "reused": 0},
        "documents": None,
        "error": "no model at /home/ana.perez@correo.es: <b>name one</b>",
    }
    later = "20261124T130000-00000000"
    value = {"recipe": "rota", "run": later, "stages": [failed], "datasets": {}}
    store.write_json(f"runs/rota/{later}.json", value)
    page = page_of(store.url, "rota")
    assert "ended in a failure of annotate" in page.text
    assert "1 → to 1 " in page.text
    assert later in page.text
    run = Page(Path(store.url, f"reports/rota/{later}.html").read_text())
    assert "annotate failed : no model at" in run.text
    assert "ana.perez" not in run.html
    assert "<b>name one</b>" in run.text


def test_a_run_that_fails_leaves_a_report(tmp_path: Path) -> None:
    recipe = Path(hostile_recipe(tmp_path))
    recipe.write_text(recipe.read_text() + "  tokenizer: {languages: [fr]}\n")
    with pytest.raises(TahonaError, match="no text in the languages") as failed:
        run_recipe(str(recipe), str(tmp_path / "store"))
    path = failed.value.answer["report"]  # type: ignore[attr-defined]
    page = Page(Path(path).read_text())
    assert "ended in a failure of tokenizer" in page.text
    assert "documents in the corpus" in page.text
    assert "no text in the languages fr" in Page(next(runs_of(path)).read_text()).text


def test_how_each_run_ended_is_told_and_a_sample_marked(tmp_path: Path) -> None:
    """Killed in its first stage, stopped at it, killed after it (no end is recorded), refused between stages, done."""
    recipe = recipes.read(hostile_recipe(tmp_path), ["extract.sample=0.5"])
    store = Store(tmp_path / "store")

    def ended(until: Callable[[Chain], None]) -> tuple[dict[str, Any], str, str]:
        """What is recorded of a run, and told of it on its page and in its row in Spanish."""
        chain = Chain(recipe, store)
        with suppress(Stopped, TahonaError), chain.opened():
            until(chain)
        return told(chain)

    def told(chain: Chain) -> tuple[dict[str, Any], str, str]:
        held = store.read_json(f"runs/hostil/{chain.run}.json")
        write_report(store, "hostil")
        page = Page(Path(store.url, f"reports/hostil/{chain.run}.html").read_text())
        return (
            held,
            page.text,
            Page(Path(store.url, "reports/hostil/index.es.html").read_text()).text,
        )

    def stop(chain: Chain) -> None:
        chain.stop.set()
        chain.stage("extract")

    def refuse(chain: Chain) -> None:
        chain.stage("extract")
        raise Stopped("pretrain was not approved: too dear")

    def fail(chain: Chain) -> None:
        chain.stage("extract")
        raise TahonaError("nobody approved")

    seen = []

    class Fatal(Watcher):
        def stage_started(self, stage: str) -> None:
            seen.append((*told(first), status(recipe, store)))
            raise RuntimeError("a crash")

    first = Chain(recipe, store, watchers=Watchers([Fatal()]))
    with suppress(RuntimeError), first.opened():
        first.stage("extract")
    ((held, page, row, states),) = seen
    assert (held["stages"], held["end"]) == ([], None)
    assert "unfinished: still running, or killed" in page and "sin terminar" in row
    assert states[0]["state"] == "running"
    assert told(first)[0]["end"] == {"state": "failed", "error": "RuntimeError('a crash')"}

    held, page, row = ended(stop)
    assert held["end"] == {"state": "stopped", "error": ""}
    assert [s["state"] for s in held["stages"]] == ["stopped"]
    assert "extract stopped" in page and "failed" not in page
    assert "detenida" in row and "terminada" not in row

    killed = Chain(recipe, store)
    with killed.opened():
        killed.stage("extract")
        held, page, row = told(killed)
    assert held["end"] is None
    assert "unfinished: still running, or killed · sample of 50.0%" in page
    assert "sin terminar" in row and "terminada" not in row

    held, page, row = ended(refuse)
    assert "stopped · sample of 50.0% : pretrain was not approved: too dear" in page
    held, page, row = ended(fail)
    assert "failed · sample of 50.0% : nobody approved" in page
    assert "falló fuera de sus etapas" in row
    held, page, row = ended(lambda chain: chain.stage("extract") and None)
    assert held["end"]["state"] == "done" and "done · sample" in page
    assert "hostil muestra del 50,0" in row and "terminada · muestra del 50,0" in row


def runs_of(path: str) -> Iterator[Path]:
    """The pages of a recipe's runs, in English."""
    return (p for p in Path(path).parent.glob("2*.html") if not p.name.endswith(".es.html"))
