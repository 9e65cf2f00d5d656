"""The memory that one very large document takes is bounded by its size: here 30 MB of it, which LOG.md has of 100.

All stages run in one process, so that the bound is of the one that takes most.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST = 12  # bytes for each of the document; 8.8 to 10.4 when this was written
HELD = """
import sys
from pathlib import Path
from cleaning.annotate.stage import Annotate
from cleaning.corpus.stage import Corpus
from cleaning.deduplicate.stage import Deduplicate
from cleaning.extract.stage import Extract
from cleaning.filter.stage import Filter
from tests.cleaning import kernels
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
    text = kernels.compute(Extract(), given, folder / "e", sources=source, largest=1 << 30)
    known = {"documents": [text]}
    known["signals"] = [kernels.compute(Annotate(), known, folder / "a")]
    rule = {"name": "long", "signal": "words", "min": 1}
    chosen = kernels.compute(Filter(), known, folder / "f", rules=[rule])
    known["decisions"] = [chosen]
    known["decisions"] += [kernels.compute(Deduplicate(), known, folder / "d")]
    made = kernels.compute(Corpus(), known, folder / "c", mask=[])
    (written,) = made.files()
    assert written.part.startswith("lang=") and written.rows == 1
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) * 1024
before = held(1_000_000)
print((held(30_000_000) - before) / 29_000_000)
"""


def test_memory_is_bounded_by_the_size_of_a_document(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HELD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST
