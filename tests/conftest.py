"""What tests of every room share: the real data, an empty store, and a folder of small texts."""

from __future__ import annotations

import atexit
import gc
import os
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow  # noqa: F401  # before its import of pandas is skipped
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from flows.chain import chain
from pipeline.engines.pandas_import import skip_pandas
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests import compiled, examples, memory_folder
from tests.flows import quickstart
from tests.forked_workers import fork_workers
from tests.pipeline.objects import bucket, s3  # noqa: F401  # one server for all workers
from tests.reused_children import ReusedChildren

gc.disable()  # until all is collected
memory_folder.use()
skip_pandas()
if "PYTEST_XDIST_WORKER" in os.environ:
    # The last that a worker does, after what was registered later: it gives nothing back piece by piece.
    atexit.register(os._exit, 0)

settings.load_profile(examples.SUITE)


# The longest files, many of which wait for servers and browsers: begun first, the longest of them before the others, so
# that no worker ends alone with one.
FIRST = (
    "flow_page",
    "serve",
    "orchestration",
    "serve_together",
    "turns",
    "guides",
    "soak",
    "stop",
    "object_store",
    "slurm",
    "objects",
    "engine",
    "crawl",
    "bounds",
    "crash",
    "resume",
    "lease",
    "portable",
    "tokenizer",
    "parallel",
    "torchrun",
    "withdraw",
    "graph_runs",
    "quickstart",
    "pool",
    "pretrain",
    "command_line",
    "filter",
    "again",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files first; the order within a file stays."""
    ranks = {f"test_{name}.py": rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(FIRST)))


# Tests that share nothing with the others of their file, each as long as a file: a worker takes one at a time.
ALONE = "tests/test_guides.py::test_the_commands_of_a_page_work["


# Files whose tests share a server: one worker takes them, in the order of FIRST.
TOGETHER = ("tests/flows/server/test_flow_page.py", "tests/flows/server/test_serve.py")


class FilesOrLongTests(LoadFileScheduling):
    """A file goes to one worker, whose servers and stores its tests share."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ALONE):
            return nodeid
        file = super()._split_scope(nodeid)
        return TOGETHER[0] if file in TOGETHER else file

    def _reschedule(self, node: WorkerController) -> None:
        """Gives a worker its next file with the last test of this one, not with the last two.

        What a worker has been given nobody else takes, though the test before it may be the longest of all.
        """
        if not self.workqueue or self._pending_of(self.assigned_work[node]) <= 1:
            super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesOrLongTests:
    return FilesOrLongTests(config, log)


def pytest_collection_finish() -> None:
    """What was collected stays till the end: nobody looks through it for garbage, now or then."""
    gc.enable()
    gc.freeze()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        atexit.register(gc.unfreeze)  # or native libraries report all that is left as leaks


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None):
        gc.enable()  # here nothing is collected
        fork_workers(config)
        if compiling := compiled.start():
            config.add_cleanup(compiling.wait)


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if getattr(config.option, "numprocesses", None):
        quickstart.start(config, config._tmp_path_factory)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data (TAHONA_SHARED, else ../shared beside the checkout)."""
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("TAHONA_SHARED", beside))
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is no folder (set TAHONA_SHARED)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def reused_children() -> Iterator[None]:
    """What runs a recipe in this process has one child, unless it asks for more, and leaves it to the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chain, "Runner", partial(Runner, children=ReusedChildren(), workers=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Copies of files elsewhere lie in a folder of the tests: `prune` looks through it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAHONA_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store on this machine."""
    return Store(tmp_path / "store")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Eight text files of a few lines, the same each time."""
    chance = random.Random(7)
    words = ["pan", "harina", "agua", "sal", "horno", "levadura", "miga", "corteza"]
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(8):
        lines = [
            " ".join(chance.choices(words, k=chance.randrange(1, 6))) for _ in range(3 + number)
        ]
        (folder / f"{number}.txt").write_text("\n".join(lines) + "\n")
    return folder
