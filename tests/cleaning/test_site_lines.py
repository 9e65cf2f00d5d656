"""What is counted of the lines of a site's pages."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cleaning import sites
from cleaning.documents import TableWriter
from cleaning.sites import LINES, PAGE, SiteLines, key

PAGES = (
    ("a.es", "Menú\nUna noticia\nEl texto de hoy", "Una noticia\nEl texto de hoy", ""),
    ("a.es", "Menú\nOtra\nMás texto\nMenú", "Otra\nMás texto\nMenú", ""),
    ("a.es", "Menú\nNada", None, ""),
    ("b.es", "Menú\nSu verso\n- Su verso\nFin", "Menú\nSu verso\nFin", "Su verso\nFin"),
)


def counted(path: Path) -> dict[tuple[int, int], tuple[int, int]]:
    """Pages and texts by site and line."""
    memory = SiteLines()
    for page in PAGES:
        memory.add(*page)
    with TableWriter(path, LINES) as table:
        memory.write(table)
    rows = pq.read_table(path).to_pylist()
    return {(r["host"], r["line"]): (r["pages"], r["texts"]) for r in rows}


EXPECTED = {
    ("a.es", None): (3, 2),
    ("a.es", "Una noticia"): (1, 1),
    ("a.es", "El texto de hoy"): (1, 1),
    ("a.es", "Otra"): (1, 1),
    ("a.es", "Más texto"): (1, 1),
    ("b.es", None): (1, 1),
    ("b.es", "Menú"): (1, 1),
}


# With room for no line those of one page are forgotten at once, all but those of texts: here none else is told.
@pytest.mark.parametrize("at_once", [sites._AT_ONCE, 0])
def test_lines_of_texts_and_pages_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(sites, "_AT_ONCE", at_once)
    sums = counted(tmp_path / "lines.parquet")
    assert sums == {
        (key(site), PAGE if line is None else key(line)): counts
        for (site, line), counts in EXPECTED.items()
    }


def test_a_shard_without_pages_has_no_lines(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "lines.parquet", LINES) as table:
        SiteLines().write(table)
    assert pq.read_table(tmp_path / "lines.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("3 min de lectura", "14 min de lectura"),
        ("Ana, 3 de mayo de 2021", "Ana, 12 de abril de 2019"),
        ("- Visto a las 9:15", "Visto a las 10:45"),
        ("Leído (7 visitas)", "Leído (1 visitas)"),
    ],
)
def test_a_line_is_known_whatever_day_it_says(line: str, same: str) -> None:
    assert key(line) == key(same)


@pytest.mark.parametrize("line", ["Capítulo 3", "3 gatos", "Año 1821", "Ruta 19"])
def test_a_line_with_another_number_is_another(line: str) -> None:
    assert key(line) != key(line.translate(str.maketrans("139", "248")))
