"""What readers and errors say in English stands in Spanish on Spanish pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flows.report.words.language import languages

READERS = Path(__file__).parents[3] / "cleaning" / "readers"
ENGLISH, SPANISH = languages()
# Pieces of sentences that have words as a whole, and the sentence of a library with a line.
PIECES = {
    "no column is called x but x: say which is the text",
    "x (`fields: {text: ...}`)",
    "x cellx for x columnx",
    "x in the field x",
    "x in x",
}


def _details(tree: ast.Module) -> Iterator[str]:
    """What is said of a record, an x for each value in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="unreadable"), args=[_, said]):
                pass
            case ast.Assign(targets=[ast.Name(id="detail")], value=said):
                pass
            case _:
                continue
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said.value
        if isinstance(said, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in said.values)


def test_what_readers_say_has_words() -> None:
    details = {d for f in READERS.rglob("*.py") for d in _details(ast.parse(f.read_text()))}
    assert len(details) > 40
    assert {d for d in details if SPANISH.quoted("detail", d) == f"«{d}»"} == PIECES
    assert all(ENGLISH.quoted("detail", d) == d for d in details)


def test_a_failure_is_said_in_words_and_what_a_library_says_is_quoted() -> None:
    title = "annotate (step annotate of a/b.parquet, shard 0a1b)"
    failed = f"{title}: lid.bin is no fastText model (wrong file format!)"
    assert SPANISH.quoted("failure", failed) == (
        "annotate (paso annotate de a/b.parquet, fragmento 0a1b): "
        "lid.bin no es un modelo de fastText (wrong file format!)"
    )
    assert SPANISH.quoted("failure", f"{title} failed: KeyError: 'a'") == (
        "annotate (paso annotate de a/b.parquet, fragmento 0a1b) falló: «KeyError: 'a'»"
    )
    assert ENGLISH.quoted("failure", failed) == failed
