"""What sites say of the rights in their pages is read as its text says, from the examples that it gives."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import lxml.etree
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.rights.agents import AI_AGENTS
from cleaning.rights.content_usage import preferences
from cleaning.rights.licence import licence_named, licence_of, licence_told
from cleaning.rights.policy import Policy, Refusal, refused
from cleaning.rights.read import (
    read_page,
    statements_in_answer,
    statements_in_file,
    statements_in_robots,
)
from cleaning.rights.registry import BY_NAME, PROTOCOLS
from cleaning.rights.robots import parse
from cleaning.rights.statement import Asking, Source, Statement

DAY = "2026-11-24T00:00:00Z"


def asking(path: str = "/x", agent: str = "Tahona", agents: tuple[str, ...] = AI_AGENTS) -> Asking:
    return Asking(f"http://a.test{path}", agent, agents)


def in_robots(text: str, path: str = "/x", agent: str = "Tahona") -> list[tuple[str, str]]:
    statement_of = statements_in_robots(parse(text.encode()), asking(path, agent), DAY)
    assert all(s.source == "robots.txt" and s.read_at == DAY for s in statement_of)
    return [(s.statement, s.value) for s in statement_of]


def in_file(path: str, data: str, url: str) -> list[tuple[str, str]]:
    return [
        (s.statement, s.value) for s in statements_in_file(path, data.encode(), asking(url), DAY)
    ]


def in_answer(headers: Mapping[str, str] = {}, html: str = "") -> list[tuple[str, str, str]]:
    """What an answer says; in a header a line break parts its lines."""
    page = read_page(lxml.etree.HTML(html)) if html else None
    statement_of = statements_in_answer(
        lambda name: headers.get(name, "").splitlines(), page, asking(), DAY
    )
    return [(s.source, s.statement, s.value) for s in statement_of]


def test_robots_rules_that_name_an_ai_agent() -> None:
    text = "User-agent: GPTBot\nUser-agent: CCBot/2.0\nDisallow: /\nAllow: /abierto\n\nUser-agent: *\nDisallow: /no"
    assert in_robots(text) == [("ai-agents", "CCBot"), ("ai-agents", "GPTBot")]
    assert in_robots(text, "/abierto/x") == []
    assert in_robots("User-agent: *\nDisallow: /") == []  # closed for all, and for no agent by name


# draft-ietf-aipref-attach-05, the example of the section on robots.txt
USAGE = """User-Agent: *
Allow: /
Disallow: /never/
Content-Usage: train-ai=n
Content-Usage: /ai-ok/ train-ai=y

User-Agent: ExampleBot
Allow: /
Content-Usage: train-ai=y
"""


def test_content_usage_in_robots_goes_by_the_longest_path() -> None:
    assert in_robots(USAGE, "/test") == [("content-usage", "train-ai=n")]
    assert in_robots(USAGE, "/ai-ok/test") == [("content-usage", "train-ai=y")]
    assert in_robots(USAGE, "/test", "ExampleBot") == [("content-usage", "train-ai=y")]
    both = "User-agent: *\nContent-Usage: /a\ttrain-ai=y\nContent-Usage: /a train-ai=n, search=y\n"
    both += "Content-Usage: /a%62c search=n"
    assert [value for _, value in in_robots(both, "/a")] == ["train-ai=y", "train-ai=n", "search=y"]
    assert [value for _, value in in_robots(both, "/abc")] == ["search=n"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("train-ai=n", ["train-ai=n"]),
        ("train-ai=y, search=n", ["train-ai=y", "search=n"]),
        ('train-ai=y, train-ai, search=n, search="n"', []),  # vocab-08, 6.5.1
        ("train-ai;allow=n, train-ai=y", ["train-ai=y"]),  # 6.5.2
        ('train-ai;has;parameters="?";', []),
        ("Train-AI=n", []),
        ("train-ai=n,", []),
        ("train-ai = n", []),
        ("other=(a b);q=1.0, x=?1, train-ai=n;why=@1659578233", ["train-ai=n"]),
        ("train-ai=N", []),
        ("", []),
    ],
)
def test_a_preference_is_a_token_of_a_dictionary(text: str, tokens: list[str]) -> None:
    assert preferences(text) == tokens
    assert in_answer({"content-usage": text}) == [("header", "content-usage", v) for v in tokens]


def test_content_signals() -> None:
    text = "User-Agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n"
    assert in_robots(text) == [("content-signal", "search=yes"), ("content-signal", "ai-train=no")]
    mixed = "User-agent: *\ncontent-signal: AI-Input=No,ai-train=quizás, search"
    assert in_robots(mixed) == [("content-signal", "ai-input=no")]


def test_tdmrep_reads_the_examples_of_its_report(shared: Path) -> None:
    examples = json.loads((shared / "data/lists/tdmrep_examples.json").read_text())
    path = "/.well-known/tdmrep.json"
    assert in_file(path, examples[0], "/x") == [("tdm-reservation", "1")]
    assert in_file(path, examples[1], "/directory-a/x") == [("tdm-reservation", "1")]
    policy = "https://provider.com/policies/policy.json"
    assert in_file(path, examples[1], "/directory-b/html/x") == [("tdm-reservation", f"1 {policy}")]
    assert in_file(path, examples[1], "/directory-b/images/x.jpg") == [("tdm-reservation", "0")]
    assert in_file(path, examples[1], "/otro") == []
    for example, value in ((examples[2], "1"), (examples[3], f"1 {policy}")):
        lines = [line.strip().partition(": ") for line in example.strip().splitlines()[1:]]
        assert in_answer({name.lower(): statement_of for name, _, statement_of in lines}) == [
            ("header", "tdm-reservation", value)
        ]
    assert in_answer(html=examples[4]) == [("page", "tdm-reservation", f"1 {policy}")]


@pytest.mark.parametrize(
    "data", ["", "[]", "{}", "[1]", '[{"location": 1, "tdm-reservation": 1}]', "[" * 100_000, "\0"]
)
def test_a_tdmrep_file_that_is_none_says_nothing(data: str) -> None:
    assert in_file("/.well-known/tdmrep.json", data, "/x") == []
    for value in ("2", "true", '"x"', "true", "null"):
        rules = f'[{{"location": "/", "tdm-reservation": {value}}}]'
        assert in_file("/.well-known/tdmrep.json", rules, "/x") == []


def test_words_for_robots_in_head_and_page() -> None:
    assert in_answer({"x-robots-tag": "noai, noimageai"}) == [
        ("header", "noai", "noai"),
        ("header", "noai", "noimageai"),
    ]
    assert in_answer({"x-robots-tag": "googlebot: noai"}) == []
    assert in_answer({"x-robots-tag": "googlebot: nofollow, tahona: noai"}) != []
    assert in_answer({"x-robots-tag": "googlebot: nofollow\nnoai"}) == [("header", "noai", "noai")]
    assert in_answer({"tdm-reservation": "1\n1"}) == [("header", "tdm-reservation", "1")]
    assert in_answer(html='<meta name="ROBOTS" content="NoAI"><meta name=tahona content=none>') == [
        ("page", "noai", "noindex"),
        ("page", "noai", "noai"),
    ]
    assert in_answer(html='<meta name="otro" content="noai">') == []


def test_ai_txt() -> None:
    # The file that its generator gives where all is opted out, and one that keeps pictures only.
    whole = "# Spawning AI\n\nUser-Agent: *\nDisallow: *.txt\nDisallow: /\nDisallow: *\n"
    pictures = "User-Agent: *\nDisallow: *.jpg\nAllow: *.txt\nAllow: /\n"
    assert in_file("/ai.txt", whole, "/x.html") == [("ai.txt", "no")]
    assert in_file("/ai.txt", "User-Agent: *\nDisallow: *.txt\nDisallow: *.jpg\n", "/x") == [
        ("ai.txt", "no")
    ]
    assert in_file("/ai.txt", pictures, "/x.html") == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("http://creativecommons.org/licenses/by/3.0/es/deed.es", "CC-BY-3.0"),  # SPDX has no other
        ("//creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("https://creativecommons.org/", None),
        ("https://example.org/licenses/by/4.0/", None),
    ],
)
def test_the_address_of_a_licence(address: str, name: str | None) -> None:
    assert licence_of(address) == name


@pytest.mark.parametrize(
    ("said", "name", "alone"),
    [
        ("cc-by-sa-4.0", "CC-BY-SA-4.0", True),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.es", "CC-BY-SA-4.0", True),
        ("creativecommons.org/licenses/by/4.0", "CC-BY-4.0", True),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0", True),
        ("Atribución-NoComercial 4.0 Internacional (CC BY-NC 4.0)", "CC-BY-NC-4.0", True),
        ("Creative Commons Attribution 4.0 International NonCommercial", "CC-BY-NC-4.0", True),
        ("CC BY (NC)", "CC-BY-NC", True),
        ("https://creativecommons.org/licenses/by/4.0/nc", "CC-BY-NC-4.0", True),
        ("CC0 1.0 Universal", "CC0-1.0", True),
        ("CC BY 3.0 de Creative Commons", "CC-BY-3.0", False),
        ("CC BY 3.0 DE", "CC-BY-3.0-DE", True),
        ("CC BY-NC-ND 3.0 ES", "CC-BY-NC-ND-3.0", False),  # which SPDX does not have
        ("http://creativecommons.org/licenses/by-nc/3.0/es/", "CC-BY-NC-3.0", False),
        ("Esta obra está bajo una licencia CC BY 4.0.", "CC-BY-4.0", False),
        ("gpl-2.0-or-later", "GPL-2.0-or-later", True),
        ("Apache License, Version 2.0", "Apache-2.0", True),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0", True),
        ("https://opensource.org/licenses/MIT", "MIT", True),
        ("ODbL", "ODbL-1.0", True),
        ("MIT", "MIT", None),  # of a note the press of that name
        ("2010-2021, Ubuntu Developers, CC BY-SA 3.0", None, False),
        ("CC BY-SA 4.0 y GFDL", None, False),
        ("CC BY 3.0, CC BY-SA 4.0", None, False),
        ("CC0, Creative Commons Attribution", None, False),
        ("Creative Commons BY 4.0, excepto imágenes", None, False),
        ("Reconocimiento 4.0", None, False),
        ("Todos los derechos reservados", None, False),
        ("none", None, False),
    ],
)
def test_a_licence_has_one_name_and_a_note_that_surely_names_none_is_a_note(
    said: str, name: str | None, alone: bool | None
) -> None:
    """None: of a field for it the licence, and of a note of rights perhaps whose they are."""
    assert licence_named(said) == (name, "" if name and alone is not False else said)
    given = {"licence": name} if name and alone is not None else {}
    assert licence_told(said) == given | ({} if alone else {"rights": said})


# As Creative Commons names them in es, ca, gl, eu, pt, en and fr, and others did before.
ASKED = {
    "BY": "BY|Atribución|Reconocimiento|Reconeixement|Recoñecemento|Aitortu|Atribuição|Attribution|Paternité",
    "NC": (
        "NC|NoComercial|Uso no comercial|NonComercial|EzKomertziala|NãoComercial|Non-Commercial|no commercial use|"
        "Pas d’Utilisation Commerciale"
    ),
    "ND": (
        "ND|SinDerivadas|Sin obras derivadas|SenseObraDerivada|SenObraDerivada|LanEratorririkGabe|SemDerivações|"
        "NoDerivs|No Derivatives|Pas de Modification"
    ),
    "SA": (
        "SA|CompartirIgual|Compartir bajo la misma licencia|PartekatuBerdin|CompartilhaIgual|ShareAlike|"
        "Partage dans les Mêmes Conditions"
    ),
}
NONE = ["no", "nicht", "sin", "excepto", "GFDL", "derechos reservados", "nur zum Lesen", "≠", "?"]


def test_a_text_is_never_freer_than_its_note() -> None:
    """Terms, spellings, what stands between them, their order, and a word that may take it all back."""
    asked = [
        ("BY", *more) for n in range(3) for more in itertools.combinations(["NC", "ND", "SA"], n)
    ]
    between = ["-", " – ", "–", ", ", " / ", "_", "\u2011", " (", " y ", "\u00ad-"]
    for turn, terms in itertools.product(range(30), asked):
        ordered = next(
            itertools.islice(itertools.permutations(terms), turn % math.factorial(len(terms)), None)
        )
        words = [
            ASKED[t].split("|")[(turn + n) % len(ASKED[t].split("|"))]
            for n, t in enumerate(ordered)
        ]
        note = between[turn % len(between)].join([f"Creative Commons {words[0]}", *words[1:]])
        name = None if {"ND", "SA"} <= set(terms) else "-".join(["CC", *terms, "4.0"])
        assert licence_told(f"{note} 4.0").get("licence") == name, note
        place = turn % len(words)
        words.insert(place, NONE[turn % len(NONE)])
        assert "licence" not in licence_told(f"CC {' '.join(words)} 4.0"), words


def test_the_address_that_a_note_states_is_its_licence_unless_words_ask_for_more() -> None:
    by, sa = (f"https://creativecommons.org/licenses/{x}/4.0/" for x in ("by", "by-sa"))
    assert licence_told("Ana Ruiz, CC BY", [by, by]) == {"licence": by}
    assert licence_told("CC BY-NC", [by])["licence"] == "CC-BY-NC-4.0"
    assert licence_told("Todos los derechos reservados", [by])["rights"].endswith(by)
    assert licence_told("Ana Ruiz", [by, sa]) == {"rights": f"Ana Ruiz {by} {sa}"}


def test_a_licence_is_named_by_rel_property_or_json_and_else_linked() -> None:
    by, sa = (f"https://creativecommons.org/licenses/{x}/4.0/" for x in ("by", "by-sa"))
    licences = [
        f'<p><a rel="license" href="{by}">x</a>',
        f'<link rel="copyright LICENSE" href="{by}"><p>x',
        f'<p about="" property="dct:license" resource="{by}">x',
        f'<a itemprop="license" href="{by}">x</a>',
        f'<script type="application/ld+json">[{{"license": {{"@id": "{by}"}}}}]</script><p>x',
    ]
    for html in licences:
        assert in_answer(html=html) == [("page", "licence", "CC-BY-4.0")], html
    linked = in_answer(html=f'<p>foto: <a href="{sa}">CC</a> <a rel=license href="{by}">CC</a>')
    assert [v for *_, v in linked] == ["CC-BY-4.0", "linked CC-BY-SA-4.0"]


def statement_of(source: Source, statement: str, value: str) -> Statement:
    return Statement(source, statement, value, DAY)


def test_a_policy_hears_what_it_names_and_of_tdmrep_what_is_nearest() -> None:
    policy = Policy(refuse=["tdm-reservation", "noai", "content-usage"])
    file, head = (
        statement_of("file", "tdm-reservation", "1"),
        statement_of("header", "tdm-reservation", "0"),
    )
    assert refused(policy, [file]) == file and refused(policy, [file], at_hand=False) is None
    assert refused(policy, [file, head]) is None
    assert refused(policy, [head, statement_of("page", "tdm-reservation", "1 x")]) is not None
    assert refused(policy, [statement_of("robots.txt", "content-signal", "ai-train=no")]) is None
    allowed, denied = (statement_of("robots.txt", "content-usage", f"train-ai={x}") for x in "yn")
    assert (
        refused(policy, [denied, statement_of("header", "content-usage", "train-ai=y")]) == denied
    )
    assert refused(policy, [allowed, denied], at_hand=False) == denied
    assert (
        refused(
            policy,
            [statement_of("page", "noai", "noindex"), statement_of("page", "noai", "noimageai")],
        )
        is None
    )


def test_every_protocol_has_an_entry_and_a_text_with_a_day() -> None:
    assert len(BY_NAME) == len(PROTOCOLS)
    assert set(get_args(Refusal)) == set(BY_NAME) - {"licence"}
    assert all("20" in protocol.spec for protocol in PROTOCOLS)
    tokens = {agent for agent in AI_AGENTS if not agent.replace("2", "").replace("-", "").isalpha()}
    assert not tokens


@given(st.binary(max_size=200), st.text(max_size=60))
def test_nothing_is_too_odd_to_be_read(data: bytes, text: str) -> None:
    statements_in_robots(parse(b"User-agent: *\nContent-Usage: " + data), asking(), DAY)
    for path in ("/ai.txt", "/.well-known/tdmrep.json"):
        statements_in_file(path, data, asking(), DAY)
    statements_in_answer(lambda name: [text], None, asking(), DAY)
