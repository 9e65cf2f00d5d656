"""A person judges documents near the thresholds, in the terminal or on the page; answers stay and propose others."""

from __future__ import annotations

import errno
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from cleaning.rules.rule import Bounds
from cleaning.thresholds.near import NEAR, Near, Seen, _Sample
from cleaning.thresholds.proposals import proposals, share
from flows.commands.judging.judge import _why
from flows.judging.answers import Answer, agreed, agreement, path_of, read
from flows.judging.judging import Judging
from flows.web.server import Web
from pipeline.errors import TahonaError
from pipeline.store.store import Store, storage_error
from tests.browser import PATIENCE, browser  # noqa: F401
from tests.flows.command import answer, inside
from tests.flows.web.test_server import ask

RECIPE = """\
name: juicio
sources:
  prensa: {files: [prensa.jsonl], domain: news}
stages:
  extract:
  annotate:
  filter:
    rules: [{name: short, signal: words, min: 30}, {name: dotted, signal: ellipses_per_word, max: 0.9}]
    edits: false
  corpus: {patterns: {ficha: "F-[0-9]+"}}
"""
SENTENCE = "El horno de la plaza abre temprano y el panadero saluda a los vecinos que pasan. "
PRIVATE = "Escriba a D. Ramón Pérez Luna, a ana@horno.test o con la ficha F-778. "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe that ran: texts of 20, 22, 24 ... words, each with personal data, and one full of dots."""
    folder = tmp_path_factory.mktemp("judge")
    (folder / "r.yaml").write_text(RECIPE)
    words = (PRIVATE + SENTENCE * 6).split()
    texts = [" ".join([*words[:n], f"Número{n}."]) for n in range(20, 76, 2)]
    rows = [json.dumps({"text": text}) for text in [*texts, (SENTENCE * 3).replace(" ", "... ")]]
    (folder / "prensa.jsonl").write_text("\n".join(rows))
    answer("run", "r.yaml", "--store", "s", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return Store(folder / "s")


@pytest.fixture(scope="module")
def web(store: Store) -> Iterator[Web]:
    with Web(store) as served:
        yield served


def session(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lines: str, *words: str
) -> dict[str, Any]:
    """What the command tells of a person who types these lines."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    return answer("judge", "r.yaml", "--store", "s", *words, cwd=folder)


def test_the_terminal_takes_answers_and_goes_on_where_one_stopped(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *_ = Judging(store, "juicio", "ana").left()
    result = session(folder, monkeypatch, "g\nu\nw\nb only a menu\ns\nq\n", "--who", "ana")
    answers = [a for a in read(store, "juicio") if a.who == "ana"]
    assert [(a.id, a.verdict, a.reason) for a in answers] == [
        (first.id, "bad", "only a menu"),
        (second.id, "skip", ""),
    ]
    assert all(a.when.endswith("+00:00") for a in answers)
    pool = len(Judging(store, "juicio", "ana").pool)
    assert (result["good"], result["bad"], result["skipped"], result["left"]) == (0, 1, 1, pool - 2)
    session(folder, monkeypatch, "g\n", "--who", "ana")  # then the input ends
    again = [a.id for a in read(store, "juicio") if a.who == "ana"]
    assert len(again) == len(set(again)) == 3
    assert len(Judging(store, "juicio", "eva").left()) == pool, "everybody judges for themselves"


def test_no_document_is_shown_where_no_answer_can_be_kept_or_nobody_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(store: Store) -> None:
        raise storage_error(store.url, OSError(errno.EROFS, "", f"{store.url}/tmp"))

    monkeypatch.setattr(Store, "check_writable", refuse)
    for words, says in (
        ("ana", "s can't be written (Read-only file system)"),
        (" ", "--who is empty"),
    ):
        done = inside("judge", "r.yaml", "--store", "s", "--who", words, cwd=folder)
        assert done.returncode and says in done.stderr and "characters, " not in done.stderr


def test_a_letter_that_is_none_is_told_and_of_two_stages_one_is_chosen(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "  corto: {stage: filter, rules: [{name: long, signal: words, max: 60}], edits: false}"
    two = RECIPE.replace("juicio", "dos").replace("  corpus:", f"{own}\n  corpus:")
    (tmp_path / "r.yaml").write_text(two)
    shutil.copy(folder / "prensa.jsonl", tmp_path)
    answer("run", "r.yaml", "--store", "s", cwd=tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("ñ\n\nq\n"))
    done = inside("judge", "r.yaml", "--store", "s", "--who", "ana", cwd=tmp_path)
    assert "'ñ' is none of these letters" in done.stderr
    assert "'' is none of these letters" in done.stderr
    assert "the thresholds of corto; --stage takes those of filter" in done.stderr
    words = ("judge", "r.yaml", "--store", "s", "--propose", "--stage")
    assert answer(*words, "filter", cwd=tmp_path)["stage"] == "filter"
    assert "choose from corto, filter" in inside(*words, "corpus", cwd=tmp_path).stderr
    with Web(Store(tmp_path / "s")) as web:
        first = ask(web, "/judge/dos/?who=ana")[1]
        assert re.findall(r'aria-current="page">(\w+)</a>', first)[-1:] == ["corto"]
        (other,) = re.findall(r'href="(/judge[^"]*stage=filter)"', first)
        page = ask(web, other.replace("&amp;", "&"))[1]
        assert re.findall(r'aria-current="page">(\w+)</a>', page)[-1:] == ["filter"]
        assert 'name="stage" value="filter"' in page
        assert ask(web, "/judge/dos/?stage=corpus")[0] == 400


def test_the_nearest_to_a_threshold_come_first_and_only_those_that_hang_on_it(store: Store) -> None:
    pool = Judging(store, "juicio", "x").pool
    short = [near for near in pool if near.rule == "short"]
    assert {near.kept for near in short[:4]} == {True, False}
    away = [abs(near.value - near.threshold) for near in short]
    assert away == sorted(away) and away[0] <= 2
    # From the tenth to the ninetieth percentile are 44 words or so; a quarter of them is near, no more.
    assert 9 <= max(away) <= 12 and len(short) < 14
    assert [near.distance for near in pool] == sorted(near.distance for near in pool)
    assert sum(near.rule == "dotted" and not near.kept for near in pool) == 1


def test_near_is_measured_by_the_spread_of_a_signal_and_not_by_what_most_have() -> None:
    def share(values: list[float], value: float, threshold: float) -> float:
        sample = _Sample()
        sample.add(np.array(values), np.arange(len(values), dtype=np.uint64))
        return sample.share(Near(0, 0, "", "", value, threshold, True))

    assert share([*range(101)], 30, 26) == pytest.approx(4 / 80)
    mostly_zero = [0.0] * 95 + [0.05, 0.14, 0.16, 0.4, 1.0]
    assert share(mostly_zero, 0.14, 0.15) == pytest.approx(1 / 15)
    assert share(mostly_zero, 0.0, 0.15) > NEAR and share(mostly_zero, 1.0, 0.15) > NEAR
    assert share(mostly_zero, 0.0, 0.0) > NEAR, "a threshold where nearly all are parts nothing"


def test_why_a_document_is_asked_is_told_with_a_figure_that_is_not_rounded_to_nothing() -> None:
    sample = _Sample()
    sample.add(np.arange(1001.0), np.arange(1001, dtype=np.uint64))
    near = Near(0, 0, "", "few_sentences", 31.11, 33, False)
    reason = _why(replace(near, distance=sample.share(near)))
    assert reason.startswith(
        "few_sentences: 31.11 against 33, removed; that is 0.24% of the distance"
    )
    assert "that is 12% of" in _why(replace(near, distance=0.12))


def test_what_is_withdrawn_or_erased_is_asked_no_more(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    store = Store(tmp_path / "copy" / "s")
    judging = Judging(store, "juicio", "lola")
    first, second, third, *rest = [near.id for near in judging.left()]
    judging.answer(first, "good")
    answer("withdraw", first, second, "--store", "s", cwd=tmp_path / "copy")
    assert [near.id for near in judging.left()] == [third, *rest]
    assert first not in judging.examples()["good.jsonl"]
    answer("withdraw", "--erase", third, "--store", "s", cwd=tmp_path / "copy")
    answer("withdraw", "--undo", third, "--store", "s", cwd=tmp_path / "copy")
    assert [near.id for near in Judging(store, "juicio", "lola").left()] == rest


def test_what_is_shown_is_masked_the_recipe_s_own_kinds_too(store: Store, web: Web) -> None:
    judging = Judging(store, "juicio", "x")
    shown = judging.document(next(n for n in judging.pool if n.kept)).text
    status, page, _ = ask(web, "/judge/juicio/")
    assert status == 200
    for text in (shown, page):
        assert "[EMAIL]" in text and "[FICHA]" in text and "[NAME]" in text
        assert not any(secret in text for secret in ("ana@", "F-778", "Pérez"))


def test_the_page_takes_judgements_of_its_own_form_alone(store: Store, web: Web) -> None:
    near = Judging(store, "juicio", "eva").left()[0]
    form = urlencode({"who": "eva", "id": near.id, "verdict": "good", "reason": "un texto"})
    path = "/judge/juicio/"
    assert ask(web, path, form.encode(), origin="https://example.org")[0] == 403
    assert not [a for a in read(store, "juicio") if a.who == "eva"]
    status, _, headers = ask(web, path, form.encode(), origin=web.address)
    assert status == 303 and headers["location"].startswith("/judge/juicio/?")
    assert [(a.id, a.reason) for a in read(store, "juicio") if a.who == "eva"] == [
        (near.id, "un texto")
    ]
    wrong = urlencode({"who": "eva", "id": "0" * 32, "verdict": "good"})
    assert ask(web, path, wrong.encode(), origin=web.address)[0] == 400
    assert ask(web, "/judge/otra/")[0] == 400
    assert 'href="/judge/juicio/' in ask(web, "/judge/")[1]


def test_a_person_judges_in_the_browser(store: Store, web: Web, browser: Any) -> None:  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(locale="es-ES")
    page.set_default_timeout(PATIENCE)
    page.goto(f"{web.address}/judge/juicio/?who=iris")
    for reason, button in (("texto entero", "Bueno"), ("corto", "Malo")):
        page.get_by_label("Por qué (puede quedar vacío)").fill(reason)
        with page.expect_navigation():  # the answer lies in the store once the next page comes
            page.get_by_role("button", name=button).click()
    answers = [a for a in read(store, "juicio") if a.who == "iris"]
    assert [(a.verdict, a.reason) for a in answers] == [("good", "texto entero"), ("bad", "corto")]
    assert page.locator("html").get_attribute("lang") == "es"
    assert not Axe().run(page).response["violations"]
    with page.expect_navigation():
        page.get_by_role("button", name="Deshacer el último").click()
    assert [a.verdict for a in read(store, "juicio") if a.who == "iris"] == ["good"]
    page.close()


def test_answers_propose_a_threshold_and_are_examples_for_a_classifier(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging = Judging(store, "juicio", "rosa")
    for near in judging.pool:  # for her a text is good from 35 words
        number = re.search(r"Número(\d+)", judging.document(near).text)
        judging.answer(near.id, "good" if number and int(number[1]) >= 35 else "bad")
    store.backend.write(
        path_of("juicio"),
        "".join(
            line + "\n"
            for line in store.backend.read(path_of("juicio")).decode().splitlines()
            if '"rosa"' in line
        ).encode(),
    )
    result = session(folder, monkeypatch, "", "--propose")
    (proposal,) = result["proposals"]
    assert (proposal["rule"], proposal["bound"], proposal["now"]) == ("short", "min", 30)
    assert 33 <= proposal["then"] < 42
    assert proposal["after"]["errors"] < proposal["before"]["errors"]
    low, high = proposal["before"]["precision"][1:]
    assert 0 < low < proposal["before"]["precision"][0] < high < 1
    result = session(folder, monkeypatch, "", "--to", "examples")
    good, bad = (folder / "examples" / f"{name}.jsonl" for name in ("good", "bad"))
    rows = [json.loads(line) for line in good.read_text().splitlines()]
    assert len(rows) == result["good"] and len(bad.read_text().splitlines()) == result["bad"]
    assert all(len(row["text"].split()) >= 30 and "F-778" not in row["text"] for row in rows)


def test_no_threshold_is_proposed_that_the_answers_left_out_do_not_bear_out() -> None:
    rule = Bounds(name="short", signal="words", min=50)

    def of(good: list[bool]) -> list[Any]:
        documents = {str(n): Seen((), {"short": 50.0 + n}) for n in range(len(good))}
        return proposals([rule], documents, {str(n): g for n, g in enumerate(good)})

    assert not of([True] * 12), "the present threshold errs never"
    assert not of([n % 2 == 0 for n in range(12)]), "by chance some threshold fits better"
    assert not of([False] * 3 + [True] * 3), "too few"
    assert of([False] * 5 + [True] * 8)[0].then == pytest.approx(54.5)


def test_intervals_are_wilson_s() -> None:
    assert share(8, 10) == (0.8, 0.4902, 0.9433)
    assert share(0, 0).value is None


def test_two_judges_agree_or_the_document_is_disputed() -> None:
    def by(who: str, verdicts: str) -> list[Answer]:
        words = {"g": "good", "b": "bad", "s": "skip"}
        return [Answer(str(n), words[v], "", "", who) for n, v in enumerate(verdicts)]

    answers = [*by("ana", "ggbbs"), *by("eva", "gbbbg")]
    assert agreed(answers) == {"0": True, "2": False, "3": False, "4": True}
    counts = agreement(answers)
    assert counts and (counts["of"], counts["share"], counts["kappa"]) == (4, 0.75, 0.5)


def test_a_damaged_file_of_answers_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.backend.write(path_of("r"), b'{"id": "1", "verdict": "maybe"}\n')
    with pytest.raises(TahonaError, match="line 1, is no answer"):
        read(store, "r")
