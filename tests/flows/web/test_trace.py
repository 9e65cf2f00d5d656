"""The page that finds documents and follows them: what `tahona trace` tells, with links, over a store of two texts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import quote

import pytest

from flows.web.server import Web
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, answer, write_recipe
from tests.flows.web.test_server import ask

SHORT = "Demasiado corto para quedarse."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("traced")
    (folder / "largo.txt").write_text((ARTICLES / "diario/el-tren-de-las-siete.md").read_text())
    (folder / "corto.txt").write_text(SHORT)
    answer("run", write_recipe(folder, ["*.txt"], extract={"gate": []}), cwd=folder)
    return Store(folder / "store")


@pytest.fixture(scope="module")
def web(store: Store) -> Iterator[Web]:
    with Web(store, 0) as held:
        yield held


def ids(store: Store) -> dict[str, str]:
    """The documents of the store, by what became of them."""
    import pyarrow.parquet as pq

    (reference,) = store.references("filter")
    manifest = store.manifest(reference)
    assert manifest
    tables = [pq.read_table(store.fetch(f)) for f in manifest.files("decisions")]
    return {
        ("kept" if row["kept"] else "removed"): row["id"] for t in tables for row in t.to_pylist()
    }


def test_a_document_is_followed_and_what_is_nowhere_leaves_the_form(web: Web, store: Store) -> None:
    found = ids(store)
    status, text, _ = ask(web, f"/trace/?what={found['kept']}&lang=en")
    assert status == 200
    for stage in ("extract", "filter", "corpus"):
        assert f'href="/reports/_datasets/{stage}/' in text
    brief = ask(web, f"/trace/?what={found['kept'][:12]}&lang=en")[1]
    assert text.partition("<h2>")[2] == brief.partition("<h2>")[2], (
        "the beginning of an id, as reports show it, is enough"
    )
    status, text, _ = ask(web, f"/trace/?what={found['removed']}&lang=es")
    assert status == 200 and "/reports/_datasets/corpus/" not in text
    assert "<dt>rule</dt>" in text and ".es.html" in text
    hostile = "<script>alert(1)</script>"
    status, text, _ = ask(web, f"/trace/?what={quote(hostile)}")
    assert status == 404 and hostile not in text and escape(hostile) in text
    status, text, _ = ask(web, "/trace/?what=aaaaaaaaaaaa&lang=es")
    assert status == 404 and "No se ha encontrado nada" in text and "what" in text
    status, text, _ = ask(web, "/trace/?text=pan")
    assert status == 404 and "has no index" in text
    assert ask(web, "/trace/", b"what=x")[0] == 405, "it takes nothing"
    assert '<a href="/trace/?lang=en">' in ask(web, "/")[1]
