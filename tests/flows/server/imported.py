"""What the processes of `forked.py` have imported; nobody looks through it for garbage."""

from __future__ import annotations

import gc
from importlib import import_module

gc.disable()
for name in (
    "flows.commands.cli",
    "flows.server.deployments",
    "flows.server.flow_run",
    "prefect.cli.server",
    "prefect.server.api.server",
):
    import_module(name)
gc.freeze()
gc.enable()
