"""What a page says of itself: its title, its day, the way to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cleaning.extract.blocks.blocks import parse
from cleaning.extract.page import read
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, reading


@pytest.mark.parametrize(
    ("says", "region"),
    [
        ('lang="es"><meta property="og:locale" content="es_AR">', "AR"),
        ('><meta http-equiv="Content-Language" content="es-cl">', "CL"),
        ('lang="es-419">', "419"),
        ('lang="es">', None),
    ],
)
def test_the_region_of_its_language_is_the_first_that_it_names(
    says: str, region: str | None
) -> None:
    page = reading(f"<html {says}<title>El horno</title>{PROSE}</html>")
    assert page.metadata.get("region") == region


def test_what_a_page_says_of_itself() -> None:
    html = """<html lang="es-MX"><head><title>El horno nuevo | La Voz</title>
      <meta property="article:published_time" content="2023-04-05T10:00:00Z">
      <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "El horno nuevo",
      "datePublished": "2023-04-04", "author": [{"name": "Ana Ruiz"}, {"name": "Luis Sanz"}]}]}</script></head>
      <body><a rel=license href="https://creativecommons.org/licenses/by/4.0/">CC</a></body></html>"""
    assert reading(html).metadata == {
        "title": "El horno nuevo",
        "author": "Ana Ruiz; Luis Sanz",
        "date": "2023-04-04",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "language": "es",
        "region": "MX",
    }


def test_the_way_to_a_page_is_what_its_data_or_its_template_say() -> None:
    data = """<script type="application/ld+json">{"@type": "WebPage", "breadcrumb": {"@type": "BreadcrumbList",
      "itemListElement": [{"name": "Portada"}, {"item": {"name": "Pan &amp; harina"}}, {"name": 3}]}}</script>"""
    ways = {
        data: "Portada > Pan & harina",
        "<ol class=breadcrumb><li>Breadcrumb<li><a href=/>Inicio</a><li>Padrón</ol>": "Inicio > Padrón",
        "<div class=migas>Está usted en: <a href=/>Sede</a> » Trámites</div>": "Sede > Trámites",
        "<div class=migas><a href=/>Volver</a></div>": "",
        f"<div class=bread><a href=/>El pan</a> {PROSE * 4}</div>": "",
    }
    for html, way in ways.items():
        page = reading(f"{html}<h1>Padrón</h1>{f'<p>{PROSE * 3}</p>' * 2}")
        assert page.metadata.get("breadcrumb", "") == way
    assert (
        reading('<script type="application/ld+json">{"itemListElement": 1}</script>a').metadata
        == {}
    )


@pytest.mark.parametrize(
    "title", ["", "<meta property=og:title content='La &lt;span class=caps&gt;muela&lt;/span&gt;'>"]
)
def test_the_title_is_that_of_the_text_where_the_site_has_a_heading_too(title: str) -> None:
    html = (
        f"<html><head><title>La muela - Cuaderno de un molinero viejo</title>{title}</head><body>"
        f"<header><h1><a href=/>Cuaderno de un molinero viejo</a></h1></header><article><h1>La muela</h1>"
        f"{f'<p>{PROSE * 4}</p>' * 3}</article>"
    )
    page = reading(html, "https://diario.example/2024/05/la-muela")
    assert page.metadata["title"] == "La muela"
    assert "La muela" not in page.text.split("\n")


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("Las arañas – El cuaderno de ciencia", ""),  # WordPress, MediaWiki
        ("cuentos:las_aranas [El cuaderno]", "<h1><a href=/>El cuaderno</a></h1>"),  # DokuWiki
        (
            "Las arañas — documentación del cuaderno",
            "<h1>Las arañas<a href=#l>¶</a></h1>",
        ),  # Sphinx
    ],
)
def test_the_title_is_that_of_the_page_however_short_beside_its_site(head: str, above: str) -> None:
    html = f"<title>{head}</title>{above}<h1>Las arañas</h1>{f'<p>{PROSE}</p>' * 3}"
    assert reading(html, "https://a.example/x").metadata["title"] == "Las arañas"


@pytest.mark.parametrize("sign", ["¶", "🔗", "⚓\ufe0f"])
def test_a_title_goes_without_the_sign_of_its_link(sign: str) -> None:
    heading = f'<h1>Servicios<a href="#servicios">{sign}</a></h1>'
    html = f"<title>Servicios | Casa</title>{heading}{f'<p>{PROSE}</p>' * 3}"
    assert reading(html, "https://a.example/x").metadata["title"] == "Servicios"


def test_a_heading_with_the_name_of_the_site_is_no_title() -> None:
    html = (
        f"<title>El horno nuevo de la plaza | La Voz</title><h1>La Voz</h1>{f'<p>{PROSE}</p>' * 3}"
    )
    assert reading(html, "https://a.example/x").metadata["title"] == "El horno nuevo de la plaza"


def test_a_date_is_believed_up_to_the_capture() -> None:
    root = parse('<meta name="date" content="2031-05-05"><p>hola')
    assert read(root, None, None).metadata["date"] == "2031-05-05"
    assert "date" not in read(root, None, datetime(2024, 1, 1, tzinfo=UTC)).metadata


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("Publicado el 12 de marzo de 2021 a las 9:30", "es", "2021-03-12"),
        ("Barcelona, 3 d'octubre del 2019", "ca", "2019-10-03"),
        ("March 4th, 2016 by admin", "en", "2016-03-04"),
        ("Fri 14 January 2011", "en", "2011-01-14"),
        ("03/04/2021", "es", "2021-04-03"),
        ("03/04/2021", "en", ""),
        ("31 de febrero de 2021", "es", ""),
        ("Desde 3 casas en 2021", "es", ""),
    ],
)
def test_the_day_of_a_page_is_found_where_it_is_said_in_words(
    line: str, language: str, day: str
) -> None:
    page = f"<html lang={language}><body><article><h1>El cartero</h1><div>{line}</div>{f'<p>{PROSE * 4}</p>' * 3}"
    assert reading(page).metadata.get("date", "") == day


def test_the_day_of_a_thread_is_none_on_which_an_author_registered() -> None:
    post = (
        "<div class=post><div class=postprofile><a href=/u>rosa</a><br>Mensajes: 34{i}<br>Registrado: 12 Mar 2009</div>"
        "<div class=postbody><p class=author>por <a href=/u>rosa</a> » Lun Abr 0{i}, 2017 9:12 pm</p>"
        "<div class=content>{said}</div></div></div>"
    )
    thread = "".join(post.format(i=i, said=PROSE * i) for i in (3, 4, 5))
    html = (
        f"<html lang=es><title>Setas</title><body>{MENU}<h2>Setas</h2>{thread}{FOOT}</body></html>"
    )
    assert reading(html).metadata["date"] == "2017-04-03"
