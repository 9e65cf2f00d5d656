"""What a shell completes: recipes, the stages of one, and its parameters. A recipe that is wrong completes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.errors import TahonaError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from flows.recipe.recipe import Recipe


def recipe_names(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Built-in recipes, and YAML files below the folder that was begun; other paths as the shell does."""
    from click.shell_completion import CompletionItem

    from flows.recipe.recipe import builtin

    files = sorted(p for ending in ("yaml", "yml") for p in Path().glob(f"{begun}*.{ending}"))
    names = [*(name for name in builtin() if name.startswith(begun)), *map(str, files)]
    return [CompletionItem(name) for name in names] or [CompletionItem(begun, type="file")]


def stage_names(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """The stages of the recipe, in the order in which they run."""
    recipe = _recipe(ctx)
    names = recipe.stages if recipe else ()
    return [name for name in names if name.startswith(begun)]


def parameters(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """`stage.key=` for each parameter of each stage of the recipe, with what it means where a shell shows that."""
    from click.shell_completion import CompletionItem

    recipe = _recipe(ctx)
    return [
        CompletionItem(word, help=field.description)
        for stage, params in (recipe.params if recipe else {}).items()
        for key, field in type(params).model_fields.items()
        if (word := f"{stage}.{key}=").startswith(begun)
    ]


def _recipe(ctx: click.Context) -> Recipe | None:
    from flows.recipe import recipe as recipes

    # While an option has no value yet, click has not assigned the arguments.
    named = ctx.params.get("recipe") or next(iter(ctx.args), None)
    try:
        return recipes.read(named) if named else None
    except TahonaError:
        return None
