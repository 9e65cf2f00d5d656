"""Measures the way back: a document by its id and its address, and a text, in a large synthetic store.

`of_documents` documents are one dataset of tables of 100,000 (an id, an address, no text); `of_tokens` tokens are runs
of 64 real ones, drawn by a seed from encoded Spanish, so that spans recur. `seconds_document` is the slower of
`tahona trace ID` and `tahona trace URL`, `seconds_text` is `tahona trace --text` of a passage and words that stand
nowhere: processor seconds of a process from start to end, the second of two runs each (the first of a document leaves a
table in the store, which took `first_s`), `clock_document` and `clock_text` the same by the clock. `index_s` is
what the index took, `rss_mb` the most memory of a process that answers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.documents import DOCUMENTS  # noqa: E402
from pipeline.model.dataset import File, Manifest, Shard  # noqa: E402
from pipeline.model.ledger import Documents, Ledger  # noqa: E402
from pipeline.run.runner import Runner  # noqa: E402
from pipeline.store.backend import SHARD_RECORD, file_digest  # noqa: E402
from pipeline.store.seal import sealed  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.flows.command import arguments, environment  # noqa: E402
from tests.training import corpora  # noqa: E402
from training.index.stage import Index  # noqa: E402
from training.shard.megatron import Writer  # noqa: E402
from training.tokenizer.pieces.encoder import Encoder  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402
from training.tokenizer.vocabulary import load  # noqa: E402

TABLE = 100_000  # documents
RUN = 64  # tokens
SHARD = 50_000_000  # tokens
# Starts a command from a small process: the most memory of a child counts what it was forked from, here a gigabyte.
_ASIDE = """
import json, os, sys, time
begun = time.perf_counter()
child = os.fork()
if not child:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
clock = time.perf_counter() - begun
told = [status, used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1024]
print(json.dumps(told), file=sys.stderr)
"""


def url_of(number: int) -> str:
    return f"http://www.sitio{number % 10_007}.test/seccion/{number % 13}/articulo-{number}"


def documents(store: Store, count: int) -> tuple[str, str]:
    """Commits the documents; gives the id and the address of one of the last."""
    columns = [DOCUMENTS.field(name) for name in ("id", "url", "host", "domain", "text")]
    random = np.random.default_rng(1)
    shards = []
    for begin in range(0, count, TABLE):
        numbers = list(range(begin, min(count, begin + TABLE)))
        data = random.bytes(16 * len(numbers)).hex()
        ids = [data[n : n + 32] for n in range(0, len(data), 32)]
        urls = pa.array(map(url_of, numbers), pa.string())
        hosts = pc.replace_substring_regex(urls, r"^http://([^/]*)/.*$", r"\1")
        same = (pa.repeat(value, len(numbers)) for value in ("web", ""))
        key = hashlib.md5(f"{begin}".encode()).hexdigest()
        place = Path(store.url, "shards/extract", key)
        place.mkdir(parents=True)
        table = pa.table([pa.array(ids), urls, hosts, *same], schema=pa.schema(columns))
        pq.write_table(table, place / "kept.parquet", compression="zstd", row_group_size=20_000)
        file = File(
            path=f"shards/extract/{key}/kept.parquet",
            part="kept",
            rows=len(ids),
            bytes=(place / "kept.parquet").stat().st_size,
            sha256=file_digest(place / "kept.parquet"),
            shard=key,
        )
        ledger = Ledger(documents=Documents(in_=len(ids), kept=len(ids)))
        shard = Shard(key=key, stage="extract", step="extract", files=[file], ledger=ledger)
        (place / SHARD_RECORD).write_bytes(sealed(shard.to_json()))
        shards.append(shard)
    manifest = Manifest(
        stage="extract",
        fingerprint="e" * 32,
        kinds=["documents"],
        version=1,
        shards=shards,
        steps={"extract": [shard.key for shard in shards]},
        ledger=Ledger.total(shard.ledger for shard in shards),
    )
    store.create_manifest(manifest)
    return ids[len(ids) // 2], url_of(numbers[len(ids) // 3])


def tokens(store: Store, folder: Path, count: int) -> str:
    """Commits tokenizer and index; gives a passage of a sequence in the middle of the last part."""
    texts = corpora.prose("literature", 3_000_000, longest=1 << 30)
    inputs = {"corpus": corpora.corpus(folder, [corpora.rows("literature", texts)])}
    tokenizer = corpora.run(Tokenizer(), folder, inputs, {"vocabulary": 16_000})
    (model,) = tokenizer.files("model")
    vocabulary = load(Path(model.path))
    ids, _ = Encoder(vocabulary)(pa.array(texts, pa.large_string()))
    random = np.random.default_rng(2)
    shards = []
    for number, begin in enumerate(range(0, count, SHARD)):
        runs = random.integers(0, len(ids) - RUN, min(SHARD, count - begin) // RUN)
        paths = [folder / f"web.train.{number}.{end}" for end in ("bin", "idx", "parquet")]
        with Writer(paths[0], paths[1], vocabulary.get_piece_size()) as out:
            lengths = np.full(len(runs) // 16, 16 * RUN)
            drawn = ids[runs[: 16 * len(lengths), None] + np.arange(RUN)].ravel()
            out.extend(drawn, lengths.tolist())
        names = [hashlib.md5(f"{begin} {n}".encode()).hexdigest() for n in range(len(lengths))]
        columns = {"id": names, "url": map(url_of, range(len(names)))}
        table = pa.table({name: pa.array(inputs, pa.string()) for name, inputs in columns.items()})
        table = table.append_column("begin", pa.repeat(0, len(names)))
        table = table.append_column("tokens", pa.repeat(16 * RUN, len(names)).cast(pa.int32()))
        pq.write_table(table, paths[2])
        files = [corpora.file(path, "web/train") for path in paths]
        shards.append(corpora.shard("shard", files, figures={"tokenizer": model.sha256}))
    tokens_manifest = corpora.manifest("shard", ("tokens",), shards)
    for manifest in (tokens_manifest, tokenizer):
        store.create_manifest(manifest)
    runner = Runner(store, "embedded", 1)
    runner.run(Index(), Index.Params(), {"tokens": [tokens_manifest], "tokenizer": [tokenizer]})
    runner.close()
    return vocabulary.decode(drawn[len(drawn) // 2 :][: 3 * RUN].tolist()) + " Zzyzx qwrtp"


def answered(folder: Path, *words: str) -> tuple[float, float, dict[str, Any], float]:
    """Processor and clock seconds of a command from start to end, what it answered, and its memory in MB."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _ASIDE, *arguments(*words, "--json")],
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    status, processor, clock, memory = json.loads(done.stderr.splitlines()[-1])
    assert status == 0, done.stdout + done.stderr
    print(f"{' '.join(words)[:60]}: {processor:.2f} s, {clock:.2f} s by the clock", file=sys.stderr)
    return processor, clock, json.loads(done.stdout.splitlines()[-1]), memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    many, long = (300_000, 2_000_000) if quick else (10_000_000, 200_000_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "store")
        store.check_writable()
        id, url = documents(store, many)
        begun = time.process_time()
        passage = tokens(store, folder, long)
        index = time.process_time() - begun
        first = [answered(folder, "trace", what) for what in (id, url)]
        again = [answered(folder, "trace", what) for what in (id, url)]
        assert all(len(result["rows"]) == 1 for _, _, result, _ in again)
        answered(folder, "trace", "--text", passage)
        text, clock, result, memory = answered(folder, "trace", "--text", passage)
        assert max(span["tokens"] for span in result["spans"]) >= RUN // 2, result
    peak = max(memory, *(m for *_, m in again))
    figures = {
        "seconds_document": round(max(s for s, *_ in again), 2),
        "clock_document": round(max(c for _, c, *_ in again), 2),
        "first_s": round(max(s for s, *_ in first), 1),
        "of_documents": many,
        "seconds_text": round(text, 2),
        "clock_text": round(clock, 2),
        "of_tokens": long,
        "index_s": round(index, 1),
        "rss_mb": round(peak),
        "rss_first_mb": round(max(m for *_, m in first)),
    }
    print(json.dumps({"benchmark": "trace", "figures": figures}))


if __name__ == "__main__":
    main()
