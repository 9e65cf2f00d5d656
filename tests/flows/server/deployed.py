"""What a server of Prefect was told of deployments, and the commands of Prefect that tell it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from tests.flows.command import environment
from tests.flows.server.forked import finish, fork
from tests.flows.server.prefect_server import Server

SHOULD_BE_EQUAL = (
    "description",
    "entrypoint",
    "work_pool_name",
    "concurrency_limit",
    "concurrency_options",
    "enforce_parameter_schema",
    "tags",
)


def deployed(server: Server) -> dict[str, dict[str, Any]]:
    """What the server was told of each deployment, without numbers of its own."""
    automations = server.ask("automations/filter", {})
    deployments = {}
    for deployment in server.ask("deployments/filter", {}):
        settings: dict[str, Any] = {key: deployment[key] for key in SHOULD_BE_EQUAL}
        settings["parameters"] = {k: v for k, v in deployment["parameters"].items() if k != "store"}
        settings["schema"] = deployment["parameter_openapi_schema"]
        settings["schema"].pop("additionalProperties", None)  # a YAML file can't say it
        settings["schedules"] = [
            {
                "cron": s["schedule"]["cron"],
                "timezone": s["schedule"]["timezone"],
                **{key: s[key] for key in ("active", "parameters", "slug")},
            }
            for s in deployment["schedules"]
        ]
        settings["triggers"] = [
            (a["name"], a["trigger"]["match"], a["trigger"]["expect"], action["parameters"])
            for a in automations
            for action in a["actions"]
            if action.get("deployment_id") == deployment["id"]
        ]
        deployments[deployment["name"]] = settings
    return deployments


def prefect(server: Server, *commands: Sequence[str]) -> None:
    """What `prefect WORDS` does, command by command."""
    log = server.home / "prefect.log"
    env = environment(**server.variables)
    assert finish(fork(run_commands, commands, env=env, log=log)) == 0, log.read_text()


def run_commands(commands: Sequence[Sequence[str]]) -> None:
    from prefect.cli import app

    for words in commands:
        sys.argv = ["prefect", *words]
        try:
            app()
        except SystemExit as end:
            if end.code:
                raise
