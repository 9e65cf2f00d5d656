"""What pages are built of: quotations, passages, drawings, comparisons, words and numbers of two languages."""

from __future__ import annotations

import ast
import json
import re
import warnings
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.corpus import stage as corpus
from cleaning.crawl.stage import CrawlRule
from cleaning.decontaminate import stage as decontaminate
from cleaning.deduplicate import params as deduplicate
from cleaning.filter import boilerplate
from cleaning.privacy.kinds import KINDS
from cleaning.readers.records import Damage, NoPage
from cleaning.rules.rule import LANGUAGE
from cleaning.rules.rules import PRESETS
from cleaning.signals.signals import NUMBERS
from cleaning.text.batch import Batch
from flows.chain.pace import POINTS, Pace
from flows.recipe.graph import GROUPS
from flows.report import quote
from flows.report.examples.passages import differing_spans, passage_spans
from flows.report.figures import plot
from flows.report.figures.histograms import histograms
from flows.report.figures.read_errors import FAILED, visits
from flows.report.figures.sections import speeds
from flows.report.pages.graph import around, graph, turned_round
from flows.report.runs.compare import SECTIONS, changes, flat
from flows.report.words.language import languages
from flows.stages import STAGES, load
from flows.web.registry import PAGES
from pipeline.model.ledger import Documents, Ledger
from pipeline.model.notice import notice, some
from pipeline.store.store import Store
from tests.flows.report.pages import committed

ENGLISH, SPANISH = languages()


def test_both_languages_say_the_same_things() -> None:
    assert ENGLISH.words.keys() == SPANISH.words.keys()
    for key, word in ENGLISH.words.items():
        holes = re.findall(r"\{\w*\}", word)
        assert sorted(holes) == sorted(re.findall(r"\{\w*\}", SPANISH[key])), key


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_is_given_twice(language: str) -> None:
    text = files("flows.report").joinpath(f"words/{language}.json").read_text()
    pairs = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    assert len(pairs) == len(dict(pairs))


def test_everything_that_the_code_names_has_words() -> None:
    """What the stages, rules and readers declare: who adds one is told here that it needs its words."""
    stages = [load(name) for name in STAGES]
    rules = {rule.name for preset in PRESETS.values() for rule in preset} | {LANGUAGE}
    rules |= {
        *get_args(CrawlRule),
        *get_args(NoPage),
        *deduplicate.RULES,
        *deduplicate.LEVELS,
        *decontaminate.RULES,
        *corpus.RULES,
    }
    named = {
        "stage": set(STAGES) | set(GROUPS.values()),
        "name": set(STAGES) | set(GROUPS.values()),
        "role": {role for stage in stages for role in stage.inputs},
        "part": {part for s in stages for i in s.inputs.values() for part in i.parts or ()},
        "rule": rules | set(boilerplate.PATTERNS) | set(KINDS),
        "damage": {*get_args(Damage), FAILED},
        "signal": {rule.signal for preset in PRESETS.values() for rule in preset} | set(NUMBERS),
    }
    for kind, names in named.items():
        assert len(names) > 4
        assert {f"{kind}.{name}" for name in names} <= ENGLISH.words.keys()
    pages = {word for page in PAGES for word in (page.name, f"{page.name}.summary")}
    assert {f"web.{word}" for word in pages} <= ENGLISH.words.keys()
    untold = [n for n in rules if SPANISH.called("rule", n) == ENGLISH.called("rule", n)]
    assert not untold, "Spanish words for a rule are those of another language"


def test_every_warning_has_words_for_its_values_in_all_languages() -> None:
    """By the calls of `notice` in the code: each id is a literal, and each value is said."""
    calls = [
        node
        for package in ("cleaning", "training", "flows", "pipeline")
        for path in Path(str(files(package))).rglob("*.py")
        if "notice(" in (code := path.read_text())
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "notice"
    ]
    words = set()
    for call in calls:
        constants = [n for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
        ids = {n.value for n in constants if isinstance(n.value, str)}
        named = {f"{{{word.arg}}}" for word in call.keywords if word.arg}
        for key in (f"warning.{id}" for id in ids):
            one = {f"{key}.one"} & ENGLISH.words.keys()
            words |= {key, *one}
            for word in (language[name] for language in languages() for name in (key, *one)):
                fields = set(re.findall(r"\{\w+\}", word))
                assert fields == named or any(w.arg is None for w in call.keywords), word
    assert words == {key for key in ENGLISH.words if key.startswith("warning.")}


def test_a_warning_is_said_with_its_numbers_lists_and_what_it_holds() -> None:
    broken = [notice("extract.broken.file", file=f"{n}.gz", at=1234, n=n) for n in range(1, 6)]
    files = notice("extract.broken", source="boletin", files=some(broken))
    assert SPANISH.sentence(files) == (
        "la fuente boletin tiene ficheros que se interrumpen: 1.gz (leído hasta el byte 1.234, 1 registro), "
        "2.gz (leído hasta el byte 1.234, 2 registros), 3.gz (leído hasta el byte 1.234, 3 registros) y 2 más"
    )
    unmeasured = notice("shard.unmeasured", domain="legal", tokens=5, splits=["test"])
    assert SPANISH.sentence(unmeasured).startswith(
        "derecho (legal) tiene 5 tokens para entrenar y ninguno para prueba (test)"
    )
    assert SPANISH.sentence("of a record of before") == "of a record of before"
    assert SPANISH.sentence({"id": "of.later", "values": {"n": 1}}) == "of.later"


def test_parts_are_called_by_language_split_and_source() -> None:
    assert SPANISH.part("lang=gl") == "en gallego"
    assert [SPANISH.called("lang", code) for code in ("da", "und", "qqq")] == [
        "danés",
        "indeterminada",
        "qqq",
    ]
    assert SPANISH.part("legal/test") == "derecho, prueba"
    assert SPANISH.part("lang=es-GT.legal") == "en español (Guatemala), derecho"
    assert SPANISH.part("gl.legal/parquet") == "gallego, derecho, parquet"
    assert SPANISH.part("removed") == "retirados"
    assert SPANISH.part("boletin") == "boletin"
    assert SPANISH.named("rule", "short") == "demasiado corto (short)"
    assert SPANISH.named("rule", "mine") == "mine"


def test_numbers_are_written_as_each_language_does() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert ENGLISH.number(1234.5, 1) == "1,234.5"
    assert SPANISH.number(1234.5, 1) == "1.234,5"
    assert [ENGLISH.percent(p) for p in (0, 0.0001, 0.1234, 0.99999, 1)] == [
        *("0%", "<0.1%", "12.3%", ">99.9%", "100%")
    ]
    assert SPANISH.percent(0.1234) == f"12,3{space}%"
    assert [ENGLISH.size(n).replace(space, " ") for n in (0, 999, 268_000, 7_206_573)] == [
        *("0 bytes", "999 bytes", "268 kB", "7.21 MB")
    ]
    assert SPANISH.size(7_206_573) == f"7,21{space}MB"
    seconds = (0.25, 59.97, 61, 599.7, 3599.6, 7199, 7500)
    times = [ENGLISH.duration(s).replace(space, " ") for s in seconds]
    assert times == [
        *("0.2 s", "1 min 0 s", "1 min 1 s", "10 min 0 s", "1 h 0 min", "2 h 0 min", "2 h 5 min")
    ]
    assert ENGLISH.size(999_600).replace(space, " ") == "1 MB"
    assert [ENGLISH.figure(v) for v in (12, 0.00001234, 2.26197, 1234.5, 2.6e83)] == [
        *("12", "0.00001234", "2.262", "1,234", "2.6e+83")
    ]
    assert SPANISH.change(-0.5) == "−0,5"


@given(st.text(max_size=600), st.integers(1, 300))
def test_a_quoted_line_is_short_and_masked(text: str, length: int) -> None:
    quoted = quote.line(f"{text} ana@correo.es {text}", length)
    assert len(quoted) <= length + 1
    assert "ana@correo.es" not in quoted
    assert not set(quoted) & set("\n\r\x00\u202e\u2067\u200b")


@given(
    st.text(max_size=900),
    st.text(max_size=900),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 400)), max_size=12),
)
def test_a_passage_is_short_and_masked_wherever_it_begins(
    before: str, after: str, places: list[tuple[int, int]]
) -> None:
    text = f"{before} ana.perez@correo.es o 612 345 678 {after}"
    spans = sorted((start, start + length) for start, length in places)
    pieces = quote.passage(text, lambda clean: [s for s in spans if s[1] <= len(clean)], 200)
    whole = "".join(piece for piece, _ in pieces)
    assert "perez@correo" not in whole
    assert "612 345" not in whole
    assert len(whole) <= 200 + 2 + 2 * len("[NUMBER]")


def test_what_the_store_calls_its_shards_by_is_shown_whole() -> None:
    text = "shards/extract/fc619d640218903de9889d1535/quarantined.parquet, 640218903"
    assert quote.line(text, 200) == text.replace(" 640218903", " [NUMBER]")


def test_names_and_a_recipe_s_own_patterns_are_masked_where_they_end_too() -> None:
    text = "Firmado: Ramón Pérez Luna, carpeta F-778.\nSu letrada, F-9 " + "y nada más " * 40
    with quote.masking({"ficha": "F-[0-9]+"}):
        texts = [
            quote.line(text, 60),
            quote.lines(text, 60),
            "".join(p for p, _ in quote.passage(text)),
        ]
    for quoted in texts:
        assert "[NAME]" in quoted and "[FICHA]" in quoted
        assert "Pérez" not in quoted and "F-" not in quoted
    assert "\n" in texts[1] and texts[1].endswith("…")
    assert "F-778" in quote.line(text, 60), "outside of the block they are nothing"


def test_invisible_characters_hide_no_address() -> None:
    text = "ana\u200b.perez\u00ad@correo\u2060.es"
    assert quote.line(text, 80) == "[EMAIL]"
    assert quote.passage(text) == [("[EMAIL]", False)]


def test_links_are_of_the_web_and_hold_nobody() -> None:
    assert quote.link("https://a.test/2024/05/17/000123456.html")
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "http://a.test/?de=ana@correo.es",
        "http://a.test/?de=ana%40correo.es",
        "http://a.test/?de=ana%2540correo.es",
        "http://ana:clave@a.test/",
        "http://a.test/ x",
        "http://ñ.test/",
    ):
        assert quote.link(url) is None, url


TRIPPING = {
    "hashes_per_word": ("Uno dos # tres", "#"),
    "ellipses_per_word": ("Sigue leyendo... aquí", "..."),
    "ellipsis_lines": ("Una línea entera.\nOtra que no acaba…", "Otra que no acaba…"),
    "bullet_lines": ("Texto.\n• un punto de lista", "• un punto de lista"),
    "end_mark_lines": ("Acaba bien.\nEsta no acaba", "Esta no acaba"),
    "digits": ("El número 4567 es", "4567"),
    "uppercase": ("hola GRITANDO mucho", "GRITANDO"),
    "symbols": ("precio € alto", "€"),
    "latin": ("palabra привет fin", "привет"),
    "longest_word": ("un aaaaaaaaaaaaaaaaaaaa fin", "aaaaaaaaaaaaaaaaaaaa"),
    "long_word_share": ("un aaaaaaaaaaaaaaaaaaaa fin", "aaaaaaaaaaaaaaaaaaaa"),
    "urls_per_word": ("ver https://a.test/x ya", "https://a.test/x"),
    "tags_per_word": ("un <div class=x> roto", "<div class=x>"),
    "braces_per_word": ("var x = {} y", "{}"),
    "unreadable": ("roto \ufffd aquí", "\ufffd"),
    "duplicate_lines": ("la misma línea\notra\nla misma línea", "la misma línea"),
    "duplicate_5grams": ("a b c d e f. a b c d e g", "a b c d e"),
    "top_2gram": ("pan duro y pan duro o sal", "pan duro"),
    "keyword_density": ("casino gratis y casino o pan", "casino"),
    "error_page": ("Error 404: no se ha encontrado", "404"),
    "short_lines": ("corta\n" + "larga " * 20, "corta"),
}


@pytest.mark.parametrize("signal", TRIPPING)
def test_the_passage_is_where_the_signal_comes_from(signal: str) -> None:
    text, expected = TRIPPING[signal]
    pieces = quote.passage(text, partial(passage_spans, signal))
    assert expected in [piece for piece, marked in pieces if marked]
    assert signal in NUMBERS


def test_the_passage_is_found_deep_in_a_text() -> None:
    text = "Una frase normal que no dice nada raro. " * 200 + "# # # # # # " * 10 + "fin. " * 500
    pieces = quote.passage(text, partial(passage_spans, "hashes_per_word"))
    assert sum(len(piece) for piece, marked in pieces if marked) >= 20
    assert pieces[0] == ("…", False)


@given(st.sampled_from(sorted(NUMBERS)), st.text(max_size=300))
def test_every_signal_gives_sorted_spans_of_the_text(signal: str, text: str) -> None:
    spans = passage_spans(signal, text)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert Batch([text]).texts == [text]


def test_what_two_texts_do_not_share_is_marked() -> None:
    mine = "Una entradilla propia. El molino de la sierra volvió a moler ayer. Otro final."
    other = "El molino de la sierra volvió por fin a moler ayer. Otro final."
    marked = [mine[start:end] for start, end in differing_spans(mine, other)]
    assert marked == ["Una entradilla propia"]
    assert [other[a:b] for a, b in differing_spans(other, mine)] == ["por fin"]
    assert differing_spans("uno dos", "UNO, dos") == differing_spans("", "") == []


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.floats(allow_nan=True, allow_infinity=True)),
        max_size=1500,
    )
)
def test_a_line_keeps_its_ends_and_few_points(points: list[tuple[float, float]]) -> None:
    finite = [p for p in points if abs(p[1]) < float("inf")]
    thinned = plot.thin(points)
    assert len(thinned) <= plot.POINTS
    if finite:
        assert thinned[0] == finite[0]
        assert thinned[-1] == finite[-1]
    else:
        assert thinned == []


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_round_and_span_the_values(low: float, room: float) -> None:
    high = low + max(room, abs(low) * 1e-6)
    marks = plot.ticks(low, high)
    assert 2 <= len(marks) <= 8
    slack = (marks[1] - marks[0]) * 1e-6
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack


def test_a_curve_that_was_noted_late_begins_where_its_training_did() -> None:
    points = [("loss", "second", [(10, 3.0), (12, 2.0)])]
    drawn = plot.chart(points, lambda value, digits: f"{value:.{digits}f}", begins=[0])
    assert drawn and drawn["x_ticks"][0] == (plot.LEFT, "0")
    first = float(drawn["lines"][0]["points"].split(",")[0])
    assert first > (drawn["left"] + drawn["right"]) / 2


def test_a_histogram_draws_both_sides_and_only_thresholds_in_sight() -> None:
    thresholds = [{"rule": "r", "bound": "min", "value": v} for v in (25.0, 100_000.0)]
    scale = {"log": False, "low": 0.0, "high": 100.0, "thresholds": thresholds}
    drawn = plot.histogram({**scale, "kept": [0, 0, 0, 8], "removed": [2, 0, 0, 2]})
    assert drawn["thresholds"] == [plot.SMALL_WIDTH / 4]
    top = min(float(y) for y in re.findall(r"V([\d.]+)", drawn["sides"]["kept"]))
    bottom = max(float(y) for y in re.findall(r"V([\d.]+)", drawn["sides"]["removed"]))
    assert top < plot.SMALL_HEIGHT / 2 < bottom < plot.SMALL_HEIGHT


def test_one_value_far_from_all_others_or_one_value_alone_leaves_a_histogram_readable(
    store: Store, tmp_path: Path
) -> None:
    values = [*np.geomspace(20, 900, 99).tolist(), 2.6e83]
    tables = {
        "decisions": pa.table({"kept": [value < 500 for value in values]}),
        "signals": pa.table({"perplexity": values, "braces": [0.0] * 100}),
    }
    rows = []
    for name, table in tables.items():
        pq.write_table(table, tmp_path / name)
        rows.append(committed(store, "filter", [name], [({name: tmp_path / name}, Ledger(), {})]))
    rules = [
        {"rule": "r", "signal": signal, "min": None, "max": most}
        for signal, most in (("perplexity", 500.0), ("braces", 0.0))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn, alone = histograms(store, rows[0], rows[1], rules)
    assert alone["low"] == 0 < alone["high"] and sum(alone["kept"]) == max(alone["kept"])
    assert drawn["log"] and drawn["high"] < 1e7
    assert sum(drawn["kept"]) + sum(drawn["removed"]) == 100 and sum(map(bool, drawn["kept"])) > 5


EDGES = {
    "files/a": [],
    "extract/b": ["files/a"],
    "annotate/c": ["extract/b"],
    "filter/d": ["extract/b", "annotate/c"],
    "filter/e": ["extract/b", "annotate/c"],
    "corpus/f": ["extract/b", "filter/d"],
}


def test_a_dataset_is_drawn_with_what_it_came_from_and_what_came_of_it() -> None:
    near, more = around("filter/d", EDGES, turned_round(EDGES))
    assert set(near) == EDGES.keys() - {"filter/e"}
    assert more == 0
    drawn = graph(near, EDGES, "filter/d")
    order = [row["name"] for row in drawn["rows"]]
    for name in order:
        assert all(order.index(source) < order.index(name) for source in EDGES[name])
    assert len(drawn["arcs"]) == 6
    assert sum(arc["near"] for arc in drawn["arcs"]) == 3
    many = {"a/0": [], **{f"b/{i}": ["a/0"] for i in range(100)}}
    near, more = around("a/0", many, turned_round(many))
    assert len(near) + more == 101
    assert near[0] == "a/0"


def test_comparing_names_what_differs_and_nothing_else() -> None:
    def run(**params: object) -> dict[str, object]:
        documents = {"in": 10, "kept": 8, "removed": {"short": 2}, "quarantined": 0}
        row = {"stage": "filter", "state": "reused", "seconds": 1.0, "documents": documents}
        return {
            "datasets": {"filter": f"{params['edits']}" * 8},
            "params": {"filter": params},
            "stages": [row],
        }

    def none(name: str) -> None:
        return None

    old, new = run(edits=True, rules={"a": 1}), run(edits=False, rules={"a": 3})
    new["stages"][0]["documents"] = {
        "in": 10,
        "kept": 7,
        "removed": {"short": 2, "x": 1},
        "quarantined": 0,
    }  # type: ignore[index]
    sections = {s["section"]: s["rows"] for s in changes(flat(old, none), flat(new, none))}
    assert list(sections) == ["parameters", "datasets", "documents"]
    assert [r["label"] for r in sections["parameters"]] == [("filter.edits",), ("filter.rules.a",)]
    assert sections["parameters"][1]["change"] == 2
    assert [(r["label"], r["change"]) for r in sections["documents"]] == [
        (("filter", "kept"), -1),
        (("filter", "removed", "x"), 1),
    ]
    assert changes(flat(old, none), flat(old, none)) == []
    other = {**new, "datasets": {"corpus": "0" * 32}, "params": {"corpus": {"mask": "x"}}}
    alone = {s["section"] for s in changes(flat(old, none), flat(other, none))}
    assert alone == {"datasets"}
    assert set(SECTIONS) >= alone


def test_a_crawl_tells_the_first_addresses_of_each_outcome(store: Store, tmp_path: Path) -> None:
    log = [{"url": f"http://a.test/{i}", "outcome": "kept"} for i in range(5)]
    log += [
        {"url": f"http://a.test/r{i}", "outcome": "robots", "via": "http://a.test/0"}
        for i in range(9)
    ]
    log += [{"url": "http://b.test/", "outcome": "failed", "reason": "ask ana@correo.es"}]
    path = tmp_path / "crawl.jsonl"
    path.write_text("\n".join(map(json.dumps, log)))
    counts = Documents(in_=15, kept=5, removed={"robots": 9}, quarantined=1)
    crawl = committed(store, "crawl", ["warc"], [({"log": path}, Ledger(documents=counts), {})])
    outcomes = visits(store, crawl)
    assert list(outcomes) == ["robots", "failed"]
    assert [v["url"] for v in outcomes["robots"]] == [f"http://a.test/r{i}" for i in range(3)]
    assert outcomes["robots"][0]["via"]["link"] == "http://a.test/0"
    assert outcomes["failed"][0]["detail"] == "ask [EMAIL]"


def test_speed_is_noted_in_few_points_and_drawn_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace = Pace()
    pace.stage_started("extract")
    pace.step_started("extract", "extract", 2, 0)
    for i in range(5_000):
        now[0] = i / 10
        pace.shard_progress(f"{i % 2}", i * 50.0, None, "documents, soon done")
    (step,) = pace.steps
    assert len(step["points"]) <= POINTS
    assert step["unit"] == "documents"
    done = [n for _, n in step["points"]]
    assert done == sorted(done)
    (drawn,) = speeds({"pace": pace.steps}, ENGLISH)
    assert drawn["part"] is None
    assert drawn["drawing"]["lines"][0]["last"] == pytest.approx(1000, rel=0.02)
    assert [one["part"] for one in speeds({"pace": pace.steps * 2}, ENGLISH)] == [1, 2]
    assert speeds({}, ENGLISH) == []
