"""Learns vectors of words for `grow_sentences.py`: `python -m cleaning.signals.worth.grow_vectors TEXTS VECTORS`.

TEXTS is a file of plain text, a line or a sentence each. Words that stand beside the same words get like vectors
(skip-grams, by fastText, in one thread: same texts, same bytes). VECTORS has the hash of each word (`word_hash`), its
vector, and how often it stands there.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fasttext
import numpy as np

from cleaning.text.batch import word_hash

_PIECES = re.compile(r"\d+|[^\W\d_]+(?:['’·-][^\W\d_]+)*|[^\w\s]")
SETTINGS: dict[str, Any] = {
    "model": "skipgram",
    "dim": 64,
    "epoch": 2,
    "minCount": 6,
    "maxn": 0,
    "ws": 2,
    "neg": 4,
    "lr": 0.06,
    "thread": 1,
    "verbose": 0,
}


def main(texts: Path, vectors: Path) -> None:
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.txt"
        with texts.open(encoding="utf-8") as lines, plain.open("w", encoding="utf-8") as out:
            for line in lines:
                pieces = _PIECES.findall(line.lower())
                out.write(" ".join("0" if p[0].isdigit() else p for p in pieces) + "\n")
        model = fasttext.train_unsupervised(str(plain), **SETTINGS)
    words, counts = model.get_words(include_freq=True)
    kept = [i for i, word in enumerate(words) if word[0].isalpha()]
    np.savez_compressed(
        vectors,
        allow_pickle=False,
        hashes=np.array([word_hash(words[i]) for i in kept], np.uint64),
        vectors=np.array([model.get_word_vector(words[i]) for i in kept], np.float16),
        counts=np.asarray(counts)[kept],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
