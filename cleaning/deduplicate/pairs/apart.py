"""Why two documents both stay: the first of the steps of `deduplicate` in which they are found no pair."""

from __future__ import annotations

from typing import Any

from cleaning.deduplicate.candidates.candidates import SMALL
from cleaning.deduplicate.options import Options
from cleaning.deduplicate.pairs.pairs import CONTAINED, SHORT
from cleaning.deduplicate.pairs.requests import PASSAGES


def apart(shown: dict[str, Any], params: Options, hosts: tuple[str | None, str | None]) -> str:
    """The reason, from what is `shown` of two texts that both stay and the hosts of their documents."""
    smaller, larger = sorted(shown["shingles"])
    near = shown["jaccard"] >= params.threshold
    if not shown["same_text"]:
        if why := _not_compared(shown, params, smaller, larger):
            return f"they were not compared: {why}"
        if not near and (why := _below(shown, params)):
            return why
    if params.hosts == "across" and hosts[0] and hosts[0] == hosts[1]:
        return f"both are of {hosts[0]}, and `hosts: across` removes what is like a document of another host"
    if params.mode == "mark":
        return "`mode: mark` removes nothing: see the part `marks`"
    if params.keep > 1:
        return f"`keep: {params.keep}` lets so many of those that are alike stay"
    if not near:
        by = f"the better `{params.quality}`" if params.quality else "more characters"
        return f"the one that lies within the other has {by} or is more open, and only one of lower rank goes for that"
    return (
        f"of more than {SMALL} documents that share a band each is compared with the best of its length alone, and "
        "nothing goes for one that is withdrawn"
    )


def _not_compared(shown: dict[str, Any], params: Options, smaller: int, larger: int) -> str | None:
    """Why no band and too few passages propose them; None where they were compared."""
    of = shown["of_passages"]
    by_passages = shown["passages"] and shown["passages"] >= PASSAGES * of
    if by_passages and params.containment is not None:
        return None
    few = f"{shown['passages']} of {of} passages are in both, and {PASSAGES:.0%} propose a pair"
    if params.containment is None:
        few = "`containment: null` asks no passages"
    if not shown["bands"]:
        return f"no band is the same; {few}"
    if smaller >= params.threshold * larger:
        return None
    return f"bands propose texts whose sizes differ by no more than {params.threshold:g}; {few}"


def _below(shown: dict[str, Any], params: Options) -> str | None:
    """The bounds that they are below; None where one text holds enough of the other."""
    least, contained = shown["containment"], shown["contained"]
    if least is not None and contained is not None and contained >= least:
        return None
    below = f"a Jaccard similarity of {shown['jaccard']:.3f} is below {params.threshold:g}"
    if least is None:
        return f"{below}, and `containment: null` asks nothing else"
    if contained is None:
        return f"{below}, and of fewer than {CONTAINED} shingles nothing else is asked"
    which = f", as {why}" if (why := stricter(least, params)) else ""
    return f"{below}, and {contained:.3f} of the smaller's shingles is below {least:g}{which}"


def stricter(least: float | None, params: Options) -> str | None:
    """Why a pair is asked for more than the stage's `containment`; None where it is not."""
    if least == params.containment:
        return None
    return f"is asked of two texts of about one length with fewer than {SHORT}"
