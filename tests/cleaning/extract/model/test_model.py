"""The networks that choose the blocks of a page are what their training gives, and ask for what they name."""

from __future__ import annotations

import ast
import gzip
import json
import re
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.learning import bodies, examples, train
from cleaning.extract.learning.gold import labels
from cleaning.extract.metadata import Marks
from cleaning.extract.model import model
from cleaning.extract.model.choice import level
from cleaning.extract.model.features import OF_HEAD, OF_NAMES, features, of_page
from cleaning.extract.tree.families import NAMES
from tests.cleaning.extract.pages import PROSE, ROOT


def test_the_model_says_what_it_was_trained_on_and_is_what_training_gives() -> None:
    about = model.about()
    assert about["licence"].startswith("CC-BY-4.0") and len(about["pages"]) > 1000
    html = f"<p>{PROSE * 5}</p><div class=footer>{'<a href=x>pie de la casa</a> ' * 9}</div>" * 3
    root = parse(html)
    assert root is not None
    page = blocks(root)
    words = [re.findall(r"\w+", text.lower()) for text in page.text]
    mean = model.load()["mean"]
    x = mean + np.random.default_rng(0).normal(size=(len(page), len(mean)))
    y = labels(words, re.findall(r"\w+", PROSE.lower() * 15))
    assert [round(v) for v in y] == [1, 0] * 3
    pages = [
        examples.Example(name, f"{name}.es", kind, x.astype("float32"), y, y, words)
        for name, kind in (("a", 0), ("b", examples.UNKNOWN))
    ]
    once, twice = (train.train(pages * 2, members=1, epochs=2) for _ in range(2))
    assert all((once[name] == twice[name]).all() for name in once)
    with np.load(model.WEIGHTS, allow_pickle=False) as shipped:
        shapes = {name: shipped[name].shape for name in shipped.files}
    assert {n: v.shape for n, v in once.items()}.items() <= shapes.items()


def test_of_newspapers_the_body_is_what_their_tests_say(tmp_path: Path) -> None:
    folder = tmp_path / "tests/resources/parser/test_data/es"
    folder.mkdir(parents=True)
    answers = {
        version: {
            "body": {
                "summary": [precis := "Un pan que nadie vende."],
                "sections": [{"headline": ["La masa"], "paragraphs": [f"{PROSE * 2} {word}"] * 4}],
            }
        }
        for version, word in (("V1", "antes"), ("V2", "ahora"))
    }
    (folder / "Diario.json").write_text(json.dumps(answers))
    pages, about = {"Diario_2024_01_02": "antes", "Diario_2025_01_02": "ahora"}, {}
    for name, word in pages.items():
        paragraphs = f"<p>{PROSE * 2} {word}</p>" * 4
        html = f"<p>{precis}</p><p>Ana, Vigo</p><h2>La masa</h2>{paragraphs}<p>Publicidad</p>"
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(html.encode()))
        about[f"{name}.html.gz"] = {"url": f"https://www.{word}.es/a"}
    (folder / "meta.info").write_text(json.dumps(about))
    before, now = examples.bodies(bodies.published(tmp_path), frozenset())
    assert [before.name, before.host, now.host] == ["Diario_2024_01_02", "antes.es", "ahora.es"]
    for page in (before, now):
        assert page.kind == 0 and (page.y == -1).all()
        assert page.body.tolist() == [-1, 0, 1, 1, 1, 1, 1, 0]  # of the summary nobody knows
    (other,) = examples.bodies(bodies.published(tmp_path), frozenset({"ahora.es"}))
    assert other.name == before.name
    (folder / "Diario_2024_01_02.html.gz").unlink()  # whose version is not known any more
    assert [page.host for page in examples.bodies(bodies.published(tmp_path), frozenset())] == [
        "ahora.es"
    ]


def test_a_page_without_names_differs_in_their_columns_alone() -> None:
    root = parse(f"<div><p>{PROSE}<b>Pan</b></p></div>")
    assert root is not None
    bare = blocks(root)
    whole = (1 << len(NAMES)) - 1
    named = replace(
        bare, family=np.full_like(bare.family, whole), inline=np.full_like(bare.inline, whole)
    )
    marks = Marks.of(root)

    def columns(page: Blocks, other: Blocks, url: str) -> list[int]:
        of = [
            features(x, "", of_page(marks, x, address)) for x, address in ((page, ""), (other, url))
        ]
        return np.flatnonzero((of[0] != of[1]).any(0)).tolist()

    assert columns(bare, named, "") == sorted(OF_NAMES.tolist())
    row = columns(bare, bare, "https://foro.example/2024/productos/tag/un-pan-de-pueblo?x=1")
    assert row and set(row) <= set(OF_HEAD.tolist())
    chance = np.random.default_rng(0)
    x = features(named, "", of_page(marks, named, "https://foro.example/a"))
    varied = [train._varied(x, chance) for _ in range(200)]
    for columns_of in (OF_NAMES, OF_HEAD):
        assert 20 < sum(not v[:, columns_of].any() for v in varied) < 60
        assert x[:, columns_of].any()


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(1, 500)), min_size=1, max_size=9))
def test_no_other_number_of_blocks_has_a_higher_f1_to_expect(
    pairs: list[tuple[float, int]],
) -> None:
    """Against every choice of blocks, one by one."""
    p, size = np.array([x for x, _ in pairs]), np.array([n for _, n in pairs])

    def expected(keep: np.ndarray) -> float:
        return 2 * (p * size * keep).sum() / ((size * keep).sum() + (p * size).sum())

    chosen = expected(model.probability(np.log(p / (1 - p)) - level(p, size)) >= 0.5)
    every = (np.array([n >> i & 1 for i in range(len(p))]) for n in range(1, 2 ** len(p)))
    assert chosen >= max(map(expected, every)) - 1e-4


def test_the_extra_of_training_brings_what_its_command_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    brought = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in named}
    imported: set[str] = set()
    for module in (train, bodies):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"cleaning", "__future__"}
    assert {"torch", "lxml"} <= foreign <= brought, foreign - brought
