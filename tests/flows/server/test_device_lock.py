"""Of the accelerators of a machine a run holds the first that is free, and computes on it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.server import device_lock as module
from flows.server.device_lock import CARD, device_lock


def test_each_run_has_a_card_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "home", lambda: tmp_path)
    monkeypatch.delenv(CARD, raising=False)
    with device_lock("gpu", 2) as first:
        assert first and os.environ[CARD] == "0"
        with device_lock("gpu", 2) as second, device_lock("gpu", 2) as third:
            assert second and not third and os.environ[CARD] == "1"
        assert os.environ[CARD] == "0"
        with ExitStack() as free:
            assert free.enter_context(device_lock("gpu", 2))
            assert os.environ[CARD] == "1"
    assert CARD not in os.environ
