"""Which lines of a document become documents of another language."""

from __future__ import annotations

from cleaning.corpus.passages import by_language, piece

CATALAN, SPANISH, QUOTED = "Té la paraula. " * 20, "Tiene la palabra. " * 20, "«Ho farem.» " * 5


def _spoken(*pieces: tuple[str, str]) -> dict[str, list[str]]:
    """By language the lines of a Catalan document of these pieces, each in its language."""
    text, spans = "", []
    for language, said in pieces:
        spans.append({"start": len(text), "end": len(text) + len(said), "language": language})
        text += said
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


def test_cells_of_lines_with_tabs_are_taken_apart_and_are_lines_then() -> None:
    cells = [(("ca", "es")[n % 2], f"{(CATALAN, SPANISH)[n % 2]}{n}") for n in range(4)]
    rows = [(name, cell + "\t\n"[n % 2]) for n, (name, cell) in enumerate(cells)]
    text = "".join(cell for _, cell in rows)
    assert _spoken(*rows) == {"ca": [rows[0][1], rows[2][1]], "es": [rows[1][1], rows[3][1]]}
    ranges = [range(len(rows[0][1])), range(text.index(rows[2][1]), text.index(rows[3][1]))]
    assert piece(text, [], ranges)[0] == "".join(f"{cells[n][1]}\n" for n in (0, 2))
    assert piece(text, [], [range(len(text))])[0] == text
