"""Pages with words that are no text: soft 404s, a site's machinery, photographs, an index, machine-made spam.

Each function gives the pages of one kind. Every one is linked from the front page of its site.
"""

import random
from collections.abc import Iterator, Sequence

from flows.small_web.hosts import BY_FOLDER
from flows.small_web.pages import Link, View, respond
from flows.small_web.response import Page

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

WARES = (
    ("clinica", "/blog/promo/farmacia/", "Bienestar sin esperas", "comprimidos"),
    ("cronica", "/2018/enlaces/relojes.php", "Relojes de imitación", "unidades"),
)
"""Site, path, title and measure of the pages that are a list of prices."""


def framed(folder: str, path: str, view: View, reason: str) -> Page:
    """A page in its site's frame, with no menu but the way home."""
    site = BY_FOLDER[folder]
    response = respond(site, (Link("Inicio", "/"),), view, site.charset)
    return Page(site.host, path, response, reason)


def lined(
    folder: str,
    path: str,
    title: str,
    lines: Sequence[str],
    reason: str,
    related: tuple[Link, ...] = (),
) -> Page:
    """Lines of text in the site's paragraph markup, framed."""
    content = "".join(BY_FOLDER[folder].paragraph.format(line) for line in lines)
    return framed(folder, path, View(title, content, related=related), reason)


def soft_404() -> list[Page]:
    """Pages that answer 200 and say that they do not exist."""
    return [
        lined(folder, path, title, SOFT_404_TEXT, "soft_404") for folder, path, title in SOFT_404
    ]


def machinery() -> list[Page]:
    """Consent, sign in, search, and the table of cookies."""
    return [lined(site, path, title, text, "machinery") for site, path, title, text in MACHINERY]


def images() -> list[Page]:
    """A page of photographs, whose alternative texts are all that it says."""
    pictures = "".join(
        f'<figure><img src="/fotos/obrador-{n}.jpg" alt="El obrador, fotografía {n}"></figure>\n'
        for n in range(1, 25)
    )
    return [framed("revista", "/galeria", View("Galería", pictures), "images")]


def index() -> list[Page]:
    """An index of more tags than a parser should see."""
    row = "<tr><td>{0}/1987</td><td>tomo {0}</td></tr>\n"
    rows = "".join(row.format(n) for n in range(1, 8001))
    view = View("Índice general de expedientes", f"<table>{rows}</table>")
    return [framed("boletin", "/historico/indice-general.htm", view, "index")]


def spam() -> Iterator[Page]:
    """What machines make: words in chance order, one sentence for every town, prices."""
    for folder, path, keywords in SPAM:
        chance = random.Random(path)
        words = keywords.split()
        lines = tuple(" ".join(chance.choices(words, k=chance.randint(25, 60))) for _ in range(14))
        yield lined(folder, path, " ".join(words[:4]).upper(), lines, "spam")
    for folder, path, trade, promise in DOORWAYS:
        lines = tuple(f"{trade} en {town}: {trade} baratos en {town}. {promise}" for town in TOWNS)
        yield lined(folder, path, trade, lines, "spam")
    for folder, path, title, measure in WARES:
        chance = random.Random(path)
        lines = tuple(
            f"Ref. {chance.randint(1000, 9999)} · {chance.randint(10, 90)} {measure} · "
            f"{chance.randint(9, 199)},{chance.randint(10, 99)} € · AÑADIR AL CARRO"
            for _ in range(60)
        )
        yield lined(folder, path, title, lines, "spam")


def pages() -> list[Page]:
    """Every page of noise."""
    return [*soft_404(), *machinery(), *images(), *index(), *spam()]
