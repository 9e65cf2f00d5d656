"""The options that commands share, and what they take."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.completion import parameters, recipe_names

store_option = click.option(
    "--store", metavar="URL", help="Where everything lies (else $TAHONA_STORE, else ./store)."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object as the last line."
)
debug_option = click.option("--debug", is_flag=True, help="Show the traceback of an error.")
set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="STAGE.KEY=VALUE",
    help="Change a parameter for this call; VALUE as in YAML ([es, gl]). May be given more than once.",
    shell_complete=parameters,
)
recipe_argument = click.argument("recipe", shell_complete=recipe_names)
to_option = click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Lay the dataset out as a plain folder, a new one.",
)

what_if_option = click.option(
    "--what-if",
    is_flag=True,
    help="Only show what the rules of --set would keep and lose; writes nothing.",
)


def percent(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A share written as 1% or 0.01."""
    if value is None:
        return None
    try:
        number = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    except ValueError as error:
        raise click.BadParameter("write it as 1% or 0.01") from error
    if not 0 < number <= 1:
        raise click.BadParameter("must be more than 0 and at most 100%")
    return number


def slice_of(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """A slice written as I/N."""
    if value is None:
        return None
    number, _, of = value.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise click.BadParameter("write it as I/N, from 1/N to N/N")
    return int(number), int(of)
