"""The report tells what the manifests hold, needs nothing but itself, and obeys no text that was crawled."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaning.documents import DOCUMENTS
from flows import report_examples, report_plot
from flows.report import duration, percent, size, write_report
from flows.report_datasets import shown
from flows.run import run_recipe
from pipeline.dataset import Documents, File, Ledger, Manifest, Reference, Shard
from pipeline.errors import UsageError
from pipeline.store import Store, file_digest
from tests.flows.command import ARTICLES

VOID = {"meta", "link", "br", "img", "input", "hr", "line", "circle", "polyline"}
HOSTILE = [
    '</title></style><script>alert("1")</script>',
    '"><img src=x onerror=alert(1)>',
    "<!-- --><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "nombre\u202eabc\u0000\u0007 fin",
]
ADDRESSES = [
    "javascript:alert(1)",
    'http://a.test/"onmouseover="alert(1)',
    "data:text/html,<script>alert(1)</script>",
    "HTTP://b.test/<script>",
    "http://c.test/carta?de=ana.perez@correo.es",
    "http://d.test/2024/05/17/000123456.html",
]


class Page(HTMLParser):
    """A parsed page: its elements in order with their attributes, its text, and whether it is balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> is out of order"

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.append((self.open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(t for tag, t in self.texts if tag != "style").split())


def page_of(store: Path | str, recipe: str) -> Page:
    return Page(Path(write_report(Store(store), recipe)).read_text(encoding="utf-8"))


@pytest.fixture(autouse=True, scope="module")
def no_server() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, str]:
    """A real run to the corpus over articles and over entries that want to break out of the page."""
    folder = tmp_path_factory.mktemp("report")
    articles = [p.read_text() for p in sorted(ARTICLES.rglob("*.md"))[:12]]
    entries = [{"url": f"http://sano.test/{i}", "text": text} for i, text in enumerate(articles)]
    for number, address in enumerate(ADDRESSES):
        attack = HOSTILE[number % len(HOSTILE)]
        short = f"{attack} Escriba a juan.ruiz@correo.es o llame al 612 345 678."
        entries.append({"url": address, "title": f"{attack} {number}", "text": short})
    copy = articles[0] + "\n\n" + HOSTILE[0] * 3
    entries.append({"url": "javascript:alert(2)", "title": HOSTILE[1], "text": copy})
    huge = "<script>alert(1)</script>" + "x" * 2_000_000
    entries.append({"url": "http://e.test/" + "y" * 50_000, "title": "z" * 50_000, "text": huge})
    (folder / "in.jsonl").write_text("\n".join(json.dumps(e) for e in entries) + "\n{broken\n")
    recipe = {
        "name": "hostil",
        "sources": {"web": {"files": ["in.jsonl"], "domain": "legal<b>", "licence": "CC0-1.0"}},
        "stages": dict.fromkeys(("extract", "annotate", "filter", "deduplicate", "corpus")),
    }
    path = folder / "hostil.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return run_recipe(str(path), str(folder / "store")), folder / "store", str(path)


def test_each_count_of_each_stage_stands_on_the_page(
    mill: tuple[dict[str, Any], Path, str],
) -> None:
    result, store, _ = mill
    page = page_of(store, "hostil")
    removed = 0
    for stage in result["stages"]:
        documents = stage["documents"]
        assert f"{documents['in']:,} documents in {documents['kept']:,} kept" in page.text
        assert stage["fingerprint"] in page.text
        for rule, count in documents["removed"].items():
            assert re.search(rf"\b{rule} {count:,} \d", page.text), f"{stage['stage']}: {rule}"
            removed += count
        if documents["quarantined"]:
            assert f"{documents['quarantined']} quarantined" in page.text
    assert removed > 3
    assert result["run"] in page.text


def test_the_page_needs_nothing_but_itself(mill: tuple[dict[str, Any], Path, str]) -> None:
    page = page_of(mill[1], "hostil")
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            if name in {"href", "src", "srcset", "action", "data", "poster", "xlink:href"}:
                inside = value is not None and value.startswith(("#", "data:,"))
                assert tag == "a" or inside, f"<{tag} {name}={value!r}> asks for something"
    (style,) = [text for tag, text in page.texts if tag == "style"]
    assert "url(" not in style
    assert "@import" not in style
    policies = [m for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in str(policies[0]["content"])


def test_what_was_crawled_cannot_break_out(mill: tuple[dict[str, Any], Path, str]) -> None:
    page = page_of(mill[1], "hostil")
    assert page.open == [], "elements stay open"
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "img", "object", "embed", "form", "base", "b>"}
    assert "alert(" in page.text, "the hostile entries are not shown, so nothing is tested"
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
    links = [a for a in page.all("a") if not str(a["href"]).startswith("#")]
    assert links, "no example has a link"
    for link in links:
        assert str(link["href"]).startswith("http"), link
        assert link["rel"] == "noopener noreferrer"
    assert not set(page.html) & set("\x00\x07\u202e")
    assert len(page.html) < 300_000, "a huge record makes a huge page"
    assert "49" not in [text.strip() for _, text in page.texts], "a template was evaluated"


def test_examples_name_the_rule_and_mask_personal_data(
    mill: tuple[dict[str, Any], Path, str],
) -> None:
    result, store, _ = mill
    page = page_of(store, "hostil")
    assert "juan.ruiz" not in page.html
    assert "ana.perez" not in page.html
    assert "612 345 678" not in page.html
    assert "[EMAIL]" in page.text
    assert page.all("details"), "no example"
    rules = {rule for s in result["stages"][:4] for rule in s["documents"]["removed"]}
    told = {text for tag, text in page.texts if tag == "b"}
    assert rules <= told
    quotes = page.all("blockquote")
    assert quotes
    assert {q["lang"] for q in quotes} == {"es"}
    assert any("threshold" in text for _, text in page.texts)


def test_the_page_can_be_read_by_all(mill: tuple[dict[str, Any], Path, str]) -> None:
    page = page_of(mill[1], "hostil")
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), "a level is skipped"
    assert all("scope" in th for th in page.all("th"))
    drawn = [a for _, a in page.elements if a.get("role") == "img"]
    assert drawn
    assert all(a.get("aria-label") for a in drawn)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    anchors = {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")}
    assert anchors <= set(ids)
    assert any(m.get("name") == "viewport" for m in page.all("meta"))


def test_a_stage_that_did_not_run_has_no_section(
    mill: tuple[dict[str, Any], Path, str], tmp_path: Path
) -> None:
    run_recipe(mill[2], str(tmp_path / "store"), last="extract")
    page = page_of(tmp_path / "store", "hostil")
    sections = [s["id"] for s in page.all("section")]
    assert sections == ["funnel", "removed", "datasets", "lineage"]
    with pytest.raises(UsageError, match="has no run"):
        write_report(Store(tmp_path / "store"), "otra")


def test_a_run_of_one_stage_shows_what_still_belongs_together(
    mill: tuple[dict[str, Any], Path, str],
) -> None:
    """Later stages stay on the page while they follow from what is shown, and leave it when they do not."""
    result, store, recipe = mill
    names = {s["stage"]: s["fingerprint"] for s in result["stages"]}
    run_recipe(recipe, str(store), first="annotate", last="annotate")
    held = shown(Store(store), "hostil")
    assert {m.stage: m.fingerprint for m in held.datasets.values() if m.stage in names} == names
    run_recipe(recipe, str(store), ["filter.edits=false"], first="filter", last="filter")
    stages = [m.stage for m in shown(Store(store), "hostil").datasets.values()]
    assert stages == ["files", "extract", "annotate", "filter"]
    again = run_recipe(recipe, str(store))
    assert {s["stage"]: s["fingerprint"] for s in again["stages"]} == names


def test_a_stage_is_told_once_where_two_datasets_are_equal(
    mill: tuple[dict[str, Any], Path, str], tmp_path: Path
) -> None:
    """Other parameters that decide the same make another dataset, of which all that follows is kept."""
    _, _, recipe = mill
    run_recipe(recipe, str(tmp_path / "store"))
    same = run_recipe(recipe, str(tmp_path / "store"), ["filter.languages=[es,ca,gl,eu,pt,en,it]"])
    stages = [s["state"] for s in same["stages"]]
    assert stages == ["reused", "reused", "committed", "reused", "reused"]
    page = page_of(tmp_path / "store", "hostil")
    titles = [text for tag, text in page.texts if tag == "h3"]
    assert titles.count("filter") == 2, "once in the funnel, once among the examples"


# A store made by hand: its tables are real files, its manifests real manifests.


def committed(
    store: Store,
    stage: str,
    kinds: list[str],
    shards: list[tuple[dict[str, Path], Ledger, dict[str, Any]]],
    **inputs: Manifest,
) -> Manifest:
    made = []
    for number, (parts, ledger, figures) in enumerate(shards):
        key = f"{number:032x}"
        files = []
        for part, path in parts.items():
            target = Path(store.url) / f"shards/{stage}/{key}/{path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            rows = pq.read_metadata(target).num_rows if path.suffix == ".parquet" else None
            files.append(
                File(
                    path=f"shards/{stage}/{key}/{path.name}",
                    part=part,
                    rows=rows,
                    bytes=target.stat().st_size,
                    sha256=file_digest(target),
                    shard=key,
                )
            )
        made.append(
            Shard(key=key, stage=stage, step=stage, files=files, ledger=ledger, figures=figures)
        )
    manifest = Manifest(
        stage=stage,
        fingerprint="f" * 32,
        kinds=kinds,
        version=1,
        inputs={n: [Reference(stage=m.stage, fingerprint="f" * 32)] for n, m in inputs.items()},
        shards=made,
        ledger=Ledger.total(s.ledger for s in made),
    )
    store.create_manifest(manifest)
    return manifest


def record(store: Store, recipe: str, *manifests: Manifest) -> None:
    rows = [
        {
            "stage": m.stage,
            "fingerprint": m.fingerprint,
            "state": "committed",
            "seconds": 1.5,
            "shards": {"computed": len(m.shards), "reused": 0},
        }
        for m in manifests
    ]
    run = "20261124T120000-00000000"
    datasets = {m.stage: m.fingerprint for m in manifests}
    value = {"recipe": recipe, "run": run, "stages": rows, "datasets": datasets}
    store.write_json(f"runs/{recipe}/{run}.json", value)


def test_a_hundred_thousand_documents_are_told_of_at_once(store: Store, tmp_path: Path) -> None:
    rows, shards, rules = 5_000, 20, [f"rule_{i}" for i in range(25)]
    text = "Un párrafo cualquiera de una página cualquiera. " * 30
    documents, decisions, corpus = [], [], []
    for shard in range(shards):
        ids = [f"{shard:04x}{row:028x}" for row in range(rows)]
        table = pa.table(
            {
                "id": ids,
                "url": [f"http://sitio.test/{i}" for i in ids],
                "host": ["sitio.test"] * rows,
                "domain": ["web"] * rows,
                "text": [text] * rows,
                "source": pa.nulls(rows, DOCUMENTS.field("source").type),
                "captured_at": pa.nulls(rows, DOCUMENTS.field("captured_at").type),
                "metadata": pa.nulls(rows, DOCUMENTS.field("metadata").type),
            },
            schema=DOCUMENTS,
        )
        why = [rules[row % 50] if row % 50 < 25 else None for row in range(rows)]
        decided = pa.table({"id": ids, "rule": pa.array(why, pa.string()), "value": [0.5] * rows})
        places = {n: tmp_path / f"{n}{shard}.parquet" for n in ("kept", "decisions", "lang=es")}
        pq.write_table(table, places["kept"], row_group_size=1024)
        pq.write_table(decided, places["decisions"])
        pq.write_table(table, places["lang=es"], row_group_size=1024)
        whole = Ledger(documents=Documents(in_=rows, kept=rows))
        half = Documents(in_=rows, kept=rows // 2, removed=dict.fromkeys(rules, rows // 50))
        documents.append(({"kept": places["kept"]}, whole, {}))
        decisions.append(({"decisions": places["decisions"]}, Ledger(documents=half), {}))
        corpus.append(({"lang=es": places["lang=es"]}, whole, {}))
    read = committed(store, "extract", ["documents"], documents)
    kept = committed(store, "filter", ["decisions"], decisions, documents=read)
    record(store, "grande", read, kept, committed(store, "corpus", ["corpus"], corpus, of=kept))
    begun = time.perf_counter()
    page = page_of(store.url, "grande")
    seconds = time.perf_counter() - begun
    assert "100,000 documents in 50,000 kept" in page.text
    assert page.html.count('<article class="example">') == 2 * len(rules)
    assert seconds < 5, f"{seconds:.1f} s"


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
    figures = {"parameters": {"all": 1_688_704}, "unigram_bpb": 2.5}
    model = committed(
        store, "pretrain", ["model"], [({"metrics": tmp_path / "metrics.jsonl"}, Ledger(), figures)]
    )
    parts = {"metrics": tmp_path / "metrics.json", "samples": tmp_path / "samples.json"}
    measured = {"test_bpb": 2.25, "test_unigram_bpb": 2.75}
    metrics = committed(store, "evaluate", ["metrics"], [(parts, Ledger(), measured)], model=model)
    record(store, "modelo", model, metrics)
    page = page_of(store.url, "modelo")
    assert "script" not in {tag for tag, _ in page.elements}
    assert "</blockquote><script>alert(1)</script>" in page.text
    assert "1,688,704" in page.text
    assert "2.250 on test; unigram 2.750" in page.text
    assert "all 2.125 2.750 2.250 2.750" in page.text
    lines = page.all("polyline")
    assert len(lines) == 2
    assert all(len(str(line["points"]).split()) <= report_plot.POINTS for line in lines)
    assert "nan" not in str(lines)
    assert [a for a in page.all("line") if a["class"] == "level"]


def test_a_failed_run_says_so_and_shows_what_there_was(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "kept.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    counted = Ledger(documents=Documents(in_=1, kept=1))
    read = committed(store, "extract", ["documents"], [({"kept": path}, counted, {})])
    record(store, "rota", read)
    failed = {"stage": "annotate", "fingerprint": "0" * 32, "state": "failed"}
    later = "20261124T130000-00000000"
    value = {"recipe": "rota", "run": later, "stages": [failed], "datasets": {}}
    store.write_json(f"runs/rota/{later}.json", value)
    page = page_of(store.url, "rota")
    assert "ended in a failure of annotate" in page.text
    assert "1 documents in 1 kept" in page.text
    assert later in page.text


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.floats(allow_nan=True, allow_infinity=True)),
        max_size=1500,
    )
)
def test_a_line_keeps_its_ends_and_few_points(points: list[tuple[float, float]]) -> None:
    finite = [p for p in points if abs(p[1]) < float("inf")]
    thinned = report_plot.thin(points)
    assert len(thinned) <= report_plot.POINTS
    if finite:
        assert thinned[0] == finite[0]
        assert thinned[-1] == finite[-1]
    else:
        assert thinned == []


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_round_and_span_the_values(low: float, room: float) -> None:
    high = low + max(room, abs(low) * 1e-6)
    found = report_plot.ticks(low, high)
    assert 2 <= len(found) <= 8
    slack = (found[1] - found[0]) * 1e-6
    assert found[0] <= low + slack
    assert found[-1] >= high - slack


@given(st.text(max_size=600), st.integers(1, 300))
def test_a_quotation_is_short_and_on_one_line(text: str, length: int) -> None:
    quoted = report_examples.quoted(f"{text} ana@correo.es {text}", length)
    assert len(quoted) <= length + 1
    assert "ana@correo.es" not in quoted
    assert not set(quoted) & set("\n\r\x00\u202e\u2067")


def test_numbers_are_told_as_people_say_them() -> None:
    assert [percent(p) for p in (0, 0.0001, 0.1234, 0.99999, 1)] == [
        *("0%", "<0.1%", "12.3%", ">99.9%", "100%")
    ]
    assert [size(n) for n in (0, 999, 268_000, 7_206_573)] == [
        "0 bytes",
        "999 bytes",
        "268 kB",
        "7.21 MB",
    ]
    assert [duration(s) for s in (0.25, 61, 7500)] == ["0.2 s", "1 min 1 s", "2 h 5 min"]
