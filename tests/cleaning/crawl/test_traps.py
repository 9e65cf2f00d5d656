"""A part of a site that gives nothing new comes to its end, whatever its addresses look like; all else is read."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaning.crawl.frontier.account import Account
from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.frontier.frontier import Frontier
from cleaning.crawl.frontier.novelty import Novelty
from cleaning.crawl.frontier.traps import groups, is_trap
from cleaning.crawl.links import html_links
from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State
from cleaning.crawl.stage import CrawlSource
from cleaning.web.urls import Scope
from tests.cleaning.crawl.site_server import HOST, page

WORDS = [a + b for a in ("bar", "cor", "dul", "fen", "gri", "lum") for b in ("ado", "ela", "iso")]


def prose(seed: str, words: int = 40) -> str:
    """Words that all pages share, in an order of the page's own."""
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) for _ in range(words))


def walk(
    folder: Path, site: Callable[[str], bytes | None], suspect_after: int = 500, pages: int = 20_000
) -> tuple[Counter[str], Frontier]:
    """Crawls a site that is a function, with the frontier of a crawl: the pages read, by their first segment."""
    source = CrawlSource(
        seeds=[f"http://{HOST}/"], max_per_pattern=suspect_after, max_pages=pages, max_depth=10_000
    )
    state = State(folder)
    log, account = Log(folder, "s", 1 << 30, {}, state), Account(folder, state)
    frontier = Frontier(source, Scope(source.seeds, "host"), log, account, state, {})
    novelty, read = Novelty(), Counter[str]()
    frontier.add(Entry(source.seeds[0]))
    while len(frontier):
        entry = frontier.take(lambda _: True, lambda _: 0.0)
        if entry is None:  # many came to their end
            continue
        path = entry.url.removeprefix(f"http://{HOST}")
        body = site(path)
        if body is not None:
            links = html_links(body, entry.url, "text/html; charset=utf-8", "t")
            entries = [Entry(u, entry.depth + 1) for u in links.pages]
            queued = [new.url for new in entries if frontier.add(new)]
            new = not links.noindex and novelty.of(links.texts)
            frontier.visited(entry, new, queued, links.noindex)
            read[path.split("/")[1].partition("?")[0]] += 1
        frontier.done(entry)
        assert read.total() < pages
    log.close()
    account.close()
    return read, frontier


def numbered(path: str, name: str) -> int:
    return int(path.removeprefix(name).partition("/")[0].partition("-")[0])


def test_a_blog_of_many_posts_is_read_whole(tmp_path: Path) -> None:
    posts = 2000

    def site(path: str) -> bytes | None:
        if path == "/":
            return page("/lista?p=0", text="Portada")
        if path.startswith("/lista?p="):
            n = numbered(path, "/lista?p=")
            mine = [f"/posts/2021-06-23-una-entrada-{i}.html" for i in range(20 * n, 20 * n + 20)]
            return page(*mine, *([f"/lista?p={n + 1}"] if n < posts / 20 - 1 else []))
        return page("/", "/lista?p=0", text=prose(path))

    read, frontier = walk(tmp_path, site, suspect_after=100)
    assert read["posts"] == posts and read["lista"] == posts / 20 and not frontier.lost


def test_an_article_behind_a_thousand_lists_is_read(tmp_path: Path) -> None:
    """The lists come first and repeat each other; what waits behind them is drawn, and proves the section alive."""

    def site(path: str) -> bytes | None:
        if path == "/":
            return page(*(f"/n/etiqueta-{i}" for i in range(1200)))
        if path.startswith("/n/etiqueta-"):
            n = numbered(path, "/n/etiqueta-")
            return page(*(f"/n/2020/noticia-{i}.html" for i in range(600)) if n < 5 else [])
        return page("/", text=prose(path))

    read, frontier = walk(tmp_path, site, suspect_after=100)
    assert read["n"] >= 600 + 100
    assert not any("2020" in trap or trap.endswith("……") for trap in frontier.lost)


def test_a_dictionary_is_read_whole(tmp_path: Path) -> None:
    syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te"]
    heads = ["".join(w) for w in itertools.product(syllables, repeat=3)][::2]
    menu = "Diccionario de la lengua, edición abreviada, consulta en línea"

    def site(path: str) -> bytes | None:
        if path == "/":
            return page(*(f"/letra?de={w}" for w in syllables))
        if path.startswith("/letra"):
            return page(*(f"/lema/{w}" for w in heads if w.startswith(path.partition("=")[2])))
        return page("/", text=f"{menu}</p><p>{path.removeprefix('/lema/')}: voz")

    read, _ = walk(tmp_path, site, suspect_after=100)
    assert read["lema"] == len(heads)


def test_a_newspaper_by_date_is_read_whole(tmp_path: Path) -> None:
    days = 800

    def site(path: str) -> bytes | None:
        if path == "/":
            return page("/2001/0")
        year, day, *article = path.strip("/").split("/")
        if article:
            return page("/", text=prose(path))
        n = int(day)
        empty = 300 < n < 500  # a strike: no article for half a year
        mine = [] if empty else [f"/{year}/{n}/una-noticia-{i}-{1331134 + n}/" for i in range(3)]
        return page(*mine, *([f"/{2001 + n // 365}/{n + 1}"] if n < days else []), text=f"{n}")

    read, _ = walk(tmp_path, site)
    assert read.total() == 1 + days + 1 + 3 * (days + 1 - 199)


def calendar(path: str) -> bytes:
    year, month = (int(x) for x in (path.removeprefix("/agenda") or "/2026/0").split("/")[1:3])
    months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"]
    days = [f"/agenda/{year}/{month}/{day}" for day in range(1, 29)]
    return page(
        *(days if path.count("/") == 3 else []),
        *(f"/agenda/{year + (month + 1) // 12}/{(month + 1) % 12}", f"/agenda/{year - 1}/{month}"),
        text=f"{months[month % 7]} de {year}",
    )


def sessions(path: str) -> bytes:
    """Each answer names its links anew, in the path and in the query; the clock is another one too."""
    new = random.Random(path).randbytes(9).hex()
    links = [f"/sesion/{new}/p{i}" for i in range(5)] + [f"/sesion/x?sid={new}"]
    return page(*links, text=f"Bienvenida, son las {len(path)} horas")


def facets(path: str) -> bytes:
    """Filters of words that are put together, in the query and in the path, with a heading of each choice."""
    options = {n: [f"{n}{v}" for v in ("alto", "bajo", "rojo", "gris")] for n in "abcd"}
    if path.startswith("/tienda?"):
        chosen = dict(p.split("=") for p in path.partition("?")[2].split("&") if p)
    else:
        chosen = {part[0]: part for part in path.split("/")[2:]}
    links = []
    for name, values in options.items():
        for value in values:
            both = {**chosen, name: value}
            links.append("/tienda?" + "&".join(f"{k}={v}" for k, v in sorted(both.items())))
            links.append("/moda/" + "/".join(both.values()))
    return page(*links, text=f"Productos: {' '.join(chosen.values())}")


def pager(path: str) -> bytes:
    n = int(path.partition("page=")[2] or 0)
    return page(f"/lista?page={n + 1}", text=f"No hay más resultados. Página {n}")


def babble(path: str) -> bytes:
    """A page for every path, each with links below itself."""
    return page(*(f"{path.rstrip('/')}/{w}" for w in ("otra", "una", "tercera")))


def words(path: str) -> bytes:
    """Ever new first segments, of which no two belong to one group."""
    draw = random.Random(path)
    links = ("".join(draw.choices("aeilmnorst", k=9)) for _ in range(3))
    return page(*(f"/{word}/{word[::-1]}" for word in links))


@pytest.mark.parametrize(
    ("name", "site", "most"),
    [
        ("agenda", calendar, 300),
        ("sesion", sessions, 400),
        ("tienda", facets, 700),
        ("lista", pager, 120),
        ("mas", babble, 400),
        ("palabras", words, 400),
    ],
)
def test_what_has_no_end_comes_to_one(
    tmp_path: Path, name: str, site: Callable[[str], bytes], most: int
) -> None:
    def answer(path: str) -> bytes:
        return page(f"/{name}") if path == "/" else site(path)

    read, frontier = walk(tmp_path, answer, suspect_after=30)
    assert 30 < read.total() < most
    assert frontier.lost


def wiki(path: str) -> bytes:
    """200 articles with the functions that MediaWiki has: two closed to an index, and one a copy."""
    title, _, function = path.removeprefix("/wiki/").partition("?")
    if title.startswith("Especial:") or "action" in function:
        return b'<meta name="robots" content="noindex,nofollow"><p>' + prose(path).encode()
    n = int(title.removeprefix("Art_"))
    sections = (f"/wiki/{title}?action=edit&section={s}" for s in range(1, 6))
    own = [f"/wiki/{title}?action=history", f"/wiki/{title}?printable=yes", *sections]
    own.append(f"/wiki/Especial:Enlaces/{title}")
    others = [f"/wiki/Art_{m}" for m in range(n * 5, n * 5 + 6) if m < 200]
    return page(*(own if not function else ()), *others, text=prose(title))


def test_what_a_wiki_does_with_its_pages_is_soon_asked_for_no_more(tmp_path: Path) -> None:
    requests = list[str]()

    def site(path: str) -> bytes:
        if path == "/":
            return page("/wiki/Art_0")
        requests.append(path)
        return wiki(path)

    _, frontier = walk(tmp_path, site)
    articles = {path for path in requests if "?" not in path and "Especial" not in path}
    assert len(articles) == 200
    assert len(requests) < 200 + 4 * 60  # of 1,600 more
    assert {trap.partition("…")[2] for trap in frontier.lost} >= {"?action=edit", "?printable=yes"}


def test_lists_by_a_parameter_that_lead_on_are_read_to_the_last(tmp_path: Path) -> None:
    """Their site closes them to an index and each leads to what no other names: that keeps them open."""

    def site(path: str) -> bytes:
        if path == "/":
            return page("/lista?p=0")
        if not path.startswith("/lista?p="):
            return page(text=prose(path))
        n = numbered(path, "/lista?p=")
        body = page(
            *(f"/noticia-{i}" for i in range(3 * n, 3 * n + 3)),
            f"/lista?p={n + 1}"[: None if n < 119 else 0],
        )
        return b'<meta name="robots" content="noindex,follow">' + body

    read, frontier = walk(tmp_path, site)
    assert read["lista"] == 120 and not frontier.lost


def test_pages_are_grouped_by_shape_directory_and_section() -> None:
    def same(a: str, b: str) -> list[bool]:
        both = zip(groups("http://a.test" + a), groups("http://a.test" + b), strict=True)
        return [x == y for x, y in both]

    assert same("/cal?mes=2024-05", "/cal?mes=2031-12") == [True, True, True]
    assert same("/x?s=0a1b2c3d4e5f60718293", "/x?s=ffeeddccbbaa99887766")[0]
    assert same("/f?color=rojo&talla=s&orden=a", "/f?color=azul&talla=m&orden=b")[0]
    assert same("/p?t=uno", "/p?t=dos-2") == [False, True, True]
    assert same("/p/a-1", "/p/b-1") == [False, True, True]
    assert same("/p/2020/a", "/p/otra/b") == [False, False, True]
    assert same("/p/2020/a", "/p?x=1")[2]
    assert groups("http://a.test/p/a")[0] is groups("http://a.test/p")[2] is None


@pytest.mark.parametrize(
    "path", ["/a/a/a/", "/a/b/a/b/a/b", "/x" * 21, "/" + "x" * 2000, "/es/foro/foro/foro/1"]
)
def test_urls_that_only_machines_make_are_traps(path: str) -> None:
    assert is_trap("http://a.test" + path)


@pytest.mark.parametrize("path", ["/", "/10/10/10/", "/a/a/b", "/2010/07/28/una-entrada/"])
def test_urls_that_people_make_are_none(path: str) -> None:
    assert not is_trap("http://a.test" + path)


def test_a_text_is_new_for_its_words_and_not_for_its_numbers() -> None:
    novelty = Novelty()
    assert novelty.of(["Agenda de mayo de 2026", "1", "2"])
    assert not novelty.of(["agenda  de Mayo de 1999", "3"])  # known words in a new line
    assert not novelty.of(["Agenda de mayo de 1999"])
    assert novelty.of(["agenda de junio"]) and not novelty.of(["junio mayo"])
    assert novelty.of(["junio mayo agenda de " * 10])
    assert not novelty.of([]) and novelty.of(["\ud800 y otra"])


def test_what_was_seen_survives_in_each_layer(tmp_path: Path) -> None:
    def page_of(n: int) -> list[str]:
        draw = random.Random(n)
        return ["".join(draw.choices("aeilmnorst", k=9)) for _ in range(2000)]

    novelty = Novelty(tmp_path / "bits")
    for n in range(7):  # the second layer is begun in the sixth
        assert novelty.of(page_of(n))
    novelty.save()
    again = Novelty(tmp_path / "bits")
    assert not any(again.of(page_of(n)) for n in range(7)) and again.of(page_of(7))
