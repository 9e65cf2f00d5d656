"""The report as a person sees it: in a real browser, by day and by night, on a telephone, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.commands.runs.run import run_recipe
from flows.report import write_site
from pipeline.model.ledger import Ledger
from pipeline.store.store import Store
from tests.browser import PATIENCE, browser  # noqa: F401
from tests.flows.report.pages import committed, hostile_recipe, record
from tests.flows.server.served import until

RULES = "[tahona, {name: few, signal: words, min: 350}]"  # documents stand on either side
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
VIOLATIONS = {"resultTypes": ["violations"]}
# What the sheets of a page have for screens of some widths alone.
OF_A_WIDTH = """[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
    .filter(rule => /width/.test(rule.conditionText)).map(rule => rule.cssText).join()"""

# Contrast hangs on these: colour, size and weight of a text, and the grounds that lie below it.
ONE_OF_EACH = """options => {
    const grounds = new Map([[document, ""]]), each = new Map();
    for (const e of document.querySelectorAll("*")) {
        const style = getComputedStyle(e);
        const own = [style.backgroundColor, style.backgroundImage, style.opacity].join();
        grounds.set(e, `${grounds.get(e.parentNode)} ${own}`);
        if ([...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim())) {
            const text = [style.color, style.fill, style.fontSize, style.fontWeight].join();
            const kind = `${text} ${grounds.get(e)}`;
            if (!each.has(kind)) each.set(kind, e);
        }
    }
    return axe.run({include: [...each.values()]}, options);
}"""


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
    trained = committed(
        store,
        "pretrain",
        ["model"],
        [({"metrics": folder / "metrics.jsonl"}, Ledger(), figures)],
        {"learning_rate": 0.003, "weights": {"x": 1.0}},
    )
    parts = {"metrics": folder / "metrics.json", "samples": folder / "samples.json"}
    metrics = committed(
        store, "evaluate", ["metrics"], [(parts, Ledger(), {"test_bpb": 2.2})], model=trained
    )
    record(store, "modelo", trained, metrics)
    path = "runs/modelo/20261124T120000-00000000.json"
    row = store.read_json(path)
    points = [[s, s * 3_000 + s % 7] for s in range(40)]
    row["stages"][0]["pace"] = [{"step": "train", "unit": "tokens", "points": points}]
    store.write_json(path, row)


def pages(site: Path, suffix: str) -> dict[str, Path]:
    """A page of every kind in one language."""

    def dataset(stage: str) -> Path:
        paths = sorted((site / "_datasets" / stage).glob(f"*{suffix}"))
        return next(p for p in paths if p.name.count(".") == suffix.count("."))

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
        complaints = self.complaints
        until(lambda: self.page.wait_for_timeout(50) or all(w in str(complaints) for w in words))

    def see(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Visitor]:  # noqa: F811
    """One for all tests that change nothing about it but its size: a tab costs more than many pages."""
    visitor = Visitor(browser)
    yield visitor
    visitor.context.close()


@pytest.fixture
def visitor(tab: Visitor) -> Visitor:
    tab.page.set_viewport_size(SIZES["desktop"])
    tab.complaints.clear()
    return tab


def violations(page: Any, **options: Any) -> str:
    """What axe, which the page has, complains of; empty if nothing."""
    return _report(page.evaluate("options => axe.run(options)", VIOLATIONS | options))


def at_night(page: Any) -> str:
    """What axe complains of contrasts by night, of one text of each colour on each ground.

    Where texts stand, and what lies upon them, is as by day, when all were looked at.
    """
    page.emulate_media(color_scheme="dark")
    found = _report(page.evaluate(ONE_OF_EACH, VIOLATIONS | {"runOnly": ["color-contrast"]}))
    page.emulate_media(color_scheme="light")
    return found


def _report(results: Any) -> str:
    from axe_playwright_python.base import AxeResults

    told = AxeResults(results)
    return told.generate_report() if told.violations_count else ""


def test_every_kind_of_page_can_be_read_by_all(site: Path, browser: Any) -> None:  # noqa: F811
    """No violation that axe knows of: in English on a desk, by day and by night, in Spanish on a telephone.

    There it looks at no colours, which takes most of its time: neither a width nor a language has its own.
    """
    from axe_playwright_python.sync_playwright import Axe

    visitor = Visitor(browser, color_scheme="light", bypass_csp=True)

    def opened(path: Path, size: str) -> Any:
        visitor.page.set_viewport_size(SIZES[size])
        page = visitor.see(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        page.evaluate(Axe().axe_script)
        return page

    for kind, path in pages(site, ".html").items():
        page = opened(path, "desktop")
        assert not violations(page), kind
        assert not at_night(page), f"{kind} by night"
    for kind, path in pages(site, ".es.html").items():
        page = opened(path, "phone")
        assert not violations(page, rules={"color-contrast": {"enabled": False}}), kind
        assert not re.search("color|background|fill|opacity", page.evaluate(OF_A_WIDTH))
    assert visitor.complaints == []
    visitor.context.close()


def test_a_threshold_shows_what_stands_nearest_to_it(site: Path, visitor: Visitor) -> None:
    page_of = [p for p in (site / "_datasets" / "filter").glob("*.html") if ".es." not in p.name]
    (path,) = (p for p in page_of if "few</summary>" in p.read_text())
    page = visitor.see(path)
    near = page.locator(".histogram details.near", has_text="few").first
    near.locator("summary").click()
    for word in ("Nearest that stays", "Nearest that goes"):
        assert near.get_by_text(word).first.is_visible()
    assert near.locator("blockquote").count() >= 2


# What is seen of a page whose details are open; a table that scrolls hides what it is for.
SEEN = """() => {
    document.querySelectorAll("details").forEach(d => { d.open = true });
    const all = query => [...document.querySelectorAll(query)];
    return {
        wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
        scroll: all(".shares .wide").filter(e => e.scrollWidth > e.clientWidth).length,
        titles: all("main h1").length,
        frames: all("img, iframe, object").length,
    };
}"""


def test_nothing_runs_nothing_is_asked_for_and_all_fits(site: Path, visitor: Visitor) -> None:
    fits = {"wide": 0, "titles": 1, "frames": 0}
    for path in sorted(site.rglob("*.html")):
        page = visitor.see(path)
        assert page.evaluate(SEEN) == fits | {"scroll": 0}, path
        page.set_viewport_size(SIZES["phone"])
        assert page.evaluate(SEEN).items() >= fits.items(), path
        page.set_viewport_size(SIZES["desktop"])
    assert visitor.complaints == []


def test_a_script_from_a_text_would_be_stopped(
    site: Path,
    browser: Any,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Should the escaping ever fail, the policy of the page still holds."""
    visitor = Visitor(browser)  # whose complaints nobody else hears
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
    visitor.context.close()


def test_the_lineage_is_clicked_through(site: Path, visitor: Visitor) -> None:
    visitor.page.set_viewport_size(SIZES["phone"])
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


def test_the_language_is_switched_and_stays(site: Path, visitor: Visitor) -> None:
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
    site: Path, visitor: Visitor, suffix: str
) -> None:
    def rows(page: Any) -> list[list[str]]:
        lines = "#changes tbody tr, [aria-labelledby=changes] tbody tr"
        cells = "rows => rows.map(row => [...row.querySelectorAll('th, td')].map(c => c.innerText))"
        rows_there: list[list[str]] = page.locator(lines).evaluate_all(cells)
        return rows_there

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
