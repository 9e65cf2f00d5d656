"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re

import pytest

from cleaning.privacy.patterns.late import late


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
