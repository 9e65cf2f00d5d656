"""The index finds every longest span of a text in the tokens, as often and where a plain search does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.dataset import Manifest
from tests.examples import examples
from tests.training.corpora import corpus, prose, rows, run
from training.index.find import Segment, find
from training.index.stage import Index
from training.inputs.inputs import token_files
from training.shard.megatron import Sequences
from training.shard.splits import SPLITS
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import load

# A character for each token, as Python searches text at once.
Documents = dict[tuple[str, int], str]


def segments(index: Manifest) -> list[Segment]:
    names = ("tokens", "suffixes", "starts", "sequences")
    return [
        Segment(*(Path(s.one(name).path) for name in names), kind=s.figures["type"])
        for s in index.shards
    ]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Manifest, Documents]:
    """A tokenizer, an index, and the tokens by part and number of the sequence."""
    folder = tmp_path_factory.mktemp("index")
    texts = [*prose("news_encyclopedic", 40_000), "aaaa aaaa aaaa " * 20]
    text = corpus(folder, [rows("news", texts), rows("web", ["uno dos tres " * 30] * 3)])
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 600})
    tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer})
    index = run(Index(), folder, {"tokens": tokens, "tokenizer": tokenizer})
    documents: Documents = {}
    for split in SPLITS:
        files, domains = token_files(tokens, split)
        for domain, binary, indices, _ in zip(domains, *files.values(), strict=True):
            sequences = Sequences(Path(binary.path), Path(indices.path))
            for number in range(len(sequences)):
                documents[f"{domain}/{split}", number] = "".join(
                    map(chr, sequences[number].tolist())
                )
    return tokenizer, index, documents


def test_the_tokenizer_stands_in_keys_by_its_digest_and_is_not_read(
    indexed: tuple[Manifest, Manifest, Documents],
) -> None:
    tokenizer, index, _ = indexed
    (model,) = tokenizer.files("model")
    assert {shard.figures["tokenizer"] for shard in index.shards} == {model.sha256}
    assert {shard.params["tokenizer"] for shard in index.shards} == {model.sha256}


def occurrences(documents: Documents, run_: list[int]) -> set[tuple[str, int, int]]:
    wanted, places = "".join(map(chr, run_)), set()
    for name, document in documents.items():
        at = document.find(wanted)
        while at >= 0:
            places.add((*name, at))
            at = document.find(wanted, at + 1)
    return places


@pytest.mark.hypothesis
@pytest.mark.parametrize("long", [256, 4])
def test_spans_are_those_of_a_plain_search(
    indexed: tuple[Manifest, Manifest, Documents], long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.index.find._LONG", long)  # from 4 tokens on, runs are told alone
    tokenizer, index, documents = indexed
    model, segments_of = load(Path(tokenizer.files("model")[0].path)), segments(index)
    names = sorted(documents)
    pieces = st.tuples(st.sampled_from(names), st.integers(0, 300), st.integers(0, 25)).map(
        lambda p: [ord(token) for token in documents[p[0]][p[1] : p[1] + p[2]]]
    )
    strange = st.lists(st.integers(3, model.get_piece_size() - 1), max_size=3)

    @examples(40)
    @given(st.lists(pieces | strange, max_size=4))
    def check(parts: list[list[int]]) -> None:
        text = [token for part in parts for token in part if token != model.end]
        spans = find(segments_of, text, shortest=3, most=1000)
        longest = []
        for begin in range(len(text)):
            end = begin
            while end < len(text) and occurrences(documents, text[begin : end + 1]):
                end += 1
            longest.append((begin, end))
        expected = [
            (b, e)
            for n, (b, e) in enumerate(longest)
            if e - b >= 3 and all(before[1] < e for before in longest[:n])
        ]
        assert [(s.begin, s.end) for s in spans] == expected
        for span in spans:
            wanted = occurrences(documents, text[span.begin : span.end])
            assert span.times == len(wanted)
            assert {(p.part, p.sequence, p.token) for p in span.places} == wanted

    check()


def test_a_place_names_the_document(indexed: tuple[Manifest, Manifest, Documents]) -> None:
    tokenizer, index, _ = indexed
    model = load(Path(tokenizer.files("model")[0].path))
    written = prose("news_encyclopedic", 40_000)[3][100:400]
    (span, *_) = sorted(
        find(segments(index), model.encode(written), 5, 3), key=lambda s: s.begin - s.end
    )
    assert span.end - span.begin > 50 and span.times == 1
    assert span.places[0].url == "http://news.test/3"
    # Of a token that sequences of all splits hold, those to train on come first.
    common = max(
        (s for token in range(3, 300) for s in find(segments(index), [token], 1, 10_000)),
        key=lambda s: len({p.part for p in s.places}),
    )
    held = [place.held_out for place in common.places]
    assert held == sorted(held) and {*held} == {True, False}


class Counted(np.ndarray):
    """Tokens, of which it is counted how many are read."""

    read = 0

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        Counted.read += np.size(value)
        return value


def test_a_whole_document_is_found_in_about_linear_time(
    indexed: tuple[Manifest, Manifest, Documents], tmp_path: Path
) -> None:
    tokenizer, _, _ = indexed
    text = corpus(tmp_path, [rows("news", [" ".join(prose("news_encyclopedic", 40_000))])])
    tokens = run(Shard(), tmp_path, {"corpus": text, "tokenizer": tokenizer})
    (segment,) = segments(run(Index(), tmp_path, {"tokens": tokens, "tokenizer": tokenizer}))
    ids = np.array(segment.tokens)
    (whole,) = find([segment], ids[:-1].tolist(), 3, 5)
    assert (whole.begin, whole.end, whole.times) == (0, len(ids) - 1, 1)
    segment.tokens = segment.tokens.view(Counted)
    read = []
    for size in (len(ids) // 4, len(ids) - 1):
        Counted.read = 0
        find([segment], ids[:size].tolist(), 3, 5)
        read.append(Counted.read)
    assert len(ids) > 8_000 and read[1] < 6 * read[0]


@pytest.mark.parametrize("texts", [[[], ["uno dos tres " * 30] * 3], [[], []]])
def test_shards_without_tokens_are_no_fault(
    indexed: tuple[Manifest, Manifest, Documents], tmp_path: Path, texts: list[list[str]]
) -> None:
    """As of a corpus whose first files are in languages that nobody asked for."""
    tokenizer, _, _ = indexed
    text = corpus(tmp_path, [rows("news", of_shard) for of_shard in texts])
    tokens = run(Shard(), tmp_path, {"corpus": text, "tokenizer": tokenizer})
    index = run(Index(), tmp_path, {"tokens": tokens, "tokenizer": tokenizer})
    ids = load(Path(tokenizer.files("model")[0].path)).encode("uno dos tres uno dos")
    assert bool(find(segments(index), ids, 3, 5)) == any(texts)
