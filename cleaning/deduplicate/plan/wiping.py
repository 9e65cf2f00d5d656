"""No source is wiped unseen."""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.deduplicate.options import Options
from pipeline.errors import TahonaError
from pipeline.model.dataset import Shard

LEAST = 100  # documents of a source of which a share means something


def refuse_to_wipe(called: str, params: Options, filled: Sequence[Shard], clustered: Shard) -> None:
    """Raises TahonaError, with the clusters, where more of a source would go than may."""
    for source, counts in clustered.figures["sources"].items():
        arrived = sum(shard.figures["arrived"].get(source, 0) for shard in filled)
        share = counts["removed"] / arrived
        if arrived < LEAST or share <= params.share(source):
            continue
        clusters = "; ".join(f"{n} like {one}, for {other}" for n, one, other in counts["largest"])
        _, one, other = counts["largest"][0]
        refusal = TahonaError(
            f"{called} would remove {share:.1%} of the {arrived:,} documents of {source or 'a source'}, "
            f"and {params.share(source):.0%} may go. Its largest clusters: {clusters}. Look at two with "
            f"`tahona explain RECIPE:{called} {one} {other}`, which names their files: one that repeats all others "
            "would stay in their place, so leave it out of the source's `files`; where all of them may go, say under "
            f"`stages` of the recipe `{called}: {{most: {{{source}: 1}}}}`"
        )
        refusal.documents = tuple(one for _, *pair in counts["largest"] for one in pair)
        raise refusal
