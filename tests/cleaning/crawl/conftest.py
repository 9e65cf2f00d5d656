"""One crawling process for the crawls of a file, as those of a run have: its start costs more than most of them do.

Not where a crawl goes on from the folder of another: it says that it is done before it has closed its state.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cleaning.crawl.crawler import crawler


@pytest.fixture(scope="module")
def one_process() -> Iterator[None]:
    with crawler():
        yield
