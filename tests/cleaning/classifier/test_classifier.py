"""A classifier learns from a recipe's examples, tells how it does on those held out, and labels documents."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from cleaning.annotate.stage import Annotate
from cleaning.classifier.check import check_files, check_labels
from cleaning.classifier.stage import Classifier
from cleaning.classifier.train import figures
from cleaning.models.linear import load
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.kernels import compute, observed, rows
from tests.flows.command import answer

WORDS = (
    "pan molino trigo harina horno masa la que sube despacio y huele a leña por la mañana en casa",
    "casino bono gratis click oferta ganar dinero ahora pincha aquí ruleta premio móvil regalo ya",
)
GOOD, BAD = (words.split() for words in WORDS)


def texts(words: list[str], number: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(words, k=12)) for _ in range(number)]


def examples(folder: Path, **groups: list[str]) -> Manifest:
    paths = {}
    for name, lines in groups.items():
        paths[name] = [folder / f"{name}.txt"]
        paths[name][0].write_text("\n".join(lines), encoding="utf-8")
    return observed(**paths)


def trained(folder: Path, examples: Manifest, **params: Any) -> tuple[Manifest, dict[str, Any]]:
    classifier = compute(
        Classifier(), {"examples": [examples]}, folder, unit="line", bits=12, **params
    )
    report = next(f for f in classifier.files("figures"))
    return classifier, json.loads(Path(report.path).read_text(encoding="utf-8"))


def test_it_learns_and_tells_what_it_gets_wrong(tmp_path: Path) -> None:
    labelled = examples(tmp_path, good=texts(GOOD, 80, 1), bad=texts(BAD, 60, 2))
    classifier, report = trained(tmp_path / "a", labelled)
    again, _ = trained(tmp_path / "b", labelled)
    assert classifier.files("model")[0].sha256 == again.files("model")[0].sha256
    assert report["examples"] == {"bad": 60, "good": 80} and report["macro_f1"] == 1.0
    count = sum(row["held_out"] for row in report["labels"].values())
    assert 4 <= count <= 30
    model = load(classifier.files("model")[0].path)
    assert (
        model.probabilities(["harina de trigo en el molino"])[0, model.labels.index("good")] > 0.8
    )


def test_fasttext_learns_too_and_its_file_is_asked_like_one_that_a_recipe_names(
    tmp_path: Path,
) -> None:
    labelled = examples(tmp_path, good=texts(GOOD, 80, 1), bad=texts(BAD, 60, 2))
    classifier, report = trained(tmp_path / "a", labelled, kind="fasttext")
    again, _ = trained(tmp_path / "b", labelled, kind="fasttext")
    (file,) = classifier.files("model")
    assert file.sha256 == again.files("model")[0].sha256 and file.name == "classifier.bin"
    assert report["macro_f1"] == 1.0 and report["labels"].keys() == {"good", "bad"}
    named = observed(mine=[Path(file.path)])
    named.kinds = ["models"]
    data = documents(tmp_path, ["harina de trigo en el molino", "gana dinero en el casino", ""])
    inputs = {"documents": [data], "classifier": [classifier], "topic": [named]}
    groups = ["classifier", "topic", "variety"]
    scored = compute(Annotate(), inputs, tmp_path / "s", groups=groups, good="bad")
    signals = rows(scored, "signals=classifier")
    assert [row["label"] for row in signals] == ["good", "bad", None]
    assert signals[0]["good_p"] < 0.2 < 0.8 < signals[1]["good_p"] and signals[2]["good_p"] is None
    assert [r["topic_p"] for r in rows(scored, "signals=topic")] == [r["label_p"] for r in signals]


def test_the_label_may_stand_in_the_example(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    lines = [{"text": t, "de": "a"} for t in texts(GOOD, 30, 1)]
    lines += [{"text": t, "de": "b"} for t in texts(BAD, 30, 2)] + [
        {"text": "sin etiqueta"},
        {"de": "a"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    _, report = trained(tmp_path / "m", observed(all=[path]), label="de", piece=5)
    assert report["labels"].keys() == {"a", "b"} and report["unread"] == {"all.jsonl": 2}


def test_what_can_not_be_learned_is_said(tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match="needs two labels at least"):
        trained(tmp_path / "a", examples(tmp_path, good=texts(GOOD, 20, 1)))
    with pytest.raises(TahonaError, match=r"label 'bad' has 2 examples and needs 5"):
        trained(
            tmp_path / "b",
            examples(tmp_path, good=texts(GOOD, 20, 1), bad=["uno dos", "tres cuatro"]),
        )
    with pytest.raises(TahonaError, match=r"label 'none' has 0 examples and needs 5"):
        trained(tmp_path / "c", examples(tmp_path, good=texts(GOOD, 4, 1), none=[]))


def test_too_few_examples_are_told_before_the_run(tmp_path: Path) -> None:
    (path := tmp_path / "cc.txt").write_text("uno dos\n\nuno dos\n")
    with pytest.raises(TahonaError, match=r"label 'cc' has 1 example and needs 5"):
        check_files(Classifier.Params(), "examples", "cc", [str(path)])
    check_files(Classifier.Params(label="de"), "examples", "cc", [str(path)])
    path.write_text("\n\n".join("abcde"))
    check_files(Classifier.Params(), "examples", "cc", [str(path)])


def test_labels_in_the_examples_are_told_before_the_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[dict[str, object]] = [{"text": f"pan {n}", "de": "ab"[n % 2]} for n in range(12)]
    lines += [
        {"text": "sin etiqueta"},
        {"text": "dos", "de": 2},
        {"text": "mal escrita", "de": "aa"},
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, lines)))
    files = {"examples": observed(all=[tmp_path / "all.jsonl"]).files()}
    few = r"label 'aa' has 1 example \(the first: record 15 of all\.jsonl\) and needs 5"
    with pytest.raises(TahonaError, match=few):
        check_labels(Classifier.Params(label="de"), files)
    assert [record.getMessage() for record in caplog.records] == [
        "warning: record 13 of all.jsonl is no example: no label in the field 'de' (and 1 more of it are left out)"
    ]
    with pytest.raises(TahonaError, match=r"two labels at least; there is \[\]"):
        check_labels(Classifier.Params(label="clase"), files)


def test_figures_are_those_of_the_table() -> None:
    measured = figures(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    assert measured["labels"]["a"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "held_out": 2}
    assert measured["confusion"] == {"a": {"a": 1, "b": 1}, "b": {"b": 2}}
    assert measured["macro_f1"] == 0.7333


def test_documents_are_labelled_by_it(tmp_path: Path) -> None:
    classifier, _ = trained(
        tmp_path / "m", examples(tmp_path, good=texts(GOOD, 80, 1), bad=texts(BAD, 60, 2))
    )
    data = documents(
        tmp_path, ["harina de trigo en el molino", "gana dinero gratis en el casino", ""]
    )
    inputs = {"documents": [data], "classifier": [classifier]}
    signals = rows(
        compute(Annotate(), inputs, tmp_path / "s", groups=["classifier"]), "signals=classifier"
    )
    assert [row["label"] for row in signals[:2]] == ["good", "bad"]
    assert signals[0]["good_p"] > 0.8 > 0.2 > signals[1]["good_p"] and signals[0]["label_p"] > 0.8
    with pytest.raises(UsageError, match=r"reads: \{classifier: classifier\}"):
        compute(Annotate(), {"documents": [data]}, tmp_path / "t", groups=["classifier"])


def test_it_gives_a_second_opinion_on_languages_and_labels_are_called_as_the_recipe_says(
    tmp_path: Path,
) -> None:
    spanish, other = texts(GOOD, 60, 1), texts(BAD, 60, 2)  # which are both Spanish to ours
    classifier, _ = trained(
        tmp_path / "m", examples(tmp_path, es=spanish, ca=other), piece=5, inside=True
    )
    data = documents(tmp_path, [spanish[0], other[0]])
    inputs = {"documents": [data], "opinion": [classifier]}
    signals = rows(compute(Annotate(), inputs, tmp_path / "s"), "signals")
    assert [row["language"] for row in signals] == ["es", "ca"]
    renamed = compute(Annotate(), {"documents": [data]}, tmp_path / "t", labels={"es": "ast"})
    assert "ast" in {row["second_language"] for row in rows(renamed, "signals")} | {
        row["language"] for row in rows(renamed, "signals")
    }


def test_a_recipe_trains_and_filters_by_it(tmp_path: Path) -> None:
    for name, words in (("good", GOOD), ("bad", BAD)):
        (tmp_path / f"{name}.txt").write_text("\n\n".join(texts(words, 60, len(name))))
    lines = [{"text": t} for t in (*texts(GOOD, 6, 9), *texts(BAD, 4, 8))]
    (tmp_path / "web.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "r.yaml").write_text("""\
name: panes
sources: {web: {files: [web.jsonl]}}
examples:
  good: {files: [good.txt], licence: CC-BY-4.0, terms: "ours to read"}
  bad: {files: [bad.txt]}
stages:
  extract: {gate: [{name: empty, signal: characters, min: 1}]}
  classifier: {bits: 12}
  annotate: {groups: [classifier], reads: {documents: extract, classifier: classifier}}
  filter:
    languages: [es, ca, gl, eu, pt, en, it, und, ast, oc, an, fr]
    rules: [{name: bad, signal: good_p, min: 0.5}]
""")
    ran = answer("run", "r.yaml", "--store", "s", cwd=tmp_path)
    assert ran["stages"][-1]["documents"]["removed"] == {"bad": 4}
    told = next(stage for stage in ran["stages"] if stage["stage"] == "classifier")
    assert told["warnings"][0].startswith(
        "the figures of 2 labels come from fewer than 30 held-out"
    )
    assert re.search(
        r"macro-F1 1\.00 on \d+ .*, good 1\.00 \(\d; precision 1\.00, recall 1\.00, 0\.\d\d to",
        told["news"][0],
    )
    of = f"filter/{ran['stages'][-1]['fingerprint']}"
    source = {"domain": None, "licence": "CC-BY-4.0", "terms": "ours to read"}
    (beside,) = answer("trace", of, "--store", "s", cwd=tmp_path)["beside"]
    assert beside == {"group": "examples", "name": "good", **source}
    assert "'licence': 'CC-BY-4.0'" in str(answer("lineage", of, "--store", "s", cwd=tmp_path))
    (page,) = (tmp_path / "s/reports/_datasets/classifier").glob("*.es.html")
    assert "exhaustividad" in page.read_text() and "→ good" in page.read_text()
    answer("classifier", "r.yaml", "--store", "s", "--to", "laid", cwd=tmp_path)
    assert {"classifier.npz", "held_out.json"} == {
        path.name for path in (tmp_path / "laid").iterdir()
    }
