"""Whether a corpus can be parted as it asks, and its policy of rights applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.corpus.stage import VARIETY
from cleaning.withdrawals.reserved import wrong_policy


def mismatch(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter and why what the corpus reads will not have what it asks for; None where it will."""
    annotations = read.get("signals", ())
    if params.varieties and annotations:
        from cleaning.signals.signals import not_measured

        if not any("variety" in annotation.groups for annotation in annotations):
            return "varieties", not_measured(VARIETY[0])
    if params.domains:
        spelled: dict[str, str] = {}
        for extraction in read.get("documents", ()):
            for source in extraction.sources.values():
                other = spelled.setdefault(source.domain.lower(), source.domain)
                if other != source.domain:
                    return "domains", (
                        f"the domains {other} and {source.domain} of the sources differ in capitals alone: their files "
                        "would have one name on some machines"
                    )
    return wrong_policy(params, read, patterns)
