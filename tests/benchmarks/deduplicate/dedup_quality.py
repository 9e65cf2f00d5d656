"""How many near-duplicates are found and how many findings are right, against every pair compared and against peers.

On `of` real texts (registers of all kinds cut at paragraphs into documents of some hundred words, and `planted` copies
of them: lightly edited, cut short, with other boilerplate around, with paragraphs moved) the stage itself against
every pair compared: `recall` and `precision` of its removals at the similarity 0.8, `recall_06` where 0.6 is asked for
with a recall of 0.99; beside it the unproven buckets of datatrove and of datasketch's LSH, which remove whatever shares
one with what stays. On the `pairs` of labelled Spanish texts (the labels say how two texts came to be: two versions
of one text, or another law in the same form): `recall_labelled` and `precision_labelled` of what the stage does with
the two alone, `templates_removed` the share of the `templates` (laws in the same form, which must stay) that go, and
the same of datatrove.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

DUPLICATES = ("exact_text", "near_duplicate", "revised_translation")
THRESHOLD, LOOSE = 0.8, 0.6
KINDS = ("edited", "short", "boilerplate", "moved")
REGISTERS = ("technical", "technical_help", "legal", "parliamentary", "literature", "biomedical")
LONG = 2000  # characters from which on a document ends with its paragraph


def datatrove_peer(folder: Path) -> list[list[int]]:
    """The hashes of datatrove's bands (14 x 8) of each text; none of a text without shingles."""
    from datatrove.pipeline.dedup.minhash import MinhashDedupSignature

    signer = MinhashDedupSignature(str(folder / "signatures"), language="spa")
    signatures = []
    for text in json.loads((folder / "texts.json").read_text()):
        shingles = signer.get_shingles(text)
        bands = signer.get_signature(shingles) if len(shingles) else []
        signatures.append([hash(tuple(map(int, band))) for band in bands])
    return signatures


def read(name: str) -> list[dict[str, Any]]:
    """The records of a shared file of JSON lines."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    with zstandard.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def datatrove_bands(texts: list[str]) -> list[list[int]] | None:
    """The same, from its own environment."""
    from tests.benchmarks.peers import peer

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "texts.json").write_text(json.dumps(texts))
        return peer(__file__, "datatrove", Path(name))


def labelled() -> dict[str, float | None]:
    """The figures of the labelled pairs; a table by label goes to standard error."""
    pairs = read("neardup/pairs_es.jsonl.zst")
    true = [p["label"].startswith(DUPLICATES) for p in pairs]
    ours = decided([(p["a"], p["b"]) for p in pairs])
    bands = datatrove_bands([p[side] for p in pairs for side in "ab"])
    theirs = [share(*bands[2 * i : 2 * i + 2]) for i in range(len(pairs))] if bands else None
    table = defaultdict(list)
    for pair, one, two in zip(pairs, ours, theirs or [False] * len(pairs), strict=True):
        table[pair["label"]].append((one, two))
    for label, rows in sorted(table.items()):
        sums = [sum(column) for column in zip(*rows, strict=True)]
        print(f"{label}: {sums[0]} of {len(rows)}, datatrove {sums[1]}", file=sys.stderr)
    for half in (0, 1):
        print(f"half {half}: {rates(ours[half::2], true[half::2])}", file=sys.stderr)
    recall, precision = rates(ours, true)
    peers = rates(theirs, true) if theirs else (None, None)
    templates = [o for o, p in zip(ours, pairs, strict=True) if p["label"].startswith("template")]
    return {
        "pairs": len(pairs),
        "recall_labelled": recall,
        "precision_labelled": precision,
        "templates": len(templates),
        "templates_removed": round(sum(templates) / len(templates), 4),
        "recall_labelled_datatrove": peers[0],
        "precision_labelled_datatrove": peers[1],
    }


def decided(pairs: list[tuple[str, str]]) -> list[bool]:
    """Whether one of each two texts, which alone are a corpus, goes for the other."""
    from cleaning.deduplicate.stage import Deduplicate
    from tests.cleaning import planted

    removed = []
    with tempfile.TemporaryDirectory() as name:
        for i, (a, b) in enumerate(pairs):
            folder = Path(name, str(i))
            documents = planted.documents(folder / "documents", [[("a", a), ("b", b)]])
            dataset, _ = planted.run(folder, Deduplicate(), {"documents": [documents]})
            removed.append(any(not r["kept"] for r in planted.rows(folder, dataset, "decisions")))
    return removed


def share(one: list[int], two: list[int]) -> bool:
    """Whether two texts share a band."""
    return any(x == y for x, y in zip(one, two, strict=False))


def rates(removed_rows: list[bool], true: list[bool]) -> tuple[float, float]:
    """Recall and precision."""
    right = sum(f and t for f, t in zip(removed_rows, true, strict=True))
    return round(right / sum(true), 4), round(right / max(sum(removed_rows), 1), 4)


def real_texts(quick: bool) -> list[str]:
    """Real texts of all registers (a sixteenth if quick), cut at paragraphs where they are long."""
    texts: list[str] = []
    for register in REGISTERS:
        for record in read(f"text/{register}.jsonl.zst")[:: 16 if quick else 1]:
            pieces = [""]
            for paragraph in record["text"].split("\n"):
                if len(pieces[-1]) > LONG:
                    pieces.append("")
                pieces[-1] += paragraph + "\n"
            texts += pieces
    return [text for text in texts if len(text) > 200]


def copy(text: str, kind: str, draw: random.Random) -> str:
    """A copy of a text as copies on the web come to be."""
    words, lines = text.split(" "), text.splitlines()
    if kind == "edited":
        for i in draw.sample(
            range(len(words)), max(1, round(draw.uniform(0.002, 0.03) * len(words)))
        ):
            words[i] = draw.choice(words)
        return " ".join(words)
    if kind == "short":
        return " ".join(words[: round(draw.uniform(0.6, 0.97) * len(words))])
    if kind == "boilerplate":
        menu = " ".join(draw.choice(words) for _ in range(draw.randint(5, 30)))
        return f"{menu}\n{text}\nCompartir en {draw.choice(words)} | Aviso legal | {draw.randint(1, 10**6)}"
    at = draw.randint(0, len(lines))
    return "\n".join(lines[at:] + lines[:at])


def planted_texts(quick: bool) -> list[tuple[str, str]]:
    """Real texts with an id each, a fifth of them with a copy."""
    draw = random.Random(7)
    texts = real_texts(quick)
    copies = []
    for i, text in enumerate(draw.sample(texts, len(texts) // 5)):
        copies.append(copy(text, KINDS[i % len(KINDS)], draw))
    return [(f"{i:06}", text) for i, text in enumerate([*texts, *copies])]


def exhaustive(quick: bool) -> dict[str, float | None]:
    """The figures of the stage on real texts, against all pairs compared, and those of the peers."""
    texts = planted_texts(quick)
    similar = all_pairs(texts, LOOSE)
    recall, precision = removals(texts, similar, THRESHOLD, 0.997)
    near = {pair for pair, similarity in similar.items() if similarity >= THRESHOLD}
    bands = datatrove_bands([text for _, text in texts])
    datatrove = unproven(texts, buckets(texts, bands), near) if bands else (None, None)
    datasketch = unproven(texts, lsh(texts), near)
    return {
        "of": len(texts),
        "planted": len(texts) - round(len(texts) / 1.2),
        "recall": recall,
        "precision": precision,
        "recall_06": removals(texts, similar, LOOSE, 0.99)[0],
        "recall_datatrove": datatrove[0],
        "precision_datatrove": datatrove[1],
        "recall_datasketch": datasketch[0],
        "precision_datasketch": datasketch[1],
    }


def removals(
    texts: list[tuple[str, str]],
    similar: dict[tuple[str, str], float],
    threshold: float,
    recall: float,
) -> tuple[float, float]:
    """Recall and precision of what the stage removes."""
    from cleaning.deduplicate.stage import Deduplicate
    from tests.cleaning import planted

    near = {pair for pair, similarity in similar.items() if similarity >= threshold}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = planted.documents(folder / "documents", [texts[i::4] for i in range(4)])
        params = {"threshold": threshold, "recall": recall, "containment": None, "most": 1}
        dataset, _ = planted.run(folder, Deduplicate(), {"documents": [documents]}, **params)
        gone = {r["id"]: r for r in planted.rows(folder, dataset, "decisions") if r["rule"]}
    wanted = survive(texts, near)
    print(
        f"{len(texts)} texts, {len(near)} pairs from {threshold} up, {len(wanted)} removals; "
        f"{len(gone)} removed",
        file=sys.stderr,
    )
    right = sum((row["other"], name) in near for name, row in gone.items())
    return round(len(wanted & set(gone)) / len(wanted), 4), round(right / len(gone), 4)


def buckets(texts: list[tuple[str, str]], bands: list[list[int]]) -> set[tuple[str, str]]:
    """The pairs that share a band, the higher in rank first."""
    ranked = sorted(zip(texts, bands, strict=True), key=lambda item: order(item[0]))
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for (name, _), values in ranked:
        for band, value in enumerate(values):
            shared[band, value].append(name)
    return {
        (a, b) for names in shared.values() for i, a in enumerate(names) for b in names[i + 1 :]
    }


def lsh(texts: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs that datasketch's LSH for 0.8 proposes, on its own signatures of our shingles."""
    import numpy as np
    from datasketch import MinHash, MinHashLSH

    from cleaning.minhash.shingles import shingle_sets

    ranked = sorted(texts, key=order)
    sets = shingle_sets([text for _, text in ranked], 5)
    ends = np.cumsum(sets.counts)
    hashes = [sets.hashes[e - c : e].tolist() for e, c in zip(ends, sets.counts, strict=True)]
    signed = MinHash.bulk([[h & 0xFFFFFFFF for h in some] for some in hashes], hashfunc=int)
    index, pairs = MinHashLSH(threshold=THRESHOLD, num_perm=128), set()
    for (name, _), signature in zip(ranked, signed, strict=True):
        pairs |= {(other, name) for other in index.query(signature)}
        index.insert(name, signature)
    return pairs


def unproven(
    texts: list[tuple[str, str]], pairs: set[tuple[str, str]], near: set[tuple[str, str]]
) -> tuple[float, float]:
    """Recall and precision where whatever shares a bucket with one that stays goes."""
    gone, wanted = survive(texts, pairs), survive(texts, near)
    like = {below for _, below in near}
    return round(len(wanted & gone) / len(wanted), 4), round(len(gone & like) / len(gone), 4)


def order(text: tuple[str, str]) -> tuple[int, str]:
    """The key of rank."""
    return -len(text[1]), text[0]


def all_pairs(texts: list[tuple[str, str]], least: float) -> dict[tuple[str, str], float]:
    """The similarity of every pair of ids, the higher in rank first, that reaches `least`; 1 of equal texts."""
    import numpy as np
    from scipy.sparse import csr_array

    from cleaning.minhash.shingles import shingle_sets

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
        sys.path.insert(0, str(Path(__file__).parents[3]))
        figures = {**exhaustive("--quick" in sys.argv), **labelled()}
        print(json.dumps({"benchmark": "dedup_quality", "figures": figures}))
