"""Machine code is made once, and kept till something changes that it was made from, in whatever file that stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleaning.text.spans import hashed
from pipeline import compiled
from pipeline.plain_loops import place_of, total

INNER = """
from pipeline.compiled import compiled
FACTOR = 2
@compiled
def inner(x):
    return x + 1
"""
OUTER = """
import sys
from pipeline.compiled import compiled
from of_inner import FACTOR, inner
@compiled
def outer(x):
    return (between(x) + between(0)) * FACTOR
@compiled
def between(x):
    return inner(x)
print(outer(3), sum(outer.stats.cache_hits.values()), len(between.signatures))
assert ("scipy" in sys.modules) == (not outer.stats.cache_hits)  # what compiles needs it
"""


def begun(folder: Path) -> subprocess.Popen[str]:
    """A new process that says its value, how often what was kept served it, and for how many types of a number."""
    path = f"import sys; sys.path.insert(0, {str(folder)!r}); import of_outer"
    return subprocess.Popen([sys.executable, "-c", path], stdout=subprocess.PIPE, text=True)


def lines_of(processes: list[subprocess.Popen[str]]) -> list[str]:
    return sorted(p.communicate()[0].strip() for p in processes)


def test_one_process_compiles_a_loop_that_many_need_and_again_where_another_file_changed(
    tmp_path: Path,
) -> None:
    (tmp_path / "of_outer.py").write_text(OUTER)
    inner = tmp_path / "of_inner.py"
    inner.write_text(INNER)
    assert lines_of([begun(tmp_path) for _ in range(2)]) == ["10 0 1", "10 1 0"]
    inner.write_text(INNER.replace("x + 1", "x + 10").replace("FACTOR = 2", "FACTOR = 30"))
    assert lines_of([begun(tmp_path)]) == ["690 0 1"]


def test_plain_loops_are_those_of_numpy() -> None:
    sum_of: Any = total
    where: Any = place_of
    ordered = np.array([2, 3, 3, 3, 8])
    for many in range(6):
        first = ordered[:many]
        assert sum_of.py_func(first) == first.sum()
        for sought in range(10):
            assert where.py_func(sought, first) == np.searchsorted(first, sought)


def test_a_file_that_writes_machine_code_counts_among_what_a_loop_is_made_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop: Any = hashed
    files: list[str] = []
    monkeypatch.setattr(compiled, "_content", lambda file: files.append(Path(file).name) or b"")
    compiled.taken(loop.py_func)
    assert {"spans.py", "vectors.py"} <= {*files}
