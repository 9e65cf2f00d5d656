"""A person at the page of the server, in a real browser: starts, watches, reads, approves, cancels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from glob import glob
from typing import Any

import pytest

from tests.browser import PATIENCE, browser  # noqa: F401
from tests.flows.command import FEW
from tests.flows.server.served import OVERRIDES, Served, gone, slot_taken, until

pytestmark = pytest.mark.timeout(1800)  # a busy machine takes long to start a server


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
    # By its address: a page that is still being drawn loses a click on the link.
    page.goto(served.url.removesuffix("/api") + "/runs")
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
    boxes.nth(3).fill(*OVERRIDES)
    page.keyboard.press("Tab")
    texts = len(glob(FEW))
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
        assert run["parameters"]["overrides"] == OVERRIDES
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


def test_a_training_is_approved_on_its_page_and_cancelled_there(
    served: Served, page: Any, corpus: str, scheduled: dict[str, Any]
) -> None:
    """It may begin then, and waits for its slot; that one that was approved goes on to its end is seen elsewhere."""
    run = served.start("cadena-train", approval=True, overrides=["pretrain.seed=8"])
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

    with slot_taken(served):
        until(answered)
        until(lambda: "waiting for a slot" in served.log(run))
        page.get_by_text("Running", exact=True).first.wait_for()
        page.get_by_role("button", name="Cancel").first.click()
        page.get_by_role("button", name="Confirm").click()
        assert served.wait(run)["state"]["type"] == "CANCELLED"
    page.get_by_text("Cancelled", exact=True).first.wait_for()
    assert gone(served, run)
