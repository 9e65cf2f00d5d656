"""What readers and errors say in English stands in Spanish on Spanish pages."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    assert {d for d in details if SPANISH.quoted("detail", d) == f"«{d}» (en inglés)"} == PIECES
    assert all(ENGLISH.quoted("detail", d) == d for d in details)


def test_a_failure_is_said_in_words_and_what_a_library_says_is_quoted() -> None:
    title = "annotate (step annotate of a/b.parquet, shard 0a1b)"
    failed = f"{title}: lid.bin is no fastText model (wrong file format!)"
    assert SPANISH.quoted("failure", failed) == (
        "annotate (paso annotate de a/b.parquet, fragmento 0a1b): "
        "lid.bin no es un modelo de fastText (no tiene el formato de fastText)"
    )
    assert SPANISH.quoted("failure", f"{title} failed: KeyError: 'a'") == (
        "annotate (paso annotate de a/b.parquet, fragmento 0a1b) falló: «KeyError: 'a'» (en inglés)"
    )
    assert ENGLISH.quoted("failure", failed) == failed


def test_what_the_system_and_libraries_say_has_words() -> None:
    full = "[Errno 28] No space left on device: '/data/x'"
    said = {
        f"OSError: {full}": "no queda espacio en el disco (errno 28): '/data/x'",
        "the input a.gz can't be read: Permission denied": "la entrada a.gz no se puede leer: permiso denegado",
        "the store s3://b failed: [Errno 110] Connection timed out": (
            "el almacén s3://b falló: la conexión no respondió a tiempo (errno 110)"
        ),
        "the folder x can't be read: Ghost": "la carpeta x no se puede leer: «Ghost»",
        "OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has": (
            "sin memoria en la GPU (pedía 2.00 GiB)"
        ),
        "r.yaml, line 4, key sources.a.files: there is no file http://a/b: its server answers 404": (
            "r.yaml, línea 4, clave sources.a.files: no existe el fichero http://a/b: su servidor responde 404"
        ),
    }
    assert {one: SPANISH.quoted("failure", one) for one in said} == said
    for text in ('{"a": 1,}', '{"a" 1}', '{"a": "b', "[1", '{"a": "\\x"}'):
        with pytest.raises(json.JSONDecodeError) as error:
            json.loads(text)
        assert "«" not in SPANISH.quoted("detail", str(error.value)), error.value
