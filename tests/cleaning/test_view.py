"""Documents are read with their decisions and edits, or not at all when a table isn't theirs."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.view import Edit, SideTable, apply, kept_rows, merge, on_original, read_view
from pipeline.errors import TahonaError
from tests.cleaning.planted import write_decisions, write_documents, write_edits
from tests.examples import examples

TEXTS = [(f"d{i:02}", f"Texto número {i}, con eñe.") for i in range(23)]


def write(folder: Path, **edit: object) -> Path:
    row = {"row": 3, "id": "d03", "start": 0, "end": 6, "kind": "cut", "rule": "r"}
    return write_edits(folder / "edits.parquet", [{**row, **edit}])


def test_kept_is_what_all_decisions_keep_and_edits_are_applied(tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "d.parquet", TEXTS)
    first = write_decisions(tmp_path / "1.parquet", [(i, i != "d01") for i, _ in TEXTS], 4)
    second = write_decisions(tmp_path / "2.parquet", [(i, i != "d22") for i, _ in TEXTS], 9)
    edits = write(tmp_path)
    batches = list(read_view(documents, [first, second], [edits], ["text"]))
    table = pa.Table.from_batches(batches)
    assert table.column_names == ["text", "kept"]
    kept = [i for i, k in enumerate(table["kept"].to_pylist()) if not k]
    assert kept == [1, 22]
    assert table["text"].to_pylist() == [text[6:] if i == "d03" else text for i, text in TEXTS]
    rows = kept_rows([first, second], len(TEXTS))
    assert rows.to_pylist() == table["kept"].to_pylist()


def test_without_tables_every_document_is_kept_as_it_was_written(tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "d.parquet", TEXTS)
    table = pa.Table.from_batches(list(read_view(documents)))
    assert table.drop_columns("kept").equals(pq.read_table(documents))
    assert set(table["kept"].to_pylist()) == {True}


def permuted(rows: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [*rows[:4], rows[5], rows[4], *rows[6:]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (permuted, "row 4 has another id"),
        (lambda rows: rows[:-1], "ends at row 22"),
        (lambda rows: rows[:-9], "ends at row 14"),
        (lambda rows: [*rows, ("d23", True)], "more rows"),
    ],
)
def test_a_table_of_other_documents_is_refused(
    tmp_path: Path, change: object, sentence: str
) -> None:
    documents = write_documents(tmp_path / "d.parquet", TEXTS)
    rows = change([(i, True) for i, _ in TEXTS])  # type: ignore[operator]
    decisions = write_decisions(tmp_path / "1.parquet", rows)
    with pytest.raises(TahonaError, match=sentence):
        list(read_view(documents, [decisions]))
    if len(rows) != len(TEXTS):
        with pytest.raises(TahonaError, match="rows where"):
            kept_rows([decisions], len(TEXTS))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"id": "d04"}, "edit of row 3 has another id"),
        ({"row": 23, "id": "d23"}, "edits row 23 of 23"),
        ({"start": 5, "end": 5}, "overlap"),
        ({"end": 900}, "ends at 900"),
    ],
)
def test_edits_that_do_not_fit_are_refused(
    tmp_path: Path, edit: dict[str, object], sentence: str
) -> None:
    documents = write_documents(tmp_path / "d.parquet", TEXTS)
    with pytest.raises(TahonaError, match=sentence):
        list(read_view(documents, edits=[write(tmp_path, **edit)]))


def test_a_side_table_brings_its_columns(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": ["a", "b", "c"], "language": ["es", "gl", None]}), tmp_path / "s"
    )
    table = SideTable(tmp_path / "s", ["language"])
    assert table.take(pa.array(["a", "b"]))["language"].to_pylist() == ["es", "gl"]
    assert table.take(pa.array([], pa.string())).num_rows == 0
    assert table.take(pa.array(["c"]))["language"].to_pylist() == [None]
    table.finish()


LENGTH = 30


@st.composite
def layers(draw: st.DrawFn) -> list[list[Edit]]:
    """Up to three files of edits of one text of LENGTH characters."""
    edits = []
    for n in range(draw(st.integers(0, 3))):
        bounds = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=10)))
        kinds = draw(st.lists(st.sampled_from(["cut", "mask"]), min_size=5, max_size=5))
        pairs = zip(bounds[::2], bounds[1::2], strict=False)
        edits.append(
            [Edit(a, b, k, f"rule{n}", f"[{n}]" if k == "mask" else "")
             for (a, b), k in zip(pairs, kinds, strict=False)]
        )  # fmt: skip
    return edits


def owners(edits: list[list[Edit]]) -> list[str | None]:
    """For each character the rule that takes it first."""
    taken: list[str | None] = [None] * LENGTH
    for layer in edits:
        for edit in layer:
            for i in range(edit.start, edit.end):
                taken[i] = taken[i] or edit.rule + edit.kind
    return taken


@given(layers())
def test_a_character_belongs_to_the_first_edit_that_takes_it(edits: list[list[Edit]]) -> None:
    merged = merge(edits)
    assert all(a.end <= b.start for a, b in itertools.pairwise(merged))
    assert owners([merged]) == owners(edits)
    text = "abcdefghijklmnopqrstuvwxyzñáéí"
    kept = "".join(c for c, owner in zip(text, owners(edits), strict=True) if owner is None)
    view = apply(text, merged)
    for edit in merged:
        view = view.replace(edit.replacement, "", 1) if edit.replacement else view
    assert view == kept


@given(layers(), st.data())
def test_edits_of_the_view_take_the_same_characters_of_the_original(
    edits: list[list[Edit]], data: st.DataObject
) -> None:
    text = "abcdefghijklmnopqrstuvwxyzñáéí"
    merged = merge(edits)
    view = apply(text, merged)
    bounds = sorted(data.draw(st.sets(st.integers(0, len(view)), max_size=6)))
    later = [
        Edit(a, b, "mask", "late", "*") for a, b in zip(bounds[::2], bounds[1::2], strict=False)
    ]
    mapped = on_original(merged, len(text), later)
    everything = sorted([*merged, *mapped])
    assert all(a.end <= b.start for a, b in itertools.pairwise(everything))
    # Letters that the later edits took are gone; all others, and earlier placeholders, stay.
    letters = {c for e in later for c in view[e.start : e.end] if c.isalpha()}
    assert {text[i] for e in mapped for i in range(e.start, e.end)} == letters
    result = apply(text, everything)
    assert [c for c in result if c.isalpha()] == [
        c for c in view if c.isalpha() and c not in letters
    ]


@examples(20)
@given(st.lists(st.text("aé\n 😀", max_size=8), max_size=12), st.data())
def test_a_view_is_each_text_with_its_edits(texts: list[str], data: st.DataObject) -> None:
    documents = [(str(i), text) for i, text in enumerate(texts)]
    edits, expected = [], []
    for row, (name, text) in enumerate(documents):
        bounds = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
        mine = [
            Edit(a, b, "mask", "r", "·") for a, b in zip(bounds[::2], bounds[1::2], strict=False)
        ]
        edits += [{"row": row, "id": name, **e._asdict()} for e in mine]
        result = list(text)
        for edit in mine:
            result[edit.start : edit.end] = ["·"] + [""] * (edit.end - edit.start - 1)
        expected.append("".join(result))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_documents(folder / "d.parquet", documents, 3)
        view = list(read_view(path, edits=[write_edits(folder / "e.parquet", edits)]))
    assert [t for batch in view for t in batch["text"].to_pylist()] == expected
