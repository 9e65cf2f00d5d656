"""The tokenizer loses nothing, is the same every time, is a Hugging Face tokenizer, and takes no text for a sign."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
import tokenizers
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.notice import notice
from pipeline.store.store import Store
from tests.examples import examples
from tests.training.corpora import (
    corpus,
    documents_of,
    prose,
    rows,
    run,
    vocabulary_of,
)
from training.tokenizer.pieces.encoder import Encoder
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import CONTROL
from training.tokenizer.warnings import warnings
from training.tokenizer.words.pretokens import SPACE

if TYPE_CHECKING:
    pass

CONTROL_TEXTS = ["</s>", "<unk>", "<mask>", "<0x41>", "<|user|>", "<extra_id_0>", "a<s>b </s>"]
STRANGE = [
    *CONTROL_TEXTS,
    *(
        "",
        " ",
        "  dos  espacios ",
        "\ttabulador\ny línea\n\n",
        "no\u00a0separable",
        "a" * 50,
        "[MASK]",
    ),
    *(
        "emoji 😀👩‍👩‍👧",
        "tilde descompuesta: a\u0301",
        "ligadura ﬁ, ¿qué? ¡sí! «ea»",
        "日本語 και русский",
    ),
    *(
        "." * 700,
        "....... ... ........",
        "x" * 3000,
        "1234567",
        "a \n b",
        *("\n\n", " \n ", "\nlínea\n\n otra\n  dos\n", "[DNI][DNI] [DNI]\n[DNI]a\n", "a\r\nb\r"),
        "[EMAIL] y x[DNI]y",
        "\r\n\x00\ufeff",
    ),
    *(
        *(
            "\u2060",
            "(\u2060 a",
            "\u2060a\u2060\u2060 b.\u2060.c",
            "\n\u2060\n\u2060a",
            "[DNI]\u2060[DNI]\u2060 a",
            "a\u2060.",
        ),
        *("(hola)y/o—¡ea!", "\ta\u00a0b\u2028c", "3D 2ª d'a", "[DNI]a [DNI](a\n(a"),
    ),
]
SIZE = 1024  # of the vocabulary, of each kind
TYPES = ("byte_bpe", "superword", "bpe", "unigram", "bytes")
KINDS: dict[str, dict[str, Any]] = {
    **{kind: {"model_type": kind} for kind in TYPES},
    **{
        f"{kind}_joined": {"model_type": kind, "marks": "joined"}
        for kind in ("byte_bpe", "superword", "bpe")
    },
    **{
        f"{kind}_apart": {"model_type": kind, "marks": "apart"}
        for kind in ("byte_bpe", "superword", "bpe", "unigram")
    },
    **{
        f"{kind}_numbers": {"model_type": kind, "marks": "numbers"}
        for kind in ("byte_bpe", "superword", "bpe")
    },
}
# U+2581 is SentencePiece's own sign for a space, and comes back as one.
UNICODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=SPACE))


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(
    request: pytest.FixtureRequest, half: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Manifest:
    params = {**KINDS[request.param], "vocabulary": SIZE}
    return run(Tokenizer(), tmp_path_factory.mktemp(request.param), {"corpus": half}, params)


@pytest.mark.hypothesis
def test_decoding_gives_back_any_text_and_none_is_read_as_a_control_piece(
    tokenizer: Manifest,
) -> None:
    model = vocabulary_of(tokenizer)
    control = set(model.special)

    def check(written: str) -> None:
        ids = model.encode(written)
        assert model.decode(ids) == written
        assert control.isdisjoint(ids)

    for written in STRANGE:
        check(written)
    examples(200)(given(UNICODE)(example("".join(STRANGE))(check)))()


@pytest.mark.hypothesis
def test_the_fast_encoder_gives_the_ids_of_hugging_face(tokenizer: Manifest) -> None:
    model = vocabulary_of(tokenizer)
    encoder = Encoder(model)

    def check(texts: list[str]) -> None:
        ids, counts = encoder(pa.array(texts, pa.large_string()))
        ours = [part.tolist() for part in np.split(ids, np.cumsum(counts)[:-1])] if texts else []
        assert ours == model.encode_all(texts)

    check([*STRANGE, *prose("literature", 60_000), SPACE, f"a{SPACE} b {SPACE}c"])
    alphabet = st.sampled_from(" \n\t\u00a0añé1٣«.,-\u0301😀日\u2581\u2028\u2060") | st.characters(
        exclude_categories=["Cs"]
    )
    examples(200)(given(st.lists(st.text(alphabet)))(check))()


def test_transformers_loads_it_and_gives_the_same_ids(tokenizer: Manifest, tmp_path: Path) -> None:
    import transformers

    for each in tokenizer.files():
        if each.part in ("model", "huggingface"):
            (tmp_path / each.name).write_bytes(Path(each.path).read_bytes())
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path)
    model = vocabulary_of(tokenizer)
    assert (theirs.eos_token_id, theirs.mask_token_id, len(theirs)) == (
        2,
        4,
        model.get_piece_size(),
    )
    for written in STRANGE:
        assert theirs(written, add_special_tokens=False)["input_ids"] == model.encode(written)
    theirs.save_pretrained(tmp_path / "again")
    again = transformers.AutoTokenizer.from_pretrained(tmp_path / "again")
    assert [again(w, add_special_tokens=False)["input_ids"] for w in CONTROL_TEXTS] == [
        model.encode(w) for w in CONTROL_TEXTS
    ]


@pytest.mark.parametrize(
    "tokenizer", TYPES, indirect=True
)  # marks change the text, not the training
def test_the_same_corpus_gives_the_same_bytes_whatever_its_shards(
    tokenizer: Manifest, half: Manifest, tmp_path: Path
) -> None:
    kind = tokenizer.files("model")[0].path
    params = {**KINDS[Path(kind).parents[2].name.rstrip("0123456789")], "vocabulary": SIZE}
    turned = half.model_copy(update={"shards": half.shards[::-1]})
    again = run(Tokenizer(), tmp_path, {"corpus": turned}, params)
    assert [f.sha256 for f in again.files()] == [f.sha256 for f in tokenizer.files()]


def test_the_control_pieces_have_fixed_ids(tokenizer: Manifest) -> None:
    model = vocabulary_of(tokenizer)
    assert [model.piece(n) for n in range(len(CONTROL))] == list(CONTROL)
    assert model.special == list(range(len(CONTROL) + 16))
    assert model.end == 2


def test_marks_joined_to_words_and_digits_take_fewer_tokens_and_no_text_is_a_control_piece(
    tmp_path: Path,
) -> None:
    laws = prose("legal", 200_000)
    text = corpus(tmp_path, [rows("legal", [*laws[::2], " ".join(CONTROL_TEXTS) * 200])])
    apart, joined = (
        vocabulary_of(
            run(Tokenizer(), tmp_path / m, {"corpus": text}, {"marks": m, "vocabulary": 4096})
        )
        for m in ("apart", "joined")
    )
    tokens = [sum(map(len, model.encode_all(laws[1::2]))) for model in (apart, joined)]
    assert tokens[1] < 0.99 * tokens[0]  # of much text 4 %: benchmark fertility
    pieces = {joined.piece(n).replace("Ġ", " ") for n in range(joined.get_piece_size())}
    assert {" Art.", " Aires,", " 24.15"} <= pieces
    control = set(joined.special)
    assert all(control.isdisjoint(joined.encode(text)) for text in [*CONTROL_TEXTS, *STRANGE])
    with pytest.raises(TahonaError, match="<1> could stand in a text"):
        params = {"marks": "joined", "reserved": ["<1>"]}
        run(Tokenizer(), tmp_path / "x", {"corpus": text}, params)


def test_the_figures_tell_domains_and_groups(text: Manifest, tmp_path: Path) -> None:
    params = {"vocabulary": 1024, "sweep": [600, 2048]}
    figures = run(Tokenizer(), tmp_path, {"corpus": text}, params).shards[0].figures
    assert figures["fertility"].keys() == {"news", "technical", "all"}
    row = figures["fertility"]["news"]
    assert 1 < row["tokens_per_word"] < row["tokens_per_word_clitics"]
    assert 2.0 < row["bytes_per_token"] == figures["bytes_per_token"]["news"] < 5.0
    tokens = [figures["sweep"][size]["all"]["tokens_per_word"] for size in ("600", "2048")]
    assert tokens[0] > figures["fertility"]["all"]["tokens_per_word"] > tokens[1]
    size = sum(len(d["text"].encode()) for d in documents_of(text))
    assert figures["text_bytes"] == size


def test_superwords_cross_spaces_within_a_phrase_and_take_fewer_tokens(
    text: Manifest, tmp_path: Path
) -> None:
    params = {"vocabulary": 3_000}
    plain = vocabulary_of(run(Tokenizer(), tmp_path / "plain", {"corpus": text}, params))
    params["model_type"] = "superword"
    model = vocabulary_of(run(Tokenizer(), tmp_path / "super", {"corpus": text}, params))
    assert model.get_piece_size() == plain.get_piece_size() == 3_000
    pieces = [model.piece(n).replace("Ġ", " ") for n in range(model.get_piece_size())]
    crossing = [piece for piece in pieces if " " in piece.strip()]
    assert " de la" in crossing and len(crossing) > 300
    assert not any(mark in piece.strip() for piece in crossing for mark in ".,;:\n")
    lines = prose("news_encyclopedic", 80_000)  # too little to learn phrases of other texts
    fewer, more = (sum(map(len, m.encode_all(lines))) for m in (model, plain))
    assert fewer < more  # of larger vocabularies and texts far fewer: benchmark fertility


def test_weights_count_domains_against_each_other(tmp_path: Path) -> None:
    legal, web = "decreto articulado ", "chuches galletas "
    text = corpus(tmp_path, [rows("legal", [legal * 200]), rows("web", [web * 200])])

    def tokens(folder: str, weights: dict[str, float]) -> tuple[float, float]:
        params = {"vocabulary": 330, "weights": weights}
        tokenizer = run(Tokenizer(), tmp_path / folder, {"corpus": text}, params)
        figures = tokenizer.shards[0].figures["bytes_per_token"]
        return figures["legal"], figures["web"]

    more, less = tokens("more", {"web": 0.1}), tokens("less", {"legal": 0.1})
    assert more[0] > less[0] and more[1] < less[1]


def test_a_small_corpus_gives_a_smaller_vocabulary_and_says_so(
    text: Manifest, tmp_path: Path
) -> None:
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 50_000})
    figures = tokenizer.shards[0].figures
    assert 300 < figures["vocabulary"] < figures["vocabulary_asked"] == 50_000
    (warning,) = warnings(Store(tmp_path), tokenizer, "tokenizer")
    assert warning == notice("tokenizer.small", size=figures["vocabulary"], asked=50_000)


def test_without_a_size_the_vocabulary_suits_the_corpus(text: Manifest, tmp_path: Path) -> None:
    figures = run(Tokenizer(), tmp_path, {"corpus": text}).shards[0].figures
    assert figures["vocabulary"] == figures["vocabulary_asked"] == 1600


@pytest.mark.parametrize(
    ("documents", "params", "says"),
    [
        (["breve"], {}, "5 bytes of text"),
        (["x" * 5000], {"access": ["deposit"]}, "0 bytes of text whose access is deposit"),
        (["hola " * 5000], {"weights": {"legal": 1}}, "names legal, .* the domains are web"),
        (
            [chr(0x4E00 + i) * 9 for i in range(600)],
            {"vocabulary": 300, "model_type": "bpe"},
            "no room for the letters",
        ),
        (["x" * 5000], {"languages": ["gl"]}, "no text in the languages gl"),
        (["hola " * 5000], {"reserved": ["<mask>"]}, "a piece that every tokenizer has"),
    ],
)
def test_what_cannot_work_is_said_clearly(
    tmp_path: Path, documents: list[str], params: dict[str, Any], says: str
) -> None:
    text = corpus(tmp_path, [rows("web", documents)])
    with pytest.raises(TahonaError, match=says):
        run(Tokenizer(), tmp_path, {"corpus": text}, params)


def test_a_word_that_begins_a_line_is_the_piece_that_it_is_within_one(tmp_path: Path) -> None:
    text = corpus(tmp_path, [rows("legal", prose("legal", 200_000))])
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 2048})
    model = vocabulary_of(tokenizer)
    figures = tokenizer.shards[0].figures
    assert figures["text_bytes"] == sum(len(d["text"].encode()) for d in documents_of(text))
    within, (article,) = model.encode("el artículo"), model.encode("artículo")
    assert within[1:] == [article] and model.decode([article]) == "artículo"
    assert model.encode("artículo\n\nartículo")[::2] == [article, article]
    # A prompt that ends with a line end is gone on with as the text was that was learnt from.
    assert model.encode("artículo\nartículo") == [*model.encode("artículo\n"), article]


def test_a_word_is_the_same_piece_wherever_it_stands(text: Manifest, tmp_path: Path) -> None:
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 4_000})
    model = vocabulary_of(tokenizer)
    assert tokenizer.shards[0].figures["text_bytes"] == sum(
        len(document["text"].encode()) for document in documents_of(text)
    )
    (word,) = model.encode("años")
    for before in ("(", "—", "y/", "3", "\t", "\u00a0", "[DNI]", "«¿", "d'", "\n"):
        written = f"{before}años"
        assert model.encode(written)[-1] == word and model.decode(model.encode(written)) == written
    spell = tokenizers.decoders.ByteLevel()
    pieces = [spell.decode([model.piece(n)]) for n in range(model.get_piece_size())]
    lines = "\n".join(document["text"] for document in documents_of(text)).splitlines()
    for ids in model.encode_all(lines):
        for before, after in itertools.pairwise(ids):
            # One that begins with a letter goes on with a word, or its space; "\ufffd" is a part of a letter.
            if pieces[after][0].isalpha():
                end = pieces[before][-1]
                assert end.isalpha() or end in " \ufffd"


def test_a_sign_that_is_not_followed_by_its_word_is_not_shown(
    text: Manifest, tmp_path: Path
) -> None:
    model = vocabulary_of(run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 4_000}))
    *marks, word = model.encode("(años")
    assert model.decode(marks) == "(" and model.decode([*marks, *marks, word]) == "((años"
