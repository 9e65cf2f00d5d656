"""What the names that authors give to classes and ids say of an element: the families of words in them.

The words are those that sites of many languages use; templates are written in English mostly, many Spanish
ones in Spanish. A name is cut into words (`post-body`, `postBody`, `post_body`), each looked up whole and,
where it is not found, by its beginning.
"""

from __future__ import annotations

import numpy as np

from cleaning.extract.tree.characters import Bytes, code_point
from cleaning.extract.tree.names import FNV, PRIME, looked_up
from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import bare

READ = 300  # characters of class, id and role that are read
_SHORTEST = 5  # letters of a word that may be the beginning of a longer one

FAMILIES: dict[str, str] = {
    "navigation": (
        "nav navbar navigation navegacion menu menubar submenu topbar navlinks sidenav "
        "megamenu hamburger toolbar skip skiplink dropdown offcanvas"
    ),
    "header": "header masthead cabecera encabezado banner topheader siteheader logo branding",
    "footer": "footer foot pie piepagina colophon copyright sitefooter bottom copy",
    "side": (
        "sidebar side aside rail lateral barra columna secondary widget widgets gadget module "
        "complementary"
    ),
    "content": "content contenido contingut main body cuerpo maincontent primary principal page",
    "article": (
        "article articulo articlebody post entry entrada noticia news story nota text texto "
        "prose markdown richtext wysiwyg rte blog blogpost single"
    ),
    "comments": (
        "comment comments comentario comentarios comentaris respond reply replies disqus "
        "commentlist discussion opinion"
    ),
    "related": (
        "related relacionado relacionados relacionadas recommended recommendation "
        "recommendations recomendados more mas readmore similar suggested trending popular "
        "latest ultimas masleidas leidas outbrain taboola upsell crosssell also next prev "
        "previous teaser teasers"
    ),
    "share": (
        "share sharing compartir social socials redes facebook twitter whatsapp linkedin "
        "pinterest telegram addthis addtoany follow seguir instagram"
    ),
    "cookie": (
        "cookie cookies consent consentimiento gdpr rgpd cmp onetrust didomi privacy "
        "privacidad cookiebot"
    ),
    "advert": (
        "ad ads adv advert advertisement advertising publicidad banner sponsor sponsored "
        "promo promotion promoted dfp gpt adslot anuncio anuncios"
    ),
    "crumbs": "breadcrumb breadcrumbs crumb crumbs migas bread ariadna rastro",
    "byline": (
        "byline author autor autoria authors meta metadata date fecha time published posted "
        "pubdate timestamp dateline postmeta firma credit reading"
    ),
    "product": (
        "product producto productos item sku shop store tienda woocommerce catalog spec specs "
        "specification specifications features feature attributes"
    ),
    "cart": "cart carrito basket checkout buy comprar wishlist quantity addtocart stock",
    "price": "price precio prices pricing sale discount descuento oferta amount",
    "review": (
        "review reviews rating ratings stars valoracion valoraciones testimonial testimonials "
        "feedback"
    ),
    "search": (
        "search buscar buscador busqueda query filter filters filtro facet facets sort "
        "sorting refine"
    ),
    "modal": (
        "modal popup overlay lightbox dialog drawer tooltip toast alert notification notice "
        "flash sticky"
    ),
    "newsletter": (
        "newsletter subscribe subscription suscribete suscripcion boletin signup subscribebox "
        "mailchimp optin paywall register login signin account cuenta lead"
    ),
    "hidden": (
        "hidden hide oculto invisible visually sr screenreader collapse collapsed display "
        "print noprint none visuallyhidden"
    ),
    "card": "card cards tile tiles grid box panel col column row thumb thumbnail",
    "list": (
        "list lista listing listings results result archive archivo archivos feed loop items "
        "index collection category categoria categorias categories"
    ),
    "forum": (
        "forum foro thread topic topics hilo message messages postbody posts conversation "
        "reply signature answer answers question questions quote vote votes member user "
        "username profile avatar"
    ),
    "tags": (
        "tag tags etiqueta etiquetas label labels keyword keywords taxonomy hashtag chip badge pill"
    ),
    "pages": (
        "pagination paginacion pager paginador paging pages pagenav page-numbers older newer navheader navfooter"
    ),
    "contents": (
        "toc tableofcontents contents indice sumario outline onthispage localtoc sphinxsidebar"
    ),
    "caption": (
        "caption figcaption pie image img photo foto picture gallery galeria media video "
        "carousel slider slide slideshow figure"
    ),
    "faq": "faq faqs accordion acordeon question collapse toggle tab tabs",
    "hero": (
        "hero jumbotron cta callout intro lead lede entradilla subtitle subtitulo title "
        "titulo titular headline heading excerpt summary resumen standfirst deck"
    ),
    "legal": "legal terms disclaimer terminos aviso condiciones law ley articulos",
    "code": "code highlight pre snippet codehilite syntax language terminal listing",
    "documentation": (
        "doc docs documentation document section admonition note warning tip sect api "
        "reference manual guide tutorial"
    ),
    "form": "form field input button btn select captcha contact contacto feedback",
    "about": "bio about authorbox authorinfo authorbio aboutauthor sobre",
}

NAMES = tuple(FAMILIES)


def words() -> dict[str, int]:
    """The families of each word, a bit each, in the order of NAMES."""
    bits_of: dict[str, int] = {}
    for index, names in enumerate(FAMILIES.values()):
        for word in names.split():
            bits_of[word] = bits_of.get(word, 0) | 1 << index
    return bits_of


@bare
def read_names(data: Bytes, begin: int, end: int, at: int, names: Bytes) -> int:
    """Writes a value behind `at` others, in characters of ASCII alone; how many there are then."""
    while begin < end and at < READ:
        code, begin = code_point(data, begin)
        names[at] = code if code < 0x80 else 0
        at += 1
    return at


@bare
def families_of(names: Bytes, count: int, hashes: Hashes, bits: Ints, longest: int) -> int:
    """The families of the words of a name: runs of lower case, with a capital before them or not, and of capitals."""
    families, at = 0, 0
    while at < count:
        begin = at
        while at < count and 65 <= names[at] <= 90:
            at += 1
        capitals = at - begin
        if at < count and 97 <= names[at] <= 122:
            if capitals > 1:
                families |= _of_word(names, begin, at - 1, hashes, bits, longest)
                begin = at - 1
            elif not capitals:
                begin = at
            while at < count and 97 <= names[at] <= 122:
                at += 1
            families |= _of_word(names, begin, at, hashes, bits, longest)
        elif capitals:
            families |= _of_word(names, begin, at, hashes, bits, longest)
        else:
            at += 1
    return families


@bare
def _of_word(names: Bytes, begin: int, end: int, hashes: Hashes, bits: Ints, longest: int) -> int:
    """The families of a word: its own, else those of its longest beginning that has some."""
    value, best = FNV, 0
    for i in range(begin, end):
        value = (value ^ np.uint64(names[i] | 32)) * PRIME
        size = i - begin + 1
        if size > longest:
            break
        if size >= _SHORTEST or i == end - 1:
            family = looked_up(hashes, bits, value, 0)
            if family:
                best = family
    return best
