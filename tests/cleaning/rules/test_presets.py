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
from cleaning.signals.signals import GROUPS, OF, compute
from cleaning.text.batch import Batch
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.filter.filtered import ARTICLE
from tests.cleaning.hostile import hostile
from tests.cleaning.kernels import compute as computed
from tests.cleaning.kernels import rows

GROUPS_OF = ("published", "docscore", "spelling", "terms")
SIGNALS = [name for group in GROUPS_OF for name in GROUPS[group].types]


def value(signal: str, text: str) -> float:
    columns = {"language": ["es"], "url": ["https://www.sextube.test/a"]}
    return float(compute(Batch([text]), columns, [signal])[signal][0])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_a_source_for_each_constant_and_reads_what_there_is(preset: str) -> None:
    for rule in PRESETS[preset]:
        measured = rule.action == "cut" or OF[rule.signal].types[rule.signal] is not str
        assert measured and (rule.signal in OF or rule.signal in MEASURED)
        assert rule.source


@pytest.mark.parametrize(
    ("preset", "rule", "low", "high"),
    [
        ("gopher", "duplicate_10grams", None, 0.1),
        ("gopher", "words", 50, 100_000),
        ("c4", "long", None, 190_000),
        ("fineweb", "short_lines", None, 0.67),
        ("fineweb", "duplicate_line_characters", None, 0.01),
        ("fineweb2-es", "lines_per_word", None, 0.138),
        ("fineweb2-es", "alphabetic_words", 0.825, None),
        ("bne", "outside_alphabet", None, 0.1),
        ("hplt", "document_score", 0.5, None),
    ],
)
def test_constants_are_those_of_the_source(
    preset: str, rule: str, low: float | None, high: float | None
) -> None:
    (found,) = (r for r in PRESETS[preset] if r.name == rule)
    assert (found.min, found.max) == (low, high)


@pytest.mark.parametrize(
    ("signal", "text", "expected"),
    [
        ("braces", "function() { return {} }", 4),
        ("lorem_ipsum", "Lorem ipsum dolor. LOREM IPSUM", 2),
        ("sentences", "Uno. ¿Dos? Tres", 2),
        ("policy_lines", "Activa JavaScript\nEl pan sube\nPolítica de cookies", 2 / 3),
        ("words_per_line", "uno dos\n\ntres cuatro cinco seis", 3),
        ("capital_words", "HOLA que TAL A", 0.5),
        ("not_alphanumeric", "ab, c!", 0.4),
        ("outside_alphabet", "año 7!", 0.4),
        ("word_entropy", "pan pan pan", 0),
        ("old_spelling", "La muger fué á casa", 0.6),
        ("unaccented", "tambien aquí", 0.5),
        ("split_letters", "m a r b c", 0.8),
        ("mixed_words", "el m0lino y la r1o", 0.4),
        ("mojibake", "canciÃ³n y â€œpanâ€\x9d", 3),
        ("adult_terms", "porno gratis", 0.5),
        ("gambling_terms", "casino y ruleta", 2 / 3),
        ("machine_phrases", "Como modelo de lenguaje, no puedo opinar.", 1),
        ("adult_address", "pan", 2),
        ("document_score", "12 34 56", 0),
    ],
)
def test_a_signal_is_what_it_says(signal: str, text: str, expected: float) -> None:
    assert value(signal, text) == pytest.approx(expected)


def test_prose_scores_above_a_menu() -> None:
    menu = "Inicio | Contacto | 2019\n" * 12
    prose = value("document_score", ARTICLE.replace("\n", " "))
    assert prose > 0.8 > 0.3 > value("document_score", menu)
    # What compresses far better than other texts of its size is the same again and again.
    assert value("document_score", ARTICLE.replace("\n", " ") * 4) == 0


def test_hostile_texts_break_nothing_and_all_are_conserved(tmp_path: Path) -> None:
    texts = list(hostile(80, seed=5))
    data = documents(tmp_path, texts)
    read = {OF[s].name for rules in PRESETS.values() for s in signals_of(rules)}
    groups = [name for name in GROUPS if name in read]
    signals = computed(Annotate(), {"documents": [data]}, tmp_path / "a", groups=groups)
    for preset in PRESETS.keys() - parity.PRESETS.keys():  # those have words of their own
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
        found = compute(batch, {}, [f"duplicate_{size}grams_of_text"])
        assert found[f"duplicate_{size}grams_of_text"].tolist() == pytest.approx(expected)
    assert value("top_2gram_of_text", "el pan, el pan, el vino") == pytest.approx(12 / 23)
    assert value("newlines_per_word", "uno\n\ndos\n") == 1.5
