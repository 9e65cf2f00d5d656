"""Lists of a recipe name sites and say words; a model of importance tells what is like the good examples."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from cleaning.annotate.stage import Annotate
from cleaning.annotate.warnings import warnings
from cleaning.models import importance
from cleaning.signals.pages.lists import load, unread
from cleaning.signals.signals import GROUPS
from cleaning.text.batch import Batch
from pipeline.errors import TahonaError, UsageError
from pipeline.model.notice import notice
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.classifier.test_classifier import BAD, GOOD, examples, texts, trained
from tests.cleaning.kernels import compute, observed, rows


def listed(folder: Path, text: str, url: str, **lists: str) -> dict[str, Any]:
    for name, lines in lists.items():
        (folder / name).write_text(lines, encoding="utf-8")
    model = load([*lists], *(folder / name for name in lists))
    columns = {"url": [url], "host": [url.partition("://")[2].partition("/")[0]]}
    return {
        name: of[0] for name, of in GROUPS["lists"].compute(Batch([text]), columns, model).items()
    }


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://www.malo.test/a/b", "adult"),
        ("https://blog.malo.test/", "adult"),
        ("https://MALO.test", "adult"),
        ("https://nomalo.test/", None),
        ("https://sitio.test/juego/uno?x=1", "games"),
        ("https://sitio.test/juegos", None),
        ("https://sitio.test/", None),
        ("https://foro.test/u/ana", "written"),
        ("https://foro.test/", None),
        ("https://diario.test/a", "written"),
        ("https://a.prensa.test/", "written"),
        ("https://dogc.test/", "written"),
    ],
)
def test_a_list_names_hosts_and_addresses_and_what_is_below(
    tmp_path: Path, url: str, names: str | None
) -> None:
    listing = listed(
        tmp_path,
        "",
        url.lower(),
        adult="otro.test\nmalo.test\n",
        games="sitio.test/juego/\n",
        written="https://foro.test/u\nhttp://www.diario.test/\n*.prensa.test\n.dogc.test\n",
    )
    assert (listing["listed_site"], listing["listed_sites"]) == (names, int(names is not None))


def test_lines_that_match_nothing_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("a.test\n\n||b.test^\nc.test/?x=1\nhijo de la fruta\n" + "uno " * 9)
    assert unread(path) == (5, ["||b.test^", "c.test/?x=1", ("uno " * 9).strip()])
    (tmp_path / "none").write_text("\n")
    lists = observed(mine=[path, tmp_path / "none"])
    store: Any = SimpleNamespace(manifest=lambda _: lists, fetch=lambda file: Path(file.path))
    signals: Any = SimpleNamespace(inputs={"lists": ["of the recipe"]})
    strange, empty = warnings(store, signals, "annotate")
    assert strange == notice("lists.strange", n=3, of=5, file=str(path), line="||b.test^")
    assert empty == notice("lists.empty", file=str(tmp_path / "none"))


def test_words_and_phrases_are_counted_and_end_with_their_text(tmp_path: Path) -> None:
    counts = listed(
        tmp_path,
        "Culo. Hijo de la Gran fruta, y un culo; hijo de la",
        "",
        bad="culo\nhijo de la gran fruta\n",
    )
    assert counts["listed_words"] == 3
    columns: Any = {"url": [None] * 2, "host": [None] * 2}
    model = load(["bad"], tmp_path / "bad")
    parted = GROUPS["lists"].compute(Batch(["hijo de la", "gran fruta"]), columns, model)
    assert parted["listed_words"].tolist() == [0, 0]
    (tmp_path / "latin").write_bytes("coño\n".encode("latin-1"))
    with pytest.raises(TahonaError, match="is no text in UTF-8"):
        load(["latin"], tmp_path / "latin")


def test_annotate_names_a_list_by_its_folder_or_as_the_recipe_does(tmp_path: Path) -> None:
    (tmp_path / "domains").write_text("web.test\n")
    lists = observed(ut1=[tmp_path / "domains"])
    data = documents(tmp_path, ["uno dos"])
    table = pq.read_table(data.files()[0].path)
    host = table["host"][0].as_py()
    (tmp_path / "domains").write_text(f"{host}\n")
    for below, name in ((None, "ut1"), ("adult/domains", "adult")):
        file = lists.shards[0].files[0].model_copy(update={"below": below})
        named_lists = lists.model_copy(
            update={"shards": [lists.shards[0].model_copy(update={"files": [file]})]}
        )
        inputs = {"documents": [data], "lists": [named_lists]}
        signals = compute(Annotate(), inputs, tmp_path / name, groups=["lists"])
        assert rows(signals, "signals=lists")[0]["listed_site"] == (name if host else None)
    with pytest.raises(UsageError, match="name some under `lists`"):
        compute(Annotate(), {"documents": [data]}, tmp_path / "no", groups=["lists"])


def test_importance_is_what_the_good_examples_say_against_the_others(tmp_path: Path) -> None:
    labelled = examples(tmp_path, good=texts(GOOD, 60, 1), bad=texts(BAD, 60, 2))
    classifier, report = trained(tmp_path / "m", labelled, kind="importance")
    assert report["macro_f1"] == 1.0 and report["labels"].keys() == {"good", "other"}
    sentences = ["harina de trigo en el molino", "gana dinero gratis en el casino"]
    data = documents(tmp_path, sentences)
    inputs = {"documents": [data], "importance": [classifier]}
    rows_there = rows(
        compute(Annotate(), inputs, tmp_path / "s", groups=["importance"]), "signals=importance"
    )
    assert rows_there[0]["importance"] > 0 > rows_there[1]["importance"]
    model = importance.load(classifier.files("model")[0].path)
    # By the words one after another, as it is written down.
    alone = [float(model.of(Batch([word]))[0][0]) for word in sentences[0].split()]
    pairs = [
        float(model.of(Batch([f"{a} {b}"]))[0][0])
        - float(model.of(Batch([a]))[0][0])
        - float(model.of(Batch([b]))[0][0])
        for a, b in zip(sentences[0].split(), sentences[0].split()[1:], strict=False)
    ]
    assert rows_there[0]["importance"] == pytest.approx(sum(alone) + sum(pairs), abs=1e-4)
    assert rows_there[0]["importance_per_word"] == pytest.approx(rows_there[0]["importance"] / 11)
    with pytest.raises(TahonaError, match="label 'good', which no example has"):
        trained(
            tmp_path / "n",
            examples(tmp_path, a=texts(GOOD, 9, 1), b=texts(BAD, 9, 2)),
            kind="importance",
        )
