"""What is no page with a text of its own: empty answers, media, errors, redirects, doors, a trap.

Each function gives the pages of one kind. Every one is linked from the front page of its site, since
a crawler only finds what is linked.
"""

from collections.abc import Sequence

from flows.small_web import noise
from flows.small_web.articles import Article
from flows.small_web.hosts import BY_FOLDER, Site
from flows.small_web.pages import MONTHS, Link
from flows.small_web.response import Page, Response, binary, html, plain, redirect

TRAP_HOST = BY_FOLDER["ayuntamiento"].host
TRAP_START = "/agenda/2026/11"

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6368"
    "00000082008177cd72b60000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

MEDIA = (
    ("diario", "/img/portada.png", PNG, "image/png"),
    ("ayuntamiento", "/img/escudo.png", PNG, "image/png"),
    ("ayuntamiento", "/documentos/plano-callejero.pdf", PDF, "application/pdf"),
    ("cronica", "/fotos/salar.jpg", PNG, "image/jpeg"),
)

ERRORS = (
    ("diario", "/aviso-legal", 404),
    ("ayuntamiento", "/tramites/padron-2011", 404),
    ("boletin", "/historico/1998.htm", 410),
    ("revista", "/numero/cero", 404),
    ("foro", "/hilo/borrado-por-el-moderador", 404),
    ("cronica", "/especiales/mundial.php", 404),
    ("diario", "/suscriptores/portada.html", 403),
)

EMPTY = (
    ("ayuntamiento", "/tablon/sin-anuncios", ""),
    ("revista", "/numero/doce", "<!doctype html><html lang=es><body></body></html>"),
    ("foro", "/hilo/sin-mensajes", " \n \n"),
)

OUTSIDE = ("http://patrocinador.ajeno.test/", "http://anuncios.ajeno.test/")
"""Where the sites lead to that no source names: never to be requested."""


def doors(articles: Sequence[Article]) -> list[Page]:
    """The only ways to some articles: a frameset, and a page that sends its reader on."""
    (inner,) = (a for a in articles if a.door == "frame")
    (moved,) = (a for a in articles if a.door == "refresh")
    frames = f'<html><head><title>Edictos</title></head><frameset><frame src="{inner.path}"></frameset></html>'
    refresh = (
        f'<meta http-equiv="refresh" content="2; url={moved.path}"><p>La nota cambió de lugar.</p>'
    )
    return [
        Page(inner.site.host, "/historico/marcos.htm", html(frames), "machinery"),
        Page(moved.site.host, "/notas/77.php", html(refresh), "machinery"),
    ]


def too_large() -> list[Page]:
    """A page beyond what a crawl takes."""
    lines = (f"Calle {n}, números pares e impares.<br>\n" for n in range(130_000))
    host = BY_FOLDER["ayuntamiento"].host
    return [Page(host, "/documentos/callejero-completo", html("".join(lines)), "too_large")]


def empty() -> list[Page]:
    """Pages with nothing to read."""
    return [Page(BY_FOLDER[folder].host, path, html(text), "empty") for folder, path, text in EMPTY]


def media() -> list[Page]:
    """Answers that are not pages at all."""
    return [
        Page(BY_FOLDER[folder].host, path, binary(data, kind), "media_type")
        for folder, path, data, kind in MEDIA
    ]


def errors() -> list[Page]:
    """Links that lead nowhere, and say so with their status."""
    return [
        Page(BY_FOLDER[folder].host, path, not_found(status), "status")
        for folder, path, status in ERRORS
    ]


def not_found(status: int = 404) -> Response:
    """The plain answer for what is not there."""
    return plain("No encontrado\n", status=status)


def redirects(newest: Article) -> list[Page]:
    """Old addresses that lead to an article, in one step to four and in every form, a loop, and a way out."""
    diario, town = BY_FOLDER["diario"].host, BY_FOLDER["ayuntamiento"].host
    revista, cronica = BY_FOLDER["revista"].host, BY_FOLDER["cronica"].host
    steps = (
        (diario, "/n/4521", newest.url, 301),
        (diario, "/corto", "/n/4521", 301),
        (revista, "/leer/1", "2", 302),
        (revista, "/leer/2", "../leer/3", 307),
        (revista, "/leer/3", f"//{revista}/leer/4", 308),
        (revista, "/leer/4", "/?utm_source=boletin", 303),
        (town, "/sede/entrada", "/sede/acceso", 301),
        (town, "/sede/acceso", "/sede/entrada", 301),
        (cronica, "/publicidad/1.php", OUTSIDE[1], 302),
    )
    return [Page(host, path, redirect(to, how), "redirect") for host, path, to, how in steps]


def calendar(path: str) -> Response | None:
    """A month of the town's diary, made on request: each one links to the next, for ever."""
    segments = path.split("/")
    if len(segments) != 4 or segments[1] != "agenda" or not (segments[2] + segments[3]).isdecimal():
        return None
    year, month = int(segments[2]), int(segments[3])
    if not 1 <= month <= 12 or not 1 <= year <= 9999 or path != month_path(year, month):
        return None
    following = month_path(year + month // 12, month % 12 + 1)
    days = " ".join(str(day) for day in range(1, 29))
    title, onward = f"Agenda de {MONTHS[month - 1]} de {year}", Link("Mes siguiente", following)
    lines = (days, "No hay actos previstos.")
    return noise.lined("ayuntamiento", path, title, lines, "trap", (onward,)).response


def month_path(year: int, month: int) -> str:
    """The address of a month of the diary."""
    return f"/agenda/{year}/{month:02d}"


def trap() -> list[Page]:
    """The way into the calendar; whatever else is fetched under ``/agenda/`` is trap too."""
    response = calendar(TRAP_START)
    assert response is not None
    return [Page(TRAP_HOST, TRAP_START, response, "trap")]


def pages(articles: Sequence[Article]) -> list[Page]:
    """Every odd page of the web."""
    newest = next(a for a in articles if not a.door)
    return [
        *noise.pages(),
        *doors(articles),
        *too_large(),
        *empty(),
        *media(),
        *errors(),
        *redirects(newest),
        *trap(),
    ]


def links(odd: list[Page], site: Site) -> list[Link]:
    """Links from a site's front page to its odd pages, named by the end of their path."""
    mine = [page for page in odd if page.host == site.host]
    return [Link(page.path.strip("/").split("/")[-1], page.path) for page in mine]
