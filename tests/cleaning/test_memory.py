"""The memory that one very large document takes is bounded by its size: here 15 MB of it, which LOG.md has of 100."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST = 16  # bytes for each of the document; 13.7 when this was written
HELD = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from cleaning.corpus.stage import Corpus
from cleaning.extract.stage import Extract
from tests.cleaning import kernels, planted
from tests.cleaning.corpus.test_corpus import signals
LINE = "Una línea larga de prosa — nadie la leyó —, con su punto al final y “otra” detrás.\\\\n"
def held(size):
    folder = Path(sys.argv[1], str(size))
    folder.mkdir()
    with (folder / "one.jsonl").open("w") as file:
        file.write('{"text": "')
        for _ in range(size // len(LINE.encode())):
            file.write(LINE)
        file.write('"}')
    given = {"files": [kernels.observed(one=[folder / "one.jsonl"])]}
    source = {"one": {"domain": "literature", "licence": "x"}}
    made = kernels.compute(Extract(), given, folder / "e", sources=source, largest=1 << 30)
    (file,) = made.files("kept")
    (id,) = pq.read_table(file.path, columns=["id"])["id"].to_pylist()
    inputs = {"signals": [signals(folder / "s", [[(id, "")]], {})]}
    inputs["documents"] = [planted.manifest("extract", ["documents"], [[file]], 1)]
    kernels.compute(Corpus(), inputs, folder / "c", mask=[])
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) * 1024
before = held(1_000_000)
print((held(15_000_000) - before) / 14_000_000)
"""


def test_memory_is_bounded_by_the_size_of_a_document(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HELD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST
