"""The site grows with the store: what is committed is told once, what is gone is forgotten, in any kind of store."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaning.annotate.annotate import schema_of
from cleaning.documents import DOCUMENTS
from cleaning.signals.signals import GROUPS
from flows.chain import record as run_record
from flows.commands.runs.run import report_recipe, run_recipe
from flows.report import report_path, write_report, write_site
from flows.report.pages.pages import Pages
from flows.report.site import Site
from flows.report.words.language import languages
from pipeline.errors import UsageError
from pipeline.model.dataset import Reference
from pipeline.model.ledger import Documents, Ledger
from pipeline.store import prune
from pipeline.store.lock import hold
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, answer, environment, write_recipe
from tests.flows.report.pages import Page, committed, record, site_of


@pytest.fixture(autouse=True, scope="module")
def no_server() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        yield


def written(store: Path) -> dict[str, int]:
    """When each file of the site was last written."""
    top = store / "reports"
    return {p.relative_to(top).as_posix(): p.stat().st_mtime_ns for p in top.rglob("*.*")}


def small(folder: Path, name: str = "texts") -> str:
    """A recipe over a few articles."""
    texts = folder / "in"
    texts.mkdir(exist_ok=True)
    for number, path in enumerate(sorted(ARTICLES.rglob("*.md"))[:8]):
        (texts / f"{number}.txt").write_text(path.read_text())
    return write_recipe(folder, [f"{texts}/*.txt"], name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The recipe of a few articles, and a store in which it has run to the corpus."""
    folder = tmp_path_factory.mktemp("whole")
    recipe = small(folder)
    run_recipe(recipe, str(folder / "store"))
    return recipe, folder / "store"


@pytest.fixture
def mill(whole: tuple[str, Path], tmp_path: Path) -> tuple[str, Path]:
    """The same recipe, and a copy of its store to change; files keep their times."""
    return whole[0], Path(shutil.copytree(whole[1], tmp_path / "store"))


def test_pages_of_datasets_are_written_once(mill: tuple[str, Path]) -> None:
    recipe, store = mill
    write_site(Store(store))  # which tells what pruning would free
    before = written(store)
    result = run_recipe(recipe, str(store))
    assert {s["state"] for s in result["stages"]} == {"reused"}
    after = written(store)
    assert after == before, "the run had nothing to add"
    write_report(Store(store), "texts")
    after = written(store)
    changed = {n for n in after if after[n] != before.get(n)}
    assert not [n for n in changed if n.startswith("_datasets/")]
    assert f"texts/{result['run']}.html" in changed
    assert {"texts/index.html", "texts/index.es.html", "texts/compare.html"} <= changed
    for write in (lambda: write_report(Store(store), "texts"), lambda: write_site(Store(store))):
        write()
        same = {n for n, when in written(store).items() if when == after[n]}
        assert same == set(after) - {"_state.json"}, "nothing has changed, so nothing is written"


def head(store: Path) -> tuple[str, str]:
    """The run that the page of the recipe tells of, and its figures."""
    page = (store / "reports/texts/index.html").read_text()
    match = re.search(
        '<code class="quiet">(.*?)</code>.*?<dl class="figures">(.*?)</dl>', page, re.S
    )
    assert match
    return match[1], match[2]


def test_the_page_of_a_recipe_stays_with_all_records_after_a_sample(
    mill: tuple[str, Path],
) -> None:
    recipe, store = mill
    before = head(store)
    run_recipe(recipe, str(store), sample=0.5)
    assert head(store) == before
    page = Page((store / "reports/texts/index.html").read_text()).text
    assert page.count("sample of 50") == 1, "in the list of runs"
    assert "sample of" not in Page((store / "reports/index.html").read_text()).text


def test_the_head_of_a_page_tells_of_the_run_that_computed_what_is_shown(
    mill: tuple[str, Path],
) -> None:
    recipe, store = mill
    first = head(store)
    assert run_recipe(recipe, str(store), (), "corpus", "corpus")["run"] != first[0]
    assert head(store) == first, "it reused all"
    other = run_recipe(recipe, str(store), ["corpus.mask=[email]"])
    assert head(store)[0] == other["run"]
    run_recipe(recipe, str(store))
    assert head(store) == first, "what is shown was computed by the first"


def test_a_dataset_learns_what_was_made_of_it(tmp_path: Path) -> None:
    recipe, store = small(tmp_path), tmp_path / "store"
    run_recipe(recipe, str(store), last="annotate")
    before = written(store)
    result = run_recipe(recipe, str(store), last="filter")
    changed = {n for n, when in written(store).items() if when != before.get(n)}
    facts = {n for n in changed if n.startswith("_datasets/") and n.endswith(".json")}
    assert {n.split("/")[1] for n in facts} == {"filter"}, "facts are gathered once"
    extract = result["stages"][0]
    page = Page((store / f"reports/_datasets/extract/{extract['fingerprint']}.html").read_text())
    assert page.text.partition("Made into")[2].count("filter") == 1


def test_a_pruned_dataset_is_forgotten_with_its_text(mill: tuple[str, Path]) -> None:
    recipe, store = mill
    old = run_recipe(recipe, str(store), ["corpus.mask=[email]"])
    new = run_recipe(recipe, str(store))
    kept = {f"{s['stage']}/{s['fingerprint']}" for s in new["stages"]}
    gone = {f"{s['stage']}/{s['fingerprint']}" for s in old["stages"]} - kept
    assert gone
    prune.prune(Store(store), kept)
    write_report(Store(store), "texts")
    left = {n for n in written(store) if n.startswith("_datasets/")}
    assert not [n for n in left for name in gone if name in n]
    for name, page in site_of(store).items():
        links = " ".join(str(a["href"]) for a in page.all("a"))
        assert not [n for n in gone if n in links], f"{name} leads to what is gone"


def test_a_lost_state_or_a_damaged_one_costs_nothing_but_time(
    mill: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, store = mill
    # The index says when it looked what may be pruned: to the minute, which may end between two of these pages.
    monkeypatch.setattr(run_record, "new_run", lambda: "20260102T030405-a1b2c3d4e")
    (store / "reports/_state.json").unlink()
    write_site(Store(store))
    pages = {n: p.html for n, p in site_of(store).items()}
    for damage in ("", "{", "[]", '{"version": 1}'):
        (store / "reports/_state.json").write_text(damage)
        write_site(Store(store))
        assert {n: p.html for n, p in site_of(store).items()} == pages
    (store / "reports/texts/index.es.html").unlink()
    (store / "reports/texts/index.html").unlink()
    write_site(Store(store))
    assert {n: p.html for n, p in site_of(store).items()} == pages


def test_runs_side_by_side_lose_no_dataset(tmp_path: Path) -> None:
    """Of two that write the state at once the last one wins; the next report knows of both again."""
    first, second = small(tmp_path), small(tmp_path, "otros")
    store = tmp_path / "store"
    run_recipe(first, str(store), last="extract")
    state = (store / "reports/_state.json").read_text()
    run_recipe(second, str(store), ["extract.sample=0.9"], last="extract")
    (store / "reports/_state.json").write_text(state)
    run_recipe(first, str(store), last="extract")
    index = Page((store / "reports/index.html").read_text())
    links = [str(a["href"]) for a in index.all("a") if "_datasets/extract/" in str(a["href"])]
    assert len(links) == 2


def test_another_version_of_the_report_writes_what_it_touches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = small(tmp_path), small(tmp_path, "otros")
    store = tmp_path / "store"
    run_recipe(second, str(store), ["extract.sample=0.9"], last="extract")
    run_recipe(first, str(store), last="extract")
    before = written(store)
    monkeypatch.setattr("flows.report.site._version", lambda patterns: "another")

    def changed() -> set[str]:
        after = written(store)
        names = {n for n in after if n.startswith("_datasets/extract/")}
        return {n for n in names if after[n] != before[n]}

    write_report(Store(store), "texts")
    assert len(changed()) == 3
    write_site(Store(store))
    assert len(changed()) == 6


def test_what_cannot_be_read_is_told_and_told_again_when_it_can(mill: tuple[str, Path]) -> None:
    _, store = mill
    (manifest_file,) = (store / "datasets/corpus").glob("*/manifest.json")
    manifest = json.loads(manifest_file.read_text())
    files = [store / f["path"] for f in manifest["files"]]
    whole = {f: f.read_bytes() for f in files}
    for file in files:
        file.write_bytes(b"PAR1 damaged")
    page = store / f"reports/_datasets/corpus/{manifest_file.parent.name}.html"
    for path in (store / "reports").rglob("*.*"):
        path.unlink()
    write_site(Store(store))
    assert "could not be read" in Page(page.read_text()).text
    for file, data in whole.items():
        file.write_bytes(data)
    write_site(Store(store))
    assert "could not be read" not in Page(page.read_text()).text
    assert "Samples" in Page(page.read_text()).text


def test_a_damaged_dataset_of_another_recipe_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = small(tmp_path), small(tmp_path, "otros")
    store = tmp_path / "store"
    run_recipe(first, str(store), last="extract")
    mine = set((store / "datasets/extract").iterdir())
    run_recipe(second, str(store), ["extract.sample=0.9"], last="extract")
    (other,) = set((store / "datasets/extract").iterdir()) - mine
    (other / "manifest.json").write_text("{")
    (store / "reports/_state.json").unlink()  # as another version of the report would
    (store / "reports/texts/index.html").unlink()
    answer = run_recipe(first, str(store), last="extract")
    assert {stage["state"] for stage in answer["stages"]} == {"reused"}
    assert Path(answer["report"]).exists()
    warnings = [x for x in capsys.readouterr().err.splitlines() if x.startswith("warning: ")]
    assert len(warnings) == 1 and other.name in warnings[0] and "is damaged" in warnings[0]


def test_the_command_writes_one_recipe_or_all(tmp_path: Path) -> None:
    first, second = small(tmp_path), small(tmp_path, "otros")
    store = str(tmp_path / "store")
    with pytest.raises(UsageError, match="no store"):
        report_recipe(None, store)
    for recipe in (first, second):
        answer("run", recipe, "--store", store, "--until", "extract")
    one = answer("report", first, "--store", store)
    assert one == {"recipe": "texts", "report": f"{store}/reports/texts/index.html"}
    every = answer("report", "--store", store)
    assert every == {"recipe": None, "report": f"{store}/reports/index.html"}
    index = Page(Path(every["report"]).read_text())
    assert {"texts", "otros"} <= {text for tag, text in index.texts if tag == "a"}
    pages = site_of(store)
    assert len(pages) == len(languages()) * (1 + 2 * 3 + 2)
    shutil.rmtree(f"{store}/reports")  # as an erasure does
    answer("run", first, "--store", store, "--until", "extract")
    assert site_of(store).keys() >= pages.keys()


def test_what_pruning_would_free_is_told_with_its_day_also_while_a_run_works(
    mill: tuple[str, Path],
) -> None:
    """Nothing may be pruned under a run: what was told before stays, and the pages are written."""
    _, path = mill
    store = Store(str(path))
    write_site(store)
    assert "had nothing to free" in (path / "reports/index.html").read_text()
    lost = path / "shards/extract" / ("0" * 32) / "kept.parquet"
    lost.parent.mkdir()
    lost.write_bytes(b"x" * 5_000_000)

    def told() -> str:
        write_site(store)
        text = Page((path / "reports/index.html").read_text()).text.replace(
            "\N{NO-BREAK SPACE}", " "
        )
        return text.partition("“tahona prune")[2].partition(".")[0]

    before = told()
    assert before.startswith(" --keep-runs 3” would have freed 5 MB: datasets, 0;")
    lost.write_bytes(b"x" * 9_000_000)
    with hold(store, "store", shared=True):
        assert told() == before
    assert "freed 9 MB" in told()


def test_an_empty_store_is_told(store: Store) -> None:
    store.check_writable()
    with pytest.raises(UsageError, match="nothing has run"):
        write_site(store)


def test_the_site_lies_on_an_object_store_too(
    bucket: str,
    tmp_path: Path,
) -> None:
    recipe = small(tmp_path)
    result = run_recipe(recipe, bucket, last="filter")
    assert result["report"] == f"{bucket}/{report_path('texts')}"
    store = Store(bucket)
    pages = [p for p, _ in store.backend.files("reports") if p.endswith(".html")]
    assert len(pages) == len(languages()) * (1 + 4 + 3)
    local = tmp_path / "copy"
    for path in pages:
        (local / path).parent.mkdir(parents=True, exist_ok=True)
        (local / path).write_bytes(store.backend.read(path))
    site = site_of(local)
    assert "8 → to 8 " in site["texts/index.html"].text
    again = run_recipe(recipe, bucket, last="filter")
    assert {s["state"] for s in again["stages"]} == {"reused"}


ROWS, SHARDS = 5_000, 20


class Crowded(Store):
    """A store that says it holds four thousand datasets, every second one made from the one before it."""

    def references(self, stage: str | None = None) -> list[Reference]:
        stages = ("extract", "filter")
        return [Reference(stage=s, fingerprint=f"{n:012x}") for n in range(2000) for s in stages]


def test_thousands_of_datasets_cost_no_square_of_their_number(tmp_path: Path) -> None:
    site = Site(Crowded(tmp_path / "store"))
    names = map(str, site.store.references())
    for extracted, filtered in zip(names, names, strict=True):
        site.nodes[extracted] = {"inputs": [], "documents": None, "bytes": 0}
        site.nodes[filtered] = {"inputs": [extracted], "documents": None, "bytes": 0}
    begun = time.process_time()
    assert all(site.inputs(name) is not None for name in site.names)
    assert all(site.inputs(f"extract/f{n:011x}") is None for n in range(100_000))
    site.agree()
    pages = Pages(site)
    for name in site.names:
        pages.dataset(name)
    assert time.process_time() - begun < 1


def large(store: Store, folder: Path) -> None:
    """A store of 100,000 documents, 25 rules, decided and written out."""
    rules = [f"rule_{i}" for i in range(25)]
    text = "Un párrafo cualquiera de una página cualquiera. " * 30
    documents, signals, decisions, corpus = [], [], [], []
    columns = schema_of(GROUPS["text"])
    nothing = {n: DOCUMENTS.field(n).type for n in ("source", "captured_at", "metadata")}
    same = {"host": ["sitio.test"] * ROWS, "domain": ["web"] * ROWS, "text": [text] * ROWS}
    same |= {name: pa.nulls(ROWS, kind) for name, kind in nothing.items()}
    measured = {
        f.name: pa.nulls(ROWS, f.type)
        if pa.types.is_nested(f.type)  # the passages
        else pa.array(range(ROWS)).cast(f.type)
        for f in list(columns)[1:]
    }
    for shard in range(SHARDS):
        ids = [f"{shard:04x}{row:028x}" for row in range(ROWS)]
        urls = [f"http://sitio.test/{i}" for i in ids]
        table = pa.table({"id": ids, "url": urls, **same}, schema=DOCUMENTS)
        beside = pa.table({"id": ids, **measured}, schema=columns)
        why = [rules[row % 50] if row % 50 < 25 else None for row in range(ROWS)]
        decided = pa.table(
            {
                "id": ids,
                "kept": [w is None for w in why],
                "rule": pa.array(why, pa.string()),
                "value": [0.5] * ROWS,
            }
        )
        parts = ("kept", "signals", "decisions", "lang=es")
        places = {n: folder / f"{n}{shard}.parquet" for n in parts}
        pq.write_table(table, places["kept"], row_group_size=1024)
        pq.write_table(beside, places["signals"], row_group_size=1024)
        pq.write_table(decided, places["decisions"])
        shutil.copy(places["kept"], places["lang=es"])
        whole = Ledger(documents=Documents(in_=ROWS, kept=ROWS))
        half = Documents(in_=ROWS, kept=ROWS // 2, removed=dict.fromkeys(rules, ROWS // 50))
        documents.append(({"kept": places["kept"]}, whole, {}))
        signals.append(({"signals": places["signals"]}, whole, {}))
        decisions.append(({"decisions": places["decisions"]}, Ledger(documents=half), {}))
        corpus.append(({"lang=es": places["lang=es"]}, whole, {}))
    read = committed(store, "extract", ["documents"], documents)
    annotated = committed(store, "annotate", ["signals"], signals, documents=read)
    bounds = [{"name": rule, "signal": "words", "max": 9.0} for rule in rules]
    kept = committed(
        store,
        "filter",
        ["decisions"],
        decisions,
        {"rules": bounds},
        documents=read,
        signals=annotated,
    )
    written_out = committed(store, "corpus", ["corpus"], corpus, documents=read, decisions=kept)
    record(store, "grande", read, annotated, kept, written_out)


def test_a_hundred_thousand_documents_are_told_of_in_seconds(store: Store, tmp_path: Path) -> None:
    large(store, tmp_path)
    code = (
        "import sys, pyarrow.parquet, numpy, jinja2\n"
        "from flows.report import write_report\n"
        "from pipeline.store.store import Store\n"
        "def most():\n"  # the kernel's own peak: ru_maxrss would count the parent's
        "    return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1000\n"
        "before = most()\n"
        "write_report(Store(sys.argv[1]), 'grande')\n"
        "print(most() - before)"
    )
    begun = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, store.url],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - begun[0]
    worked = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun[1]
    print(f"{seconds:.1f} s, {worked:.1f} s of work, {float(done.stdout):.0f} MB")
    assert worked < 10
    assert float(done.stdout) < 300, "memory is not bounded"
    page = Page(Path(store.url, "reports/grande/index.html").read_text())
    assert "100,000 → to 50,000 " in page.text
    assert page.html.count('<article class="example">') == 25 + 3
    sizes: dict[str, Any] = {n: len(p.html) for n, p in site_of(store.url).items()}
    assert max(sizes.values()) < 150_000, sizes
