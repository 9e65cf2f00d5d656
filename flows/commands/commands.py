"""The command line: `tahona run RECIPE`, one command a stage, and what looks after a store."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from flows.commands.completion import recipe_names, stage_names
from flows.commands.options import (
    debug_option,
    json_option,
    percent,
    recipe_argument,
    set_option,
    store_option,
)
from flows.commands.stage import Commands, stage_command
from flows.stages import STAGES


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tahona")
def tahona() -> None:
    """From Spanish web and domain corpora to pretrained and evaluated language models.

    RECIPE is a built-in name (quickstart) or the path of a YAML file.
    """


@tahona.command()
@recipe_argument
@click.option(
    "--until",
    metavar="STAGE",
    help="The last stage to run (else the recipe's last).",
    shell_complete=stage_names,
)
@click.option(
    "--from",
    "first",
    metavar="STAGE",
    help="The first stage to run (else the recipe's first); those before are taken as they are.",
    shell_complete=stage_names,
)
@click.option(
    "--sample",
    callback=percent,
    metavar="SHARE",
    help="Run on a fixed share of the records, as 1% or 0.01 (else on all).",
)
@click.option("--estimate", is_flag=True, help="Only estimate bytes, hours and disk; runs nothing.")
@set_option
@store_option
@json_option
@debug_option
def run(
    recipe: str,
    until: str | None,
    first: str | None,
    sample: float | None,
    estimate: bool,
    overrides: tuple[str, ...],
    store: str | None,
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Run the chain of a recipe; what is committed is not computed again.

    RECIPE is a built-in name (quickstart) or the path of a YAML file.
    """
    if estimate:
        from flows.commands.runs.estimate import estimate_recipe

        return estimate_recipe(recipe, store, overrides, sample, first, until)
    from flows.commands.runs.run import run_recipe

    return run_recipe(
        recipe, store, overrides, sample=sample, first=first, last=until, as_json=as_json
    )


for _about in STAGES.values():
    tahona.add_command(
        stage_command(_about.name, _about.summary, bool(_about.folder), bool(_about.what_if))
    )


@tahona.command()
@recipe_argument
@set_option
@store_option
@json_option
@debug_option
def status(
    recipe: str, overrides: tuple[str, ...], store: str | None, as_json: bool, debug: bool
) -> dict[str, Any]:
    """Show which stages of a recipe are committed, stale, missing or running."""
    from flows.commands.questions.inspect import status_of

    return status_of(recipe, store, overrides)


@tahona.command()
@click.argument("dataset")
@store_option
@json_option
@debug_option
def lineage(dataset: str, store: str | None, as_json: bool, debug: bool) -> dict[str, Any]:
    """Show what DATASET (stage/fingerprint) was made from, and what was made of it."""
    from flows.commands.questions.inspect import lineage_of

    return lineage_of(dataset, store)


@tahona.command()
@click.argument("what", required=False, metavar="[URL|ID|HOST|MODEL]")
@click.option(
    "--text",
    help="Find this text, or its spans of six tokens and more, in the tokens of the stage `index`.",
)
@store_option
@json_option
@debug_option
def trace(
    what: str | None, text: str | None, store: str | None, as_json: bool, debug: bool
) -> dict[str, Any]:
    """Follow a document, by address or id (or its beginning), from its record through every stage to its models.

    For a host it shows what became of its documents; for a MODEL, or another dataset, what that was made from: every
    dataset, source, licence and count. With --text it finds the longest spans of a text in the tokens that a MODEL
    (pretrain/fingerprint, else the newest index) learnt from, and their documents.
    """
    if text is not None:
        from flows.commands.questions.find import trace_text

        return trace_text(text, what, store)
    if not what or not what.strip():
        raise click.UsageError("name an address, an id, a host or a model, or give --text")
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]*(/[0-9a-f]+)?", what):
        from flows.commands.questions.provenance import is_dataset, trace_dataset

        if is_dataset(what, store):
            return trace_dataset(what, store)
    from flows.commands.questions.trace import trace_document

    return trace_document(what, store)


@tahona.command()
@click.argument("model")
@click.argument("prompts", nargs=-1, required=True, metavar="PROMPT...")
@click.option("--length", default=80, show_default=True, help="The most tokens of each text.")
@click.option(
    "--temperature",
    default=0.8,
    show_default=True,
    help="Of the draw: the lower, the more often a likely piece; 0 takes the likeliest.",
)
@click.option(
    "--top-k", default=40, show_default=True, help="Likeliest pieces that a token is drawn from."
)
@click.option(
    "--seed", default=1, show_default=True, help="Of the draw: with the same one the same texts."
)
@store_option
@json_option
@debug_option
def generate(
    model: str,
    prompts: tuple[str, ...],
    length: int,
    temperature: float,
    top_k: int,
    seed: int,
    store: str | None,
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Write on after each PROMPT by a MODEL: a folder, or a dataset (pretrain/fingerprint)."""
    from flows.commands.questions.generate import write_on

    return write_on(model, prompts, length, temperature, top_k, seed, store)


@tahona.command()
@recipe_argument
@click.option("--propose", is_flag=True, help="Only show the thresholds that the answers propose.")
@click.option("--who", metavar="NAME", help="Who judges (else the name of the login).")
@click.option(
    "--stage",
    metavar="NAME",
    help="Of several stages with rules the one that is judged (else the last).",
    shell_complete=stage_names,
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the judged texts there as examples for `classifier`.",
)
@store_option
@json_option
@debug_option
def judge(
    recipe: str,
    propose: bool,
    who: str | None,
    stage: str | None,
    to: Path | None,
    store: str | None,
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Judge documents near the thresholds of `filter`, one at a time: good or bad; the answers propose thresholds.

    They stay in the store, and the next call goes on. The page /judge/ of `tahona serve` does the same.
    """
    from flows.commands.judging.judge import judge_recipe

    return judge_recipe(recipe, store, who, to, not (propose or to), stage)


@tahona.command()
@recipe_argument
@click.argument("document")
@click.argument("other", required=False)
@store_option
@set_option
@json_option
@debug_option
def explain(
    recipe: str,
    document: str,
    other: str | None,
    store: str | None,
    overrides: tuple[str, ...],
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Explain how alike a DOCUMENT and an OTHER (else the one that stays for it) are, and which went, why.

    Each is named by its id, or the beginning of that.
    Of the stages that deduplicate the one is meant from which the DOCUMENT went; RECIPE:STAGE names another.
    """
    from flows.commands.questions.explain import explain_documents

    return explain_documents(recipe, document, other, store, overrides)


@tahona.command()
@click.argument("what", nargs=-1, metavar="[URL|HOST|ID|FILE]...")
@click.option("--erase", is_flag=True, help="Also take their text out of every file of the store.")
@click.option("--undo", is_flag=True, help="Take these orders back: the next run has them again.")
@store_option
@json_option
@debug_option
def withdraw(
    what: tuple[str, ...], erase: bool, undo: bool, store: str | None, as_json: bool, debug: bool
) -> dict[str, Any]:
    """Record that documents are withdrawn: the next run leaves them out of every corpus and all that follows.

    A FILE has one address, host or id a line, is the table (.csv, .tsv) or JSON of a registry, or a policy of
    rights (.yaml), which is applied to the rights statements kept from each page. Lists which datasets hold them
    and which models learnt from them; without an argument, for all that was withdrawn, so that after a run it shows
    that nothing is left. An order holds until it is taken back by --undo.
    """
    from flows.commands.withdrawals.withdraw import withdraw as withdraw_documents

    if undo and (erase or not what):
        raise click.UsageError("--undo takes the orders that are to be taken back, and no --erase")
    return withdraw_documents(what, store, erase, undo)


@tahona.command()
@click.option(
    "--repair", is_flag=True, help="Remove what is damaged, so that a run makes it again."
)
@store_option
@json_option
@debug_option
def verify(repair: bool, store: str | None, as_json: bool, debug: bool) -> dict[str, Any]:
    """Read every committed file again and name those that are damaged."""
    from flows.commands.questions.inspect import verify_store

    return verify_store(store, repair)


@tahona.command()
@click.option(
    "--keep-runs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Keep the newest N datasets of each stage of each recipe (else all).",
)
@click.option("--dry-run", is_flag=True, help="Only list what would be freed.")
@click.option("--yes", is_flag=True, help="Don't ask at a terminal before datasets are deleted.")
@store_option
@json_option
@debug_option
def prune(
    keep_runs: int | None,
    dry_run: bool,
    yes: bool,
    store: str | None,
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Delete what no kept dataset names; by default every dataset is kept.

    With --keep-runs those stay that the last runs with each stage made, all that they were made from,
    and what the recipe's report shows. What a stopped training run or crawl had saved goes too: it begins anew.
    What goes is listed first, with the reason.
    """
    from flows.commands.questions.inspect import prune_store

    def agree() -> bool:
        at_terminal = sys.stdin.isatty() and sys.stderr.isatty()
        return yes or not at_terminal or click.confirm("delete these?", err=True)

    return prune_store(store, keep_runs, dry_run, agree)


@tahona.command()
@store_option
@json_option
@debug_option
def doctor(store: str | None, as_json: bool, debug: bool) -> dict[str, Any]:
    """Check what is installed, reachable and missing, with the command that fixes it."""
    from flows.commands.doctor import examine

    return examine(store)


@tahona.command()
@click.argument("recipe", required=False, shell_complete=recipe_names)
@store_option
@json_option
@debug_option
def report(recipe: str | None, store: str | None, as_json: bool, debug: bool) -> dict[str, Any]:
    """Write the report, a small site: of a RECIPE that ran, or of all and of every dataset."""
    from flows.commands.runs.run import report_recipe

    return report_recipe(recipe, store)


@tahona.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", shell_complete=recipe_names)
@click.option("--host", metavar="ADDRESS", help="Where Prefect's server listens (else 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of Prefect's server (else 4200).")
@click.option("--pages-port", type=click.IntRange(1, 65535), help="Port of the pages (else 4201).")
@click.option("--no-prefect", is_flag=True, help="The pages alone: nothing is run.")
@store_option
@json_option
@debug_option
def serve(
    recipes: tuple[str, ...],
    host: str | None,
    port: int | None,
    pages_port: int | None,
    no_prefect: bool,
    store: str | None,
    as_json: bool,
    debug: bool,
) -> dict[str, Any]:
    """Serve the pages of a store, and recipes (else quickstart) with Prefect: schedules, and a worker that runs them.

    A Prefect server is started where none answers at $PREFECT_API_URL; --host and --port come before it.
    The pages, reports among them, are served on this machine alone.
    """
    from flows.server.serve import serve as serve_recipes
    from flows.server.serve import serve_pages

    if no_prefect:
        if recipes or host or port:
            raise click.UsageError(
                "--no-prefect serves the pages alone: give it no recipe, --host or --port; "
                "their port is --pages-port"
            )
        return serve_pages(store, pages_port)
    return serve_recipes(recipes or ("quickstart",), store, host, port, pages_port)
