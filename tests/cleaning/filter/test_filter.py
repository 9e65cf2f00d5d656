"""Rules decide, each document once and by the first rule it breaks; edits cut lines, not the text's life."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import ValidationError

from cleaning.annotate.stage import Annotate
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.filter.boilerplate import rule_of
from cleaning.filter.edits import boilerplate
from cleaning.filter.sites import _repeated, repeated_lines
from cleaning.filter.stage import Filter
from cleaning.rules.rule import Rule
from cleaning.rules.rules import PRESETS, resolve
from cleaning.sites import LINES as LINES_OF_SITES
from cleaning.sites import SiteLines, key
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.cleaning.annotate.test_annotate import documents, manifest
from tests.cleaning.extract.test_extract import f1, gold
from tests.cleaning.kernels import compute, file_of, removed, rows, shared
from tests.examples import examples

ARTICLE = (
    "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya.\n"
    "Traía una sola carta, escrita con tinta verde, para la maestra que vivía junto al molino.\n"
    "Ella la abrió despacio, leyó las primeras líneas y se sentó en el banco de piedra del patio.\n"
    "Durante toda la tarde los vecinos hablaron de aquel sobre, de su sello y de quién lo enviaba.\n"
    "Al caer la noche, la maestra salió de casa con una maleta pequeña y tomó el último tren.\n"
)
NOTICE = "Esta página web utiliza cookies propias y de terceros para mejorar su experiencia."


def filtered(
    folder: Path,
    texts: Sequence[str],
    domain: str = "web",
    kind: str | None = None,
    **params: Any,
) -> Manifest:
    """The decisions on documents with these texts, of pages of this kind."""
    folder.mkdir(exist_ok=True)
    data = documents(folder, list(texts), domain=domain, kind=kind)
    found = compute(Annotate(), {"documents": [data]}, folder / "a")
    return compute(Filter(), {"documents": [data], "signals": [found]}, folder / "f", **params)


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
        "language": "Pewnego majowego poranka słońce ledwo ogrzewało rynek w miasteczku. " * 9,
        "short": ARTICLE[:80],
        "soft_404": "Página no encontrada\n" + ARTICLE[:300],
        "duplicate_line_characters": ARTICLE
        + ("Volver a la portada del periódico de la comarca.\n" * 9),
        "unreadable": ARTICLE.replace("a", "\ufffd"),
        "no_prose": "Inicio\nContacto\nAviso legal\nMapa del sitio\nTienda\n" * 19 + ARTICLE[:300],
    }
    data = filtered(tmp_path, list(texts.values()))
    for (expected, _), row in zip(texts.items(), rows(data, "decisions"), strict=True):
        assert expected in ["kept" if row["kept"] else "", *(r["rule"] for r in row["rules"])]
    found = rows(filtered(tmp_path / "s", [stuffed(spam, i) for i in range(5)]), "decisions")
    for row in found:
        assert not row["kept"]
        told = {r["rule"] for r in row["rules"]}
        assert {"stop_words", "keyword_stuffing", "small_vocabulary", "no_sentences"} <= told


def test_a_word_that_is_none_removes_no_text_of_which_it_is_little(tmp_path: Path) -> None:
    key = "b8f3" * 256
    texts = [f"{ARTICLE}\n{key}\n" + ARTICLE * 20, ARTICLE + f"\n{key}" * 9]
    told = rows(filtered(tmp_path, texts), "decisions")
    assert ["long_word" in [r["rule"] for r in row["rules"]] for row in told] == [False, True]


DRAWN = "es_gsd"  # sentences of many texts in a row, which are none


def real(*names: str, number: int = 120) -> list[str]:
    """Real Spanish texts, drawn evenly."""
    found = []
    for name in names:
        with zstandard.open(shared("text", name), "rt", encoding="utf-8") as lines:
            told = [json.loads(line) for line in lines]
        texts = [row["text"] for row in told if not row["id"].startswith(DRAWN)]
        found += texts[:: max(1, len(texts) // number)]
    return [t for t in found if len(t) > 1000]


@pytest.mark.parametrize(
    ("name", "domain", "least"),
    [
        ("news_encyclopedic.jsonl.zst", "web", 0.95),
        ("biomedical.jsonl.zst", "biomedical", 1.0),
        ("literature.jsonl.zst", "literature", 0.97),
        ("parliamentary.jsonl.zst", "parliamentary", 1.0),
        ("legal.jsonl.zst", "legal", 0.97),
    ],
)
def test_real_prose_is_kept(tmp_path: Path, name: str, domain: str, least: float) -> None:
    texts = real(name)
    found = filtered(tmp_path, texts, domain=domain)
    kept = sum(row["kept"] for row in rows(found, "decisions"))
    assert kept >= least * len(texts), removed(found)


def test_a_rule_keeps_what_is_equal_to_its_bound_and_what_has_no_value(tmp_path: Path) -> None:
    polish = "Pewnego majowego poranka słońce ledwo ogrzewało rynek w miasteczku. "
    texts = ["uno dos tres", "uno dos tres cuatro", "uno dos", polish]
    rules = [
        {"name": "words", "signal": "words", "min": 3, "max": 3},
        {"name": "stops", "signal": "stop_words", "min": 0},
    ]
    languages = ["es", "pl", "pt", "it", "en", "ro", "ca", "gl", "la", "eo", "und", "an", "ast"]
    found = rows(filtered(tmp_path, texts, rules=rules, languages=languages), "decisions")
    assert found[0]["kept"]
    assert [found[1]["threshold"], found[2]["threshold"]] == [3, 3]
    assert "stops" not in [r["rule"] for r in found[3]["rules"]]


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
    found = {
        rule.name: rule for rule in resolve([*changes, Rule(name="new", signal="lines", max=9)])
    }
    assert found["short"].min == 500 and found["short"].signal == base["short"].signal
    assert "digits" not in found and list(found)[-1] == "new"
    assert {n: r for n, r in found.items() if n not in ("short", "new")} == {
        n: r for n, r in base.items() if n not in ("short", "digits")
    }
    assert resolve("spanish") == list(PRESETS["spanish"])
    assert all(rule.source for rule in PRESETS["spanish"] if rule.name != "soft_404")


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


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (NOTICE, "cookies"),
        ("Al continuar navegando acepta nuestra política de cookies", "cookies"),
        ("Aceptar todas las cookies", "cookies"),
        ("Compartir en Facebook", "share"),
        ("Comparte: Facebook Twitter WhatsApp", "share"),
        ("Haz clic para compartir en X (Se abre en una ventana nueva)", "share"),
        ("Síguenos en Instagram y YouTube", "share"),
        ("Leer más...", "read_more"),
        ("LEA TAMBIÉN: El otro tren", "read_more"),
        ("Te puede interesar: La carta verde", "read_more"),
        ("Suscríbete a nuestro boletín semanal", "subscribe"),
        ("Publicidad", "placeholder"),
        ("La ley obliga a las webs a avisar de las cookies que usan.", None),
        ("Compartir piso en Madrid es cada vez más caro.", None),
        ("Comparte su vida con dos gatos.", None),
        ("Leer más de diez libros al año es poco común.", None),
        ("La publicidad engañosa está prohibida por la ley.", None),
        ("Siguen en huelga los maestros de la comarca.", None),
        ("", None),
    ],
)
def test_boilerplate_is_told_from_prose(line: str, rule: str | None) -> None:
    assert rule_of(line) == rule


def test_a_cut_takes_the_whole_line_and_leaves_no_gap(tmp_path: Path) -> None:
    first, *rest = ARTICLE.splitlines(keepends=True)
    text = f"{NOTICE}\n\n{first}\nCompartir en Facebook\n\n{''.join(rest)}Leer más..."
    ((index, *_), *_) = found = list(boilerplate([text]))
    assert index == 0 and [rule for *_, rule in found] == ["cookies", "share", "read_more"]
    for _, start, end, _ in reversed(found):
        text = text[:start] + text[end:]
    assert text == f"{first}\n{''.join(rest)}".removesuffix("\n")


def test_of_the_words_of_a_page_those_count_that_edits_leave(tmp_path: Path) -> None:
    page = "El horno de la calle abre a las seis de la mañana." + "\nCompartir en Facebook" * 6
    rules = [{"name": "short", "signal": "words", "min": 20}]
    cut = filtered(tmp_path / "cut", [page], rules=rules, languages=["es", "und"])
    whole = filtered(tmp_path / "whole", [page], rules=rules, languages=["es", "und"], edits=False)
    assert (removed(cut), removed(whole)) == ({"short": 1}, {})


def test_real_prose_is_hardly_ever_cut() -> None:
    texts = real(
        "literature.jsonl.zst", "parliamentary.jsonl.zst", "biomedical.jsonl.zst", "legal.jsonl.zst"
    )
    assert sum(end - start for _, start, end, _ in boilerplate(texts)) < 1e-4 * sum(map(len, texts))


def test_what_a_site_repeats_is_cut_as_all_its_shards_know_it_and_counted(tmp_path: Path) -> None:
    lines = [
        f"{line} Y así {number} veces." for number in range(12) for line in ARTICLE.split(".\n")[:5]
    ]
    pages = [
        "\n".join(["Inicio y secciones", *lines[i * 5 : i * 5 + 5], "Pie de la casa"])
        for i in range(12)
    ]
    shards = [tmp_path / str(n) for n in range(4)]
    found = []
    counted = [SiteLines() for _ in shards]
    for number, folder in enumerate(shards):  # three pages a shard: no shard knows the site alone
        folder.mkdir()
        path = folder / "documents.parquet"
        with TableWriter(path, DOCUMENTS) as table:
            for index in range(3):
                place = number * 3 + index
                host = "casa.test" if place else "otra.test"
                source = {"name": "s", "reader": "warc"}
                table.add(
                    {
                        "id": str(place),
                        "host": host,
                        "domain": "web",
                        "text": pages[place],
                        "source": source,
                    }
                )
                counted[number].add(host, pages[place], pages[place])
        with TableWriter(folder / "lines.parquet", LINES_OF_SITES) as table:
            counted[number].write(table)
        found.append(file_of(path, "kept"))
    data = manifest(found)
    for shard, folder in zip(data.shards, shards, strict=True):
        shard.files.append(file_of(folder / "lines.parquet", "lines"))
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    inputs = {"documents": [data], "signals": [signals]}
    told = compute(Filter(), inputs, tmp_path / "f", rules=[], languages=["es", "und"])
    cut = [
        (row["id"], pages[int(row["id"])][row["start"] : row["end"]].strip())
        for row in rows(told, "edits")
    ]
    assert cut == [
        (str(i), x) for i in range(1, 12) for x in ("Inicio y secciones", "Pie de la casa")
    ]
    counts = [shard.ledger.characters for shard in told.shards]
    assert sum(c.cut["site"] for c in counts if c) == sum(
        row["end"] - row["start"] for row in rows(told, "edits")
    )
    off = compute(Filter(), inputs, tmp_path / "g", rules=[], languages=["es", "und"], edits=False)
    assert not rows(off, "edits")


def test_what_the_template_shows_on_all_pages_goes_with_what_it_announces() -> None:
    lines = SiteLines()
    texts = []
    for number in range(20):
        title = f"Un título, el {number}º de muchos"
        meta = f"Published\nTue {number} March 2011\nTags\n- linux {number}\n- bash {number}"
        text = f"{title}\n{ARTICLE}" + (meta if number < 5 else "")
        titles = "\n".join(f"Un título, el {n}º de muchos" for n in range(20))
        lines.add("casa.test", f"{titles}\n{ARTICLE}{number}\n{meta}", text)
        texts.append((title, text.splitlines()))
    host, line, pages, said = lines._summed()
    repeated = dict(
        zip(*(c.tolist() for c in _repeated((host, line, pages, said))[1:]), strict=True)
    )
    for title, text in texts[:5]:
        cut = repeated_lines(text, repeated)
        assert not cut[text.index(title)]  # though all pages have it in a list of the latest
        assert cut[-5:] == [True] * 5


def test_a_line_that_says_when_is_known_whatever_day_it_says() -> None:
    lines = SiteLines()
    texts = []
    for number in range(20):
        said = f"Publicado el {number + 1} de Enero de 2026 por La Redacción"
        own = [f"{line} {number}" for line in ARTICLE.splitlines()]
        above = [f"Un título, el {number}º de muchos", said, f"{number + 2} min de lectura"]
        text = [*above, *own, f"El {number + 1} de enero de 2026 llovió.", *own]
        lines.add("casa.test", "\n".join(above + own), "\n".join(above + own))
        texts.append(text)
    host, line, pages, said_in = lines._summed()
    repeated = dict(
        zip(*(c.tolist() for c in _repeated((host, line, pages, said_in))[1:]), strict=True)
    )
    for number, text in enumerate(texts):
        cut = repeated_lines(text, repeated)
        assert cut[:3] == [False, True, True]
        assert not cut[text.index(f"El {number + 1} de enero de 2026 llovió.")]


def test_a_heading_that_the_menu_has_too_stays_where_it_stands_alone() -> None:
    menu = ["Introducción", "Instalación", "Conclusiones"]
    repeated = {key(line): 1.0 for line in menu}
    text = ["Manual", *ARTICLE.splitlines(), "Instalación", *ARTICLE.splitlines()]
    assert not any(repeated_lines(text, repeated))
    assert repeated_lines([*menu, *text], repeated)[:3] == [True] * 3
    inside = [*text[:2], *menu, *text[2:]]
    assert repeated_lines(inside, repeated)[2:5] == [True] * 3


def test_a_fact_below_a_heading_is_of_each_text_that_says_it() -> None:
    lines = SiteLines()
    texts = []
    for number in range(20):
        own = [f"{line} {number}" for line in ARTICLE.splitlines()]
        facts = ["WiFi", "- Consumo en reposo, en vatios: 0", "- WiFi: no disponible"]
        if number < 5:
            facts = ["WiFi", f"- Chip del modelo {number}", "- WiFi: no disponible"]
        if number >= 15:
            facts = ["WiFi", f"- WiFi: de la placa {number}"]
        box = ["Del mismo autor", "- Otra placa que leer"] if number < 8 else []
        texts.append([f"La placa {number}", *own, *facts, *box, "Manual de las placas, 2026"])
        text = "\n".join(texts[-1])
        lines.add("casa.test", f"WiFi\n{text}", text)  # the page's own contents have it, too
    _, line, share = _repeated(lines._summed())
    repeated = dict(zip(line.tolist(), share.tolist(), strict=True))
    for number in (0, 6, 19):
        text, cut = texts[number], repeated_lines(texts[number], repeated)
        box = 2 * (number < 8)
        assert cut == [False] * (len(text) - 1 - box) + [True] * (box + 1)


def test_entries_that_the_menu_has_too_are_of_the_text_where_the_page_shows_them_twice() -> None:
    menu = "\n".join(f"- Capítulo de la muela {n}" for n in range(6))
    lines = SiteLines()
    for number in range(20):
        text = "\n".join(f"{line} {number}" for line in ARTICLE.splitlines())
        if number < 5:  # that lists its own chapters
            text = f"{text}\n{menu}\n{text} más"
        lines.add("casa.test", f"{menu}\n{text}", text)
    _, line, share = _repeated(lines._summed())
    repeated = dict(zip(line.tolist(), share.tolist(), strict=True))
    text = f"{ARTICLE}{menu}\n{ARTICLE}".splitlines()
    assert not any(repeated_lines(text, repeated))


def test_what_an_author_writes_below_each_text_is_not_of_the_template() -> None:
    ends = "Documentación"
    for written, cut in ((True, False), (False, True)):
        lines = SiteLines()
        for number in range(20):
            text = "\n".join(f"{line} {number}" for line in ARTICLE.splitlines()) + f"\n{ends}"
            lines.add("casa.test", f"Inicio\n{text}", text, text if written else "")
        _, line, share = _repeated(lines._summed())
        repeated = dict(zip(line.tolist(), share.tolist(), strict=True))
        assert repeated_lines([*ARTICLE.splitlines(), ends], repeated)[-1] is cut


def test_edits_mend_what_extraction_leaves() -> None:
    import trafilatura

    extracted, edited = [], []
    for html, entry in gold():
        text = trafilatura.extract(html, favor_precision=True, include_comments=False) or ""
        extracted.append((text, entry))
        for _, start, end, _ in reversed(list(boilerplate([text]))):
            text = text[:start] + text[end:]
        edited.append((text, entry))
    assert f1(edited) > f1(extracted) + 0.01


LINES = [*ARTICLE.splitlines(), NOTICE, "Compartir en Facebook", "Leer más...", "", " \t", "¿?"]


@examples(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join), max_size=8))
def test_every_document_and_every_character_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("a")
    rules = [{"name": "few", "signal": "words", "min": 20}]
    languages = ["es", "en", "und"]
    found = filtered(folder, texts, rules=rules, languages=languages)
    (shard,) = found.shards
    decisions, edits = rows(found, "decisions"), rows(found, "edits")
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


def test_a_text_below_a_line_of_the_template_is_not_announced_by_it() -> None:
    text = ["Memes", "Comenta y…", "- Te diré por qué te añadí", "Nota: de un blog"]
    assert repeated_lines(text, {key("Memes"): 1.0}) == [True, False, False, False]
    below = [*ARTICLE.splitlines(), "Etiquetas", "sal", "mar"]
    assert repeated_lines(below, {key("Etiquetas"): 1.0})[-3:] == [True] * 3


def test_a_short_text_below_its_author_is_none_of_what_the_template_announces() -> None:
    lines = [
        "Sigo el juego",
        "By la parca",
        "1. Te diré por qué.",
        "2. Te diré algo.",
        "Lo vi ayer.",
    ]
    repeated = {key("By la parca"): 1.0}
    assert not any(repeated_lines(lines, repeated))
    values = ["Sigo el juego", "El texto de hoy.", "Publicado", "3 mayo", "Cosas", "juegos"]
    assert repeated_lines(values, {key("Publicado"): 1.0}) == [False] * 2 + [True] * 4
