"""Sentences that belong together are told from drawn ones, code's output from bad prose, kinds of pages apart."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.rules.rules import PRESETS
from cleaning.signals.coherence import coherence
from cleaning.signals.signals import compute
from cleaning.text.batch import Batch
from tests.cleaning.filter.filtered import ARTICLE, filtered
from tests.cleaning.kernels import removed
from tests.cleaning.signals.text.test_prose import FOOT, STEPS
from tests.examples import examples

WORDS = [
    a + b + c for a in ("moli", "hari", "barc", "nube") for b in "aeiou" for c in ("nos", "ta")
]
NOTE = (
    "Otro recordatorio para el molino: la rueda se para si el agua del canal baja de la primera marca, y "
    "entonces hay que abrir la compuerta de arriba. Basta con media vuelta de la llave, que cuelga detrás de la puerta."
)


def cohesion(text: str) -> float:
    return float(compute(Batch([text]), {}, ["cohesion"])["cohesion"][0])


def by_definition(text: str) -> float:
    words = list(re.finditer(r"\d+(?:[.,]\d+)+|[^\W_]+", text))[: coherence.WINDOW]
    ends = [m.end() for m in re.finditer(r"[.?!…](?=\s|$)|\n", text)]
    seen = {(sum(e <= m.start() for e in ends), m[0].lower()[:5]) for m in words if len(m[0]) >= 5}
    if len(seen) < coherence.FEWEST:
        return float("nan")
    stems = [stem for _, stem in seen]
    return sum(stems.count(stem) > 1 for stem in stems) / len(stems)


@examples(40)
@given(
    st.integers(150, 500),
    st.lists(st.sampled_from([*WORDS, "Sí", "del", "…", "12345", "3.14159"]), max_size=30),
    st.randoms(use_true_random=False),
)
def test_it_is_its_definition(fresh: int, common: list[str], chance: random.Random) -> None:
    words = [
        *common,
        *(f"{n:05}".translate(str.maketrans("0123456789", "abcdefghij")) for n in range(fresh)),
    ]
    chance.shuffle(words)
    text = "".join(word + chance.choice((" ", " ", ", ", ". ", "?\n", "\n")) for word in words)
    assert np.array_equal(cohesion(text), by_definition(text), equal_nan=True)


def test_drawn_sentences_share_hardly_a_word() -> None:
    chance = random.Random(5)
    sentences = [chance.sample(range(40), 9) for _ in range(30)]

    def named(thing: int, sentence: int) -> str:
        return "".join("aeioulnrst"[int(d)] for d in f"{thing * 1000 + sentence % 1000:05}")

    def text(apart: int, alone: int = 0) -> str:
        """Each sentence says nine things of forty, called otherwise `apart` from it and in the first `alone`."""
        things = [k if k < alone else k // apart - len(sentences) for k in range(len(sentences))]
        sentences_of = ([named(t, k) for t in s] for k, s in zip(things, sentences, strict=True))
        return " ".join(f"{' '.join(words)}." for words in sentences_of)

    rules = {rule.name: rule for rule in PRESETS["tahona"] if rule.signal == "cohesion"}
    anywhere, news = rules["unrelated_sentences"], rules["unrelated_news"]
    assert anywhere.min is not None and anywhere.domains is not None and news.min is not None
    assert cohesion(text(1)) < anywhere.min < cohesion(text(2, 12)) < news.min < cohesion(text(30))
    # A chapter of a novel says little twice, a tale in the web may too.
    assert "literature" not in anywhere.domains and news.domains == ("news",)


def test_short_texts_are_not_asked() -> None:
    assert np.isnan(cohesion(ARTICLE))


def test_a_whole_note_stays_and_a_foot_lifts_no_page(tmp_path: Path) -> None:
    assert len(NOTE.split()) < 50
    assert removed(filtered(tmp_path / "note", [NOTE])) == {}
    page = "La receta del pan de centeno de mi abuela, con masa madre de tres días.\n" + FOOT
    assert removed(filtered(tmp_path / "page", [page])) == {"few_sentences": 1}


def test_a_table_of_contents_is_no_text_of_any_domain(tmp_path: Path) -> None:
    contents = "\n\n".join(
        f"CAPÍTULO {n} DEL PAN Y DE SUS HORNOS" for n in ("I", "II", "III", "IV")
    )
    law = f"{contents}\n\nArtículo único. {NOTE}"
    assert removed(filtered(tmp_path, [contents, law], domain="legal")) == {"no_sentence": 1}


def test_what_a_command_answers_is_no_bad_prose() -> None:
    listed = "".join(f"Paquete {n}\nVersión {n}.{n} Estado activo\n" for n in range(28))
    steps = STEPS.replace("sudo systemctl", listed + "sudo systemctl")
    names = ("prose_share", "sentence_share")
    signals = compute(Batch([steps]), {"language": ["es"]}, names)
    assert signals["sentence_share"][0] < 0.4 < 0.9 < signals["prose_share"][0]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("article", None),
        ("documentation", None),
        (None, None),
        ("service", None),
        ("listing", "listing"),
        ("notes", "fragments"),
    ],
)
def test_kinds_of_pages_have_bounds_of_their_own(
    tmp_path: Path, kind: str | None, rule: str | None
) -> None:
    decisions = filtered(tmp_path, [NOTE], kind=kind)
    assert removed(decisions) == ({rule: 1} if rule else {})


def test_a_text_that_says_enough_may_repeat_itself(tmp_path: Path) -> None:
    form = f"{NOTE}\n{NOTE} Parte 0."
    articles = enumerate(ARTICLE.strip().split("\n") * 3)
    rules = "\n".join(f"{n}. {line}" for n, line in articles) + f"\n{NOTE}"
    signals = compute(Batch([form, rules]), {}, ["prose_duplicate_10grams"])
    assert min(signals["prose_duplicate_10grams"]) > 0.4
    assert removed(filtered(tmp_path, [form, rules])) == {"duplicate_10grams": 1}


def test_a_short_text_may_say_its_term_twice(tmp_path: Path) -> None:
    article = (
        "Es deber del concejo, y de quien lo preside, promover mecanismos de resolución de conflictos, y oír a todos. "
        "Solo la ordenanza podrá determinar los efectos que tienen los mecanismos de resolución de conflictos."
    )
    signals = compute(Batch([article]), {"language": ["es"]}, ["top_3gram", "top_4gram"])
    assert 0.25 < max(signals["top_3gram"][0], signals["top_4gram"][0]) < 0.3
    assert removed(filtered(tmp_path, [article])) == {}


def test_a_file_by_which_a_repository_is_kept_is_no_text(tmp_path: Path) -> None:
    assert removed(filtered(tmp_path, [ARTICLE], kind="project")) == {"project_file": 1}
