"""What surrounds prose on the real web: spam, soft 404s, empty pages, traps, redirects, media.

Each function gives the pages of one kind, with the fate they must have. Every one is linked from
the front page of its site, since a crawler only finds what is linked.
"""

import random
from collections.abc import Sequence

from flows.web.articles import Article
from flows.web.hosts import BY_FOLDER, Site
from flows.web.pages import MONTHS, Link, View, respond
from flows.web.response import Page, Response, binary, html, plain, redirect

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

SOFT_404 = (
    ("diario", "/comarca/noticia-retirada-1187.html", "Página no encontrada"),
    ("diario", "/deportes/noticia-retirada-2040.html", "Página no encontrada"),
    ("boletin", "/anuncios/anuncio-caducado.htm", "Error 404. Documento no encontrado"),
    ("clinica", "/blog/2019/02/sorteo/", "¡Vaya! Página no encontrada"),
    ("cronica", "/2019/sociedad/nota-perdida.php", "La página que buscas no existe"),
)
SOFT_404_TEXT = (
    "Lo sentimos, pero la página solicitada no existe o ha cambiado de dirección.",
    "Compruebe que la ha escrito bien o vuelva a la portada. Código de error: 404.",
)

EMPTY = (
    ("ayuntamiento", "/tablon/sin-anuncios", ""),
    ("revista", "/numero/doce", "<!doctype html><html lang=es><body></body></html>"),
    ("foro", "/hilo/sin-mensajes", " \n \n"),
)

SPAM = (
    (
        "foro",
        "/hilo/oferta-irrepetible",
        "zapatillas baratas online comprar outlet descuento envío gratis mejor precio oferta marca",
    ),
    (
        "clinica",
        "/blog/promo/adelgazar-rapido/",
        "adelgazar rápido pastillas sin receta milagro barriga plana comprar ya dieta gratis",
    ),
    (
        "cronica",
        "/2018/enlaces/casino.php",
        "casino bono gratis tragaperras apuestas ganar dinero ruleta online jugar ahora póker",
    ),
    (
        "foro",
        "/hilo/prestamos-ya",
        "préstamo rápido dinero urgente crédito sin aval asnef online minutos solicitar ya",
    ),
)

DOORWAYS = (
    (
        "foro",
        "/hilo/cerrajeros",
        "Cerrajeros",
        "Abrimos su puerta sin romper nada y sin sorpresas.",
    ),
    ("cronica", "/2018/enlaces/fletes.php", "Fletes", "Llevamos sus muebles el mismo día."),
)
"""Site, path, trade and promise of the pages that say one thing of every town."""
TOWNS = (
    *("Valdeolmos", "Fuentelarga", "Villar del Enebro", "Sierra Alta", "Cerro Pelado", "Valtuerto"),
    *("Lasalud", "Puente de la Lana", "Las Ánimas", "Huertos", "Vallfosca", "Tresaguas"),
)

MACHINERY = (
    (
        "diario",
        "/consentimiento",
        "Su privacidad es importante",
        (
            "Utilizamos cookies propias y de terceros para fines analíticos y para mostrarle publicidad.",
            "Si continúa navegando, consideramos que acepta su uso y el de nuestros 214 socios.",
            "Configuración de cookies",
            "Política de cookies",
            "Aceptar todas las cookies",
            "Rechazar todas las cookies",
        ),
    ),
    (
        "foro",
        "/acceso",
        "Identificarse",
        ("Nombre de usuario:", "Contraseña:", "He olvidado mi contraseña", "Recordar mis datos"),
    ),
    (
        "ayuntamiento",
        "/buscar?texto=padron",
        "Resultados de la búsqueda",
        ("Se han encontrado 0 resultados para «padron».", "Búsqueda avanzada", "Ordenar por fecha"),
    ),
    (
        "clinica",
        "/cookies/",
        "Cookies que usa esta web",
        (
            "Nombre: _ses. Duración: sesión. Tipo: técnica.",
            "Nombre: _idioma. Duración: 1 año. Tipo: preferencias.",
            "Nombre: _vis. Duración: 2 años. Tipo: analítica.",
            "Nombre: _anun. Duración: 90 días. Tipo: publicidad.",
            "Nombre: _acep. Duración: 6 meses. Tipo: técnica.",
        ),
    ),
)
"""Pages that a site needs and nobody reads: site, path, title and lines."""

OUTSIDE = ("http://patrocinador.ajeno.test/", "http://anuncios.ajeno.test/")
"""Where the sites lead to that no source names: never to be requested."""


def framed(folder: str, path: str, view: View, reason: str) -> Page:
    """A page in its site's frame, with no menu but the way home."""
    site = BY_FOLDER[folder]
    response = respond(site, (Link("Inicio", "/"),), view, site.charset)
    return Page(site.host, path, response, reason)


def body(site: Site, lines: tuple[str, ...]) -> str:
    """Lines of text in the site's paragraph markup."""
    return "".join(site.paragraph.format(line) for line in lines)


def soft_404() -> list[Page]:
    """Pages that answer 200 and say that they do not exist."""
    pages = []
    for folder, path, title in SOFT_404:
        view = View(title, body(BY_FOLDER[folder], SOFT_404_TEXT))
        pages.append(framed(folder, path, view, "soft_404"))
    return pages


def spam() -> list[Page]:
    """Pages a machine stuffed with keywords: the same few words in chance order."""
    pages = []
    for folder, path, keywords in SPAM:
        chance = random.Random(path)
        words = keywords.split()
        lines = tuple(" ".join(chance.choices(words, k=chance.randint(25, 60))) for _ in range(14))
        view = View(" ".join(words[:4]).upper(), body(BY_FOLDER[folder], lines))
        pages.append(framed(folder, path, view, "spam"))
    for folder, path, trade, promise in DOORWAYS:
        lines = tuple(f"{trade} en {town}: {trade} baratos en {town}. {promise}" for town in TOWNS)
        pages.append(framed(folder, path, View(trade, body(BY_FOLDER[folder], lines)), "spam"))
    return pages


def machinery() -> list[Page]:
    """Consent, sign in, search, and the table of cookies."""
    return [
        framed(folder, path, View(title, body(BY_FOLDER[folder], lines)), "machinery")
        for folder, path, title, lines in MACHINERY
    ]


def images() -> list[Page]:
    """A page of photographs, whose alternative texts are all that it says."""
    pictures = "".join(
        f'<figure><img src="/fotos/obrador-{n}.jpg" alt="El obrador, fotografía {n}"></figure>\n'
        for n in range(1, 25)
    )
    return [framed("revista", "/galeria", View("Galería", pictures), "images")]


def large() -> list[Page]:
    """A page of more tags than a parser should see, and one beyond what a crawl takes."""
    cell = "<td>{0}/1987</td><td>tomo {0}</td>"
    rows = "".join(f"<tr>{cell.format(n)}</tr>\n" for n in range(1, 8001))
    index = View("Índice general de expedientes", f"<table>{rows}</table>")
    lines = (f"Calle {n}, números pares e impares.<br>\n" for n in range(130_000))
    return [
        framed("boletin", "/historico/indice-general.htm", index, "index"),
        Page(
            BY_FOLDER["ayuntamiento"].host,
            "/documentos/callejero-completo",
            html("".join(lines)),
            "too_large",
        ),
    ]


def doors(articles: Sequence[Article]) -> list[Page]:
    """The only ways to some articles: a frameset, and a page that sends its reader on."""
    (inner,) = (a for a in articles if a.found == "frame")
    (moved,) = (a for a in articles if a.found == "refresh")
    frames = f'<html><head><title>Edictos</title></head><frameset><frame src="{inner.path}"></frameset></html>'
    refresh = (
        f'<meta http-equiv="refresh" content="2; url={moved.path}"><p>La nota cambió de lugar.</p>'
    )
    return [
        Page(inner.site.host, "/historico/marcos.htm", html(frames), "machinery"),
        Page(moved.site.host, "/notas/77.php", html(refresh), "machinery"),
    ]


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
    parts = path.split("/")
    if len(parts) != 4 or parts[1] != "agenda" or not (parts[2] + parts[3]).isdecimal():
        return None
    year, month = int(parts[2]), int(parts[3])
    if not 1 <= month <= 12 or not 1 <= year <= 9999 or path != month_path(year, month):
        return None
    following = month_path(year + month // 12, month % 12 + 1)
    days = " ".join(str(day) for day in range(1, 29))
    site = BY_FOLDER["ayuntamiento"]
    view = View(
        title=f"Agenda de {MONTHS[month - 1]} de {year}",
        content=body(site, (days, "No hay actos previstos.")),
        related=(Link("Mes siguiente", following),),
    )
    return respond(site, (Link("Inicio", "/"),), view, site.charset)


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
    newest = next(a for a in articles if not a.found)
    return [
        *soft_404(),
        *spam(),
        *machinery(),
        *images(),
        *large(),
        *doors(articles),
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
