"""What the tests of the ground floor share."""

from __future__ import annotations

import pytest

from pipeline.run.runner import Runner
from pipeline.store.store import Store


@pytest.fixture
def runner(store: Store) -> Runner:
    """Runs stages in this process."""
    return Runner(store, "driver")  # the quickest: engines are tested elsewhere
