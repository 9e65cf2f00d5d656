"""The tokenizer loses nothing, is the same every time, and is the same in Hugging Face."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.training.corpora import corpus, prose, rows, run
from training.tokenizer.sample import LONGEST_LINE, Sample
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import load

STRANGE = [
    "",
    " ",
    "  dos  espacios ",
    "\ttabulador\ny línea\n\n",
    "no\u00a0separable",
    "emoji 😀👩‍👩‍👧",
    "tilde descompuesta: a\u0301",
    "ligadura ﬁ, ¿qué? ¡sí! «ea»",
    "日本語 και русский",
    "a" * 50,
    "[MASK]",
]
# U+2581 is SentencePiece's own sign for a space, and comes back as one.
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>", "<mask>"]
UNICODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\u2581"))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("corpus")
    news, manuals = prose("news_encyclopedic", 80_000), prose("technical", 80_000, every=40)
    return corpus(folder, [rows("news", news), rows("technical", manuals)])


@pytest.fixture(scope="module", params=["unigram", "bpe"])
def made(
    request: pytest.FixtureRequest, text: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Manifest:
    params = {"model_type": request.param, "vocabulary": 2048}
    return run(Tokenizer(), tmp_path_factory.mktemp(request.param), {"corpus": text}, params)


def test_decoding_gives_back_any_text(made: Manifest) -> None:
    model = load(Path(made.files("model")[0].path))

    @settings(max_examples=300, deadline=None)
    @given(UNICODE)
    @example("".join(STRANGE))
    def check(written: str) -> None:
        assert model.decode(model.encode(written)) == written

    check()


def test_hugging_face_gives_the_same_ids(made: Manifest) -> None:
    model = load(Path(made.files("model")[0].path))
    theirs = tokenizers.Tokenizer.from_file(made.files("huggingface")[0].path)
    assert theirs.get_vocab_size() == model.get_piece_size()

    def same(written: str) -> None:
        # The text of a special piece is the one known difference: SentencePiece reads it as text.
        if any(piece in written for piece in SPECIAL):
            return
        ids = theirs.encode(written, add_special_tokens=False).ids
        assert ids == model.encode(written), written
        assert theirs.decode(ids, skip_special_tokens=False) == written

    for written in [*STRANGE, *prose("literature", 60_000)]:
        same(written)
    settings(max_examples=300, deadline=None)(given(UNICODE)(same))()


def test_the_same_corpus_gives_the_same_bytes(
    made: Manifest, text: Manifest, tmp_path: Path
) -> None:
    params = dict.fromkeys(("vocabulary",), made.shards[0].figures["vocabulary"])
    kind = json.loads(Path(made.files("huggingface")[0].path).read_text())["model"]["type"].lower()
    again = run(Tokenizer(), tmp_path, {"corpus": text}, {"model_type": kind, **params})
    assert [f.sha256 for f in again.files()] == [f.sha256 for f in made.files()]


def test_the_special_pieces_have_fixed_ids(made: Manifest) -> None:
    model = load(Path(made.files("model")[0].path))
    assert [model.id_to_piece(i) for i in range(5)] == SPECIAL
    assert all(model.is_byte(i) for i in range(5, 261))
    assert 2.0 < made.shards[0].figures["bytes_per_token"]["news"] < 5.0


def test_a_small_corpus_gives_a_smaller_vocabulary_and_says_so(
    text: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 50_000})
    figures = made.shards[0].figures
    assert 300 < figures["vocabulary"] < figures["vocabulary_asked"] == 50_000
    assert "not the 50000 asked for" in caplog.text


def test_without_a_size_the_vocabulary_suits_the_corpus(text: Manifest, tmp_path: Path) -> None:
    figures = run(Tokenizer(), tmp_path, {"corpus": text}).shards[0].figures
    assert figures["vocabulary"] == figures["vocabulary_asked"] == 1600
    assert 1600 * 100 <= figures["sample_bytes"] < 1664 * 100


@pytest.mark.parametrize(
    ("documents", "params", "says"),
    [
        (["breve"], {}, "5 bytes of text"),
        ([chr(0x4E00 + i) * 9 for i in range(600)], {"vocabulary": 300}, "no room for the letters"),
        (["x" * 5000], {"languages": ["gl"]}, "no text in the languages gl"),
    ],
)
def test_what_cannot_work_is_said_clearly(
    tmp_path: Path, documents: list[str], params: dict[str, Any], says: str
) -> None:
    text = corpus(tmp_path, [rows("web", documents)])
    with pytest.raises(TahonaError, match=says):
        run(Tokenizer(), tmp_path, {"corpus": text}, params)


def test_the_sample_is_weighted_capped_and_the_same_for_a_seed(tmp_path: Path) -> None:
    line = "una línea de texto corriente\n"
    legal, web = [line * 100] * 20, [line * 100] * 20
    text = corpus(tmp_path, [rows("legal", legal), rows("web", web)])
    paths = [Path(f.path) for f in text.files()]
    whole = Sample(paths, {}, 10**9, seed=1)
    assert len(list(whole)) == 4000
    weighted = Sample(paths, {"legal": 0.1}, 10**9, seed=1)
    drawn = list(weighted)
    assert 2100 < len(drawn) < 2300
    assert drawn == list(Sample(paths, {"legal": 0.1}, 10**9, seed=1))
    capped = Sample(paths, {}, 30_000, seed=2)
    assert 24_000 < sum(len(x.encode()) for x in capped) < 36_000
    assert capped.drawn_bytes == sum(len(x.encode()) for x in capped)


def test_a_long_line_is_cut_and_not_lost(tmp_path: Path) -> None:
    text = "palabra " * 2000 + "x" * 9000
    paths = [Path(f.path) for f in corpus(tmp_path, [rows("web", [text])]).files()]
    lines = list(Sample(paths, {}, 10**9, seed=1))
    assert "".join(lines) == text
    assert max(map(len, lines)) <= LONGEST_LINE
