"""The report as a person sees it: in a real browser, by day and by night, on a telephone, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.commands.run import run_recipe
from flows.report import write_site
from pipeline.model.dataset import Ledger
from pipeline.store.store import Store
from tests.browser import PATIENCE, browser  # noqa: F401
from tests.flows.report.pages import committed, hostile_recipe, record
from tests.flows.server.served import until

RULES = "[tahona, {name: few, signal: words, min: 350}]"  # documents stand on either side
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
# Of what axe looks at, only this depends on the colours.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site of two runs over hostile texts, and of a model."""
    folder = tmp_path_factory.mktemp("browser")
    recipe, store = hostile_recipe(folder), folder / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        first = ["deduplicate.threshold=0.9", "filter.edits=false", f"filter.rules={RULES}"]
        run_recipe(recipe, str(store), first)
        run_recipe(recipe, str(store))
    model(Store(store), folder)
    write_site(Store(store))
    yield store / "reports"


def model(store: Store, folder: Path) -> None:
    """A trained and measured model, and how fast it was trained, made by hand."""
    curve = [
        {"step": s, "loss": 8 - s / 100, "validation_bpb": 3 - s / 1000} for s in range(1, 300)
    ]
    (folder / "metrics.jsonl").write_text("\n".join(map(json.dumps, curve)))
    bits = [{"split": "test", "domain": d, "bpb": 2.2, "unigram_bpb": 2.7} for d in ("x", "all")]
    (folder / "metrics.json").write_text(json.dumps({"bits_per_byte": bits}))
    samples = [{"prompt": "La ciudad", "text": "</blockquote><script>alert(1)</script>"}]
    (folder / "samples.json").write_text(json.dumps(samples))
    figures = {"parameters": {"all": 1_688_704}, "unigram_bpb": 2.5}
    made = committed(
        store,
        "pretrain",
        ["model"],
        [({"metrics": folder / "metrics.jsonl"}, Ledger(), figures)],
        {"learning_rate": 0.003, "weights": {"x": 1.0}},
    )
    parts = {"metrics": folder / "metrics.json", "samples": folder / "samples.json"}
    metrics = committed(
        store, "evaluate", ["metrics"], [(parts, Ledger(), {"test_bpb": 2.2})], model=made
    )
    record(store, "modelo", made, metrics)
    path = "runs/modelo/20261124T120000-00000000.json"
    held = store.read_json(path)
    points = [[s, s * 3_000 + s % 7] for s in range(40)]
    held["stages"][0]["pace"] = [{"step": "train", "unit": "tokens", "points": points}]
    store.write_json(path, held)


def pages(site: Path, suffix: str) -> dict[str, Path]:
    """A page of every kind in one language."""

    def dataset(stage: str) -> Path:
        found = sorted((site / "_datasets" / stage).glob(f"*{suffix}"))
        return next(p for p in found if p.name.count(".") == suffix.count("."))

    run = sorted(p for p in (site / "hostil").glob(f"2*{suffix}"))
    return {
        "index": site / f"index{suffix}",
        "recipe": site / "hostil" / f"index{suffix}",
        "run": [p for p in run if p.name.count(".") == suffix.count(".")][-1],
        "compare": site / "hostil" / f"compare{suffix}",
        "speed": site / "modelo" / f"20261124T120000-00000000{suffix}",
        "measured": site / "modelo" / f"index{suffix}",
        **{s: dataset(s) for s in ("files", "filter", "deduplicate", "corpus", "evaluate")},
    }


class Visitor:
    """A tab that notes every complaint of the console, every dialog, and every request but for its files."""

    def __init__(self, chromium: Any, **context: Any) -> None:
        self.context = chromium.new_context(**context)
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("file://", "data:,")):
            self.complaints.append(f"asks for {request.url}")
        elif request.resource_type != "document" and not request.url.startswith("data:,"):
            self.complaints.append(f"asks for the file {request.url}")

    def hear(self, *words: str) -> None:
        """Waits for complaints with these words, which may come after the page."""
        said = self.complaints
        until(lambda: self.page.wait_for_timeout(50) or all(w in str(said) for w in words))

    def see(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:  # noqa: F811
    visitors: list[Visitor] = []

    def opened(**context: Any) -> Visitor:
        visitors.append(Visitor(browser, **context))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()


@pytest.mark.parametrize(("suffix", "size"), [(".html", "desktop"), (".es.html", "phone")])
def test_every_kind_of_page_can_be_read_by_all(
    site: Path, visit: Any, suffix: str, size: str
) -> None:
    """No violation that axe knows of, by day and by night."""
    from axe_playwright_python.sync_playwright import Axe

    visitor = visit(viewport=SIZES[size], color_scheme="light", bypass_csp=True)
    for kind, path in pages(site, suffix).items():
        page = visitor.see(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        by_day = Axe().run(page)
        page.emulate_media(color_scheme="dark")
        by_night = Axe().run(page, options=COLOURS)
        page.emulate_media(color_scheme="light")
        for found in (by_day, by_night):
            assert found.violations_count == 0, f"{kind}: {found.generate_report()}"
    assert visitor.complaints == []


def test_a_threshold_shows_what_stands_nearest_to_it(site: Path, visit: Any) -> None:
    page_of = [p for p in (site / "_datasets" / "filter").glob("*.html") if ".es." not in p.name]
    (path,) = (p for p in page_of if "few</summary>" in p.read_text())
    page = visit().see(path)
    near = page.locator(".histogram details.near", has_text="few").first
    near.locator("summary").click()
    for word in ("Nearest that stays", "Nearest that goes"):
        assert near.get_by_text(word).first.is_visible()
    assert near.locator("blockquote").count() >= 2


@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_nothing_is_asked_for_and_all_fits(site: Path, visit: Any, size: str) -> None:
    visitor = visit(viewport=SIZES[size])
    for path in sorted(site.rglob("*.html")):
        page = visitor.see(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} pixels too wide"
        if size == "desktop":  # where a table that scrolls hides what it is for
            cut = "[...document.querySelectorAll('.shares .wide')].filter(e => e.scrollWidth > e.clientWidth).length"
            assert page.evaluate(cut) == 0, path
        assert page.locator("main h1").count() == 1
        assert page.evaluate("document.querySelectorAll('img, iframe, object').length") == 0
    assert visitor.complaints == []


def test_a_script_from_a_text_would_be_stopped(site: Path, visit: Any, tmp_path: Path) -> None:
    """Should the escaping ever fail, the policy of the page still holds."""
    visitor = visit(viewport=SIZES["desktop"])
    for source in (site / "hostil/index.html", site / "hostil/compare.html"):
        attack = "<script>alert(1)</script><img src=x onerror=alert(2)><iframe src=//a.test>"
        broken = tmp_path / source.name
        broken.write_text(source.read_text().replace("<h1>", f"{attack}<h1>"))
        visitor.see(broken)
        visitor.hear("inline script ", "event handler ", "the image ", "Framing ")
        refused = "\n".join(visitor.complaints)
        assert "dialog" not in refused
        assert refused.count("violates the following Content Security Policy") == 4
        visitor.complaints.clear()


def test_the_lineage_is_clicked_through(site: Path, visit: Any) -> None:
    visitor = visit(viewport=SIZES["phone"])
    page = visitor.see(site / "hostil/index.html")
    for stage in ("corpus", "filter", "extract", "files", "deduplicate"):
        with page.expect_navigation():
            page.locator("svg.lineage a", has_text=stage).first.click()
        assert page.locator("h1").inner_text() == stage
        here = page.locator("svg.lineage .here").text_content() or ""
        assert here.strip().startswith(stage)
    page.keyboard.press("Tab")
    page.locator("svg.lineage a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/_datasets/files/**")
    page.get_by_role("link", name="Tahona").click()
    page.wait_for_url("**/reports/index.html")
    page.get_by_role("link", name="hostil").first.click()
    page.wait_for_url("**/hostil/index.html")
    assert visitor.complaints == []


def test_the_language_is_switched_and_stays(site: Path, visit: Any) -> None:
    visitor = visit(viewport=SIZES["desktop"])
    page = visitor.see(site / "hostil/index.html")
    page.get_by_role("link", name="Español").click()
    page.wait_for_url("**/hostil/index.es.html")
    assert page.locator("html").get_attribute("lang") == "es"
    with page.expect_navigation():  # the page that is left has such an address too
        page.locator("svg.lineage a").last.click()
    page.wait_for_url("**/corpus/*.es.html")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/corpus/*")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("suffix", [".html", ".es.html"])
def test_any_two_runs_are_compared_as_the_pages_of_runs_do(
    site: Path, visit: Any, suffix: str
) -> None:
    def rows(page: Any) -> list[list[str]]:
        lines = page.locator("#changes tbody tr, [aria-labelledby=changes] tbody tr").all()
        return [[c.inner_text() for c in row.locator("th, td").all()] for row in lines]

    visitor = visit(viewport=SIZES["desktop"])
    page = visitor.see(pages(site, suffix)["run"])
    before = rows(page)
    page = visitor.see(pages(site, suffix)["compare"])
    assert rows(page) == before
    assert any(row[:3] == ["deduplicate.threshold", "0,9", "0,8"] for row in before) == (
        suffix == ".es.html"
    )
    page.locator("#before").select_option("0")
    assert rows(page) == []
    page.locator("#after").select_option("1")
    assert [row[1:3] for row in rows(page)] == [[row[2], row[1]] for row in before]
    page.locator("#changes a").first.click()  # a fingerprint
    page.wait_for_url(f"**/_datasets/**{suffix}")
    assert visitor.complaints == []
