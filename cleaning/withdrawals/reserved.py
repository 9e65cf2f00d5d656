"""Whether documents kept, or will keep, what a policy of rights asks after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.readers.readers import WEB_READERS, reader_of
from cleaning.rights.policy import Policy
from cleaning.rights.recorded import ORIGINS, lacking
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest


def wrong_policy(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter and why the policy of a corpus can't be applied to what its recipe will extract; None where it can.

    `read` are the parameters of the stages that it reads, by input; `patterns` those of files, by source.
    """
    for extraction in read.get("documents", ()) if params.rights else ():
        for name, source in extraction.sources.items():
            files = patterns.get(name, ())
            if files and not any(_is_web(file, source) for file in files):
                continue
            try:
                heard = extraction.rights.model_dump() if extraction.rights else None
                _check(params.rights, name, heard, origins=True)
            except UsageError as error:
                return "rights", str(error)
    return None


def _is_web(file: str, source: Any) -> bool:
    try:
        return reader_of(file.rpartition("/")[2], source) in WEB_READERS
    except TahonaError:  # a pattern that says nothing of its files
        return False


def check_kept(policy: Policy, documents: Manifest) -> None:
    """Raises UsageError where `extract` did not keep what the policy asks after."""
    for shard in documents.shards:
        source = shard.params.get("source", {})
        if source.get("reader") not in WEB_READERS:
            continue
        _check(policy, source["name"], shard.params.get("rights"), ORIGINS in shard.figures)


def _check(policy: Policy, source: str, heard: dict[str, Any] | None, origins: bool) -> None:
    if heard is None:
        raise _lacks(source, "what its pages state of rights is not kept")
    if missing := lacking(policy, heard, origins):
        raise _lacks(source, f"{missing} is not asked after")


def _lacks(source: str, what: str) -> UsageError:
    return UsageError(
        f"a rights policy can't be applied to source {source}, since {what}: give `extract` a `rights` too "
        "(`refuse: []` stores all statements and removes nothing)"
    )
