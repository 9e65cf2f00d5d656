"""What the schedules of a recipe start, checked before a server is started."""

from __future__ import annotations

from flows.recipe import recipe as recipes
from flows.recipe.recipe import Recipe
from flows.stages import EVERY_FLOW, belongs
from pipeline.errors import UsageError


def flows_of(recipe: Recipe, named: str) -> list[str]:
    """The flows that a recipe has stages for; `named` is how it is read again with other parameters.

    Raises UsageError for a schedule of a flow that the recipe has not, or with overrides that it does
    not know.
    """
    flows = [f for f in EVERY_FLOW if any(belongs(recipe.kind(n), f) for n in recipe.params)]
    for number, schedule in enumerate(recipe.layout.schedules):
        where = recipe.where(("schedules", number))
        if schedule.flow not in flows:
            raise UsageError(f"{where}: the recipe has no stage of the flow {schedule.flow}")
        try:
            recipes.read(named, schedule.overrides)
        except UsageError as error:
            raise UsageError(f"{where}: its overrides are wrong: {error}") from error
    return flows
