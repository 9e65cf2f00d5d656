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

SOON = 20_000  # milliseconds after which a click counts as lost

# What moves is drawn again and again as long as a page is open, by the processor.
STILL = """
document.addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = "*, ::before, ::after { animation: none !important; transition: none !important }";
  document.head.append(style);
});
"""


@pytest.fixture(scope="module")
def page(served: Served, browser: Any) -> Iterator[Any]:  # noqa: F811
    """A tab for the pages of the server, which may ask this machine alone; kept, as what it has loaded is large."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(STILL)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda asked: None if _near(asked.url) else elsewhere.append(asked.url),
    )
    yield page
    page.close()
    assert not elsewhere, "the page asked somebody else"


def _near(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def press(page: Any, button: Any, shown: Any) -> None:
    """Clicks until what the click leads to is there: while a page is drawn anew one is lost, a person's too."""
    from playwright.sync_api import Error

    def led() -> bool:
        with suppress(Error):
            button.click(timeout=SOON)
        with suppress(Error):
            shown.wait_for(timeout=SOON)
        return bool(shown.is_visible())

    until(led, log=lambda: page.inner_text("body"))


def show(page: Any, served: Served, run: str) -> None:
    """Goes to the page of a flow run."""
    page.goto(served.url.removesuffix("/api") + f"/runs/flow-run/{run}")
    page.get_by_text("Artifacts", exact=True).first.wait_for()


def test_a_run_is_started_from_the_form_with_a_changed_parameter_and_watched(
    served: Served, page: Any, clock: object
) -> None:
    page.goto(served.url.removesuffix("/api"))  # as `tahona serve` names it
    deployments = page.get_by_text("cadena-data").first
    press(page, page.get_by_text("Deployments", exact=True).first, deployments)
    run_button = page.get_by_role("button", name="Run", exact=True).first
    press(page, deployments, run_button)
    custom = page.get_by_text("Custom run").first
    press(page, run_button, custom)
    press(page, custom, page.get_by_text("Parameters to change, each as").first)
    boxes = page.get_by_role("textbox")
    assert boxes.nth(1).input_value() == str(served.store.parent / "cadena.yaml")
    press(page, page.get_by_role("button", name="Add item"), boxes.nth(3))
    texts = len(glob(FEW))
    with served.children.paused():
        run = submitted(served, page, boxes.nth(3), *OVERRIDES)
        assert run["parameters"]["overrides"] == OVERRIDES
        link = page.locator(f"#app a[href*='{run['id']}']").first  # its name may change
        press(page, page.get_by_text("Runs", exact=True).first, link)
        artifacts = page.get_by_text("Artifacts", exact=True).first
        press(page, link, artifacts)
        page.get_by_text("Running", exact=True).first.wait_for()
        # The card of a stage at work says how far it is.
        press(page, artifacts, page.get_by_text("cadena-extract-progress").first)
        page.get_by_text(f"of {texts} shards").first.wait_for()
    assert served.wait(run["id"])["state"]["type"] == "COMPLETED"
    page.get_by_text("Completed", exact=True).first.wait_for()

    # The filter's table, as a person reads it.
    page.reload()
    table = page.get_by_text("cadena-filter", exact=True).first
    press(page, artifacts, table)
    press(page, table, page.get_by_text("documents in", exact=True).first)
    for words in ("characters kept", "shards computed", "documents per second"):
        page.get_by_text(words, exact=True).first.wait_for()
    rows = json.loads(served.artifacts(run["id"])["cadena-filter"]["data"])
    assert {"figure": "documents in", "value": str(texts), "share": "100%"} in rows
    assert not [key for key in served.artifacts(run["id"]) if key.endswith("-progress")]

    # The report opens from there, and its pages are those of the store.
    page.go_back()
    page_link = page.get_by_text("cadena-run", exact=True).first
    press(page, artifacts, page_link)
    link = page.get_by_role("link", name="report", exact=True).first
    press(page, page_link, link)
    page.goto(link.get_attribute("href"))
    page.get_by_role("heading", name="cadena").first.wait_for()
    assert served.artifacts(run["id"])["cadena-report"]["data"].count("http://127.0.0.1:")


def submitted(served: Served, page: Any, box: Any, words: str) -> dict[str, Any]:
    """Writes into a box and presses Submit until the server has the run.

    A busy server may refuse it, and the form stays then. What is written into a box that has just been added may be
    lost to the form, which takes the box for empty ("None is not of type 'string'") and refuses for ever.
    """
    from playwright.sync_api import Error

    def pressed() -> list[dict[str, Any]]:
        if not (runs := served.runs_of("cadena-data")):
            with suppress(Error):
                box.fill(words, timeout=SOON)
                box.press("Tab", timeout=SOON)
            with suppress(Error), page.expect_response("**/create_flow_run", timeout=60_000):
                page.get_by_role("button", name="Submit").click(timeout=SOON)
        return runs

    return dict(until(pressed, log=lambda: page.inner_text("body"))[0])


def test_a_training_is_approved_on_its_page_and_cancelled_there(
    served: Served, page: Any, corpus: str, scheduled: dict[str, Any]
) -> None:
    """It may begin then, waits for its slot and hears a cancellation there; how one goes on is seen elsewhere."""
    run = served.start("cadena-train", approval=True, overrides=["pretrain.seed=8"])
    served.asks(run)
    show(page, served, run)
    question = page.get_by_text("Resume the run to let pretrain begin").first
    press(page, page.get_by_role("button", name="Resume").first, question)
    page.get_by_text("Whether the training may begin.").first.wait_for()

    from playwright.sync_api import Error

    def answered() -> bool:  # a busy server may refuse the first time
        submit = page.get_by_role("button", name="Submit")
        with suppress(Error):  # it may have gone meanwhile
            if submit.count():
                submit.last.click(timeout=SOON)
        page.wait_for_timeout(5000)
        return bool(served.run(run)["state"]["type"] != "PAUSED")

    with slot_taken(served):
        served.until(run, answered)
        served.says(run, "waiting for a slot")
        page.get_by_text("Running", exact=True).first.wait_for()
        confirm = page.get_by_role("button", name="Confirm")
        press(page, page.get_by_role("button", name="Cancel").first, confirm)

        def confirmed() -> bool:
            with suppress(Error):
                confirm.click(timeout=SOON)
            return str(served.run(run)["state"]["type"]).startswith("CANCEL")

        until(confirmed, log=lambda: served.told(run))
        assert served.wait(run)["state"]["type"] == "CANCELLED"
        assert gone(served, run)
        assert "pretrain: begins" not in served.log(run)
    page.get_by_text("Cancelled", exact=True).first.wait_for()
    assert served.ask("v2/concurrency_limits/gpu")["active_slots"] == 0
