"""Where a store may be."""

from __future__ import annotations

import pytest

from flows.chain.place import open_store
from pipeline.errors import UsageError


def test_a_store_in_memory_is_refused_since_children_would_not_see_it() -> None:
    with pytest.raises(UsageError, match="give a folder or an object store"):
        open_store("memory://store")
