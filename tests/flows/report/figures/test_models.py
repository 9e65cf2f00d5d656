"""What the report draws and tells of a model and its measures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.report.figures import plot
from flows.report.figures.sections import beside
from pipeline.model.ledger import Ledger
from pipeline.store.store import Store
from tests.flows.report.pages import (
    committed,
    page_of,
    record,
)


def test_the_model_is_drawn_beside_the_unigram(store: Store, tmp_path: Path) -> None:
    curve = [{"step": 0, "validation_bpb": 3.5}] + [
        {"step": s, "loss": 8 - s / 100, "validation_bpb": 3 - s / 1000} for s in range(1, 601)
    ]
    (tmp_path / "metrics.jsonl").write_text(
        "\n".join(json.dumps(line) for line in [*curve, {"step": 601, "loss": float("nan")}])
    )
    bits = [
        {"split": split, "domain": domain, "bpb": bpb, "unigram_bpb": 2.75}
        for split, bpb in (("validation", 2.125), ("test", 2.25))
        for domain in ("legal", "all")
    ]
    bits[0]["bpb_margin"] = None  # of one document
    (tmp_path / "metrics.json").write_text(json.dumps({"bits_per_byte": bits}))
    samples = [{"prompt": "La ciudad", "text": "</blockquote><script>alert(1)</script>\nfin"}]
    (tmp_path / "samples.json").write_text(json.dumps(samples))
    figures = {"parameters": {"all": 1_688_704}, "unigram_bpb": 2.5, "loss": float("nan")}
    model = committed(
        store, "pretrain", ["model"], [({"metrics": tmp_path / "metrics.jsonl"}, Ledger(), {})]
    )
    assert model.shards[0].figures == {}
    parts = {"metrics": tmp_path / "metrics.json", "samples": tmp_path / "samples.json"}
    measured = {**figures, "test_bpb": 2.25, "test_unigram_bpb": 2.75}
    del measured["loss"]
    metrics = committed(store, "evaluate", ["metrics"], [(parts, Ledger(), measured)], model=model)
    record(store, "modelo", model, metrics)
    page = page_of(store.url, "modelo")
    assert "script" not in {tag for tag, _ in page.elements}
    assert "</blockquote><script>alert(1)</script>" in page.text
    assert "1,688,704" in page.text
    assert "2.250 on test; unigram 2.750" in page.text.replace(" bits per byte", "")
    assert "all 2.125 2.750 2.250 2.750" in page.text
    assert re.search(
        r"legal 2\.125\* 2\.750 2\.250 2\.750.*\* measured on one document alone", page.text
    )
    lines = page.all("polyline")
    assert len(lines) == 2
    assert all(len(str(line["points"]).split()) <= plot.POINTS for line in lines)
    assert "nan" not in str(lines)
    spanish = Path(store.url, "reports/modelo/index.es.html").read_text()
    assert "1.688.704" in spanish
    assert "2,250" in spanish


@pytest.mark.parametrize(
    ("measure", "title"),
    [
        ("masked_loss", "Loss of hidden tokens by domain"),
        ("denoised_loss", "Loss of written tokens by domain"),
    ],
)
def test_a_model_that_gives_no_bits_per_byte_is_told_by_its_own_measure(
    store: Store, tmp_path: Path, measure: str, title: str
) -> None:
    row = {"split": "test", "domain": "all", measure: 3.25, f"unigram_{measure}": 6.5}
    (tmp_path / "metrics.json").write_text(json.dumps({measure: [row]}))
    (tmp_path / "samples.json").write_text("[]")
    parts = {"metrics": tmp_path / "metrics.json", "samples": tmp_path / "samples.json"}
    metrics = committed(store, "evaluate", ["metrics"], [(parts, Ledger(), {})])
    record(store, "oculto", metrics)
    page = page_of(store.url, "oculto")
    assert title in page.text and "all 3.250 6.500" in page.text
    assert "bits per byte by domain" not in page.text.lower()


def test_of_two_trainings_each_is_told_under_its_name(store: Store) -> None:
    rows = []
    for name, parameters in (("grande", 2_000), ("chico", 1_000)):
        shards = [({}, Ledger(), {"parameters": {"all": parameters}})]
        trained = committed(store, "pretrain", ["model"], shards, fingerprint=name[0] * 32)
        row = {"stage": name, "kind": "pretrain", "fingerprint": trained.fingerprint, "seconds": 1}
        rows.append({**row, "state": "committed", "shards": {"computed": 1, "reused": 0}})
    value = {
        "recipe": "dos",
        "run": "20261124T120000-00000000",
        "stages": [{**row, "documents": None} for row in rows],
        "datasets": {row["stage"]: row["fingerprint"] for row in rows},
        "kinds": {row["stage"]: "pretrain" for row in rows},
    }
    store.write_json("runs/dos/20261124T120000-00000000.json", value)
    text = page_of(store.url, "dos").text
    model = text[text.rindex("The model") : text.rindex("Runs")]
    assert re.search("grande .*2,000 .*chico .*1,000 ", model)


def test_a_vocabulary_is_told_beside_other_sizes(store: Store) -> None:
    row = {"bytes_per_token": 4.5, "fallback": 0.0125, "tokens_per_word": 1.25}
    figures = {
        "vocabulary": 2_000,
        "vocabulary_asked": 32_000,
        "fertility": {"legal": row, "all": row},
        "sweep": {
            "64000": {"legal": row, "all": {**row, "tokens_per_word": 1.125}},
            "128000": {"all": row},
        },
    }
    tokenizer = committed(store, "tokenizer", ["tokenizer"], [({}, Ledger(), figures)])
    record(store, "sizes", tokenizer)
    page = page_of(store.url, "sizes")
    assert "legal 2,000 4.500 1.250 – – – – – 1.2%" in page.text
    assert "all 64,000 4.500 1.125" in page.text
    assert "all 128,000" in page.text
    assert "The corpus bears no more: 32,000 were asked for." in page.text
    assert "1,125" in Path(store.url, "reports/sizes/index.es.html").read_text()
    plain = committed(store, "tokenizer", ["tokenizer"], [({}, Ledger(), {})], fingerprint="a" * 32)
    record(store, "earlier", plain)
    assert "What the vocabulary makes of words" not in page_of(store.url, "earlier").text


def test_models_stand_side_by_side_in_one_unit() -> None:
    def model(name: str, title: str) -> dict[str, Any]:
        rows = [{"domain": "all", "figures": [{"value": 1.0}, {"value": 2.0}]}]
        measured = {"title": title, "splits": ["test"], "domains": rows}
        own = {"stage": "evaluate", "called": name, "name": name, "inputs": [], "figures": {}}
        return {**own, "measured": measured}

    bits = [model("grande", "bits.by_domain"), model("chico", "bits.by_domain")]
    (table,) = beside([*bits, model("oculto", "masked.by_domain")])
    assert [called for _, called, _ in table["names"]] == ["grande", "chico"]
    assert beside([bits[0], model("oculto", "masked.by_domain")]) == []
