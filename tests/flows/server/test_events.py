"""What a flow tells those that go on from it: that something new is there, also where a kill kept that back."""

from __future__ import annotations

from pathlib import Path

from flows.chain.chain import Chain
from flows.recipe import recipe as recipes
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, write_recipe


def ran(recipe: str, store: Store, command: str) -> Chain:
    chain = Chain(recipes.read(recipe), store, command=command)
    with chain.opened():
        chain.stage("extract")
    return chain


def test_an_event_that_a_kill_kept_back_is_sent_by_the_next_run_and_no_other(
    store: Store, tmp_path: Path
) -> None:
    from flows.server.orchestration import owed  # and Prefect with it, which takes a second

    recipe = write_recipe(tmp_path, [str(ARTICLES / "diario/el-tren-de-las-siete.md")])
    assert not owed(ran(recipe, store, "tahona run texts.yaml"))
    first = ran(recipe, store, "flow data")
    assert not owed(first), "what the command line made is nobody's event"
    first.announced()
    assert not owed(ran(recipe, store, "flow data"))
    killed = Store(tmp_path / "other")
    ran(recipe, killed, "flow data")  # and no further
    again = ran(recipe, killed, "flow data")
    assert [result.state for result in again.results] == ["reused"]
    assert owed(again)
    again.announced()
    assert not owed(ran(recipe, killed, "flow data"))
