"""The tokenizer of a model's folder is taken as it is, or extended for a domain."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from tests.training.corpora import (
    file,
    manifest,
    prose,
    run,
    shard,
    vocabulary_of,
)
from tests.training.tokenizer.foreign import foreign_tokenizer, llama
from training.tokenizer.pieces.encoder import Encoder
from training.tokenizer.stage import Tokenizer
from training.tokenizer.words.pretokens import MARKS


def test_the_tokenizer_of_a_models_folder_is_taken_as_it_is(text: Manifest, tmp_path: Path) -> None:
    theirs = foreign_tokenizer(["<unk>", "<s>", "</s>"])
    theirs.save_pretrained(tmp_path / "model")
    folder = manifest(
        "models",
        ("models",),
        [shard("models", [_file(p)]) for p in sorted((tmp_path / "model").iterdir())],
    )
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text, "models": folder})
    model = vocabulary_of(tokenizer)
    lines = [line for line in "\n".join(prose("legal", 300_000)).splitlines() if line]
    ids, counts = Encoder(model)(pa.array(lines))
    wanted = theirs(lines, add_special_tokens=False)["input_ids"]
    assert [part.tolist() for part in np.split(ids, np.cumsum(counts)[:-1])] == wanted
    assert model.special == [0, 1, 2] and tokenizer.shards[0].figures["fertility"]["all"]
    other = foreign_tokenizer(["<|endoftext|>", "<unk>"])
    other.save_pretrained(tmp_path / "other")
    folder = manifest(
        "models",
        ("models",),
        [shard("models", [_file(p)]) for p in sorted((tmp_path / "other").iterdir())],
    )
    with pytest.raises(TahonaError, match="ends a document by the id 0"):
        run(Tokenizer(), tmp_path / "x", {"corpus": text, "models": folder})


@pytest.mark.parametrize("form", ["bytes", "llama"])
def test_the_vocabulary_of_a_model_is_extended_for_a_domain(
    form: str, text: Manifest, tmp_path: Path
) -> None:
    import transformers

    theirs = foreign_tokenizer(["<unk>", "<s>", "</s>"]) if form == "bytes" else llama()
    theirs.add_tokens(["<extra>"], special_tokens=True)
    theirs.save_pretrained(tmp_path / "model")
    files = [_file(p) for p in sorted((tmp_path / "model").iterdir())]
    folder = manifest("models", ("models",), [shard("models", files)])
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text, "models": folder}, {"extend": 300})
    for each in tokenizer.files():
        shutil.copy(each.path, tmp_path / each.name)
    longer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    before, after = theirs.get_vocab(), longer.get_vocab()
    assert len(after) == len(before) + 300 and before.items() <= after.items()
    lines = [line for line in "\n".join(prose("technical", 100_000)).splitlines() if line]
    old, new = (t(lines, add_special_tokens=False)["input_ids"] for t in (theirs, longer))
    assert sum(map(len, new)) < 0.93 * sum(map(len, old))
    assert longer.batch_decode(new) == theirs.batch_decode(old)
    assert longer("zzq <extra>")["input_ids"] == theirs("zzq <extra>")["input_ids"]
    ids, _ = Encoder(vocabulary_of(tokenizer))(pa.array(lines[:50]))
    assert ids.tolist() == [number for line in new[:50] for number in line]
    with pytest.raises(TahonaError, match="is for the tokenizer of a model's folder"):
        run(Tokenizer(), tmp_path / "x", {"corpus": text}, {"extend": 300})


@pytest.mark.parametrize(
    ("kind", "marks"),
    [*(("byte_bpe", marks) for marks in MARKS), ("bpe", "apart"), ("bpe", "glued")],
)
def test_one_of_ours_extended_is_what_a_larger_one_of_the_same_text_would_be(
    kind: str, marks: str, half: Manifest, tmp_path: Path
) -> None:
    params = {"model_type": kind, "marks": marks}
    small, large = (
        run(Tokenizer(), tmp_path / str(size), {"corpus": half}, {**params, "vocabulary": size})
        for size in (1_000, 1_300)
    )
    folder = manifest("models", ("models",), [shard("models", small.files())])
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": half, "models": folder}, {"extend": 300})
    assert vocabulary_of(tokenizer).content == vocabulary_of(large).content
    assert tokenizer.shards[0].figures["fertility"] == large.shards[0].figures["fertility"]


def _file(path: Path) -> File:
    return file(path, "folder")
