"""What was made from what is read from the store, ever after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import UsageError
from pipeline.model.dataset import Reference
from pipeline.model.stage import Input, Stage, Step, Task, Work
from pipeline.run.lineage import ancestors, descendants, resolve
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.pipeline.chain import observed, words
from tests.pipeline.mill import Table, Totals


@pytest.fixture
def runner(store: Store) -> Iterator[Runner]:
    runner = Runner(store, "driver")
    yield runner
    runner.close()


class Blend(Stage):
    """Made of two datasets that were made of one."""

    name = "blend"
    inputs: ClassVar = {"totals": Input("totals"), "table": Input("table")}
    gives = ("blend",)

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        files = {name: datasets[0].files() for name, datasets in inputs.items()}
        return (yield Step("blend", f"{__name__}:blend", [Task(files)]))


def blend(work: Work) -> None:
    work.output("blend", "blend.txt").write_text("blend")


@pytest.fixture
def diamond(runner: Runner, texts: Path) -> dict[str, Reference]:
    """files -> words -> totals and table -> blend."""
    lines = words(runner, texts).manifest
    assert lines
    totals = runner.run(Totals(), Totals.Params(), {"lines": [lines]}).manifest
    table = runner.run(Table(), Table.Params(), {"lines": [lines]}).manifest
    assert totals and table
    blended = runner.run(Blend(), Blend.Params(), {"totals": [totals], "table": [table]}).manifest
    assert blended
    files = observed(runner.store, texts)
    return {m.stage: m.reference for m in (files, lines, totals, table, blended)}


def names(nodes: list[dict[str, Any]], below: str) -> list[Any]:
    return [(n["dataset"].split("/")[0], names(n[below], below)) for n in nodes]


def test_the_ancestors_lead_to_every_file(
    runner: Runner, texts: Path, diamond: dict[str, Reference]
) -> None:
    store = runner.store
    blended = store.manifest(diamond["blend"])
    assert blended
    tree = ancestors(store, blended)
    side = [("words", [("files", [])])]
    assert tree["dataset"] == str(diamond["blend"])
    assert names(tree["made_from"], "made_from") == [("table", side), ("totals", side)] or names(
        tree["made_from"], "made_from"
    ) == [("totals", side), ("table", side)]
    assert {n["as"] for n in tree["made_from"]} == {"totals", "table"}
    node = tree
    while node["made_from"]:
        node = node["made_from"][0]
    assert [f["path"] for f in node["observed"]] == [str(p) for p in sorted(texts.iterdir())]
    json.dumps(tree)


def test_the_descendants_are_all_that_was_made_of_it(
    runner: Runner, diamond: dict[str, Reference]
) -> None:
    below = names(descendants(runner.store, diamond["files"]), "made_into")
    assert below == [("words", [("table", [("blend", [])]), ("totals", [("blend", [])])])]
    assert descendants(runner.store, diamond["blend"]) == []


def test_a_lost_ancestor_is_told(runner: Runner, diamond: dict[str, Reference]) -> None:
    runner.store.backend.remove(f"datasets/{diamond['words']}")
    totals = runner.store.manifest(diamond["totals"])
    assert totals
    (node,) = ancestors(runner.store, totals)["made_from"]
    assert node == {"as": "lines", "dataset": str(diamond["words"]), "lost": True}


def test_a_deep_lattice_is_read_once(
    runner: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each layer is made of the two before it: the paths are many, the datasets few.
    store = runner.store
    first = words(runner, texts).manifest
    assert first
    layers = [first]
    for number in range(16):
        layer = first.model_copy(
            update={
                "fingerprint": f"{number:032d}",
                "inputs": {"lines": [m.reference for m in layers[-2:]]},
            }
        )
        store.create_manifest(layer)
        layers.append(layer)
    read: list[Reference] = []
    real = Store.manifest

    def manifest(self: Store, reference: Reference) -> Any:
        read.append(reference)
        return real(self, reference)

    monkeypatch.setattr(Store, "manifest", manifest)
    ancestors(store, layers[-1])
    assert len(read) == len(layers)  # the observed files too, but not itself
    read.clear()
    descendants(store, layers[0].reference)
    assert len(read) == len(layers) + 1


def test_a_dataset_is_found_by_the_start_of_its_name(
    runner: Runner, diamond: dict[str, Reference]
) -> None:
    store, reference = runner.store, diamond["words"]
    for name in (str(reference), f"words/{reference.fingerprint[:6]}", "words", "/words/"):
        assert resolve(store, name).reference == reference
    words_again = store.manifest(reference)
    assert words_again
    store.create_manifest(words_again.model_copy(update={"fingerprint": "z"}))
    with pytest.raises(UsageError, match="words is not one dataset but 2: words/"):
        resolve(store, "words")
    for name in ("words/none", "nothing", "../words", ""):
        with pytest.raises(UsageError, match=r"has no dataset|is not one dataset"):
            resolve(store, name)
