"""How fast texts become MinHash signatures and bands, against datasketch, rensa and datatrove.

All in CPU seconds of one process, the best of three runs, over the same real Spanish texts; a megabyte is
10^6 bytes of UTF-8. Figures: `mb_s_core` and `docs_s` from text to bands, over `documents` texts of `mb` together;
`ratio_X` is our speed over the peer's from text to signature (datasketch and rensa by their fastest interface over
Python's shingles; datatrove over `documents_datatrove` of the texts); `ratio_rensa_step` the same of the
permutations alone, over `shingles` ready hashes. `compile_s` is what compiling takes on a machine that never did,
`load_s` what a process spends before its first text where it was done.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PERMUTATIONS = 128


def best(work: Callable[[], object], runs: int = 3) -> float:
    """The CPU seconds of the fastest run."""
    seconds = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def word_shingles(text: str) -> list[str]:
    """What a user of a string interface writes."""
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[i : i + 5]) for i in range(len(words) - 4)]


def rensa_peer(folder: Path) -> dict[str, float]:
    """Seconds of rensa over the texts, and over ready shingle hashes."""
    import numpy as np
    from rensa import RMinHash

    texts = json.loads((folder / "texts.json").read_text())
    hashes, offsets = np.load(folder / "hashes.npy"), np.load(folder / "offsets.npy")

    def whole() -> None:
        for text in texts:
            signature = RMinHash(PERMUTATIONS, 1)
            signature.update(word_shingles(text))
            signature.digest()

    def step() -> None:
        RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, PERMUTATIONS, 1)

    return {"whole": best(whole), "step": best(step)}


def datatrove_peer(folder: Path) -> dict[str, float]:
    """Seconds of datatrove over the texts: its own words, its normal form, 14 x 8 hashes."""
    from datatrove.pipeline.dedup.minhash import MinhashDedupSignature

    texts = json.loads((folder / "few.json").read_text())
    signer = MinhashDedupSignature(str(folder / "signatures"), language="spa")

    def whole() -> None:
        for text in texts:
            signer.get_signature(signer.get_shingles(text))

    whole()  # loads the tokenizer
    return {"whole": best(whole, runs=1)}


def spanish_texts(megabytes: float) -> list[str]:
    """Real texts of all registers in turn, short of the given size together."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    names = ("technical", "technical_help", "legal", "parliamentary", "literature", "biomedical")
    files = [
        zstandard.open(SHARED / f"data/text/{name}.jsonl.zst", "rt", encoding="utf-8")
        for name in names
    ]
    texts, size = [], 0.0

    def in_turn() -> Iterator[str]:
        while files:
            for file in list(files):
                if line := file.readline():
                    yield json.loads(line)["text"]
                else:
                    files.remove(file)

    for text in in_turn():
        size += len(text.encode()) / 1e6
        if size > megabytes:
            break
        texts.append(text)
    return texts


def compile_seconds() -> float:
    """Of a process that signs its first text, where nothing was compiled before."""
    code = (
        "import time; t = time.process_time()\n"
        "from cleaning.deduplicate.signatures import minhash, shingles as s\n"
        "sets = s.shingle_sets(['uno dos tres'], 2)\n"
        "minhash.signatures(sets.hashes, sets.counts, minhash.permutations(8, 1))\n"
        "print(time.process_time() - t)"
    )
    with tempfile.TemporaryDirectory() as cache:
        settings = {
            **os.environ,
            "NUMBA_CACHE_DIR": cache,
            "PYTHONPATH": str(Path(__file__).parents[3]),
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=settings,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return round(float(done.stdout), 1)


def measure(quick: bool) -> dict[str, float | None]:
    """The figures of this machine."""
    import numpy as np
    import xxhash
    from datasketch import MinHash

    from cleaning.minhash.bands import fewest_bands
    from cleaning.minhash.minhash import band_hashes, permutations, signatures
    from cleaning.minhash.shingles import shingle_sets
    from tests.benchmarks.peers import peer

    texts = spanish_texts(2 if quick else 20)
    few = texts[:: max(1, len(texts) // (20 if quick else 60))]
    drawn = permutations(PERMUTATIONS, 1)
    bands = fewest_bands(0.8, 0.997, PERMUTATIONS) or (1, 1)

    def sign(texts: list[str]) -> None:
        sets = shingle_sets(texts, 5)
        band_hashes(signatures(sets.hashes, sets.counts, drawn), *bands)

    def sketch() -> None:
        MinHash.bulk(
            [[s.encode() for s in word_shingles(text)] for text in texts],
            num_perm=PERMUTATIONS,
            hashfunc=xxhash.xxh32_intdigest,
        )

    sets = shingle_sets(texts, 5)
    begun = time.process_time()
    sign(texts[:1])
    first = time.process_time() - begun
    ours = best(lambda: sign(texts))
    few_ours = best(lambda: sign(few))
    step = best(lambda: signatures(sets.hashes, sets.counts, drawn))
    theirs = best(sketch, runs=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.json").write_text(json.dumps(texts))
        (folder / "few.json").write_text(json.dumps(few))
        np.save(folder / "hashes.npy", sets.hashes)
        np.save(folder / "offsets.npy", np.concatenate([[0], np.cumsum(sets.counts)]).astype("u8"))
        rensa = peer(__file__, "rensa", folder)
        datatrove = peer(__file__, "datatrove", folder)
    size = sum(len(text.encode()) for text in texts) / 1e6
    return {
        "documents": len(texts),
        "mb": round(size, 1),
        "shingles": len(sets.hashes),
        "compile_s": compile_seconds(),
        "load_s": round(first, 2),
        "documents_datatrove": len(few),
        "mb_s_core": round(size / ours, 1),
        "docs_s": round(len(texts) / ours),
        "ratio_datasketch": round(theirs / ours, 2),
        "ratio_rensa": rensa and round(rensa["whole"] / ours, 2),
        "ratio_rensa_step": rensa and round(rensa["step"] / step, 2),
        "ratio_datatrove": datatrove and round(datatrove["whole"] / few_ours, 1),
    }


if __name__ == "__main__":
    if "--peer" in sys.argv:
        what, where = sys.argv[sys.argv.index("--peer") + 1 :]
        print(json.dumps({"rensa": rensa_peer, "datatrove": datatrove_peer}[what](Path(where))))
    else:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        print(json.dumps({"benchmark": "signatures", "figures": measure("--quick" in sys.argv)}))
