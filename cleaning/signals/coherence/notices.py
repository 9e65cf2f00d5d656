"""How much of a text is said in the words of notices of a site: cookies, privacy, terms of use, licences.

Of the words counted most are common, and a lesson on cookies or a guide to open data is full of some. A notice has
many different ones that lawyers put there, close together; where its address or its title says what it is, few do.
The sample pages that systems of sites bring with them are known by how they begin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.measures import measure, plain
from cleaning.text.batch import Batch, Bools, Hashes, by_text
from cleaning.text.listed import Listed

FEW = 25  # words that a text counts as longer than it is
LEAST = 5  # different words of lawyers, with which a text may be a notice
LEAST_NAMED = 2  # where its address or title names one,
SHARE_NAMED = 0.03  # of so much of its words
SURE, PRIVACY = 2, 3  # how surely a name is of a notice
LONG = 80  # code points of a name, at most
SAMPLE = 2500  # code points: a longer text that begins so is somebody's

_LEGAL = (
    "consentimiento consentiment rectificación rectificar rectificació supresión supresió cancelación oposición "
    "oposició portabilidad portabilitat finalidad finalidades finalitat finalitats titular titularidad titularitat "
    "responsabilidad responsabilitat legislación legislació jurisdicción jurisdicció tratamiento tractament política "
    "políticas condiciones condicions términos legal legales personales personals confidencialidad terceros tercers "
    "intelectual derechos drets protección protecció privacidad privacitat "
    "licencia licencias licenciador llicència llicenza lizentzia copyright commons atribución reconocimiento "
    "reconeixement derivada derivadas derivades distribuir distribuye distribueix distribución redistribuir"
)
_COMMON = (
    "cookie cookies galetes usuario usuarios usuari usuaris usuaria web sitio lloc portal navegador datos dades dados "
    "rgpd gdpr lopd lopdgdd lssi acceso accés reserva aviso avís nuestro nuestra nuestros nuestras nosotros nostre "
    "nostra nostres nosaltres"
)
# Of lawyers in other languages, counted where a page is named a notice alone: texts in English use many of them.
_ELSEWHERE = (
    "rights consent liability liable jurisdiction processing controller applicable governing laws property disclaimer "
    "compliance privacy terms personal policy eskubideak eskubideen datuak datuen babesari tratamendua arduraduna "
    "baimena legezko legearen araudia pribatutasun jabetza droits responsable données traitement éditeur hébergeur "
    "propriété légales juridiction"
)
# A name of a notice, without accents, words parted by one space or none; vowels with an accent may be lost.
_SURE = (
    r"(?:nuestra |la nostra |avisos? y |avi?s i )?(?:poli?tiques|poli?ticas?|avisos?|avi?s|declaracio?n?) "
    r"(?:de |de la |de les |d |i |e |y )?"
    r"(?:(?:uso de |us de )?cookies|galetes|privacidad|privacitat|privacidade|confidencialidad|legal|legales|legals|"
    r"proteccio?n de datos(?: personales)?|proteccio? de dades|tratamiento de datos(?: personales)?)"
    r"(?: (?:y|i|e) (?:de |uso de )?(?:cookies|privacidad|privacitat|aviso legal|terminos de uso|"
    r"proteccio?n de datos(?: personales)?))?"
    r"|(?:los |les |els |as )?(?:te?rminos|termes|termos) (?:(?:y|i|e) (?:las )?(?:condiciones|condicions|condicoes))"
    r"(?: generales)?(?: (?:de|d) (?:uso|us|servicio|servei))?"
    r"|(?:te?rminos|termes|termos) (?:de|d) (?:uso|us|servicio|servei)"
    r"|(?:condiciones|condicions) (?:generales |generals )?(?:de|d) (?:uso|us|utilizacio?n|utilitzacio?)"
    r"|informacion? legal|informacio legal|nota legal|mencions legals|mentions? (?:legales?|le?gales?)"
    r"|politique de confidentialite"
    r"|(?:pribatutasun|cookie|cookien|cookieen) politika|lege oharra"
    r"|privacy (?:policy|notice|statement)|cookies? policy|legal notice|terms (?:and conditions|of (?:use|service))"
)
_PERHAPS = (
    r"(?:los |les |els |as )?(?:terminos|termes|termos)|(?:condiciones|condicions) (?:generales|generals)"
    r"|proteccio?n de datos|proteccio de dades|datuen babesa"
    r"|cookies|galetes|privacidad|privacitat|privacidade|privacy|condiciones|condicions|legal|terms|tos|rgpd|gdpr|lopd"
)
_LANGUAGE = r"(?: (?:es|esp|cas|ca|cat|va|val|gl|eu|eus|en|eng|fr|\d{1,2}))?"
_NAMED = re.compile(
    f"(?:(?P<sure>{_SURE})|{_PERHAPS}){_LANGUAGE}".replace(" ", " ?"), re.IGNORECASE
)
# Of these the ones that no contract and no rules of a body have.
_PRIVACY = re.compile(r"privac|privat|pribat|cookie|galet|avis|mentions?|mencions|notice|lege")
# How such a name begins, sought there alone, since every text is asked.
_BEGINS = re.compile(
    r"[\W_]*(?:nuestr|la nos|po?l|a?v|decla|lo?s|les|els|as|t[eéè]?r|condi|info|nota|men|priv|cook|gal|leg|datu|prot"
    r"|prib|tos|rgpd|gdpr|lopd)",
    re.IGNORECASE,
)
_PARTS = re.compile(r" +[|–—·:-] +|: +")  # of a title: the page's and the site's
_WEBSITE = re.compile(r"[^\W_]+")
# WordPress's first page and first post, Jekyll's and Blogger's first post, the text of printers, and Wix's.
_SAMPLE = re.compile(
    r"est[ae] es una pagina de (?:ejemplo|muestra)\W+es diferente|aquesta es una pagina d.exemple\W"
    r"|esta e unha paxina de (?:exemplo|mostra)\W|this is an? (?:example|sample) page\W+it.s different"
    r"|(?:bienvenid[oa](?:\(a\)|/a)?|te damos la bienvenida) a wordpress\W+est[ae] es tu primer"
    r"|(?:benvinguts?|us donem la benvinguda) al wordpress\W+aquest[a]? es"
    r"|(?:benvid[oa]s?|damosche a benvida) a[o]? wordpress\W|ongi etorri wordpress-era\W"
    r"|welcome to wordpress\W+this is your first post"
    r"|you.ll find this post in your .?_posts.? directory|lorem ipsum dol"
    r"|i.?m a paragraph\W+click here to add|soy un parrafo\W+haz clic aqui para",
    re.I,
)
# What lies on a site beside its pages, in English mostly, and is of none of its authors.
_LIBRARY = re.compile(
    r"/(?:(?:node_modules|bower_components)/|(?:jquery[-_.]?ui|f?ckeditor|tiny_?mce)[-_.\w]*/(?:[^/?#]+/)*?"
    r"(?:demos?|samples?|examples?|tests?|plugins|themes)/)",
    re.IGNORECASE,
)
# What is in each of these, and in hardly a text else: sought in ASCII alone, which takes a tenth of the time.
_SAMPLED = re.compile(
    rb"es una pagina d|unha paxina de |this is an? |wordpress|find this post|lorem ipsum|m a paragraph|soy un parrafo"
)
_WORDS = Listed.of(f"{_LEGAL} {_COMMON}".split())
_LEGAL_WORDS = Listed.of(_LEGAL.split())
_ELSEWHERE_WORDS = Listed.of(_ELSEWHERE.split())


@measure(
    reads=("url", "file", "title"),
    notice_share=(
        float,
        "words of notices on cookies, privacy, use and licences, of the words and 25 more; 0 where fewer than 5 "
        "different ones are of lawyers",
    ),
    notice_page=(
        int,
        "1 where the address (or the file), the title or the first line names such a notice and a word of lawyers is "
        "in the text; where the name says less (cookies, privacidad), two different ones and .03 of all words. 2 where "
        "these are so of one surely named, on privacy, cookies or who a site is: such a text is one whatever its file",
    ),
)
def _notices(
    batch: Batch,
    urls: Sequence[str | None],
    files: Sequence[str | None],
    titles: Sequence[str | None],
) -> Any:
    hits = _WORDS.has(batch.word_hashes)
    at = np.flatnonzero(hits)
    legal, place = _LEGAL_WORDS.places(batch.word_hashes[at])
    different = np.unique(batch.word_document[at[legal]] * len(_LEGAL_WORDS) + place[legal])
    number = np.bincount(different // len(_LEGAL_WORDS), minlength=len(batch))
    words = by_text(hits, batch.word_first)
    notice_share = share(words, np.diff(batch.word_first) + FEW)
    page = np.zeros(len(batch), np.int64)
    for row in np.flatnonzero(words).tolist():
        name = named(urls[row] or files[row] or "", titles[row] or "", batch.texts[row])
        if name:
            first, after = batch.word_first[row : row + 2]
            page[row] = _notice(batch.word_hashes[first:after], hits[first:after], name)
    return np.where(number >= LEAST, notice_share, 0.0), page


def _notice(hashes: Hashes, hits: Bools, name: int) -> int:
    """How much a text that is named so is a notice, by the hashes of its words and which are of notices: 0, 1 or 2."""
    elsewhere = _ELSEWHERE_WORDS.has(hashes)
    legal = len(np.unique(hashes[elsewhere | _LEGAL_WORDS.has(hashes)]))
    words = np.count_nonzero(hits | elsewhere)
    if legal >= LEAST_NAMED and words >= SHARE_NAMED * (len(hashes) + FEW):
        return 2 if name == PRIVACY else 1
    return int(name >= SURE and legal > 0)


@plain(
    reads=("url", "file"),
    sample_page=(
        int,
        "1 where a short text begins as the sample pages of systems of sites do, or the address (or the file) is in a "
        "folder of packages (node_modules) or among the demos, tests or pages of help of a library for pages",
    ),
)
def _sample_page(text: str, url: str | None, file: str | None) -> int:
    if _LIBRARY.search(url or file or ""):
        return 1
    if len(text) >= SAMPLE:
        return 0
    head = text[:400]
    letters = unicodedata.normalize("NFD", head.lower()).encode("ascii", "ignore")
    return int(bool(_SAMPLED.search(letters)) and bool(_SAMPLE.search(_plain(head))))


def named(address: str, title: str, text: str) -> int:
    """Whether the last part of an address or a path, a part of the title, or the first line of a text names a notice:
    0, perhaps (1), surely (`SURE`), or surely one on privacy, cookies or who a site is (`PRIVACY`).
    """
    _, remote, rest = address.partition("://")
    path = rest.partition("/")[2].partition("?")[0].partition("#")[0] if remote else address
    path = path.removesuffix("index.html").rstrip("/")
    last = path.rpartition("/")[2].partition(".")[0]
    line = text[: 2 * LONG].lstrip().partition("\n")[0]
    found = 0
    for name in (last, line, *_PARTS.split(title[: 2 * LONG])):
        if len(name) < LONG and _BEGINS.match(name):
            plain_name = " ".join(_WEBSITE.findall(_plain(name)))
            if match := _NAMED.fullmatch(plain_name):
                sure = PRIVACY if _PRIVACY.search(plain_name) else SURE
                found = max(found, sure if match["sure"] else 1)
    return found


def _plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(
        c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)
    )
