"""The text that tokenizers are made of."""

from __future__ import annotations

import pytest

from pipeline.model.dataset import Manifest
from tests.training.corpora import corpus, prose, rows


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("corpus")
    news, manuals = prose("news_encyclopedic", 80_000), prose("technical", 80_000, every=40)
    return corpus(folder, [rows("news", news), rows("technical", manuals)])


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Less text, for what is made in every kind."""
    folder = tmp_path_factory.mktemp("half")
    news, manuals = prose("news_encyclopedic", 40_000), prose("technical", 40_000, every=40)
    return corpus(folder, [rows("news", news), rows("technical", manuals)])
