"""Edits cut whole lines that are of no text: boilerplate, and what a site's template repeats."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from cleaning.annotate.stage import Annotate
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.filter.boilerplate import rule_of
from cleaning.filter.edits import _of_sites, boilerplate
from cleaning.filter.sites import _repeated, repeated_lines
from cleaning.filter.stage import Filter
from cleaning.sites import LINES as LINES_OF_SITES
from cleaning.sites import SiteLines, key
from tests.cleaning.annotate.test_annotate import manifest
from tests.cleaning.extract.test_extract import f1, gold
from tests.cleaning.filter.filtered import ARTICLE, NOTICE, filtered, real
from tests.cleaning.kernels import compute, file_of, removed, rows


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
        ("[Continuar leyendo «El molino de agua» aquí]", "read_more"),
        ("¿Te pareció interesante? ¡Compártelo!", "share"),
        ("¿Te pareció interesante lo que contaba el molinero?", None),
        ("Puede continuar leyendo el tercer capítulo aquí abajo, si quiere.", None),
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
    ((index, *_), *_) = cuts = list(boilerplate([text]))
    assert index == 0 and [rule for *_, rule in cuts] == ["cookies", "share", "read_more"]
    for _, start, end, _ in reversed(cuts):
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
    cut_lines = []
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
        cut_lines.append(file_of(path, "kept"))
    data = manifest(cut_lines)
    for shard, folder in zip(data.shards, shards, strict=True):
        shard.files.append(file_of(folder / "lines.parquet", "lines"))
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    inputs = {"documents": [data], "signals": [signals]}
    decisions = compute(Filter(), inputs, tmp_path / "f", rules=[], languages=["es", "und"])
    cut = [
        (row["id"], pages[int(row["id"])][row["start"] : row["end"]].strip())
        for row in rows(decisions, "edits")
    ]
    assert cut == [
        (str(i), x) for i in range(1, 12) for x in ("Inicio y secciones", "Pie de la casa")
    ]
    counts = [shard.ledger.characters for shard in decisions.shards]
    assert sum(c.cut["site"] for c in counts if c) == sum(
        row["end"] - row["start"] for row in rows(decisions, "edits")
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
    host, line, pages, line_text = lines._summed()
    repeated = dict(
        zip(*(c.tolist() for c in _repeated((host, line, pages, line_text))[1:]), strict=True)
    )
    for title, text in texts[:5]:
        cut = repeated_lines(text, repeated)
        assert not cut[text.index(title)]  # though all pages have it in a list of the latest
        assert cut[-5:] == [True] * 5


def test_a_line_that_says_when_is_known_whatever_day_it_says() -> None:
    lines = SiteLines()
    texts = []
    for number in range(20):
        day_line = f"Publicado el {number + 1} de Enero de 2026 por La Redacción"
        own = [f"{line} {number}" for line in ARTICLE.splitlines()]
        above = [f"Un título, el {number}º de muchos", day_line, f"{number + 2} min de lectura"]
        text = [*above, *own, f"El {number + 1} de enero de 2026 llovió.", *own]
        lines.add("casa.test", "\n".join(above + own), "\n".join(above + own))
        texts.append(text)
    host, line, pages, said_in = lines._summed()
    repeated = dict(
        zip(*(c.tolist() for c in _repeated((host, line, pages, said_in))[1:]), strict=True)
    )
    for number, text in enumerate(texts):
        text.append(f"Dado en Bogotá, a {number + 1} de enero de 1924.")
        cut = repeated_lines(text, repeated | {key(text[-1]): 1.0})
        assert cut[:3] == [False, True, True] and not cut[-1]
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


def test_what_laws_share_is_of_each_of_them_and_what_pages_show_around_laws_is_not() -> None:
    shared = (
        f"Artículo 3. {ARTICLE.splitlines()[0]} y lo demás que la ley dispone para todos los casos."
    )
    text = "\n".join([ARTICLE, shared, ARTICLE, FOOT := "Boletín Oficial | Aviso legal | Contacto"])
    cases = [("json", "legal"), ("html", "legal"), ("json", "web"), ("html", "web")]
    documents = pa.RecordBatch.from_pylist(
        [
            {
                "host": "boletin.test",
                "source": {"name": "s", "reader": reader},
                "domain": domain,
                "text": text,
            }
            for reader, domain in cases
        ]
    )
    memory = {key("boletin.test"): {key(shared): 1.0, key(FOOT): 1.0}}
    cut = {case: set[str]() for case in cases}
    for index, start, end, rule in boilerplate([text] * 4, _of_sites(documents, memory)):
        assert rule == "site"
        cut[cases[index]].add(text[start:end].strip())
    assert list(cut.values()) == [set(), {FOOT}, {shared, FOOT}, {shared, FOOT}]


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
