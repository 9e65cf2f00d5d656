"""Models of fastText: any kind is asked as its own code asks it, and a file that is damaged is refused unread."""

from __future__ import annotations

from pathlib import Path

import fasttext
import pytest

from cleaning.models.fasttext_file import labels
from cleaning.models.fasttext_library import load, train
from pipeline.errors import TahonaError

TEXTS = ["el pan y la harina del molino", "gana dinero en el casino", "la ley y el decreto"] * 3
NAMES = ["good", "bad", "law"] * 3


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "m.bin"
    train(path, TEXTS, NAMES, bits=8, inside=False)
    return path


def test_a_batch_is_told_what_each_text_is(model: Path) -> None:
    loaded = load(model)
    assert sorted(loaded.labels) == sorted(labels(model)) == ["bad", "good", "law"]
    texts = ["pan de molino\ncon harina", "\n", "nada\x00de eso", "dinero gratis " * 500]
    rows = loaded.probabilities(texts)
    library = fasttext.load_model(str(model))
    for text, row in zip(texts, rows, strict=True):
        names, chances = library.predict(text.strip().replace("\n", " "), k=3)
        of_labels = dict(zip(names, chances, strict=True)) if text.strip() else {}
        assert row.tolist() == pytest.approx(
            [of_labels.get(f"__label__{n}", 0) for n in loaded.labels]
        )


def test_a_quantised_one_too(model: Path, tmp_path: Path) -> None:
    quantised = fasttext.load_model(str(model))
    (tmp_path / "e.txt").write_text(
        "\n".join(f"__label__{n} {t}" for n, t in zip(NAMES, TEXTS, strict=True)) * 30
    )
    quantised.quantize(input=str(tmp_path / "e.txt"), qnorm=True, cutoff=300, verbose=0)
    quantised.save_model(str(path := tmp_path / "m.ftz"))
    assert sorted(labels(path)) == ["bad", "good", "law"]
    assert load(path).probabilities(TEXTS).shape == (9, 3)
    content = path.read_bytes()
    for end in (len(content) - 1, len(content) // 2):
        path.write_bytes(content[:end])
        with pytest.raises(TahonaError, match="or a damaged one"):
            load(path)


def test_what_is_no_whole_model_is_refused_unread(model: Path, tmp_path: Path) -> None:
    content, path = model.read_bytes(), tmp_path / "m.bin"
    damaged = [content[:end] for end in (0, 3, 40, 90, 500, len(content) - 4)]
    damaged += [content + b"more", b"PK" + content[2:]]
    # its numbers of a vector, of words, of what is learnt
    damaged += [content[:at] + b"\x01" + content[at + 1 :] for at in (8, 68, 36)]
    damaged += [content[:40] + bytes(4) + content[44:]]  # and of buckets
    damaged += [content[:-8] + b"\xff" * 8]  # no numbers
    for broken in damaged:
        path.write_bytes(broken)
        with pytest.raises(TahonaError, match="is no fastText model of labels"):
            labels(path)


def test_a_label_is_one_word(tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match="no label with white space, as 'a b'"):
        train(tmp_path / "m.bin", ["uno", "dos"], ["a b", "c"], bits=8, inside=False)
