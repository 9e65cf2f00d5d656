"""What is drawn after a prompt is what a text has there, also behind a mark that ends it."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.training.corpora import corpus, rows, run
from training.evaluate.generate import generate
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import Vocabulary, load

TEXT = "uno (dos) tres ¿cuatro? cinco 6 siete (8) nueve «diez» "


class Pairs(nn.Module):
    """The logits of how often each id follows another in a text."""

    cached, shape = False, SimpleNamespace(context=8)

    def __init__(self, ids: list[int], size: int) -> None:
        super().__init__()
        self.counts = nn.Parameter(torch.zeros(size, size))
        for before, after in itertools.pairwise(ids):
            self.counts.data[before, after] += 1

    def states(self, ids: Tensor) -> Tensor:
        return ids

    def logits(self, last: Tensor) -> Tensor:
        return (self.counts[last] + 1e-6).log()


@pytest.fixture(scope="module", params=["byte_bpe", "bpe", "unigram"])
def tokenizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("tokenizer")
    text = corpus(folder, [rows("news", [TEXT * 40] * 4)])
    params = {"model_type": request.param, "vocabulary": 420}
    return load(Path(run(Tokenizer(), folder, {"corpus": text}, params).files("model")[0].path))


@pytest.mark.parametrize(
    ("prompt", "next_word"),
    [("uno (", "dos"), ("tres ¿", "cuatro"), ("nueve «", "diez"), ("siete (", "8")],
)
def test_a_mark_that_ends_a_prompt_goes_on_as_in_a_text(
    tokenizer: Vocabulary, prompt: str, next_word: str
) -> None:
    following = TEXT[TEXT.index(prompt) + len(prompt) :]
    assert following.startswith(next_word)
    # Pairs know no more than the last piece: a text that has this prompt alone.
    ids = tokenizer.encode((prompt + following[:12] + " ") * 20)
    model: Any = Pairs(ids, tokenizer.get_piece_size())
    written = generate(model, tokenizer, prompt, 4, 1.0, 1, 0)
    assert written["text"].startswith(next_word)
    assert written["tokens"] == 4


def test_of_no_length_nothing_is_written(tokenizer: Vocabulary) -> None:
    model: Any = Pairs([1, 2], tokenizer.get_piece_size())
    assert generate(model, tokenizer, "uno (", 0, 1.0, 1, 0)["text"] == ""
