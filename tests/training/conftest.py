"""What the tests of this room share: tokens of real text, and a small decoder trained on them.

Importing the room first also sets how torch's threads wait, which its library reads when it is loaded.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.model.dataset import Manifest
from tests.session_folder import session_folder
from tests.training.corpora import ALONE, corpus, prose, rows, run
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import Vocabulary, load


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Manifest]:
    """Inputs of a training: `tokens` of two domains and their `tokenizer`."""
    folder = tmp_path_factory.mktemp("tokens")
    news, manuals = prose("news_encyclopedic", 70_000), prose("technical", 50_000, every=40)
    text = corpus(folder, [rows("news", news), rows("technical", manuals)])
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 600})
    inputs = {"corpus": text, "tokenizer": tokenizer}
    encoded = run(Shard(), folder, inputs, {"validation": 0.15, "test": 0.1})
    return {"tokens": encoded, "tokenizer": tokenizer}


@pytest.fixture(scope="session")
def easy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Manifest]:
    """Inputs of a training on a text of two domains that is learnt in some steps."""
    folder = tmp_path_factory.mktemp("easy")
    count = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce "
    letters = "alfa beta gamma delta épsilon dseta eta zeta iota kappa lambda "
    text = corpus(folder, [rows("news", [count * 8] * 40), rows("technical", [letters * 8] * 40)])
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 320})
    inputs = {"corpus": text, "tokenizer": tokenizer}
    tokens = run(Shard(), folder, inputs, {"validation": 0.15, "test": 0.1})
    return {"corpus": text, "tokens": tokens, "tokenizer": tokenizer}


@pytest.fixture
def vocabulary(easy: dict[str, Manifest]) -> Vocabulary:
    """The tokenizer of that text, as the training reads it."""
    return load(Path(easy["tokenizer"].files("model")[0].path))


@pytest.fixture(scope="session")
def trained(
    tokens: dict[str, Manifest], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Manifest]:
    """The same, and the `model` that a short training gave."""
    params = {"depth": 1, "width": 64, "heads": 2, "context": 64, "batch": 256}
    params |= {"steps": 100, "eval_every": 100, "eval_tokens": 10**5}

    def train(folder: Path) -> None:
        model = run(Pretrain(), folder, tokens, params, ALONE)
        (folder / "model.json").write_text(json.dumps(model.to_json()))

    path = session_folder(tmp_path_factory, "trained", train) / "model.json"
    return tokens | {"model": Manifest.from_json(json.loads(path.read_bytes()))}
