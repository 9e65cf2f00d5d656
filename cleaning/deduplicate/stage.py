"""The stage `deduplicate`: of texts that are the same or nearly the same, the best one stays.

Its steps have keys of their own: a new shard of documents costs its own signatures only, and a document
dropped elsewhere no signature at all. Documents are counted through all shards; a group is a run of shards
that fits the memory, and what the steps hand on lies in files by group or by partition of the keys, so that a
task opens its own and no others. See deduplicate.md for what is compared, and how.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, ClassVar

from cleaning.access import closed
from cleaning.deduplicate.options import Options
from cleaning.deduplicate.plan import steps
from cleaning.deduplicate.plan.editions import ACCESS, accesses, check_earlier
from cleaning.deduplicate.plan.groups import Numbered, bits
from cleaning.deduplicate.plan.wiping import refuse_to_wipe
from cleaning.deduplicate.repeats.cuts import cuts
from cleaning.deduplicate.warnings import ELSEWHERE
from cleaning.withdrawals.step import withdrawn
from pipeline.model.dataset import Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage


class Deduplicate(Stage):
    """Exact duplicates by hash, near-duplicates by MinHash and passages with every candidate pair proven."""

    name = "deduplicate"
    # 2: containment, more bands by default, levels and modes; signatures are kept whole, and steps split by memory.
    version = 2
    # buckets 2: of less than the memory there are several groups and partitions too.
    # pairs, clusters 2: short texts of about one length are held by one another from 0.9 on.
    # clusters 3: figures say for which other sources the documents of a source go.
    versions: ClassVar[Mapping[str, int]] = {"buckets": 2, "pairs": 2, "clusters": 3}
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
        "signals": Input("signals", asked=True),
        "earlier": Input("signatures", asked=True, many=True, apart=True),
        "withdrawals": Input("withdrawals", optional=True),
    }
    gives = ("decisions", "clusters", "signatures")
    libraries = ("datasketch",)
    conserves = ("decisions", "documents")

    class Params(Options):
        """All of `Options`."""

    def heard(self, params: Params, inputs: Inputs) -> dict[str, Any]:
        """How closed the documents are, where some are."""
        return {"access": access} if (access := accesses(inputs)) else {}

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Signatures by shard, buckets by group, candidates by partition, pairs by group, then who stays."""
        from cleaning.view_files import view_files

        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        access = accesses(inputs)
        own = closed(inputs["documents"][0])
        cut: list[Shard] = []
        if any(params.levels):
            cut = yield from cuts(params, views, own)
            views = [
                (documents, decisions, [*edits, shard.one("edits")])
                for (documents, decisions, edits), shard in zip(views, cut, strict=True)
            ]
        signed = yield steps.signatures(params, views, inputs.get("signals", []))
        check_earlier(self.called, params, inputs.get("earlier", []))
        earlier = [shard for manifest in inputs.get("earlier", []) for shard in manifest.shards]
        old = Numbered.of(earlier)
        new = Numbered.of(signed, old.total)
        groups = new.groups(params)
        filled = yield steps.buckets(params, groups, views, bits(params, signed))
        # Of what is old little is asked: the fewer groups, the fewer tasks.
        groups_before = old.groups(params, split=False)
        every, young = [*groups_before, *groups], len(groups_before)
        starts = [group.firsts[0] for group in every]
        editions = inputs.get("earlier", [])
        met = (yield steps.meetings(filled, old, editions)) if editions else []
        proposed = yield steps.candidates(params, filled, starts, old, editions, met)
        requested = yield steps.requests(proposed, starts, young)
        brought = yield steps.cards(requested, every)
        proven = yield steps.pairs(params, requested, brought, starts, young)
        gone = yield from withdrawn([documents for documents, _, _ in views], inputs)
        (clustered,) = yield steps.clusters(params, proven, old, new, access, chain(*gone))
        if params.mode == "remove":
            refuse_to_wipe(self.called, params, filled, clustered)
        decided = yield steps.decisions(params, signed, views, clustered, cut)
        # The postings of a group stand with its first shard: later editions are compared with them.
        keys = {group.places[0]: buckets for group, buckets in zip(groups, filled, strict=True)}
        told = {ELSEWHERE: {n: s["elsewhere"] for n, s in clustered.figures["sources"].items()}}
        return [
            Shard.adopting(
                [decision, *cut[i : i + 1], signatures, *([keys[i]] if i in keys else [])],
                decision.ledger,
                {ACCESS: own[i]} if own and own[i] else {},
                {} if i else told,
            )
            for i, (decision, signatures) in enumerate(zip(decided, signed, strict=True))
        ]
