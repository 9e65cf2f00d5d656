"""One command a stage, by its kind, and by whatever name it has in a recipe."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from flows.commands.options import (
    debug_option,
    json_option,
    recipe_argument,
    set_option,
    slice_of,
    store_option,
    to_option,
    what_if_option,
)
from flows.commands.parameter_help import StageCommand


class Commands(click.Group):
    """All commands; a word that is none is the name of a stage in a recipe."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = "It may belong behind the command: tahona run RECIPE --store URL"
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # the order of the work, not of the alphabet

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A word that is no command, and has a recipe behind it, is the name of a stage in that recipe."""
        name, *rest = args
        if name in self.commands or name.startswith("-") or all(w.startswith("-") for w in rest):
            return super().resolve_command(ctx, args)
        return (
            name,
            stage_command(
                name, "Run the stage of this name.", weighed=True, commands=self.commands
            ),
            rest,
        )


def stage_command(
    name: str,
    summary: str,
    folder: bool = True,
    weighed: bool = False,
    commands: Collection[str] = (),
) -> click.Command:
    """The command of a stage; `commands` are the other meanings that the word may have."""

    @click.command(name=name, help=summary, cls=StageCommand)
    @recipe_argument
    @click.option(
        "--shards",
        "slice_",
        callback=slice_of,
        metavar="I/N",
        help="Compute slice I of N of the next step and no more (else the whole stage).",
    )
    @set_option
    @store_option
    @json_option
    @debug_option
    def command(
        recipe: str,
        slice_: tuple[int, int] | None,
        overrides: tuple[str, ...],
        store: str | None,
        as_json: bool,
        debug: bool,
        to: Path | None = None,
        what_if: bool = False,
    ) -> dict[str, Any]:
        if what_if:
            if to or slice_:
                raise click.UsageError(
                    "--what-if writes nothing: give it without --to and --shards"
                )
            from flows.commands.judging.what_if import what_if_of

            return what_if_of(recipe, store, overrides, name)
        if to and slice_:
            raise click.UsageError("one slice is no dataset: give --to without --shards")
        if to:
            from flows.commands.runs.folder import run_to

            return run_to(to, name, recipe, store, overrides, as_json)
        from flows.commands.runs.run import run_recipe
        from flows.recipe.graph import NoStage

        try:
            return run_recipe(
                recipe, store, overrides, first=name, last=name, slice_=slice_, as_json=as_json
            )
        except NoStage as error:
            import difflib

            if close := difflib.get_close_matches(name, commands, n=1):
                message = f"there is no command {name}, and no stage of that name in the recipe"
                raise NoStage(f"{message}: did you mean the command {close[0]!r}?") from error
            raise

    if folder:
        to_option(command)
    if weighed:
        what_if_option(command)
    return command
