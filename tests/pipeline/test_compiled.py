"""Machine code is made once, and kept till something changes that it was made from, in whatever file that stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

INNER = """
from pipeline.compiled import compiled
FACTOR = 2
@compiled
def inner(x):
    return x + 1
"""
OUTER = """
from pipeline.compiled import compiled
from of_inner import FACTOR, inner
@compiled
def outer(x):
    return between(x) * FACTOR
@compiled
def between(x):
    return inner(x)
print(outer(3), sum(outer.stats.cache_hits.values()))
"""


def begun(folder: Path) -> subprocess.Popen[str]:
    """A new process that says its value, and how often what was kept served it."""
    path = f"import sys; sys.path.insert(0, {str(folder)!r}); import of_outer"
    return subprocess.Popen([sys.executable, "-c", path], stdout=subprocess.PIPE, text=True)


def told(folder: Path) -> str:
    return begun(folder).communicate()[0].strip()


def test_a_loop_is_compiled_again_where_another_file_changed_that_it_takes_from(
    tmp_path: Path,
) -> None:
    (tmp_path / "of_outer.py").write_text(OUTER)
    inner = tmp_path / "of_inner.py"
    inner.write_text(INNER)
    assert [told(tmp_path), told(tmp_path)] == ["8 0", "8 1"]
    inner.write_text(INNER.replace("x + 1", "x + 10"))
    assert [told(tmp_path), told(tmp_path)] == ["26 0", "26 1"]
    inner.write_text(INNER.replace("FACTOR = 2", "FACTOR = 30"))
    assert [told(tmp_path), told(tmp_path)] == ["120 0", "120 1"]


def test_of_processes_that_need_a_loop_at_once_one_compiles_it(tmp_path: Path) -> None:
    (tmp_path / "of_outer.py").write_text(OUTER)
    (tmp_path / "of_inner.py").write_text(INNER)
    processes = [begun(tmp_path) for _ in range(3)]
    assert sorted(p.communicate()[0].strip() for p in processes) == ["8 0", "8 1", "8 1"]
