"""What must be true after every kill and fault, and at the end of every life."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.pipeline.chain import tree
from tests.soak.runs import Broken, Run, family
from tests.soak.world import World, documents, pages

ENDING = (
    240.0  # seconds that the family of a killed run has to end by itself, and its workers on Flink
)


def after_death(run: Run) -> None:
    """The family of a dead run ends by itself; all that is committed is whole."""
    end = time.monotonic() + ENDING
    while (left := run.family()) and time.monotonic() < end:
        time.sleep(0.02)
    for process in left:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    if left:
        raise Broken("stray", f"{len(left)} processes outlived their run by {ENDING:.0f} s")
    # The job of a killed run goes on until the next run; all others end theirs, and with it the workers.
    if run.cluster and run.process.returncode >= 0:
        end = time.monotonic() + ENDING
        while (working := run.cluster.workers()) and time.monotonic() < end:
            time.sleep(0.1)
        if working:
            raise Broken(
                "stray", f"{len(working)} workers of Flink outlived their run by {ENDING:.0f} s"
            )
    if "://" not in run.store:
        whole(Store(run.store))


def whole(store: Store) -> None:
    """Every committed byte is as it was committed."""
    if damaged := verify(store).damaged:
        raise Broken("damaged", ", ".join(damaged[:3]))


def same(world: World, store: Store) -> None:
    """Not one document lost or doubled, not one byte different from the run that was never killed."""
    texts = documents(store)
    if lost := world.documents - texts:
        raise Broken("lost", f"{len(lost)} documents, the first {next(iter(lost))}")
    if more := texts - world.documents:
        raise Broken("doubled", f"{len(more)} documents, the first {next(iter(more))}")
    mine = tree(store)
    if wrong := sorted(
        p for p in mine.keys() | world.tree.keys() if mine.get(p) != world.tree.get(p)
    ):
        raise Broken("different", f"{len(wrong)} files, the first {wrong[0]}")
    whole(store)


def same_pages(world: World, store: Store) -> None:
    """A crawl that was killed holds the pages of one that was not, each once; so does what is made of it."""
    urls = pages(store)
    if lost := world.pages - urls:
        raise Broken("lost", f"{len(lost)} pages, the first {next(iter(lost))}")
    if more := urls - world.pages:
        raise Broken("doubled", f"{len(more)} pages, the first {next(iter(more))}")
    if more := [name for name, times in documents(store).items() if times > 1]:
        raise Broken("doubled", f"{len(more)} documents, the first {more[0]}")
    whole(store)


def tidy(folder: Path) -> None:
    """Nothing runs any more, and nothing lies in the store's tmp/ or in the folder for temporary files."""
    if left := family(folder):
        raise Broken("stray", f"{len(left)} processes")
    work = [p for p in (folder / "store" / "tmp").rglob("*") if p.is_file()]
    # Empty folders: torch makes one a user, and a kill in the instant when Beam makes its own leaves that.
    temporary = [
        p
        for p in (folder / "temporary").rglob("*")
        if not (p.name.startswith(("torchinductor", "beam-pipeline-temp")) and empty(p))
    ]
    if leftover := work + temporary:
        raise Broken("left", f"{len(leftover)}: {', '.join(str(p) for p in leftover[:3])}")


def empty(folder: Path) -> bool:
    """Whether a folder holds nothing."""
    return folder.is_dir() and not any(folder.iterdir())
