"""The flow `chain` with a training of any length and without a corpus, where the client renews a lease soon."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from flows.stages import STAGES
from tests.flows.server.prefect_server import LEASE
from tests.pipeline.mill import Patient


class Training(Patient):
    name = "pretrain"

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        work = {"seconds": 0.1, "until": os.environ.get("UNTIL")}
        return super().plan(params, inputs, {**context, **work})


STAGES["pretrain"] = replace(
    STAGES["pretrain"], stage=f"{__name__}:Training", device=False, needs=(), agrees=None
)

from prefect.concurrency import _leases  # noqa: E402

from flows.server import heartbeat  # noqa: E402
from flows.server.orchestration import chain  # noqa: E402

__all__ = ["chain"]

heartbeat.EVERY = 1

# Of the seconds that a lease lives; by default three quarters.
_leases._RENEWAL_FRACTION = LEASE / 300
