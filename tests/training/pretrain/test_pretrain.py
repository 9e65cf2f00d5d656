"""A model learns from real text, a stopped run goes on to the bit, and what cannot go on says why."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.key import fingerprint
from pipeline.model.stage import hashed
from tests.training.corpora import ALONE, Progress, corpus, prose, rows, run
from training.losses.bits import model_nats
from training.models.decoder import Llama
from training.models.transformer import Shape
from training.pretrain.loop.rates import rates_for, schedule
from training.pretrain.publish.folder import card
from training.pretrain.stage import Pretrain
from training.tokenizer.stage import Tokenizer

TINY = {"depth": 2, "width": 32, "heads": 2, "context": 32, "batch": 128, "dropout": 0.1}
TINY |= {"eval_tokens": 500}


def train(
    tokens: dict[str, Manifest],
    folder: Path,
    stop_at: int | None = None,
    progress: Progress = lambda done, total, unit: None,
    **params: Any,
) -> Manifest:
    """Trains in `folder`; asked to stop in its step `stop_at` (counted from this start)."""
    count: Iterator[int] = iter(range(1, 10**9))
    stopping = lambda: stop_at is not None and next(count) >= stop_at  # noqa: E731
    return run(Pretrain(), folder, tokens, TINY | params, ALONE, stopping, progress)


def weights(model: Manifest) -> bytes:
    (file,) = (f for f in model.files("model") if f.name == "model.safetensors")
    return Path(file.path).read_bytes()


def curve(model: Manifest) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl without the speed."""
    lines = Path(model.files("metrics")[0].path).read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_model_beats_the_unigram_on_text_it_never_saw(trained: dict[str, Manifest]) -> None:
    model = trained["model"]
    figures = model.shards[0].figures
    assert figures["validation_bpb"] < 0.9 * figures["unigram_bpb"]
    assert set(figures["validation_bpb_by_domain"]) == {"news", "technical"}
    lines = curve(model)
    assert lines[0]["step"] == 0 and lines[-1]["step"] == 100
    assert lines[-1]["validation_bpb"] == figures["validation_bpb"]
    assert lines[0]["validation_bpb"] > figures["unigram_bpb"]  # before the first step
    assert {"loss", "lr", "grad_norm", "tokens"} <= lines[-2].keys() and lines[-2]["step"] == 100


def test_a_stopped_run_goes_on_to_the_bit(tokens: dict[str, Manifest], tmp_path: Path) -> None:
    whole = train(tokens, tmp_path / "whole", steps=20, eval_every=7)
    steps = random.Random(4)
    for _ in range(3):  # three stops on the way
        with pytest.raises(Stopped):
            train(tokens, tmp_path / "parts", stop_at=steps.randint(1, 6), steps=20, eval_every=7)
    parts = train(tokens, tmp_path / "parts", steps=20, eval_every=7)
    assert weights(parts) == weights(whole)
    assert curve(parts) == curve(whole)


def test_a_killed_run_goes_on_to_the_bit(tokens: dict[str, Manifest], tmp_path: Path) -> None:
    whole = train(tokens, tmp_path / "whole", steps=10)

    def dies(done: float, total: float | None, unit: str) -> None:
        if done >= 6 * 128:
            raise SystemExit("killed")

    parts = tmp_path / "parts"
    with pytest.raises(SystemExit):
        train(tokens, parts, progress=dies, steps=10, checkpoint_seconds=0)
    folder = parts / "pretrain-train-0/scratch/checkpoints"
    assert [f.name for f in sorted(folder.iterdir())] == ["step-000000005", "step-000000006"]
    (newest,) = (folder / "step-000000006").glob("*.safetensors")
    newest.write_bytes(newest.read_bytes()[:-9])  # and the disk lost the end of the newest
    (folder / "step-000000099.tmp").mkdir()  # and another was being written
    assert weights(train(tokens, parts, steps=10)) == weights(whole)


def test_what_a_disk_does_to_the_counts_and_the_curve_is_mended_or_told(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        train(tokens, tmp_path, stop_at=3, steps=6)
    scratch = tmp_path / "pretrain-train-0/scratch"
    (scratch / "unigram.json").write_text('{"cou')
    with pytest.raises(Stopped):
        train(tokens, tmp_path, stop_at=1, steps=6)
    assert sum(json.loads((scratch / "unigram.json").read_text())["counts"]) > 0
    (scratch / "metrics.jsonl").write_text('{"step": 0,\n{}\n')
    with pytest.raises(TahonaError, match=r"metrics\.jsonl is damaged: remove its folder"):
        train(tokens, tmp_path, steps=6)


def test_a_run_on_other_data_is_refused_by_the_name_of_the_file(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        train(tokens, tmp_path, stop_at=3, steps=20)
    folder = next((tmp_path / "pretrain-train-0/scratch/checkpoints").iterdir())
    state = json.loads((folder / "state.json").read_text())
    del state["digest"]
    name = next(n for n in state["data"] if n.endswith("news.train.bin"))
    state["data"][name] = "0" * 64
    (folder / "state.json").write_text(json.dumps(state))
    with pytest.raises(TahonaError, match=r"news\.train\.bin is 0000"):
        train(tokens, tmp_path, steps=20)
    state["data"][name] = next(f.sha256 for f in tokens["tokens"].files() if f.path in name)
    (folder / "state.json").write_text(json.dumps(state))
    with pytest.raises(TahonaError, match="steps is 20 in its checkpoint and 21 now"):
        train(tokens, tmp_path, steps=21)


def test_micro_batches_change_nothing_but_rounding(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    whole = train(tokens, tmp_path / "whole", steps=5, dropout=0.0)
    parts = train(tokens, tmp_path / "parts", steps=5, dropout=0.0, micro_batch=32)
    loss = [line["loss"] for line in curve(whole) if "loss" in line]
    assert loss == pytest.approx([x["loss"] for x in curve(parts) if "loss" in x], abs=2e-4)


def test_a_model_that_can_not_fit_is_told_before_it_is_made(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    params = {"parameters": 10**12, "steps": 1}  # 16 TB
    with pytest.raises(
        TahonaError, match=r"the run can't fit: .* choose a smaller pretrain.preset"
    ):
        run(Pretrain(), tmp_path, tokens, params, ALONE)


def test_a_loss_that_is_no_number_stops_the_run(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    with pytest.raises(
        TahonaError, match=r"is no number at step \d+, .*set pretrain\.learning_rate lower"
    ):
        train(tokens, tmp_path, steps=30, learning_rate=10, weight_decay=10)


def test_the_mix_of_domains_is_as_asked(tokens: dict[str, Manifest], tmp_path: Path) -> None:
    mixed = train(tokens, tmp_path / "mix", steps=3, weights={"news": 3, "technical": 1})
    whole = train(tokens, tmp_path / "all", steps=3)
    assert weights(mixed) != weights(whole)
    for model in (mixed, whole):
        assert "3 steps over 384 tokens (384 different ones)" in card(model, lambda _: None)
    with pytest.raises(TahonaError, match=r"names legal, .* the domains are news, technical"):
        train(tokens, tmp_path / "no", steps=3, weights={"legal": 1})


def test_tokens_of_another_tokenizer_are_refused(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    text = corpus(tmp_path, [rows("news", prose("news_encyclopedic", 30_000))])
    other = run(Tokenizer(), tmp_path, {"corpus": text}, {"vocabulary": 500})
    with pytest.raises(TahonaError, match="was not encoded by"):
        train({**tokens, "tokenizer": other}, tmp_path, steps=1)


def test_a_run_goes_on_from_another_model(trained: dict[str, Manifest], tmp_path: Path) -> None:
    params = {
        "batch": 256,
        "steps": 10,
        "eval_tokens": 10**5,
        "weights": {"technical": 1},
        "learning_rate": 0.001,
        "embedding_rate": 0.001,
    }
    legal = run(Pretrain(), tmp_path / "on", trained, params, ALONE)
    first, *_, last = curve(legal)
    assert first["validation_bpb"] == curve(trained["model"])[-1]["validation_bpb"]
    assert (
        first["validation_bpb_by_domain"]["technical"]
        > last["validation_bpb_by_domain"]["technical"]
    )
    config = [
        next(f for f in m.files("model") if f.name == "config.json").sha256
        for m in (legal, trained["model"])
    ]
    assert config[0] == config[1]  # its own shape, not the preset's
    for wrong, says in (
        ({"model": "lstm"}, "the model to go on from is of the family decoder"),
        ({"depth": 3}, r"pretrain\.depth is 3, and the model to go on from has 1"),
        ({"kv_heads": 1}, r"pretrain\.kv_heads is 1, and the model to go on from has 2"),
        ({"window": 8}, r"pretrain\.window is 8, and the model to go on from has none"),
    ):
        with pytest.raises(TahonaError, match=says):
            run(Pretrain(), tmp_path / "no", trained, params | wrong, ALONE)
    file = trained["tokenizer"].shards[0].files[0].model_copy(update={"sha256": "0" * 64})
    other = trained["tokenizer"].shards[0].model_copy(update={"files": [file]})
    tokens = [s.model_copy(update={"figures": {}}) for s in trained["tokens"].shards]
    inputs_of = trained | {
        "tokenizer": trained["tokenizer"].model_copy(update={"shards": [other]}),
        "tokens": trained["tokens"].model_copy(update={"shards": tokens}),
    }
    with pytest.raises(TahonaError, match="was trained with another tokenizer than"):
        run(Pretrain(), tmp_path / "no", inputs_of, params, ALONE)


def test_a_budget_of_less_than_a_batch_is_told(
    tokens: dict[str, Manifest], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    less = TINY | {"tokens": 100, "batch": 512, "eval_every": 1}
    run(Pretrain(), tmp_path / "less", tokens, less, ALONE)
    assert "the budget, 100 tokens, is less than half a batch, 512, of which" in caplog.text
    caplog.clear()
    run(Pretrain(), tmp_path / "as much", tokens, less | {"tokens": 512}, ALONE)
    assert "half a batch" not in caplog.text and "whole rows" not in caplog.text


def test_a_batch_that_is_no_multiple_of_a_row_and_a_rate_far_above_any_are_told(
    tokens: dict[str, Manifest], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    row = TINY["context"]
    odd = TINY | {"steps": 1, "batch": 3 * row - 1, "eval_every": 1, "learning_rate": 5.0}
    run(Pretrain(), tmp_path / "odd", tokens, odd, ALONE)
    words = f"pretrain.batch is {3 * row - 1:,} tokens: a step reads {2 * row:,}, whole rows of the context of {row:,}"
    assert words in caplog.text
    assert "pretrain.learning_rate 5 is more than 10 times " in caplog.text
    caplog.clear()
    run(Pretrain(), tmp_path / "even", tokens, odd | {"learning_rate": 0.01}, ALONE)
    assert "the rate published" not in caplog.text


def test_the_learning_rate_is_a_function_of_the_step() -> None:
    wsd = schedule("wsd", 100, 0.1, 0.2)
    assert [wsd(0), wsd(9), wsd(50), wsd(80), wsd(90), wsd(99)] == [0.1, 1, 1, 1, 0.5, 0.05]
    cosine = schedule("cosine", 100, 0.1, 0.2)
    assert cosine(10) == 1 and 0.1 < cosine(99) < 0.11
    assert schedule("constant", 100, 0.1, 0.2)(99) == 1
    assert rates_for("adamw", 851_968, 128, 1024).matrices == 0.00332
    assert rates_for("adamw", 851_968, 128, 10**9) == rates_for("adamw", 851_968, 128, 10**6)
    assert rates_for("muon", 851_968, 128, 1024) == rates_for("muon", 10**9, 128, 10**6)


def test_the_default_size_is_one_of_the_dial_and_a_named_one_stays_what_it_was() -> None:
    numbers = Pretrain.Params().numbers()
    layers = 12 * numbers["depth"] * numbers["width"] ** 2
    # A number of parameters means what it meant before there was this size: the batch of the next one.
    assert Pretrain.Params(parameters=layers).numbers() == numbers | {"batch": 1024}
    assert Pretrain.Params(parameters=10_000).numbers()["batch"] == 1024
    assert Pretrain.Params(parameters=5_000_000).numbers()["batch"] == 8192
    nano = {"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024}
    assert Pretrain.Params(preset="nano").numbers() == nano


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"tokens": 5, "epochs": 1}, "one budget"),
        ({"width": 100, "heads": 3}, "multiple of twice heads"),
        ({"batch": 100}, "less than one context"),
        ({"weights": {"legal": 0}}, "greater than 0"),
        (
            {"objective": "masked", "model": "decoder"},
            "masked makes no sense with the model decoder: it is for encoder and roberta",
        ),
        ({"model": "encoder"}, "causal makes no sense with the model encoder"),
        ({"model": "lstm", "heads": 4}, "the model lstm has no heads"),
        ({"model": "bloom"}, "must be one of decoder, .*, not 'bloom'"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(params: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Pretrain.Params.model_validate(params)


def test_a_stop_while_it_validates_is_heard_saved_and_told(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    whole = train(tokens, tmp_path / "whole", steps=8, eval_every=4)
    scoring = [False]

    def watch(done: float, total: float | None, unit: str) -> None:
        scoring[0] = done == 4 * 128 and "scoring held-out text" in unit

    params = TINY | {"steps": 8, "eval_every": 4}
    with pytest.raises(Stopped, match=r"while it validated after step 4 of 8: it is saved"):
        folder = tmp_path / "parts"
        run(Pretrain(), folder, tokens, params, ALONE, lambda: scoring[0], watch)
    parts = train(tokens, tmp_path / "parts", steps=8, eval_every=4)
    assert weights(parts) == weights(whole)
    assert curve(parts) == curve(whole)


def test_a_short_run_scores_no_more_than_its_budget_bears(
    tokens: dict[str, Manifest], tmp_path: Path
) -> None:
    messages: list[str] = []
    params = {"steps": 60, "batch": 128, "eval_tokens": None}
    model = train(tokens, tmp_path, progress=lambda d, t, unit: messages.append(unit), **params)
    scored = [line for line in curve(model) if line.get("validated")]
    assert len(scored) == 2 and scored[-1]["step"] == 60
    texts = [u for u in messages if "scoring held-out text" in u]
    most = int(re.search(r"of about ([\d,]+) tokens", texts[0])[1].replace(",", ""))
    assert most * len(scored) <= 60 * 128 / 3
    speeds = (tmp_path / "pretrain-train-0/scratch/speed.jsonl").read_text().splitlines()
    assert json.loads(speeds[-1])["evaluation_s"] > 0
    assert not any("_s" in name[-2:] for name in model.shards[0].figures)  # a clock is no result


def test_when_it_is_saved_is_no_part_of_what_it_is(tokens: dict[str, Manifest]) -> None:
    often, rarely = (
        Pretrain.Params(steps=3, checkpoint_seconds=seconds, keep=keep)
        for seconds, keep in ((0, 5), (60, 2))
    )
    inputs = {name: [m] for name, m in tokens.items()}
    assert fingerprint(Pretrain(), often, inputs) == fingerprint(Pretrain(), rarely, inputs)
    assert "checkpoint_seconds" not in hashed(often)


def test_scoring_a_large_vocabulary_holds_no_copy_of_its_logits() -> None:
    shape = Shape(vocabulary=32_000, depth=1, width=32, heads=2, context=512)
    model = Llama(shape, seed=1).eval()
    documents = [np.arange(4, 4 + 512) for _ in range(6)]
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        model_nats(model, documents)
    largest = max(e.cpu_memory_usage for e in seen.events() if e.cpu_memory_usage > 0)
    assert largest < 64e6  # the logits of these 3,072 tokens are 393 MB


def test_scoring_makes_logits_of_what_is_scored_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows overlap by half: what stands in two of them is scored in one."""
    monkeypatch.setattr("training.models.product.WIDE", False)  # torch counts its own products
    shape = Shape(vocabulary=3_200, depth=1, width=32, heads=2, context=64)
    model = Llama(shape, seed=1).eval()
    document = np.arange(4, 4 + 640)
    with FlopCounterMode(display=False) as counted:
        model_nats(model, [document])
    head = 2 * model.projection.weight.numel()
    windows = 640 // 32 - 1
    assert len(document) * head <= counted.get_total_flops() < windows * 64 * head
