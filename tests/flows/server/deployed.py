"""What a server of Prefect was told of deployments, and the commands of Prefect that tell it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.flows.command import environment
from tests.flows.server.flow_process import CHECKOUT
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
        said: dict[str, Any] = {key: deployment[key] for key in SHOULD_BE_EQUAL}
        said["parameters"] = {k: v for k, v in deployment["parameters"].items() if k != "store"}
        said["schema"] = deployment["parameter_openapi_schema"]
        said["schema"].pop("additionalProperties", None)  # a YAML file can't say it
        said["schedules"] = [
            {
                "cron": s["schedule"]["cron"],
                "timezone": s["schedule"]["timezone"],
                **{key: s[key] for key in ("active", "parameters", "slug")},
            }
            for s in deployment["schedules"]
        ]
        said["triggers"] = [
            (a["name"], a["trigger"]["match"], a["trigger"]["expect"], action["parameters"])
            for a in automations
            for action in a["actions"]
            if action.get("deployment_id") == deployment["id"]
        ]
        deployments[deployment["name"]] = said
    return deployments


# Commands of Prefect one after another, as `python -m prefect` runs one; to import it takes longer than most of them.
PREFECT = """\
import json, sys
from prefect.cli import app
for words in json.loads(sys.argv.pop()):
    sys.argv = ["prefect", *words]
    try:
        app()
    except SystemExit as end:
        if end.code:
            raise
"""


def prefect(server: Server, *commands: Sequence[str]) -> None:
    subprocess.run(
        [sys.executable, "-c", PREFECT, json.dumps(commands)],
        env=environment(**server.variables),
        cwd=CHECKOUT,
        timeout=600,
        check=True,
        capture_output=True,
    )
