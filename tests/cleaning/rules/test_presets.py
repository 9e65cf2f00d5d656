"""The published presets ask what their sources say; new groups measure what they name; no text breaks any of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaning.annotate.stage import Annotate
from cleaning.filter.stage import Filter
from cleaning.rules import parity
from cleaning.rules.rule import MEASURED, signals_of
from cleaning.rules.rules import PRESETS
from cleaning.rules.sources import BNE, CURATOR, FINEWEB2
from cleaning.rules.sources import GOPHER as GOPHER_PAPER
from cleaning.signals.signals import GROUPS, OF, compute
from cleaning.text.batch import Batch
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.filter.filtered import ARTICLE
from tests.cleaning.hostile import hostile
from tests.cleaning.kernels import compute as computed
from tests.cleaning.kernels import rows


def value(signal: str, text: str) -> float:
    columns = {"language": ["es"], "url": ["https://www.sextube.test/a"]}
    return float(compute(Batch([text]), columns, [signal])[signal][0])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_a_source_for_each_constant_and_reads_what_there_is(preset: str) -> None:
    for rule in PRESETS[preset]:
        measured = rule.action == "cut" or OF[rule.signal].types[rule.signal] is not str
        assert measured and (rule.signal in OF or rule.signal in MEASURED)
        assert rule.source


GOPHER = {
    **{
        "words": (50, 100_000),
        "word_length": (3, 10),
        "hashes": (None, 0.1),
        "ellipses": (None, 0.1),
    },
    **{"bullet_lines": (None, 0.9), "ellipsis_lines": (None, 0.3)},
    **{"alphabetic_words": (0.8, None), "stop_words": (2, None)},
    **{"duplicate_lines": (None, 0.3), "duplicate_paragraphs": (None, 0.3)},
    **{"duplicate_line_characters": (None, 0.2), "duplicate_paragraph_characters": (None, 0.2)},
    **{f"top_{n}gram": (None, most) for n, most in ((2, 0.2), (3, 0.18), (4, 0.16))},
    **{f"duplicate_{n}grams": (None, (20 - n) / 100) for n in range(5, 11)},
}
QUALITY = ("words", "hashes", "ellipses", "bullet_lines", "ellipsis_lines")
# As the papers and programs have them, of each preset all; what is a line's there and a page's here is ours.
PUBLISHED = {
    "gopher": GOPHER,
    "paragraphs": {name: GOPHER[name] for name in GOPHER if "paragraph" in name},
    "c4": {
        **{"braces": (None, 0), "lorem_ipsum": (None, 0), "few_sentences": (3, None)},
        **{"long": (None, 190_000), "language_unsure": (0.99, None), "adult_terms": (None, 0)},
        **{"policy_lines": (None, 0.5), "end_marks": (0.5, None)},  # the shares are ours
    },
    "c4-lines": {
        **{"c4_end": (1, None), "c4_words": (5, None), "c4_long_word": (None, 1000)},
        **{"c4_ellipsis": (None, 0), "c4_javascript": (None, 0)},
    },
    "fineweb": {
        **GOPHER,
        **{"language_unsure": (0.65, None), "braces": (None, 0), "lorem_ipsum": (None, 0)},
        **{"few_sentences": (5, None), "end_marks": (0.12, None), "short_lines": (None, 0.67)},
        **{"duplicate_line_characters": (None, 0.01), "lines_per_word": (None, 0.3)},
    },
    "fineweb2-es": {
        **{name: GOPHER[name] for name in QUALITY},
        **{"language_unsure": (0.84, None), "duplicate_lines": (None, 0.252)},
        **{f"top_{n}gram": (None, most) for n, most in ((2, 0.156), (3, 0.14), (4, 0.125))},
        **{
            f"duplicate_{n}grams": (None, most)
            for n, most in enumerate((0.145, 0.136, 0.127, 0.117, 0.108, 0.099), 5)
        },
        **{"end_marks": (0.182, None), "lines_per_word": (None, 0.138)},
        **{"duplicate_line_characters": (None, 0.1), "word_length": (3, 14)},
        **{"alphabetic_words": (0.825, None), "stop_words": (2, None)},
    },
    "bne": {
        **{"short": (40, None), "digits": (None, 0.1), "not_alphanumeric": (None, 0.3)},
        **{"outside_alphabet": (None, 0.1), "uppercase": (None, 0.4), "soft_404": (None, 0)},
        **{"language_unsure": (0.3, None), "latin_script": (0.01, None)},  # any Latin letter
    },
    # What must be more than 20 characters and 3 words, and less than a tenth of digits.
    "bne-lines": {
        "bne_characters": (21, None),
        "bne_words": (4, None),
        "bne_digits": (None, 0.0999),
    },
    # More than 500 characters and than 5 words a line.
    "hplt": {
        **{"language_unsure": (0.5, None), "short": (501, None)},
        **{"words_per_line": (5.000001, None), "document_score": (0.5, None)},
    },
    # Of `tahona` those that somebody published; the others say that they are ours.
    "tahona": {
        **{"long": (None, 100_000), "ellipses": (None, 0.1), "word_length": (3, 14)},
        **{"stop_words": (2, None), "uppercase": (None, 0.4), "urls": (None, 0.2)},
    },
}


@pytest.mark.parametrize("preset", PUBLISHED)
def test_constants_are_those_of_the_source(preset: str) -> None:
    """All of a preset, so that none is added without its source; by datatrove's own words `parity` decides."""
    constants = {
        rule.name: (rule.min, rule.max)
        for rule in PRESETS[preset]
        if preset != "tahona" or rule.source in {GOPHER_PAPER, FINEWEB2, BNE, CURATOR}
    }
    assert constants == PUBLISHED[preset]
    # Ours, and those of the words of others.
    left = {"gate", "spelling", "spanish", *parity.PRESETS}
    assert PRESETS.keys() - left == PUBLISHED.keys()


@pytest.mark.parametrize(
    ("signal", "text", "expected"),
    [
        ("braces", "function() { return {} }", 4),
        ("lorem_ipsum", "Lorem ipsum dolor. LOREM IPSUM", 2),
        ("sentences", "Uno. ¿Dos? Tres", 2),
        ("sentences", "Uno. Dos. \n", 2),
        ("lorem_ipsum", "Lorem ipsu\nm, florem ipsums y lorem ipsumlorem ipsum", 3),
        ("policy_lines", "Activa JavaScript\nEl pan sube\nPolítica de cookies", 2 / 3),
        ("policy_lines", "cookies\nreuse cookiespolicy\nterms of\nuse", 1 / 4),
        ("words_per_line", "uno dos\n\ntres cuatro cinco seis", 3),
        ("capital_words", "HOLA que TAL A", 0.5),
        ("not_alphanumeric", "ab, c!", 0.4),
        ("outside_alphabet", "año 7!", 0.4),
        ("word_entropy", "pan pan pan", 0),
        ("opening_braces", "function() { return {} }", 2),
        ("old_spelling", "La muger fué á casa", 0.6),
        ("old_spelling", "Dixo que auia vna casa", 0.6),
        ("unaccented", "tambien informacin aquí informaci?n", 0.75),
        ("split_letters", "m a r b c", 0.8),
        ("mixed_words", "el m0lino y la r1o", 0.4),
        ("mixed_words", "ell0s 1levan el libr0 y ma5 con h1, utf8, Temp0, s5", 3 / 11),
        ("mojibake", "canciÃ³n y â€œpanâ€\x9d", 3),
        ("adult_terms", "porno gratis", 0.5),
        ("gambling_terms", "casino y ruleta", 2 / 3),
        ("machine_phrases", "Como modelo de lenguaje, no puedo opinar.", 1),
        ("adult_address", "pan", 2),
        ("document_score", "12 34 56", 0),
        ("score_repeated", "uno dos\nuno dos\ntres cuatro", 1 / 3),
    ],
)
def test_a_signal_is_what_it_says(signal: str, text: str, expected: float) -> None:
    assert value(signal, text) == pytest.approx(expected)


def test_a_text_in_capitals_is_tagged_and_stays() -> None:
    (capitals,) = (rule for rule in PRESETS["spelling"] if rule.name == "capitals")
    assert capitals.action == "tag" and capitals.max
    assert value(capitals.signal, ARTICLE.upper()) > capitals.max > value(capitals.signal, ARTICLE)


def test_prose_scores_above_a_menu() -> None:
    menu = "Inicio | Contacto | 2019\n" * 12
    prose = value("document_score", ARTICLE.replace("\n", " "))
    assert prose > 0.8 > 0.3 > value("document_score", menu)
    # What compresses far better than other texts of its size is the same again and again.
    assert value("document_score", ARTICLE.replace("\n", " ") * 4) == 0


def test_hostile_texts_break_nothing_and_all_are_conserved(tmp_path: Path) -> None:
    texts = list(hostile(40, seed=5))
    data = documents(tmp_path, texts)
    presets = PRESETS.keys() - parity.PRESETS.keys()  # those have words of their own
    read = {OF[s].name for preset in presets for s in signals_of(PRESETS[preset])}
    groups = [name for name in GROUPS if name in read]
    signals = computed(Annotate(), {"documents": [data]}, tmp_path / "a", groups=groups)
    for preset in presets:
        done = computed(
            Filter(), {"documents": [data], "signals": [signals]}, tmp_path / preset, rules=preset
        )
        decided = rows(done, "decisions")
        assert [row["id"] for row in decided] == [row["id"] for row in rows(signals, "signals")]
        counts = [shard.ledger.documents for shard in done.shards]
        characters = [shard.ledger.characters for shard in done.shards]
        assert sum(c.in_ for c in counts if c) == len(texts) == len(decided)
        assert sum(c.kept + sum(c.removed.values()) for c in counts if c) == len(texts)
        assert sum(c.in_ for c in characters if c) == sum(map(len, texts))


def scanned(words: list[str], size: int) -> int:
    """What datatrove's scan counts, written plainly."""
    met: set[tuple[str, ...]] = set()
    counted = at = 0
    while at + size <= len(words):
        run = tuple(words[at : at + size])
        if run in met:
            counted += sum(map(len, run))
            at += size
        else:
            met.add(run)
            at += 1
    return counted


def test_runs_are_scanned_as_datatrove_does() -> None:
    chance = random.Random(7)
    texts = [
        " ".join(chance.choices(["uno", "dos", "tres", "pan"], k=chance.randint(0, 90)))
        for _ in range(60)
    ]
    batch = Batch(texts)
    for size in (5, 7, 10):
        expected = [scanned(text.split(), size) / max(len(text), 1) for text in texts]
        signals = compute(batch, {}, [f"duplicate_{size}grams_of_text"])
        assert signals[f"duplicate_{size}grams_of_text"].tolist() == pytest.approx(expected)
    assert value("top_2gram_of_text", "el pan, el pan, el vino") == pytest.approx(12 / 23)
    assert value("newlines_per_word", "uno\n\ndos\n") == 1.5
