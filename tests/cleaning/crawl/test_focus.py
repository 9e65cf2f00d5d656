"""A focused crawl visits first what pages of its topic lead to, as a classifier of the recipe's examples says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaning.crawl.stage import Crawl, Crawling
from cleaning.models.linear import train
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File
from pipeline.model.stage import LocalFile, Task
from tests.cleaning.crawl.site_server import Answer, Crawled, page, read, serve, task_for, work_for

WORDS = {
    "pan": [
        "harina",
        "horno",
        "masa",
        "levadura",
        "corteza",
        "miga",
        "amasar",
        "hogaza",
        "trigo",
        "panadero",
    ],
    "mar": ["barco", "vela", "ancla", "puerto", "marea", "pesca", "red", "ola", "faro", "marinero"],
}


def prose(topic: str, seed: str, words: int = 60) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS[topic]) for _ in range(words))


def site(path: str) -> Answer | None:
    """Pages of two topics, each with five links to its own topic and one to the other, without end."""
    if path == "/":
        return Answer(page("/mar/0", "/mar/1", "/mar/2", "/pan/0", text="portada"))
    topic, _, name = path.strip("/").partition("/")
    if topic not in WORDS:
        return None
    other = "mar" if topic == "pan" else "pan"
    links = [f"/{topic}/{name}{c}" for c in "abcde"] + [f"/{other}/{name}x"]
    return Answer(page(*links, text=prose(topic, path)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "classifier.npz"
    pairs = [(prose(topic, f"{topic}{n}"), topic) for topic in WORDS for n in range(40)]
    path.write_bytes(train(*zip(*pairs, strict=True), bits=10).dump())
    return path


def crawl(folder: Path, model: Path, **source: object) -> Crawled:
    with serve(site) as running:
        task = task_for(running, max_pages=60, sitemaps=False, concurrency=1)
        params = Crawling(**{**task.params.model_dump(), **source})
        work = work_for(Task({}, params, task.context), folder)
        file = File(path=model.name, part="model", bytes=1, sha256="0" * 64)
        work.inputs["classifier"] = [LocalFile(model, file)]
        from cleaning.crawl.crawl import crawl_source

        crawl_source(work)
    return read(work)


def share(crawled: Crawled) -> float:
    kept = [path for path, line in crawled.lines.items() if line["outcome"] == "kept"]
    return sum(path.startswith("/pan/") for path in kept) / len(kept)


def test_links_of_pages_of_the_topic_go_first(model: Path, tmp_path: Path) -> None:
    wide = crawl(tmp_path / "wide", model)
    focused = crawl(tmp_path / "focused", model, focus={"label": "pan"})
    assert share(wide) < 0.5 and share(focused) > 0.75
    counts = focused.work.figures["topic"]
    assert counts["on_topic"] / counts["pages"] == pytest.approx(share(focused), abs=0.05)
    scores = {path: line.get("topic") for path, line in focused.lines.items()}
    assert scores["/pan/0"] > 0.9 and scores["/mar/0"] < 0.1
    assert "topic" not in wide.work.figures


def test_a_label_that_the_classifier_does_not_have_is_told(model: Path, tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match="no label 'sal', but mar, pan"):
        crawl(tmp_path, model, focus={"label": "sal"})


def test_a_focus_without_a_classifier_is_told() -> None:
    source = {"seeds": ["http://a.test/"], "focus": {"label": "pan"}}
    params = Crawl.Params.model_validate({"edition": "x", "sources": {"a": source}})
    with pytest.raises(UsageError, match="put the stage `classifier` before the crawl"):
        next(Crawl().plan(params, {}, {}))
