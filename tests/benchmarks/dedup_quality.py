"""How many near-duplicates are found and how many findings are right, against datatrove.

On the labelled Spanish pairs (their labels say how two texts came to be: two versions of one text, or
another law in the same form): `recall`, `precision` of the verified decision, `recall_datatrove`,
`precision_datatrove` of datatrove's unverified buckets, `recall_reachable` over the labelled duplicates
whose true similarity reaches the threshold. On real texts (PHP manual and laws, full of set phrases, and
the texts of the pairs) the stage itself against every pair compared exhaustively: `recall_exhaustive` of
the removals, `recall_pairs` of the pairs, `wrong` removals (none: each is proven).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

DUPLICATES = ("exact_text", "near_duplicate", "revised_translation")
THRESHOLD = 0.8


def datatrove_peer(folder: Path) -> list[bool]:
    """Whether datatrove puts the two texts of each pair in one bucket (14 x 8)."""
    from datatrove.pipeline.dedup.minhash import MinhashDedupSignature

    signer = MinhashDedupSignature(str(folder / "signatures"), language="spa")

    def sign(text: str) -> list[list[int]]:
        shingles = signer.get_shingles(text)
        return signer.get_signature(shingles) if len(shingles) else []

    pairs = json.loads((folder / "pairs.json").read_text())
    return [any(x == y for x, y in zip(sign(a), sign(b), strict=False)) for a, b in pairs]


def read(name: str) -> list[dict[str, Any]]:
    """The records of a shared file of JSON lines."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    with zstandard.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def similarities(texts: list[tuple[str, str]]) -> list[tuple[float, bool]]:
    """The true similarity of each pair, and whether a band proposes it."""
    import numpy as np

    from cleaning.deduplicate.minhash import band_hashes, permutations, signatures
    from cleaning.deduplicate.shingles import shingle_sets

    sets = shingle_sets([text for pair in texts for text in pair], 5)
    signed = signatures(sets.hashes, sets.counts, permutations(128, 1))
    bands = band_hashes(signed, 16, 8)
    ends = np.cumsum(sets.counts)
    found = []
    for i in range(0, 2 * len(texts), 2):
        one, two = (
            set(sets.hashes[ends[k] - sets.counts[k] : ends[k]].tolist()) for k in (i, i + 1)
        )
        jaccard = len(one & two) / max(len(one | two), 1)
        found.append((jaccard, bool((bands[:, i] == bands[:, i + 1]).any())))
    return found


def labelled() -> dict[str, float | None]:
    """The figures of the labelled pairs; a table by label goes to standard error."""
    from tests.benchmarks.peers import peer

    pairs = read("neardup/pairs_es.jsonl.zst")
    texts = [(p["a"], p["b"]) for p in pairs]
    true = [p["label"].startswith(DUPLICATES) for p in pairs]
    measured = similarities(texts)
    ours = [jaccard >= THRESHOLD and proposed for jaccard, proposed in measured]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "pairs.json").write_text(json.dumps(texts))
        theirs = peer(__file__, "datatrove", Path(name))
    table = defaultdict(list)
    for pair, one, two in zip(pairs, ours, theirs or [False] * len(pairs), strict=True):
        table[pair["label"]].append((one, two))
    for label, rows in sorted(table.items()):
        found = [sum(column) for column in zip(*rows, strict=True)]
        print(f"{label}: {found[0]} of {len(rows)}, datatrove {found[1]}", file=sys.stderr)
    for threshold in (0.9, 0.8, 0.7, 0.6, 0.5):
        here = [jaccard >= threshold and proposed for jaccard, proposed in measured]
        print(f"threshold {threshold}: {rates(here, true)}", file=sys.stderr)
    reachable = [
        o
        for o, t, (jaccard, _) in zip(ours, true, measured, strict=True)
        if t and jaccard >= THRESHOLD
    ]
    recall, precision = rates(ours, true)
    peers = rates(theirs, true) if theirs else (None, None)
    return {
        "recall": recall,
        "precision": precision,
        "recall_reachable": round(sum(reachable) / len(reachable), 4),
        "recall_datatrove": peers[0],
        "precision_datatrove": peers[1],
    }


def rates(found: list[bool], true: list[bool]) -> tuple[float, float]:
    """Recall and precision."""
    right = sum(f and t for f, t in zip(found, true, strict=True))
    return round(right / sum(true), 4), round(right / max(sum(found), 1), 4)


def exhaustive(quick: bool) -> dict[str, float]:
    """The figures of the stage on real texts, against all pairs compared."""
    from cleaning.deduplicate.stage import Deduplicate
    from pipeline.store.store import Store
    from tests.cleaning import planted

    records = read("text/technical.jsonl.zst") + read("text/legal.jsonl.zst")
    records = records[:: 8 if quick else 1]
    found = [r["text"] for r in records]
    found += [p[side] for p in read("neardup/pairs_es.jsonl.zst") for side in "ab"]
    texts = [(f"{i:06}", text) for i, text in enumerate(found)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shards = [texts[i::4] for i in range(4)]
        dataset, _ = planted.run(
            folder, Deduplicate(), {"documents": [planted.documents(folder / "documents", shards)]}
        )
        gone = {r["id"]: r for r in planted.rows(folder, dataset, "decisions") if r["rule"]}
        keys = dataset.steps["pairs"]
        proven = [Store(folder).shard("deduplicate", key) for key in keys]
    similar = all_pairs(texts)
    wanted = survive(texts, similar)
    verified = sum(shard.figures["verified"] for shard in proven if shard)
    print(
        f"{len(texts)} texts, {len(similar)} pairs from {THRESHOLD} up, {len(wanted)} removals; "
        f"{verified} pairs proven, {len(gone)} removed",
        file=sys.stderr,
    )
    wrong = sum((row["other"], name) not in similar for name, row in gone.items())
    return {
        "recall_exhaustive": round(len(wanted & set(gone)) / len(wanted), 4),
        "recall_pairs": round(verified / len(distinct(texts, similar)), 4),
        "wrong": wrong,
    }


def order(text: tuple[str, str]) -> tuple[int, str]:
    """The key of rank."""
    return -len(text[1]), text[0]


def all_pairs(texts: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every pair of ids, the higher in rank first, whose similarity reaches the threshold."""
    import numpy as np
    from scipy.sparse import csr_array

    from cleaning.deduplicate.shingles import shingle_sets

    ranked = sorted(texts, key=order)
    sets = shingle_sets([text for _, text in ranked], 5)
    _, column = np.unique(sets.hashes, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(sets.counts)])
    member = csr_array((np.ones(len(column), np.int32), column, starts))
    similar = set()
    for start in range(0, len(ranked), 500):
        shared = (member[start : start + 500] @ member.T).tocoo()
        i, j = shared.row + start, shared.col
        near = shared.data / (sets.counts[i] + sets.counts[j] - shared.data) >= THRESHOLD
        similar |= {
            (ranked[a][0], ranked[b][0]) for a, b in zip(i[near], j[near], strict=True) if a < b
        }
    short: dict[str, list[str]] = defaultdict(list)
    for name, text in ranked:
        short[" ".join(text.split())].append(name)
    for names in short.values():
        similar |= {(a, b) for i, a in enumerate(names) for b in names[i + 1 :]}
    return similar


def distinct(texts: list[tuple[str, str]], similar: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs among the first in rank of each text: what the stage verifies."""
    first: dict[str, str] = {}
    for name, text in sorted(texts, key=order):
        first.setdefault(" ".join(text.split()), name)
    firsts = set(first.values())
    return {(a, b) for a, b in similar if a in firsts and b in firsts}


def survive(texts: list[tuple[str, str]], similar: set[tuple[str, str]]) -> set[str]:
    """What goes when all similar pairs are known: in order of rank, whoever is like one that stays."""
    above = defaultdict(list)
    for a, b in similar:
        above[b].append(a)
    gone: set[str] = set()
    for name, _ in sorted(texts, key=order):
        if any(other not in gone for other in above[name]):
            gone.add(name)
    return gone


if __name__ == "__main__":
    if "--peer" in sys.argv:
        print(json.dumps(datatrove_peer(Path(sys.argv[-1]))))
    else:
        sys.path.insert(0, str(Path(__file__).parents[2]))
        figures = {**labelled(), **exhaustive("--quick" in sys.argv)}
        print(json.dumps({"benchmark": "dedup_quality", "figures": figures}))
