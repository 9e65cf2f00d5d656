"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from cleaning.privacy import late as module
from cleaning.privacy.late import late


def test_it_matches_as_the_compiled_one_does() -> None:
    words, text = r"(?i)(?<!\w)calle\s(\w+)", "Calle Mayor, 3; calle Nueva, 4"
    one, other = late(words), re.compile(words)
    assert one.pattern == other.pattern
    for _ in range(2):
        assert [m.span(1) for m in one.finditer(text, 5)] == [
            m.span(1) for m in other.finditer(text, 5)
        ]
        assert one.match(text, 16) and one.search(text) and not one.match(text, 17)
    assert (one.flags, one.sub("x", text)) == (other.flags, other.sub("x", text))


def test_what_is_wrong_with_one_is_told_at_its_first_use() -> None:
    wrong = late("(")
    with pytest.raises(re.error, match="unterminated"):
        wrong.search("a")


def test_what_is_kept_is_the_same_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = r"(?ai)(?P<way>calle|(?:plaza|c\.)) (?=\d{1,3})(?P<number>[0-9]+)(?(number)[a-z]?)"
    monkeypatch.setattr(module, "_FOLDER", tmp_path / "new")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    other = re.compile(words)

    def same() -> bool:
        one = module._kept(words)
        return (one, one.groupindex, one.groups) == (other, other.groupindex, other.groups)

    assert same()
    (kept,) = (tmp_path / "new").iterdir()
    data = kept.read_bytes()
    monkeypatch.setattr(module, "_parts", None)
    assert same()  # without being compiled
    monkeypatch.undo()

    monkeypatch.setattr(module, "_FOLDER", tmp_path / "new")
    for damaged in (data[:9], b"", data.replace(b"number", b"numbe\0")[:-9]):
        kept.write_bytes(damaged)
        assert same()
    monkeypatch.setattr(module, "_FOLDER", kept)  # no folder
    assert same()
