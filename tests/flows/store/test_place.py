"""Where a store may be."""

from __future__ import annotations

import pytest

from flows.store.place import open_store
from pipeline.errors import UsageError


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
