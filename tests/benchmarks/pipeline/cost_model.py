"""What cleaning and deduplicating 1 TB, 60 TB and 1 PB of archives takes: a model from measured rates.

Of each size: hours of each step on `--cores` processors, bytes that are shuffled, the largest partition, the memory of
a task and of the largest, and requests to the object store. The 60 TB case is that of a national web archive from
which 2 TB of text and in the end 201 million documents were kept; the other sizes are that case scaled. RATES were
measured on one core of a shared virtual machine (LOG.md); the counts follow from the formats; the skew is assumed.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass

TB = 1e12

# Bytes a second of one core: of pages, of which a compressed archive holds one byte in PACKED (`warc`), and of text
# (`engines`, the estimate of `filter`, `signatures`).
RATES = {"extract": 6.6e6, "annotate": 1.8e6, "filter": 4e6, "signatures": 87e6}
PACKED = 4.5  # assumed: pages of archives by gzip
# Microseconds of one core at 1 million documents of 60 words (dedup_growth): for a posting, a shingle, a document.
OF_POSTING = {"buckets": 0.23, "candidates": 0.21}
OF_SHINGLE = {"cards": 0.044, "pairs": 0.019}
OF_DOCUMENT = {"requests": 0.7, "decisions": 1.0}
CLUSTERS = 1.1  # for a document, on one core: the one step that is not parted

BANDS, POSTING, CANDIDATE, SHINGLE, SAMPLE = 20, 32, 11, 8, 12
SORTED = 100  # bytes of memory of a posting while its partition is sorted
MINHASH = 512  # bytes of a signature
PAIRS = 3.0  # candidates for a document
PAIRED = 0.25  # of the documents that are in a pair; of it that are asked for in a second group
LINKED = 50  # bytes of memory of a document in a pair while all pairs are linked
SKEW = 3.0  # the largest partition over the mean: a few keys of templates
SHARD = 1e9  # bytes of an archive
MEMORY = 8000  # megabytes of a task: the option `memory`


@dataclass(frozen=True)
class Case:
    """Archives of so many bytes, the text in them, and the documents that are deduplicated."""

    name: str
    archives: float
    text: float
    documents: float

    def scaled(self, name: str, factor: float) -> Case:
        """The same mixture of another size."""
        return Case(name, self.archives * factor, self.text * factor, self.documents * factor)


SIXTY = Case("60 TB", 60 * TB, 2 * TB, 450e6)


def model(case: Case, cores: int) -> dict[str, float]:
    """The figures of a case."""
    shards = case.archives / SHARD
    # A word of Spanish and its space; those at the ends of texts apart.
    shingles = case.text / 6.2 * 0.97
    postings = case.documents * (BANDS + 1) + shingles / SAMPLE
    shuffled = {
        "buckets": postings * POSTING,
        "candidates": case.documents * PAIRS * CANDIDATE,
        "cards": PAIRED * (1 + PAIRED) * shingles * SHINGLE,
    }
    hours = {
        "extract": case.archives * PACKED / RATES["extract"],
        "annotate": case.text / RATES["annotate"],
        "filter": case.text / RATES["filter"],
        "signatures": case.text / RATES["signatures"],
        **{
            step: count * us / 1e6
            for count, steps in (
                (postings, OF_POSTING),
                (shingles, OF_SHINGLE),
                (case.documents, OF_DOCUMENT),
            )
            for step, us in steps.items()
        },
    }
    partitions = 2 ** max(0, int(postings * SORTED / (MEMORY * 1e6))).bit_length()
    groups = max(1.0, (postings * SORTED + shingles * 16) / (MEMORY * 1e6))
    files = shards * (3 + 2 + 2 + 4 + 2)  # documents; signals; decisions; signatures; decisions
    files += groups * partitions * 2 + groups * groups * 3
    figures = {f"{step}_h": seconds / 3600 / cores for step, seconds in hours.items()}
    figures["clusters_h"] = case.documents * CLUSTERS / 1e6 / 3600
    return {
        **{name: round(value, 2) for name, value in figures.items()},
        "total_h": round(sum(figures.values()), 1),
        "shuffled_tb": round(sum(shuffled.values()) / TB, 3),
        "kept_signatures_tb": round((shingles * SHINGLE * 1.1 + case.documents * MINHASH) / TB, 2),
        "partitions": partitions,
        "largest_partition_gb": round(SKEW * postings * POSTING / partitions / 1e9, 2),
        "task_gb": MEMORY / 1000,
        "largest_task_gb": round(SKEW * postings * SORTED / partitions / 1e9, 1),
        "clusters_gb": round(MEMORY / 1000 + case.documents * PAIRED * LINKED / 1e9, 1),
        "groups": round(groups),
        "requests_millions": round((files * 2 + shards * 30) / 1e6, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: it is a model")
    parser.add_argument("--cores", type=int, default=100)
    cores = parser.parse_args().cores
    cases = [SIXTY.scaled("1 TB", 1 / 60), SIXTY, SIXTY.scaled("1 PB", 1000 / 60)]
    figures = {case.name: model(case, cores) for case in cases}
    for row in figures["60 TB"]:
        values = "".join(f"{figures[case.name][row]:>14,}" for case in cases)
        print(f"{row:<24}{values}", file=sys.stderr)
    answer = {"cores": cores, **figures}
    print(json.dumps({"benchmark": "cost_model", "figures": answer}))


if __name__ == "__main__":
    main()
