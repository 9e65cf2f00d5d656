"""Where the pages of a store are served on this machine, if anywhere."""

from __future__ import annotations

import json
import os

from pipeline.store.store import Store

HOST, PORT = "127.0.0.1", 4201
VARIABLE = "TAHONA_PAGES"  # the address of the pages, where it is not the usual one
STORE = "store"  # the path that answers with the store that is served
PATIENCE = 5.0  # seconds within which the pages answer whose they are


def address_of(store: Store) -> str | None:
    """The address of a `tahona serve` with this store: that of TAHONA_PAGES, else the usual one; None: it has none."""
    import urllib.request
    from http.client import HTTPException

    address = (os.environ.get(VARIABLE) or f"http://{HOST}:{PORT}").rstrip("/")
    try:
        with urllib.request.urlopen(f"{address}/{STORE}", timeout=PATIENCE) as response:
            served = json.load(response)
    except (OSError, ValueError, HTTPException):
        return None
    same = isinstance(served, dict) and served.get("store") == store.url
    return address if same else None
