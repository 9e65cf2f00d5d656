"""The store that a command or a flow works on."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.store.store import Store

_ONE_SLASH = re.compile(r"[a-z][a-z0-9+]+:/[^/]")  # else a folder `s3:` would be made here


def open_store(url: str | None) -> Store:
    """The store of --store, else of TAHONA_STORE, else ./store; a UsageError where another version made it."""
    store = _store(url)
    store.exists()
    return store


def _store(url: str | None) -> Store:
    place = _place(url)
    if place.startswith("memory:"):
        raise UsageError(
            f"the store {place} is in this process's memory, which the processes that compute its shards "
            "do not see: give a folder or an object store"
        )
    if _ONE_SLASH.match(place):
        scheme, _, rest = place.partition(":")
        raise UsageError(f"{place} is no URL of a store: write {scheme}://{rest.lstrip('/')}")
    store = Store(place)
    try:
        store.url.encode()
    except UnicodeEncodeError as error:
        shown = store.url.encode(errors="backslashreplace").decode()
        raise UsageError(
            f"the path of the store, {shown}, is not UTF-8: choose another, or a locale with UTF-8 (LC_ALL=C.UTF-8)"
        ) from error
    return store


def _place(url: str | None) -> str:
    return url or os.environ.get("TAHONA_STORE") or "store"


def existing_store(url: str | None) -> Store:
    """The same, for commands that only look: a UsageError where there is none."""
    store = _store(url)
    if not store.exists():
        raise UsageError(f"there is no store at {store.url}: run a recipe first, or give --store")
    return store


def command_line(words: str, recipe: str, changes: Sequence[str], store: Store) -> str:
    """What a person types to do something with a recipe and changes of it on this store: `tahona WORDS RECIPE`, --set
    and --store where needed.
    """
    given = [word for change in changes for word in ("--set", change)]
    place = ["--store", store.url] if Store(_place(None)).url != store.url else []
    return f"tahona {words} {shlex.join([recipe, *given, *place])}"
