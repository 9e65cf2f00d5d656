"""Which lines of a document become documents of another language."""

from __future__ import annotations

from cleaning.corpus.passages import by_language

CATALAN, SPANISH, QUOTED = "Té la paraula. " * 20, "Tiene la palabra. " * 20, "«Ho farem.» " * 5


def _spoken(*pieces: tuple[str, str]) -> dict[str, list[str]]:
    """By language the lines of a Catalan document of these pieces, each in its language."""
    text, spans = "", []
    for language, piece in pieces:
        spans.append({"start": len(text), "end": len(text) + len(piece), "language": language})
        text += piece
    ranges = by_language(text, spans, "ca")
    return {label: [text[r.start : r.stop] for r in of if r] for label, of in ranges.items()}


def test_a_line_in_two_languages_goes_with_a_passage_that_has_most_of_it_and_goes_on() -> None:
    speech = f"{SPANISH}{QUOTED}{SPANISH}\n{SPANISH}\n"
    pieces = [("ca", f"{CATALAN}\n"), ("es", SPANISH), ("ca", QUOTED)]
    spoken = _spoken(*pieces, ("es", f"{SPANISH}\n{SPANISH}\n"), ("ca", CATALAN))
    assert spoken == {"ca": [f"{CATALAN}\n", CATALAN], "es": [speech]}


def test_a_line_that_quotes_another_language_stays() -> None:
    pieces = [("ca", f"{CATALAN}\n{QUOTED}"), ("es", SPANISH), ("ca", f"{QUOTED}\n{CATALAN}")]
    assert _spoken(*pieces) == {"ca": ["".join(piece for _, piece in pieces)]}
