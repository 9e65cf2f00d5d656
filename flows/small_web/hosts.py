"""The seven sites of the written web: who they are and in what markup they publish.

The sites differ on purpose (HTML5, div soup, table layout, sloppy HTML 4), because an extractor
that only meets one kind of page is not tested at all.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Charset:
    """How a page's bytes are encoded and what the page says about it.

    ``header`` and ``meta`` are the charsets that are declared; an empty one is not declared, and
    they may be wrong, as on the real web. ``twice``: the prose was encoded twice on its way into the page.
    """

    encoding: str = "utf-8"
    header: str = "utf-8"
    meta: str = "utf-8"
    twice: bool = False


@dataclass(frozen=True)
class Site:
    """One site: its folder of articles, its host name and the shape of its pages."""

    folder: str
    host: str
    name: str
    tagline: str
    article_path: str
    item: str = "<li>{}</li>"
    paragraph: str = "<p>{}</p>\n"
    teaser: str = "<li><h2>{link}</h2><p>{text}</p></li>\n"
    per_page: int = 6
    robots: str = "User-agent: *\nDisallow:\n"
    sitemap: str = (
        ""  # how it tells of its articles to crawlers: a plain list, or an index of packed lists
    )
    feed: bool = False
    charset: Charset = Charset()
    section_charsets: dict[str, Charset] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The address of the front page."""
        return f"http://{self.host}/"


CP1252 = Charset("cp1252", "windows-1252", "windows-1252")

SITES: tuple[Site, ...] = (
    Site(
        folder="diario",
        host="diario.sierraalta.test",
        name="Diario de Sierra Alta",
        tagline="Noticias de la comarca desde 1931",
        article_path="/{section}/{slug}.html",
        teaser='<article class="card"><h2>{link}</h2><p class="lead">{text}</p></article>\n',
        robots=(
            "User-agent: *\nDisallow: /hemeroteca/\nDisallow: /*?imprimir=\n"
            "Allow: /hemeroteca/el-cine-que-llego-en-burro.html\n\n"
            "Sitemap: http://diario.sierraalta.test/sitemap.xml\n"
        ),
        sitemap="plain",
        feed=True,
    ),
    Site(
        folder="ayuntamiento",
        host="ayuntamiento.valdeolmos.test",
        name="Ayuntamiento de Valdeolmos",
        tagline="Sede y portal municipal",
        article_path="/{section}/{slug}",
        item='<div class="nav-item">{}</div>',
        paragraph='<div class="field-item even">{}</div>\n',
        teaser='<div class="row"><div>{link}<div class="resumen">{text}</div></div></div>\n',
        # Our own group alone binds us: it closes the archive, and not what the others must not enter.
        robots=(
            "User-agent: *\nDisallow: /documentos/\n\n# Entrenamiento de modelos de lenguaje\n"
            "User-agent: GPTBot\nUser-agent: CCBot\nUser-agent: Tahona\nDisallow: /archivo/\n"
        ),
        sitemap="plain",
        section_charsets={
            "avisos": Charset("iso8859-15", "iso-8859-15", "utf-8"),
            "historia": Charset(twice=True),
        },
    ),
    Site(
        folder="boletin",
        host="boletin.valdeolmos.test",
        name="Boletín Oficial de Valdeolmos",
        tagline="Depósito legal VO-12-1987",
        article_path="/{section}/{slug}.htm",
        item="<tr><td bgcolor=#eeeecc><font size=1>{}</font></td></tr>\n",
        paragraph="{}<br><br>\n",
        teaser="<b>{link}</b><br><font size=2>{text}</font><hr>\n",
        charset=CP1252,
        section_charsets={
            "disposiciones": CP1252,
            "ordenanzas": Charset("cp1252", "", "iso-8859-1"),
            "anuncios": Charset("cp1252", "", ""),
            "edictos": Charset("cp1252", "utf-8", "utf-8"),
        },
    ),
    Site(
        folder="clinica",
        host="clinica.lasalud.test",
        name="Clínica La Salud",
        tagline="El blog de nuestros profesionales",
        article_path="/blog/{year}/{month}/{slug}/",
        teaser='<div class="post hentry"><h3>{link}</h3><p>{text}</p></div>\n',
        per_page=5,
    ),
    Site(
        folder="revista",
        host="revista.latahona.test",
        name="La Tahona",
        tagline="Revista de letras, pan y conversación",
        article_path="/numero/{section}/{slug}",
        teaser='<section class="entrada"><h2>{link}</h2><p>{text}</p></section>\n',
        # A rule for named robots binds those only: our own may still read the site.
        robots=(
            "User-agent: *\nDisallow:\nCrawl-delay: 0\n\n"
            "User-agent: GPTBot\nUser-agent: ClaudeBot\nUser-agent: Google-Extended\nDisallow: /\n\n"
            "Sitemap: http://revista.latahona.test/sitemap_index.xml\n"
        ),
        sitemap="index",
        feed=True,
        section_charsets={"entrevistas": Charset("utf-8-sig", "", "")},
    ),
    Site(
        folder="foro",
        host="foro.huertos.test",
        name="Foro de Huertos",
        tagline="La plaza de los que tienen tierra en las uñas",
        article_path="/hilo/{slug}",
        teaser='<div class="topic"><span class="topictitle">{link}</span> <i>{text}</i></div>\n',
        per_page=5,
    ),
    Site(
        folder="cronica",
        host="cronica.altiplano.test",
        name="Crónica del Altiplano",
        tagline="Periodismo a cuatro mil metros",
        article_path="/{year}/{section}/{slug}.php",
        paragraph="<p>{}\n",
        teaser="<h4>{link}</h4><p>{text}\n",
        feed=True,
        section_charsets={"corresponsales": Charset("utf-8", "iso-8859-1", "iso-8859-1")},
    ),
)

BY_FOLDER: dict[str, Site] = {site.folder: site for site in SITES}
