"""A model folder is loaded by transformers as it is, with no custom code, and computes the same logits there."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from flows.commands.runs.folder import write
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.training.corpora import ALONE, corpus, file, manifest, prose, rows, run, shard, stirred
from tests.training.pretrain.test_pretrain import curve
from tests.training.tokenizer.foreign import foreign_tokenizer
from training.models.extension import components_of, grown
from training.models.model import Model, load, save
from training.models.registry import FAMILIES
from training.models.transformer import Cache
from training.pretrain.publish.folder import folder as card_folder
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer


@pytest.fixture
def transformers() -> Any:
    """Imported by the worker that has these tests; it takes a second."""
    return pytest.importorskip("transformers", reason="transformers is not installed")


AUTO = {
    "before": "AutoModelForCausalLM",
    "all": "AutoModelForMaskedLM",
    "source": "AutoModelForSeq2SeqLM",
}
STANDARD = [name for name, family in FAMILIES.items() if family.standard]
NUMBERS: dict[str, Any] = {"depth": 3, "width": 64, "heads": 4, "context": 48, "kv_heads": 2}
PADDING = 3


def model_of(name: str, tied: bool, seed: int = 5) -> Model:
    """A small model of a family whose weights are none that it begins with."""
    family = FAMILIES[name].load()
    window = {"window": 16} if name in ("encoder", "sliding") else {}
    return stirred(family(family.shape_type.of(301, NUMBERS | {"tied": tied} | window), seed=seed))


def in_transformers(model: Model, name: str, folder: Path) -> Any:
    """The same model as transformers loads it from its folder, with nothing missing and nothing left over."""
    import transformers

    save(model, folder / "model.safetensors", folder / "config.json")
    auto = getattr(transformers, AUTO[FAMILIES[name].sees])
    theirs, info = auto.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), info
    return theirs.eval()


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("name", STANDARD)
def test_transformers_computes_the_same_logits(
    transformers: Any, tmp_path: Path, name: str, tied: bool
) -> None:
    model = model_of(name, tied)
    theirs = in_transformers(model, name, tmp_path)
    ids = torch.randint(4, 300, (3, 40))
    ragged = torch.ones_like(ids)
    for row, length in enumerate(lengths := (40, 25, 7)):
        ragged[row, length:] = 0
    more = {}
    with torch.no_grad():
        if FAMILIES[name].sees == "source":
            source = torch.where(ragged > 0, ids.roll(1, 1), PADDING)
            logits = theirs(source, attention_mask=ragged, decoder_input_ids=ids).logits
            more, lengths = {"source": source}, (40, 40, 40)
        else:
            logits = theirs(ids, attention_mask=ragged).logits
        for row, length in enumerate(lengths):
            own = {kind: tensor[row : row + 1] for kind, tensor in more.items()}
            gap = (logits[row, :length] - model(ids[row : row + 1, :length], **own)[0]).abs()
            assert gap.max() < 1e-5


@pytest.mark.parametrize("name", [n for n in STANDARD if FAMILIES[n].packs])
def test_documents_packed_in_a_row_are_what_they_are_alone(
    transformers: Any, tmp_path: Path, name: str
) -> None:
    model = model_of(name, tied=True)
    ids = torch.randint(4, 300, (2, 40))
    bounds = (0, 15, 33, 40)
    documents = torch.zeros_like(ids)
    for number, start in enumerate(bounds):
        documents[:, start:] = number
    with torch.no_grad():
        packed = model(ids, documents=documents)
        for start, end in itertools.pairwise(bounds):
            assert (packed[:, start:end] - model(ids[:, start:end])).abs().max() < 1e-5
        assert (packed - model(ids)).abs().max() > 1e-3
    if FAMILIES[name].sees == "before":  # where transformers packs, by the positions
        theirs = in_transformers(model, name, tmp_path)
        places = torch.cat([torch.arange(b - a) for a, b in itertools.pairwise(bounds)])
        with torch.no_grad():
            alone = {"position_ids": places[None], "use_cache": False}
            rows = [theirs(ids[n : n + 1], **alone).logits for n in range(2)]
        assert (torch.cat(rows) - packed).abs().max() < 1e-5


@pytest.mark.parametrize("name", [n for n in STANDARD if FAMILIES[n].load().cached])
def test_a_cache_changes_no_logit(name: str) -> None:
    model = model_of(name, tied=True)
    ids, cache = torch.randint(4, 300, (2, 40)), Cache()
    with torch.no_grad():
        parts = [model(ids[:, :20], cache=cache)]
        parts += [model(ids[:, at : at + 1], cache=cache) for at in range(20, 40)]
        assert (torch.cat(parts, dim=1) - model(ids)).abs().max() < 1e-5


@pytest.mark.parametrize("name", FAMILIES)
def test_a_folder_gives_the_same_model_back(tmp_path: Path, name: str) -> None:
    model = model_of(name, tied=True)
    files = tmp_path / "model.safetensors", tmp_path / "config.json"
    save(model, *files)
    ids = torch.randint(4, 300, (2, 40))
    more = {"source": ids} if FAMILIES[name].sees == "source" else {}
    assert torch.equal(load(*files)(ids, **more), model(ids, **more))


def test_the_model_folder_loads_in_transformers(
    transformers: Any, tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    params = {"depth": 1, "width": 32, "heads": 2, "context": 32, "batch": 64, "steps": 2}
    model = run(Pretrain(), tmp_path, tokens, params | {"eval_tokens": 100}, ALONE)
    folder = Path(model.files("model")[0].path).parent
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = "¿Qué  dijo? «Nada»,\nrespondió. 😀"
    ids = tokenizer(text, return_tensors="pt").input_ids
    assert tokenizer.decode(ids[0]) == text
    assert type(theirs).__name__ == "ApertusForCausalLM" and theirs(ids).logits.shape[-1] == 640
    tensors = load_file(folder / "model.safetensors")
    assert torch.equal(tensors["model.embed_tokens.weight"], theirs.get_input_embeddings().weight)


def test_a_folder_that_transformers_wrote_goes_on_with_its_own_tokenizer(
    transformers: Any, easy: dict[str, Manifest], tmp_path: Path
) -> None:
    """GPT-2's layout, its vocabulary of another size, its own end of text."""
    folder = tmp_path / "foreign"
    config = transformers.GPT2Config(
        vocab_size=303,
        n_positions=32,
        n_embd=32,
        n_layer=2,
        n_head=2,
        bos_token_id=7,
        eos_token_id=7,
    )
    theirs = transformers.GPT2LMHeadModel(config).eval()
    theirs.save_pretrained(folder)
    model = load(folder / "model.safetensors", folder / "config.json")
    ids = torch.randint(0, 303, (2, 20))
    with torch.no_grad():
        assert (model(ids) - theirs(ids).logits).abs().max() < 1e-5
    written = tmp_path / "again"
    written.mkdir()
    save(model, written / "model.safetensors", written / "config.json")
    again = transformers.AutoModelForCausalLM.from_pretrained(written).eval()
    assert again.config.eos_token_id == 7 and again.config.vocab_size == 303
    with torch.no_grad():
        assert torch.equal(again(ids).logits, theirs(ids).logits)


def test_a_model_that_transformers_wrote_goes_on_from_text_to_folder_with_its_own_tokenizer(
    transformers: Any,
    tmp_path: Path,
) -> None:
    """Everything in the folder is of other people's make; the corpus has two shards."""
    folder = tmp_path / "foreign"
    theirs = foreign_tokenizer(["<unk>", "<s>", "</s>"])
    theirs.save_pretrained(folder)
    config = transformers.LlamaConfig(
        vocab_size=len(theirs),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=32,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    texts = prose("legal", 40_000)
    text = corpus(tmp_path, [rows("legal", texts[::2]), rows("legal", texts[1::2])])
    files = [file(path, "models") for path in sorted(folder.iterdir())]
    models = manifest("models", ("models",), [shard("models", files)])
    tokenizer = run(Tokenizer(), tmp_path, {"corpus": text, "models": models})
    datasets = {"corpus": text, "tokenizer": tokenizer}
    tokens = run(Shard(), tmp_path, datasets, {"validation": 0.2, "test": 0})
    assert len(tokens.shards) == 2
    inputs = {"tokens": tokens, "tokenizer": tokenizer, "models": models}
    params = {"batch": 512, "steps": 30, "eval_every": 30, "eval_tokens": 1000}
    model = run(Pretrain(), tmp_path, inputs, params, ALONE)
    model.inputs = {"models": [models.reference]}
    models.params = {"sources": {"theirs": {"licence": "Apache-2.0"}}}  # as a recipe says it
    first, *_, last = curve(model)
    assert last["validation_bpb"] < 0.8 * first["validation_bpb"]
    written = tmp_path / "written"
    write(Store(tmp_path), card_folder(model, lambda reference: models), written)
    loaded = transformers.AutoModelForCausalLM.from_pretrained(written)
    tokenizes = transformers.AutoTokenizer.from_pretrained(written)
    assert type(loaded).__name__ == "LlamaForCausalLM"
    line = "La presente ley entrará en vigor."
    assert tokenizes(line)["input_ids"] == theirs(line)["input_ids"]
    ids = tokenizes(line, return_tensors="pt").input_ids
    ours = load(written / "model.safetensors", written / "config.json")
    with torch.no_grad():
        assert (loaded(ids).logits - ours(ids)).abs().max() < 1e-5
    card = (written / "README.md").read_text()
    assert "pipeline_tag: text-generation" in card
    assert "A model of the family `llama`" in card  # its own, not that of a model made here
    assert f"It goes on from `{models.reference}`" in card
    assert "| models | theirs |  | Apache-2.0 |  |" in card
    ends = json.loads((written / "generation_config.json").read_text())
    assert ends["eos_token_id"] == loaded.generation_config.eos_token_id == 2
    shown: dict[str, Any] = {}
    exec(card.split("```python")[1].split("```")[0].replace('"."', repr(str(written))), shown)
    assert shown["ids"] == [2, *theirs("La ciudad")["input_ids"]]
    with pytest.raises(TahonaError, match=r"must have one model\.safetensors, not 0"):
        few = [f for f in files if f.name != "model.safetensors"]
        empty = manifest("files", ("models",), [shard("files", few)])
        run(Pretrain(), tmp_path / "no", inputs | {"models": empty}, params, ALONE)
    with pytest.raises(TahonaError, match=r"tied is True, and the model .* has False"):
        run(Pretrain(), tmp_path / "no", inputs, params | {"tied": True}, ALONE)
    with pytest.raises(TahonaError, match=r"has a tokenizer\.json that is not"):
        own = run(Tokenizer(), tmp_path / "own", {"corpus": text}, {"vocabulary": 700})
        encoded = run(Shard(), tmp_path / "own", {"corpus": text, "tokenizer": own})
        wrong = {"tokens": encoded, "tokenizer": own, "models": models}
        run(Pretrain(), tmp_path / "no", wrong, params, ALONE)


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("name", ["decoder", "gpt2", "encoder", "roberta"])
def test_a_model_grows_with_its_vocabulary(name: str, tied: bool) -> None:
    family = FAMILIES[name].load()
    small = stirred(family(family.shape_type.of(301, NUMBERS | {"tied": tied, "pad": 1}), seed=5))
    vocabulary = {"a": 3, "b": 5, "ab": 301, "c": 7, "abc": 302}
    content = json.dumps({"model": {"vocab": vocabulary, "merges": [["a", "b"], ["ab", "c"]]}})
    parts = components_of(content, 301)
    assert parts == {301: [3, 5], 302: [3, 5, 7]}
    large = grown(small, 303, parts, 0.0)
    ids = torch.randint(8, 301, (2, 8))
    assert torch.equal(large(ids)[..., :301], small(ids))
    rows = large.weights()[f"{large.embedding_name}.weight"]
    assert torch.allclose(rows[302], rows[[3, 5, 7]].mean(0)) and large.shape.rows == 303
    assert large.config()["vocab_size"] == 303
