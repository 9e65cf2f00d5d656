"""A headless Chromium for the tests that look at a page as a person does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# Chromium is asked to leave the internet alone, to run where there is no user namespace, and to draw nothing by WebGL:
# without a graphics card a graph that does takes more than half a processor as long as its page is open.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-accelerated-2d-canvas",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

PATIENCE = 300_000  # milliseconds that a busy machine may take for a page or a click


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's browser, on the Chromium of this machine."""
    path = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))),
        None,
    )
    if path is None:
        pytest.skip("no browser: install chromium (Debian's package `chromium`)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), timeout=PATIENCE
        )
        yield opened
        opened.close()
