"""A person at the page of the server, in a real browser: starts, watches, cancels, goes on, approves, reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.browser import PATIENCE, browser  # noqa: F401
from tests.flows.command import ARTICLES, write_recipe
from tests.flows.server.prefect_server import home
from tests.flows.server.served import Served, until

pytestmark = pytest.mark.timeout(1800)  # a busy machine takes long to start a server

COPIES = 2  # of each text
LANGUAGES = "filter.languages=[es, gl]"
TINY = {"depth": 1, "width": 16, "heads": 2, "context": 32, "batch": 64, "steps": 5}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of one recipe."""
    folder = tmp_path_factory.mktemp("served")
    for source in sorted((ARTICLES / "diario").iterdir()):
        for copy in range(COPIES):
            text = source.read_text().replace(" de ", f" de {copy} ")
            (folder / f"{source.stem}-{copy}.txt").write_text(text)
    stages = {"tokenizer": {"vocabulary": 400}, "shard": {"validation": 0.2, "test": 0}}
    write_recipe(folder, ["*.txt"], "cadena", **stages, pretrain=TINY)
    served = Served(folder, "cadena.yaml", home=home(tmp_path_factory))
    try:
        served.ready().let_nothing_follow()
        yield served
    finally:
        served.close()


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Any]:  # noqa: F811
    """The page that `tahona serve` names; it may ask this machine alone."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda asked: None if _near(asked.url) else elsewhere.append(asked.url),
    )
    page.goto(served.url.removesuffix("/api"))
    yield page
    page.close()
    assert not elsewhere, "the page asked somebody else"


def _near(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def created(asked: list[str]) -> bool:
    """Whether the page has asked the server for a flow run."""
    return any(url.endswith("/create_flow_run") for url in asked)


def show(page: Any, served: Served, run: str) -> None:
    """Goes to the page of a flow run by the list of runs."""
    # By its link: the page of a deployment has a tab of the same name.
    page.locator("a[href$='/runs']").first.click()
    page.wait_for_url("**/runs*")
    page.locator(f"#app a[href*='{run}']").first.click()  # its name may change, and a toast bear it
    page.wait_for_url(f"**/{run}*")
    page.get_by_text("Artifacts", exact=True).first.wait_for()


def test_a_run_is_started_from_the_form_with_a_changed_parameter_and_watched(
    served: Served, page: Any
) -> None:
    page.get_by_text("Deployments", exact=True).first.click()
    page.wait_for_url("**/deployments*")
    page.get_by_text("cadena-data").first.click()
    page.wait_for_url("**/deployments/deployment/*")
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.get_by_text("Custom run").first.click()
    page.get_by_text("Parameters to change, each as").first.wait_for()
    assert page.get_by_role("textbox").nth(1).input_value() == str(
        served.store.parent / "cadena.yaml"
    )
    boxes = page.get_by_role("textbox")
    before = boxes.count()
    page.get_by_role("button", name="Add item").click()
    until(lambda: boxes.count() == before + 1)
    boxes.nth(3).fill(LANGUAGES)
    page.keyboard.press("Tab")
    texts = COPIES * len(list((ARTICLES / "diario").iterdir()))
    with served.children.paused():
        asked: list[str] = []
        page.on("request", lambda sent: asked.append(sent.url))
        for _ in range(5):  # a click while the form is drawn anew is lost, a person's too
            page.get_by_role("button", name="Submit").click()
            with suppress(AssertionError):
                until(lambda: page.wait_for_timeout(100) or created(asked), 120)
                break
        page.wait_for_url("**/deployments/deployment/*")  # where a form leads whose run is made
        (run,) = until(lambda: served.runs_of("cadena-data"))
        assert run["parameters"]["overrides"] == [LANGUAGES]
        show(page, served, run["id"])
        page.get_by_text("Running", exact=True).first.wait_for()
        page.get_by_text("Artifacts", exact=True).first.click()
        # The card of a stage at work says how far it is.
        page.get_by_text("cadena-extract-progress").first.wait_for()
        page.get_by_text(f"of {texts} shards").first.wait_for()
    assert served.wait(run["id"])["state"]["type"] == "COMPLETED"
    page.get_by_text("Completed", exact=True).first.wait_for()

    # The filter's table, as a person reads it.
    page.reload()
    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text("cadena-filter", exact=True).first.click()
    for words in ("documents in", "characters kept", "shards computed", "documents per second"):
        page.get_by_text(words, exact=True).first.wait_for()
    rows = json.loads(served.artifacts(run["id"])["cadena-filter"]["data"])
    assert {"figure": "documents in", "value": str(texts), "share": "100%"} in rows
    assert not [key for key in served.artifacts(run["id"]) if key.endswith("-progress")]

    # The report opens from there, and its pages are those of the store.
    show(page, served, run["id"])
    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text("cadena-run", exact=True).first.click()
    link = page.get_by_role("link", name="report", exact=True).first
    link.wait_for()
    page.goto(link.get_attribute("href"))
    page.get_by_role("heading", name="cadena").first.wait_for()
    assert served.artifacts(run["id"])["cadena-report"]["data"].count("http://127.0.0.1:")


def test_a_run_is_cancelled_on_its_page_and_the_next_one_goes_on(served: Served, page: Any) -> None:
    store = f"{served.store}-2"
    with served.children.paused():
        run = served.start("cadena-data", store=store, overrides=["run.workers=1"])
        until(lambda: list(Path(store).glob("shards/extract/*/shard.json")))
        show(page, served, run)
        page.get_by_role("button", name="Cancel").first.click()
        page.get_by_role("button", name="Confirm").click()
        until(lambda: served.run(run)["state"]["type"] != "RUNNING")
    page.get_by_text("Cancelled", exact=True).first.wait_for()
    assert served.run(run)["state"]["type"] == "CANCELLED"
    until(lambda: not served.of_run(run))

    again = served.start("cadena-data", store=store)
    assert served.wait(again)["state"]["type"] == "COMPLETED"
    table = json.loads(served.artifacts(again)["cadena-extract"]["data"])
    assert {row["figure"]: row["value"] for row in table}["shards reused"] != "0"


def test_a_training_is_approved_on_its_page(served: Served, page: Any) -> None:
    served.wait(served.start("cadena-data", overrides=[LANGUAGES]))
    run = served.start("cadena-train", approval=True, overrides=[LANGUAGES])
    served.wait(run, {"PAUSED"})
    show(page, served, run)
    page.get_by_role("button", name="Resume").first.click()
    page.get_by_text("Resume the run to let pretrain begin").first.wait_for()
    page.get_by_text("Whether the training may begin.").first.wait_for()

    from playwright.sync_api import Error

    def answered() -> bool:  # a busy server may refuse the first time
        submit = page.get_by_role("button", name="Submit")
        with suppress(Error):  # it may have gone meanwhile
            if submit.count():
                submit.last.click(timeout=5000)
        page.wait_for_timeout(5000)
        return bool(served.run(run)["state"]["type"] != "PAUSED")

    until(answered)
    state = served.wait(run)["state"]
    assert state["type"] == "COMPLETED", state["message"]
    page.get_by_text("Completed", exact=True).first.wait_for()
