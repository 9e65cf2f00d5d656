"""How many near-duplicates are found and how many findings are right, against datatrove.

On `of` real texts (PHP manual and laws, full of set phrases, and the texts of the labelled pairs) the stage itself
against every pair compared: `recall` and `precision` of its removals at the similarity 0.8, `recall_06` with the
threshold 0.6. On the `pairs` of labelled Spanish texts (the labels say how two texts came to be: two versions of
one text, or another law in the same form): `recall_labelled` and `precision_labelled` of the verified decision,
`recall_reachable` of the labelled duplicates whose true similarity reaches 0.8, `templates_removed` of the `templates`
(laws in the same form, which must stay), `recall_datatrove`, `precision_datatrove` of datatrove's buckets, unverified.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

DUPLICATES = ("exact_text", "near_duplicate", "revised_translation")
THRESHOLD, LOOSE = 0.8, 0.6


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
    templates = [o for o, p in zip(ours, pairs, strict=True) if p["label"].startswith("template")]
    return {
        "pairs": len(pairs),
        "recall_labelled": recall,
        "precision_labelled": precision,
        "recall_reachable": round(sum(reachable) / len(reachable), 4),
        "templates": len(templates),
        "templates_removed": sum(templates),
        "recall_datatrove": peers[0],
        "precision_datatrove": peers[1],
    }


def rates(found: list[bool], true: list[bool]) -> tuple[float, float]:
    """Recall and precision."""
    right = sum(f and t for f, t in zip(found, true, strict=True))
    return round(right / sum(true), 4), round(right / max(sum(found), 1), 4)


def real_texts(quick: bool) -> list[tuple[str, str]]:
    """Texts with an id each: the PHP manual, laws (an eighth of both if quick), both sides of the labelled pairs."""
    records = read("text/technical.jsonl.zst") + read("text/legal.jsonl.zst")
    found = [r["text"] for r in records[:: 8 if quick else 1]]
    found += [p[side] for p in read("neardup/pairs_es.jsonl.zst") for side in "ab"]
    return [(f"{i:06}", text) for i, text in enumerate(found)]


def exhaustive(quick: bool) -> dict[str, float]:
    """The figures of the stage on real texts, against all pairs compared."""
    texts = real_texts(quick)
    similar = all_pairs(texts, LOOSE)
    recall, precision = removals(texts, similar, THRESHOLD)
    return {
        "of": len(texts),
        "recall": recall,
        "precision": precision,
        "recall_06": removals(texts, similar, LOOSE)[0],
    }


def removals(
    texts: list[tuple[str, str]], similar: dict[tuple[str, str], float], threshold: float
) -> tuple[float, float]:
    """Recall and precision of what the stage removes."""
    from cleaning.deduplicate.stage import Deduplicate
    from tests.cleaning import planted

    near = {pair for pair, similarity in similar.items() if similarity >= threshold}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = planted.documents(folder / "documents", [texts[i::4] for i in range(4)])
        dataset, _ = planted.run(folder, Deduplicate(), {"documents": [given]}, threshold=threshold)
        gone = {r["id"]: r for r in planted.rows(folder, dataset, "decisions") if r["rule"]}
    wanted = survive(texts, near)
    print(
        f"{len(texts)} texts, {len(near)} pairs from {threshold} up, {len(wanted)} removals; "
        f"{len(gone)} removed",
        file=sys.stderr,
    )
    right = sum((row["other"], name) in near for name, row in gone.items())
    return round(len(wanted & set(gone)) / len(wanted), 4), round(right / len(gone), 4)


def order(text: tuple[str, str]) -> tuple[int, str]:
    """The key of rank."""
    return -len(text[1]), text[0]


def all_pairs(texts: list[tuple[str, str]], least: float) -> dict[tuple[str, str], float]:
    """The similarity of every pair of ids, the higher in rank first, that reaches `least`; 1 of equal texts."""
    import numpy as np
    from scipy.sparse import csr_array

    from cleaning.deduplicate.shingles import shingle_sets

    ranked = sorted(texts, key=order)
    sets = shingle_sets([text for _, text in ranked], 5)
    _, column = np.unique(sets.hashes, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(sets.counts)])
    member = csr_array((np.ones(len(column), np.int32), column, starts))
    similar = {}
    for start in range(0, len(ranked), 500):
        shared = (member[start : start + 500] @ member.T).tocoo()
        i, j = shared.row + start, shared.col
        jaccard = shared.data / (sets.counts[i] + sets.counts[j] - shared.data)
        near = (jaccard >= least) & (i < j)
        for a, b, similarity in zip(i[near], j[near], jaccard[near], strict=True):
            similar[ranked[a][0], ranked[b][0]] = float(similarity)
    same: dict[str, list[str]] = defaultdict(list)
    for name, text in ranked:
        same[" ".join(text.split())].append(name)
    for names in same.values():
        similar |= {(a, b): 1.0 for i, a in enumerate(names) for b in names[i + 1 :]}
    return similar


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
        figures = {**exhaustive("--quick" in sys.argv), **labelled()}
        print(json.dumps({"benchmark": "dedup_quality", "figures": figures}))
