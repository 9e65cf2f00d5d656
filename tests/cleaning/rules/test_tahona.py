"""What the preset `tahona` asks of texts in Markdown by their kinds."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.readers.markup.markdown import markdown
from cleaning.rules.apply import Asked, first_broken
from cleaning.rules.rules import bounds, resolve
from cleaning.rules.tahona import FILE, PAGE
from cleaning.signals.signals import compute
from cleaning.text.batch import Batch

OF_KINDS = [r for r in bounds(resolve("tahona")) if r.kinds and {"notes", "listing"} & {*r.kinds}]
RULES = [
    rule for rule in OF_KINDS if rule.signal not in {"unwanted", PAGE, FILE}
]  # these are learnt
NO_PAGE = {PAGE: np.array([np.nan]), FILE: np.array([np.nan])}
STEP = "Se mezcla la harina con el agua y se deja reposar en un cuenco tapado."
CODE = "```\npan = Pan(harina=500)\npan.agua = 320\npan.amasar(minutos=10)\n```"
LIST = "- Harina de centeno\n- Agua tibia\n- Sal marina\n- Masa madre de trigo\n" * 3
CHAPTER = "\n\n".join(f"## Paso {n}\n\n{STEP}\n\n{CODE}\n\n{LIST}" for n in "abcdef")


def removal(text: str, domain: str = "web") -> str | None:
    """The first rule of kinds that a text in Markdown breaks."""
    record = markdown(text.encode())
    names = {rule.signal for rule in RULES}
    signals = compute(Batch([record.text or ""]), {"language": ["es"]}, names)
    documents = Asked(["es"], [domain], ["markdown"], [str(record.metadata["kind"])])
    (breach,) = first_broken(RULES, signals | NO_PAGE, documents)
    return breach and breach[0]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (CHAPTER, None),
        (CHAPTER.replace(CODE, ""), "listing"),  # an outline
        (CHAPTER.replace("- ", "- [ ] "), "listing"),  # tasks
        ("\n\n".join(CHAPTER.split("\n\n")[:12]), "fragments"),
        (CHAPTER.replace("- ", "\n\n"), "listing"),  # captions
    ],
)
def test_a_text_in_markdown_that_explains_between_code_and_lists_stays(
    text: str, rule: str | None
) -> None:
    assert removal(text) == rule


def test_an_act_of_one_article_between_headings_is_no_listing() -> None:
    office = "El Secretario de Hacienda,\n\n### Luis Bernal."
    act = f"# LEY 30\n\n## DECRETA:\n\n**Artículo único.** {STEP}\n\n" + f"{office}\n\n" * 6
    assert (removal(act), removal(act, "legal")) == ("listing", None)


@pytest.mark.parametrize(
    ("kind", "domain", "unwanted", "rule"),
    [
        ("article", "web", 0.6, "worth"),
        ("article", "web", 0.5, None),
        ("", "web", 0.9, None),  # a text file: too few were judged
        ("", "technical", 0.5, None),  # steps of an experiment
        ("", "technical", 0.6, "worth_of_help"),
        ("", "legal", 0.7, None),  # an ordinance of one article below a letterhead
        ("", "legal", 0.8, "worth_of_law"),
        ("", "literature", 0.4, None),  # a tale of thirty words
        ("", "literature", 0.5, "worth_elsewhere"),
        ("", "biomedical", 0.6, None),  # a note of intensive care
    ],
)
def test_what_readers_would_not_want_goes_where_enough_was_judged(
    kind: str, domain: str, unwanted: float, rule: str | None
) -> None:
    rules = [rule for rule in bounds(resolve("tahona")) if rule.signal == "unwanted"]
    documents = Asked(["es"], [domain], ["text"], [kind])
    values = {"unwanted": np.array([unwanted])}
    (breach,) = first_broken(rules, values | NO_PAGE, documents)
    assert (breach and breach[0]) == rule


def test_a_page_that_is_told_by_its_sentences_is_asked_for_nothing_that_counts() -> None:
    rules = [rule for rule in bounds(resolve("tahona")) if PAGE in (rule.signal, rule.unless)]
    documents = Asked(["es"] * 3, ["web"] * 3, ["html"] * 3, ["article", "listing", "article"])
    values = {rule.signal: np.full(3, 0.6) for rule in rules}
    values |= {PAGE: np.array([0.3, 0.3, np.nan])}
    breaches = first_broken(rules, values, documents)
    assert [breach and breach[0] for breach in breaches] == [
        None,
        "worth_of_listing",
        "mixed_languages",
    ]


def test_a_file_that_is_told_by_its_sentences_is_not_asked_how_unwanted_help_is() -> None:
    rules = [rule for rule in bounds(resolve("tahona")) if FILE in (rule.signal, rule.unless)]
    domains = ["technical"] * 3 + ["legal"] * 2  # a decree of one article has 0.7
    documents = Asked(["es"] * 5, domains, ["markdown"] * 5, ["article"] * 5)
    values = {"unwanted": np.full(5, 0.6), FILE: np.array([0.6, 0.7, np.nan, 0.7, 0.9])}
    breaches = first_broken(rules, values, documents)
    assert [breach and breach[0] for breach in breaches] == [
        None,
        "worth_of_file",
        "worth_of_help",
        None,
        "worth_of_law_file",
    ]


def test_a_language_must_be_sure_whichever_of_those_kept_it_is() -> None:
    rules = [rule for rule in bounds(resolve("tahona")) if rule.name == "language_unsure"]
    documents = Asked(["es", "gl", "ca", "eu"], ["web"] * 4, ["html"] * 4, ["article"] * 4)
    for p, removed in ((0.4, True), (0.6, False)):
        breaches = first_broken(rules, {"language_p": np.full(4, p)}, documents)
        assert [one is not None for one in breaches] == [removed] * 4
