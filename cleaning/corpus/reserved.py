"""Whether documents kept what a policy of rights asks after."""

from __future__ import annotations

from cleaning.readers.readers import WEB_READERS
from cleaning.rights.kept import ORIGINS, lacking
from cleaning.rights.policy import Policy
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest


def check_kept(policy: Policy, documents: Manifest) -> None:
    """Raises UsageError where `extract` did not keep what the policy asks after."""
    for shard in documents.shards:
        source = shard.params.get("source", {})
        if source.get("reader") not in WEB_READERS:
            continue
        heard = shard.params.get("rights")
        if heard is None:
            raise _lacks(source["name"], "what its pages say of rights was not kept")
        if missing := lacking(policy, heard, ORIGINS in shard.figures):
            raise _lacks(source["name"], f"{missing} was not asked after")


def _lacks(source: str, what: str) -> UsageError:
    return UsageError(
        f"a policy of rights can't be applied to source {source}, since {what}: give `extract` a `rights` too "
        "(`refuse: []` keeps all that is said and removes nothing)"
    )
