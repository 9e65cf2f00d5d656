"""Words that a hyphen parts at the end of a line."""

from __future__ import annotations

import tracemalloc

import pytest

from cleaning.text.hyphenation import joined


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "la cons-\ntitución política.\nLa constitución",
            "la constitución\npolítica.\nLa constitución",
        ),
        ("la cons\u2010\ntitución,\ny la CONSTITUCIÓN", "la constitución,\ny la CONSTITUCIÓN"),
        ("la cons-\r\ntitución,\r\ny la constitución", "la constitución,\ny la constitución"),
        ("la naci\u00ad\no\u0301n, la nacio\u0301n", "la nación,\nla nación"),
        ("un franco-\nalemán y otro franco-alemán", "un franco-alemán\ny otro franco-alemán"),
        ("la cons-\ntitución de nadie", "la cons-\ntitución de nadie"),  # nothing says so
        ("- pre-\ny post-\n- otra", "- pre-\ny post-\n- otra"),
        (  # but no two words, and nothing that a dash closes
            "pa-\nnadero, mo-\nlinero, ta-\nhona, panadero molinero tahona "
            "ruso-\nucraniana, técnico-\njurídico\ny -no mentía-\nque",
            "panadero,\nmolinero,\ntahona,\npanadero molinero tahona "
            "ruso-\nucraniana, técnico-\njurídico\ny -no mentía-\nque",
        ),
        (  # by habit
            "pa-\nnadero, mo-\nlinero, ta-\nhona, pana-\ndería: panadero, molinero, tahona",
            "panadero,\nmolinero,\ntahona,\npanadería:\npanadero, molinero, tahona",
        ),
    ],
)
def test_a_parted_word_is_whole_where_the_text_says_so(text: str, whole: str) -> None:
    assert joined(text) == whole


def test_the_words_of_a_large_text_are_counted_in_little_memory() -> None:
    text = "La pana-\ndería, panadería. " + "Amasa el pan. " * 20_000
    tracemalloc.start()
    try:
        assert joined(text).startswith("La panadería,")
        assert tracemalloc.get_traced_memory()[1] < 3 * len(text)
    finally:
        tracemalloc.stop()
