"""A model writes on after a prompt, from its folder as from the store, and greedily what transformers writes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from flows.commands.questions.generate import write_on
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from tests.flows.command import inside
from tests.training.conftest import tokens, trained  # noqa: F401
from tests.training.corpora import prose


def test_it_writes_greedily_what_transformers_writes(trained: dict[str, Manifest]) -> None:  # noqa: F811
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    folder = Path(trained["model"].files("model")[0].path).parent
    prompts = [text[:20] for text in prose("technical", 40_000, every=40)][:10]
    ours = write_on(str(folder), prompts, 24, 0.0, 40, 1, None)["texts"]
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    special = [i for i in tokenizer.all_special_ids if i != 2]
    for prompt, text in zip(prompts, ours, strict=True):
        ids = torch.tensor([[2, *tokenizer(prompt, add_special_tokens=False).input_ids]])
        with torch.no_grad():
            whole = model.generate(
                ids,
                max_new_tokens=24,
                do_sample=False,
                eos_token_id=2,
                bad_words_ids=[[i] for i in special],
            )
        drawn = [int(i) for i in whole[0, ids.shape[1] :] if int(i) != 2]
        assert (
            text["text"]
            == (prompt_and := tokenizer.decode([*ids[0, 1:].tolist(), *drawn]))[len(prompt) :]
        ), prompt_and


def test_its_texts_are_the_output(trained: dict[str, Manifest]) -> None:  # noqa: F811
    folder = str(Path(trained["model"].files("model")[0].path).parent)
    done = inside("generate", folder, "La ciudad", "El agua", "--length", "3")
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.startswith("La ciudad") and "\n\nEl agua" in done.stdout


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no model: it has no config\.json"):
        write_on(str(tmp_path), ["La"], 3, 1.0, 4, 1, None)
