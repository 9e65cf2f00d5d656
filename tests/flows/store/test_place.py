"""Where a store may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.recipe import recipe as recipes
from flows.store.place import command_line, open_store
from pipeline.errors import UsageError
from pipeline.store.store import Store


def test_a_store_in_memory_is_refused_since_children_would_not_see_it() -> None:
    with pytest.raises(UsageError, match="give a folder or an object store"):
        open_store("memory://store")


def test_a_path_that_is_no_text_is_refused_before_it_stands_in_a_record() -> None:
    with pytest.raises(UsageError, match=r"datos_\\udcf1, is not UTF-8: choose another"):
        open_store("/tmp/datos_\udcf1")


def test_a_url_with_one_slash_is_no_folder() -> None:
    with pytest.raises(
        UsageError, match="s3:/bucket/store is no URL of a store: write s3://bucket/store"
    ):
        open_store("s3:/bucket/store")
    assert open_store("a:b").url.endswith("/a:b")


def test_what_a_person_is_to_type_has_the_changes_that_were_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_STORE", str(tmp_path))
    recipe = recipes.read("quickstart", ["filter.languages=[es, gl]"], edition="2026-12")
    assert command_line("crawl", recipe.given, recipe.overrides, Store(tmp_path)) == (
        "tahona crawl quickstart --set 'filter.languages=[es, gl]' --set 'crawl.edition=\"2026-12\"'"
    )
