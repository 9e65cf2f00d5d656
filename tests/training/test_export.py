"""A model folder is loaded by transformers as it is, with no custom code, and computes the same logits there."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pipeline.model.dataset import Manifest
from tests.training.corpora import ALONE, run
from training.models.decoder import Decoder
from training.models.encoder import Encoder
from training.models.model import Model, save
from training.models.transformer import Shape
from training.pretrain.stage import Pretrain

transformers = pytest.importorskip("transformers", reason="transformers is not installed")

TIED = Shape(vocabulary=301, depth=3, width=64, heads=4, context=48)
UNTIED = Shape(vocabulary=301, depth=2, width=64, heads=2, context=48, tied=False)


@pytest.mark.parametrize("shape", [TIED, UNTIED], ids=["tied", "untied"])
@pytest.mark.parametrize(
    ("family", "auto", "name"),
    [
        (Decoder, "AutoModelForCausalLM", "LlamaForCausalLM"),
        (Encoder, "AutoModelForMaskedLM", "ModernBertForMaskedLM"),
    ],
)
def test_transformers_computes_the_same_logits(
    tmp_path: Path, family: type[Model], auto: str, name: str, shape: Shape
) -> None:
    model = family(shape, seed=5).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape) * 0.05)  # norms too are no longer ones
    save(model, tmp_path / "model.safetensors", tmp_path / "config.json")
    theirs, said = getattr(transformers, auto).from_pretrained(tmp_path, output_loading_info=True)
    assert type(theirs).__name__ == name
    assert not any(said.values()), said
    ids = torch.randint(0, shape.vocabulary, (3, 40))
    lengths = (40, 25, 7)
    ragged = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ragged[row, :length] = 1
    with torch.no_grad():
        logits = theirs.eval()(ids, attention_mask=ragged).logits
        for row, length in enumerate(lengths):
            gap = (logits[row, :length] - model(ids[row : row + 1, :length])[0]).abs()
            assert gap.max() < 1e-5


def test_the_model_folder_loads_in_transformers(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    params = {"depth": 1, "width": 32, "heads": 2, "context": 32, "batch": 64, "steps": 2}
    model = run(Pretrain(), tmp_path, tokens, params | {"eval_tokens": 100}, ALONE)
    folder = Path(model.files("model")[0].path).parent
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = "¿Qué  dijo? «Nada»,\nrespondió. 😀"
    ids = tokenizer(text, return_tensors="pt").input_ids
    assert tokenizer.decode(ids[0]) == text
    assert type(theirs).__name__ == "LlamaForCausalLM" and theirs(ids).logits.shape[-1] == 640
    held = load_file(folder / "model.safetensors")
    assert torch.equal(held["model.embed_tokens.weight"], theirs.get_input_embeddings().weight)
