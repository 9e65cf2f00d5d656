"""Checks before any work: libraries, files that parameters name, the device, and room for the work."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.chain.chain import Chain
from flows.recipe.graph import Observed
from flows.recipe.recipe import Recipe, name_of
from flows.stages import STAGES
from flows.store.records import runs
from pipeline.errors import TahonaError, UsageError, WrongParameter
from pipeline.extras import install
from pipeline.model.about import named


def check_name(chain: Chain) -> None:
    """Raises UsageError where the newest run of this name was of another recipe, whose file on this machine bears the
    name still: both would have one report, `--from` would take what the other made, and `prune` count it as older.
    """
    mine, newest = chain.recipe.file, runs(chain.store, chain.recipe.name, 1)
    if mine is None or not newest or not newest[0].get("file"):
        return
    other = Path(newest[0]["file"])
    if other == mine or name_of(other) != chain.recipe.name:
        return
    if other.read_bytes() != mine.read_bytes():
        raise UsageError(
            f"{chain.recipe.where(('name',))}: the recipe {other} has this name too, and its runs are in this store: "
            "give one of them another, since reports, --from and prune go by the name"
        )


def check_libraries(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a stage that is to run needs what is not installed; imports none of it."""
    for name in stages:
        about = STAGES[chain.recipe.kind(name)]
        if name in chain.recipe.layout.pin:
            continue
        missing = [m for m in about.modules if importlib.util.find_spec(m) is None]
        if missing:
            where = chain.recipe.where(("stages", name))
            raise UsageError(
                f"{where}: needs {missing[0]}, which is not installed: {install(about.extra or '')}, "
                "or stop before it with --until"
            )


def check_paths(recipe: Recipe, stages: Sequence[str]) -> None:
    """Raises UsageError where a parameter of a stage that is to run names a file that is not on this machine, or not of
    its kind.
    """
    for name in stages:
        if name in recipe.layout.pin or name not in recipe.params:
            continue
        for key, check in STAGES[recipe.kind(name)].paths.items():
            if (path := getattr(recipe.params[name], key)) is None:
                continue
            where, file = recipe.where(("stages", name, key)), Path(recipe.params[name].local(path))
            if not file.is_file():
                raise UsageError(f"{where}: there is no file {path}")
            try:
                named(check)(file)
            except TahonaError as error:
                raise UsageError(f"{where}: {error}") from error


def check_files(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where files that a stage with work to do reads are, taken together, not what it needs."""
    recipe, manifests = chain.recipe, chain.datasets.manifests
    for name in stages:
        check, node = STAGES[recipe.kind(name)].together, recipe.graph[name]
        if check is None or ((known := chain.datasets.committed(name)) and known.whole):
            continue
        files = {
            role: [f for g in given if isinstance(g, Observed) for f in manifests[g].files()]
            for role, given in node.inputs.items()
        }
        try:
            named(check)(recipe.params[name], files)
        except (TahonaError, WrongParameter) as error:
            place = error.place if isinstance(error, WrongParameter) else ()
            raise UsageError(f"{recipe.where(('stages', name, *place))}: {error}") from error


def check_device(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a training run has work to do on CUDA and there is none, and TahonaError where it needs
    more memory than there is.

    Importing torch takes seconds: only `cuda` or a large model pays them, while it is to be trained.
    """
    recipe = chain.recipe
    for name in _to_do(chain, stages):
        if recipe.layout.run.device == "cuda":
            import torch

            if not torch.cuda.is_available():
                where = recipe.where(("run", "device"))
                raise UsageError(f"{where}: there is no CUDA device here: set it to auto or cpu")
        if fits := STAGES[recipe.kind(name)].fits:
            try:
                named(fits)(recipe.params[name], recipe.read_params(name), recipe.layout.run)
            except TahonaError as error:
                raise TahonaError(f"{recipe.where(('stages', name))}: {error}") from error


def _to_do(chain: Chain, stages: Sequence[str]) -> Iterator[str]:
    """The stages that use the device and have work to do; the others are taken from the store."""
    if not any(STAGES[chain.recipe.kind(name)].device for name in stages):
        return
    for name, committed in chain.datasets.copy().survey(stages):
        if STAGES[chain.recipe.kind(name)].device and not (committed and committed.whole):
            yield name
