"""What a graph is for, run end to end on a few articles: recipes over one base, whose data they share."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.chain.chain import Chain
from flows.commands.questions import inspect
from flows.commands.questions.provenance import trace_dataset
from flows.commands.runs.run import report_recipe, run_recipe
from flows.recipe import recipe as recipes
from pipeline.model.dataset import Reference
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, TWO_DOMAINS, answer, inside, write_two_domains

BASE = f"""\
name: datos
{TWO_DOMAINS}
  deduplicate:
  corpus:
"""
TOKENS = """\
  tokenizer: {vocabulary: 400}
  shard: {validation: 0.2, test: 0.2}
"""
MODEL = "depth: 1, width: 16, heads: 2, context: 64, batch: 512, steps: 2, eval_tokens: 500"
TWO = """\
name: dos
base: base.yaml
stages:
  small: {stage: tokenizer, vocabulary: 400}
  large: {stage: tokenizer, vocabulary: 500}
  tokens-small: {stage: shard, reads: {tokenizer: small}}
  tokens-large: {stage: shard}
"""
LEGAL = f"""\
name: leyes
base: base.yaml
stages:
{TOKENS}
  general: {{stage: pretrain, {MODEL}}}
  continued: {{stage: pretrain, reads: {{model: general}}, batch: 512, steps: 2, weights: {{legal: 1}}}}
  scratch: {{stage: pretrain, {MODEL}, weights: {{legal: 1}}}}
  figures-general: {{stage: evaluate, reads: {{model: general}}, length: 5}}
  figures-continued: {{stage: evaluate, reads: {{model: continued}}, length: 5}}
  figures-scratch: {{stage: evaluate, length: 5}}
"""
RAW = f"""\
name: cruda
base: base.yaml
stages:
  raw: {{stage: corpus, reads: {{decisions: []}}}}
  tokenizer: {{vocabulary: 400}}
  tokens-curated: {{stage: shard, validation: 0.2, reads: {{corpus: corpus}}}}
  tokens-raw: {{stage: shard, validation: 0.2}}
  curated: {{stage: pretrain, {MODEL}, reads: {{tokens: tokens-curated}}}}
  uncurated: {{stage: pretrain, {MODEL}}}
"""
SIZES = f"""\
name: tallas
base: base.yaml
stages:
{TOKENS}
  w8: {{stage: pretrain, {MODEL.replace("width: 16", "width: 8")}}}
  w16: {{stage: pretrain, {MODEL}}}
  w24: {{stage: pretrain, {MODEL.replace("width: 16", "width: 24")}}}
  w32: {{stage: pretrain, {MODEL.replace("width: 16", "width: 32")}}}
  f8: {{stage: evaluate, reads: {{model: w8}}, length: 5}}
  f16: {{stage: evaluate, reads: {{model: w16}}, length: 5}}
  f24: {{stage: evaluate, reads: {{model: w24}}, length: 5}}
  f32: {{stage: evaluate, reads: {{model: w32}}, length: 5}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    texts = {"base": BASE, "dos": TWO, "leyes": LEGAL, "cruda": RAW, "tallas": SIZES}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    news = [path for site in ("diario", "cronica") for path in articles(site)]
    write_two_domains(folder, news, articles("boletin"))
    return folder


def articles(site: str) -> list[Path]:
    return sorted((ARTICLES / site).glob("*.md"))


def run(folder: Path, name: str, *overrides: str, **chosen: str) -> dict[str, dict[str, Any]]:
    """The rows of a run by the names of its stages."""
    ran = run_recipe(f"{folder}/{name}.yaml", f"{folder}/store", overrides, **chosen)
    return {row["stage"]: row for row in ran["stages"]}


def page(folder: Path, recipe: str) -> str:
    return (folder / "store" / "reports" / recipe / "index.html").read_text()


def test_two_tokenizers_of_one_corpus(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = run(folder, "dos")
    assert [(r["stage"], r["kind"]) for r in list(rows.values())[-4:]] == [
        ("small", "tokenizer"),
        ("large", "tokenizer"),
        ("tokens-small", "shard"),
        ("tokens-large", "shard"),
    ]
    assert rows["small"]["fingerprint"] != rows["large"]["fingerprint"]
    # The store knows stages, not the names of a recipe.
    store = Store(f"{folder}/store")
    assert {r.fingerprint for r in store.references("tokenizer")} == {
        rows[n]["fingerprint"] for n in ("small", "large")
    }
    tokens = store.manifest(
        next(
            r
            for r in store.references("shard")
            if r.fingerprint == rows["tokens-small"]["fingerprint"]
        )
    )
    assert [r.fingerprint for r in tokens.inputs["tokenizer"]] == [rows["small"]["fingerprint"]]
    assert "tokens-small" in capsys.readouterr().err  # while it ran
    states = inspect.status_of(f"{folder}/dos.yaml", f"{folder}/store", ())["stages"]
    assert {(s["stage"], s["kind"], s["state"]) for s in states[-2:]} == {
        ("tokens-small", "shard", "committed"),
        ("tokens-large", "shard", "committed"),
    }
    # As `status` tells it; `tokenizer/...` is the same dataset.
    lineage = inspect.lineage_of(f"small/{rows['small']['fingerprint']}", f"{folder}/store")
    assert lineage["dataset"] == f"tokenizer/{rows['small']['fingerprint']}"
    assert lineage["called"] == ["small in dos"]
    assert "(tokens-small in dos)" in "\n".join(lineage["text"])


def test_one_of_them_again_touches_no_other(folder: Path) -> None:
    run(folder, "dos")
    rows = run(folder, "dos", "small.vocabulary=420", first="small")
    assert {name: row["state"] for name, row in rows.items()} == {
        "small": "committed",
        "tokens-small": "committed",
    }
    assert list(run(folder, "dos", "small.vocabulary=420", first="small", last="small")) == [
        "small"
    ]
    record = json.loads(max((folder / "store" / "runs" / "dos").iterdir()).read_text())
    assert record["kinds"] == {"small": "tokenizer"} and list(record["datasets"]) == ["small"]


def test_a_general_model_the_same_on_legal_text_and_a_legal_one_side_by_side(folder: Path) -> None:
    rows = run(folder, "leyes")
    store = Store(f"{folder}/store")
    models = {r.fingerprint: store.manifest(r) for r in store.references("pretrain")}
    continued = models[rows["continued"]["fingerprint"]]
    assert [r.fingerprint for r in continued.inputs["model"]] == [rows["general"]["fingerprint"]]
    assert "model" not in models[rows["scratch"]["fingerprint"]].inputs
    text = page(folder, "leyes")
    assert "Models side by side" in text
    for name in ("figures-general", "figures-continued", "figures-scratch"):
        assert f'<th scope="col" class="n">{name}</th>' in text
    assert text.count('<text class="stage-name"') >= len(rows)
    drawn = [name for name in rows if f">{name}</text>" in text]
    assert {"general", "continued", "scratch"} <= set(drawn)
    traced = trace_dataset(str(continued.reference), str(store.url))
    assert list(traced["models"]) == [f"pretrain/{rows['general']['fingerprint']}"]
    assert list(traced["tokens"]) == ["legal"]
    assert list(traced["tokens_before"]) == ["legal", "news"]
    assert {s["domain"] for s in traced["sources"]} >= {"legal"}
    # By the recipe's name of a stage, as `status` shows it.
    named = f"figures-continued/{rows['figures-continued']['fingerprint']}"
    trace = answer("trace", named, "--store", f"{folder}/store")
    assert trace["dataset"] == f"evaluate/{rows['figures-continued']['fingerprint']}"
    prompts = ("Hola", "--length", "1", "--store", f"{folder}/store")
    assert answer("generate", "continued", *prompts)["texts"]
    assert answer("generate", f"general/{rows['general']['fingerprint'][:9]}", *prompts)["texts"]
    wrong = inside("generate", f"mine/{rows['general']['fingerprint']}", *prompts)
    assert wrong.returncode == 2
    assert f"it has pretrain/{rows['general']['fingerprint']}" in wrong.stderr


def test_curated_against_raw_in_one_recipe(folder: Path) -> None:
    rows = run(folder, "cruda")
    kept = {name: rows[name]["documents"]["kept"] for name in ("corpus", "raw")}
    assert 0 < kept["corpus"] < kept["raw"] == rows["extract"]["documents"]["kept"]
    assert rows["curated"]["fingerprint"] != rows["uncurated"]["fingerprint"]
    text = page(folder, "cruda")
    assert "corpus</a></h3>" in text and '<code class="name">raw</code></a></h3>' in text


def test_the_same_training_at_four_sizes(folder: Path) -> None:
    rows = run(folder, "tallas")
    assert len({rows[f"w{w}"]["fingerprint"] for w in (8, 16, 24, 32)}) == 4
    text = page(folder, "tallas")
    beside = text[text.index("Models side by side") :]
    head = beside[: beside.index("</thead>")]
    assert [f">f{w}</th>" in head for w in (8, 16, 24, 32)] == [True] * 4


def test_runs_of_a_graph_are_compared_by_its_names(folder: Path) -> None:
    run(folder, "dos")
    run(folder, "dos", "large.vocabulary=520")
    pages = sorted((folder / "store" / "reports" / "dos").glob("2*.html"))
    text = next(p for p in reversed(pages) if not p.name.endswith(".es.html")).read_text()
    assert "large.<wbr>vocabulary" in text and "small.<wbr>vocabulary" not in text


def test_it_is_estimated_by_its_names(folder: Path) -> None:
    from flows.commands.runs.estimate import estimate_recipe

    estimate = estimate_recipe(f"{folder}/leyes.yaml", f"{folder}/store", ())
    rows = {row["stage"]: row for row in estimate["estimate"]}
    assert {"tokenizer", "shard", "general", "continued", "scratch"} <= rows.keys()
    assert {"figures-general", "figures-continued"} <= rows.keys() | set(estimate["not_estimated"])
    report_recipe(f"{folder}/leyes.yaml", f"{folder}/store")


def test_a_training_that_lost_a_file_waits_for_its_slot_again(folder: Path) -> None:
    from flows.server import tasks

    rows = run(folder, "tallas")
    chain = Chain(recipes.read(f"{folder}/tallas.yaml"), Store(f"{folder}/store"))
    chain.datasets.observe(commit=False)
    list(chain.datasets.survey(chain.recipe.stages))
    assert not tasks.waits(chain, "w8") and not tasks.waits(chain, "f8")
    model = chain.datasets.manifests["w8"]
    assert model.fingerprint == rows["w8"]["fingerprint"]
    (Path(chain.store.url) / model.files("model")[0].path).unlink()
    assert tasks.waits(chain, "w8") and not tasks.waits(chain, "w16")


def test_a_stage_whose_inner_step_lost_a_shard_is_not_called_committed(folder: Path) -> None:
    rows = run(folder, "dos")
    store = Store(f"{folder}/store")
    reference = Reference(stage="deduplicate", fingerprint=rows["deduplicate"]["fingerprint"])
    manifest = store.manifest(reference)
    inner = set(manifest.shard_folders()) - {f"shards/deduplicate/{s.key}" for s in manifest.shards}
    shutil.rmtree(Path(store.url) / min(inner))
    states = inspect.status_of(f"{folder}/dos.yaml", store.url, ())["stages"]
    assert {s["stage"]: s["state"] for s in states}["deduplicate"] != "committed"
    again = run(folder, "dos", last="deduplicate")["deduplicate"]
    assert again["state"] == "committed" and again["shards"]["computed"] == 1
