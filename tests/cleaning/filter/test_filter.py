"""Rules decide, each document once and by the first rule it breaks; edits cut lines, not the text's life."""

from __future__ import annotations

import random
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import ValidationError

import cleaning.rules
from cleaning.annotate.stage import Annotate
from cleaning.corpus.stage import Corpus
from cleaning.filter.check import unknown_domains
from cleaning.filter.stage import Filter
from cleaning.rules.rule import Bounds, Rule
from cleaning.rules.rules import PRESETS, resolve
from cleaning.signals.worth.worth import DOMAINS
from cleaning.thresholds.near import nearest
from pipeline.errors import TahonaError
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.filter.filtered import ARTICLE, NOTICE, filtered, real
from tests.cleaning.kernels import compute, removed, rows
from tests.examples import examples


def stuffed(words: str, seed: int) -> str:
    """A page that a machine stuffed with keywords: the same few words in chance order."""
    chance = random.Random(seed)
    lines = (" ".join(chance.choices(words.split(), k=chance.randint(25, 60))) for _ in range(14))
    return "\n".join(lines)


def test_each_document_is_removed_by_the_first_rule_and_all_are_told(tmp_path: Path) -> None:
    rules = [
        {"name": "few", "signal": "words", "min": 1000},
        {"name": "tall", "signal": "lines", "max": 3},
        {"name": "none", "signal": "urls_per_word", "max": 0.5},
    ]
    (row,) = rows(filtered(tmp_path, [ARTICLE], rules=rules), "decisions")
    assert (row["kept"], row["rule"], row["threshold"]) == (False, "few", 1000)
    assert [r["rule"] for r in row["rules"]] == ["few", "tall"]
    assert [r["threshold"] for r in row["rules"]] == [1000, 3]
    assert row["rules"][1]["value"] == 5


def test_good_spanish_passes_and_bad_pages_fall_by_their_own_rules(tmp_path: Path) -> None:
    spam = "casino bono gratis tragaperras apuestas ganar dinero ruleta online jugar ahora póker"
    texts = {
        "kept": ARTICLE,
        "uppercase": ARTICLE.upper(),  # which only tags
        "language": "Pewnego majowego poranka słońce ledwo ogrzewało rynek w miasteczku. " * 9,
        "short": ARTICLE[:80],
        "soft_404": "Página no encontrada\n" + ARTICLE[:300],
        "unreadable": ARTICLE.replace("a", "\ufffd"),
        "no_prose": "Inicio\nContacto\nAviso legal\nMapa del sitio\nTienda\n" * 19 + ARTICLE[:300],
    }
    data = filtered(tmp_path, list(texts.values()))
    for (expected, _), row in zip(texts.items(), rows(data, "decisions"), strict=True):
        fates = ["kept" if row["kept"] and not row["tags"] else "", *row["tags"]]
        assert expected in [*fates, *(r["rule"] for r in row["rules"])]
    decisions = rows(filtered(tmp_path / "s", [stuffed(spam, i) for i in range(5)]), "decisions")
    for row in decisions:
        assert not row["kept"]
        rules_broken = {r["rule"] for r in row["rules"]}
        assert {
            "stop_words",
            "keyword_stuffing",
            "small_vocabulary",
            "no_sentences",
        } <= rules_broken


def test_a_word_that_is_none_removes_no_text_of_which_it_is_little(tmp_path: Path) -> None:
    key = "b8f3" * 256
    texts = [f"{ARTICLE}\n{key}\n" + ARTICLE * 20, ARTICLE + f"\n{key}" * 9]
    decisions = rows(filtered(tmp_path, texts), "decisions")
    assert ["long_word" in [r["rule"] for r in row["rules"]] for row in decisions] == [False, True]


@pytest.mark.parametrize(
    ("name", "domain", "least"),
    [
        ("news_encyclopedic.jsonl.zst", "web", 0.95),
        ("biomedical.jsonl.zst", "biomedical", 1.0),
        ("literature.jsonl.zst", "literature", 0.97),
        ("parliamentary.jsonl.zst", "parliamentary", 0.99),  # one is votes alone
        ("legal.jsonl.zst", "legal", 0.97),
    ],
)
def test_real_prose_is_kept(tmp_path: Path, name: str, domain: str, least: float) -> None:
    texts = real(name, number=60)
    decisions = filtered(tmp_path, texts, domain=domain)
    kept = sum(row["kept"] for row in rows(decisions, "decisions"))
    assert kept >= least * len(texts), removed(decisions)


def test_a_rule_keeps_what_is_equal_to_its_bound_and_what_has_no_value(tmp_path: Path) -> None:
    polish = "Pewnego majowego poranka słońce ledwo ogrzewało rynek w miasteczku. "
    texts = ["uno dos tres", "uno dos tres cuatro", "uno dos", polish]
    rules = [
        {"name": "words", "signal": "words", "min": 3, "max": 3},
        {"name": "stops", "signal": "stop_words", "min": 0},
    ]
    languages = ["es", "pl", "pt", "it", "en", "ro", "ca", "gl", "la", "eo", "und", "an", "ast"]
    decisions = rows(filtered(tmp_path, texts, rules=rules, languages=languages), "decisions")
    assert decisions[0]["kept"]
    assert [decisions[1]["threshold"], decisions[2]["threshold"]] == [3, 3]
    assert "stops" not in [r["rule"] for r in decisions[3]["rules"]]


def test_a_rule_may_be_for_some_languages_and_domains_only(tmp_path: Path) -> None:
    rules = [
        {"name": "es_web", "signal": "words", "max": 1, "languages": ["es"], "domains": ["web"]}
    ]
    assert removed(filtered(tmp_path / "a", [ARTICLE], rules=rules)) == {"es_web": 1}
    assert removed(filtered(tmp_path / "b", [ARTICLE], "legal", rules=rules)) == {}
    english = "The postman came to the square when the bells rang ten and nobody expected him. " * 3
    assert removed(filtered(tmp_path / "c", [english], rules=rules)) == {}


def test_a_recipe_changes_a_preset_rule_by_rule() -> None:
    base = {rule.name: rule for rule in PRESETS["spanish"]}
    changes: list[str | Rule] = [
        "spanish",
        Rule(name="short", min=500),
        Rule(name="digits", off=True),
    ]
    thresholds = {
        rule.name: rule for rule in resolve([*changes, Rule(name="new", signal="lines", max=9)])
    }
    assert thresholds["short"].min == 500 and thresholds["short"].signal == base["short"].signal
    assert "digits" not in thresholds and list(thresholds)[-1] == "new"
    assert {n: r for n, r in thresholds.items() if n not in ("short", "new")} == {
        n: r for n, r in base.items() if n not in ("short", "digits")
    }
    assert resolve("spanish") == list(PRESETS["spanish"])


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("spanisch", "no preset of rules 'spanisch'"),
        (["tahona", {"name": "shorty", "min": 3}], "min` or a `max`: did you mean 'short'?"),
        ([{"name": "a", "signal": "zzz", "min": 3}], "the nearest of"),
        ([{"name": "short"}], "needs a signal and a `min` or a `max`"),
        ([{"name": "short", "signal": "words"}], "'short' needs a `min` or a `max` .type"),
        (["tahona", {"name": "q", "signal": "words"}], "'q' needs a `min` or a `max` .type"),
        ([{"name": "short", "signal": "words", "mni": 3}], "mni"),
        ([{"name": "short", "signal": "wrods", "min": 1}], "no signal here: did you mean 'words'"),
        ([{"name": "short", "signal": "words", "min": 3, "max": 1}], "a `min` above its `max`"),
        (
            ["spanish", {"name": "short", "signal": "characters", "min": 9}],
            "'short' is there already and reads 'words': give the one that reads 'characters' another",
        ),
        ([{"name": "short", "signal": "words", "max": float("nan")}], "finite"),
    ],
)
def test_a_wrong_rule_is_told_when_the_recipe_is_read(rules: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Filter.Params(rules=rules)


def test_another_threshold_computes_decisions_only(tmp_path: Path) -> None:
    data = documents(tmp_path, [ARTICLE, NOTICE])
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")

    def edit_tasks(**params: Any) -> Any:
        plan = Filter().plan(
            Filter.Params(**params), {"documents": [data], "signals": [signals]}, {}
        )
        return next(plan)

    changed = ["spanish", {"name": "short", "min": 5}]
    assert edit_tasks() == edit_tasks(rules=changed)
    one, two = (
        compute(Filter(), {"documents": [data], "signals": [signals]}, tmp_path / name, rules=rules)
        for name, rules in (("x", "spanish"), ("y", changed))
    )
    (before,), (after,) = one.shards, two.shards
    assert before.one("edits").sha256 == after.one("edits").sha256
    assert before.one("decisions").sha256 != after.one("decisions").sha256
    assert before.params != after.params


def test_a_citation_is_no_parameter(tmp_path: Path) -> None:
    data = documents(tmp_path, [ARTICLE])
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    rule = {"name": "few", "signal": "words", "min": 9}
    params = [
        compute(Filter(), {"documents": [data], "signals": [signals]}, tmp_path / source, rules=[r])
        .shards[0]
        .params
        for source, r in (("x", rule), ("y", {**rule, "source": "a book"}))
    ]
    assert params[0] == params[1]


def test_signals_of_other_documents_are_refused(tmp_path: Path) -> None:
    data = documents(tmp_path, [ARTICLE, ARTICLE])
    (tmp_path / "b").mkdir()
    other = documents(tmp_path / "b", [ARTICLE])
    signals = compute(Annotate(), {"documents": [other]}, tmp_path / "a")
    with pytest.raises(TahonaError, match="signals"):
        compute(Filter(), {"documents": [data], "signals": [signals]}, tmp_path / "f")


LINES = [*ARTICLE.splitlines(), NOTICE, "Compartir en Facebook", "Leer más...", "", " \t", "¿?"]


@examples(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join), max_size=8))
def test_every_document_and_every_character_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("a")
    rules = [{"name": "few", "signal": "words", "min": 20}]
    languages = ["es", "en", "und"]
    decided = filtered(folder, texts, rules=rules, languages=languages)
    (shard,) = decided.shards
    decisions, edits = rows(decided, "decisions"), rows(decided, "edits")
    documents, characters = shard.ledger.documents, shard.ledger.characters
    assert documents is not None and characters is not None
    assert documents.in_ == len(texts) == len(decisions)
    assert characters.in_ == sum(map(len, texts))
    left, last = [len(t) for t in texts], (0, 0)
    for edit in edits:
        row, start, end = edit["row"], edit["start"], edit["end"]
        assert last <= (row, start) and start < end <= len(texts[row])
        assert edit["id"] == decisions[row]["id"]
        last, left[row] = (row, end), left[row] - (end - start)
    kept = [n for n, decision in zip(left, decisions, strict=True) if decision["kept"]]
    assert characters.kept == sum(kept) and documents.kept == len(kept)


def test_a_domain_that_no_rule_knows_is_told_beforehand() -> None:
    """The names that the preset knows are those of its guide and those that `unwanted` was learnt of."""
    domains = {domain for rule in PRESETS["tahona"] for domain in rule.domains or ()}
    assert domains == set(DOMAINS)
    guide = (Path(cleaning.rules.__file__).parent / "tahona.md").read_text(encoding="utf-8")
    (line,) = (li for li in guide.splitlines() if li.startswith("The domains that it has bounds"))
    assert domains < {*re.findall(r"`(\w+)`", line)}

    def told(domain: str, rules: Any = "spanish") -> list[str]:
        sources = SimpleNamespace(sources={"own": SimpleNamespace(domain=domain)})
        return unknown_domains(Filter.Params(rules=rules), [sources, SimpleNamespace()])

    assert "to the texts of press only" in told("press")[0] and not told("news")
    assert not told("press", "gopher"), "which knows none"
    own = {"name": "few", "signal": "words", "min": 9, "domains": ["press"]}
    assert not told("press", ["tahona", own])


def test_a_document_of_two_languages_is_judged_by_the_one_that_stays(tmp_path: Path) -> None:
    """And without that by all of it; the passages that are not asked for go in `corpus`."""
    english = (
        "The postman came up the road to the square while the bells of the church rang ten. " * 8
    )
    other = (
        "En otoño volvió con un cuaderno lleno de cuentas, y nadie en la villa preguntó por qué."
    )
    texts = [f"{english}\n{ARTICLE}", f"{english}\n" * 9 + ARTICLE[:90], other]
    data = documents(tmp_path, texts)
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    inputs = {"documents": [data], "signals": [signals]}
    rules = [{"name": "mixed", "signal": "scattered_share", "max": 0.1}]
    for passages, fates in (
        (False, ["language", "language", None]),
        (True, [None, "language", None]),
    ):
        asked = {"rules": rules, "languages": ["es"], **({"passages": True} if passages else {})}
        decided = compute(Filter(), inputs, tmp_path / f"f{passages}", **asked)
        assert [row["rule"] for row in rows(decided, "decisions")] == fates
    for parted, kept in (({"passages": True}, 2), ({}, 1)):
        of = {"documents": [data], "signals": [signals], "decisions": [decided]}
        corpus = compute(Corpus(), of, tmp_path / f"c{kept}", **parted)
        assert {file.part for file in corpus.files()} - {"copies"} == {"lang=es"}
        texts_of = [row["text"] for row in rows(corpus, "lang=es")]
        assert len(texts_of) == kept and not any("postman" in text for text in texts_of)


def test_near_a_tag_stand_those_that_stay_with_it_and_without_it(tmp_path: Path) -> None:
    """And near a bound that removes those that no other removes, whatever tags they have."""
    texts = [" ".join(ARTICLE.split()[:n]) for n in (10, 24, 30, 40)]
    data = documents(tmp_path, texts)
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    (file,), tables = data.files("kept"), [Path(f.path) for f in signals.files("signals")]
    rules = [
        Bounds(name="few", signal="words", min=15),
        Bounds(name="brief", signal="words", min=25, action="tag"),
    ]
    near = nearest([(Path(file.path), tables, None)], rules, ["es"], 9, np.inf)
    thresholds = {(one.rule, one.kept, int(one.value)) for one in near}
    assert {("brief", False, 24), ("brief", True, 30)} <= thresholds
    assert ("few", False, 10) in thresholds and ("brief", False, 10) not in thresholds
