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
from cleaning.text.batch import Batch, by_text
from cleaning.text.listed import Listed

FEW = 25  # words that a text counts as longer than it is
LEAST = 5  # different words of lawyers, with which a text may be a notice
LEAST_NAMED = 2  # where its address or title names one,
SHARE_NAMED = 0.03  # of so much of its words
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
# The last part of an address, or a title, that is nothing else (without accents, words parted by one space).
_NAMED = re.compile(
    r"(?:(?:nuestra |la nostra )?(?:politicas?|avisos?|avis|declaracion|declaracio) (?:de |de la |de les |d )?"
    r"(?:cookies|galetes|privacidad|privacitat|privacidade|confidencialidad|legal|legales|"
    r"proteccion de datos(?: personales)?|proteccio de dades|tratamiento de datos(?: personales)?)"
    r"(?: y (?:de )?(?:cookies|privacidad|aviso legal|terminos de uso))?"
    r"|(?:los |les |els |as )?(?:terminos|termes|termos)(?: (?:y|i|e) (?:condiciones|condicions))?"
    r"(?: (?:de|d) (?:uso|us|servicio|servei))?"
    r"|(?:condiciones|condicions) (?:generales |generals )?(?:de|d) (?:uso|us|utilizacion|utilitzacio)"
    r"|(?:condiciones|condicions) (?:generales|generals)"
    r"|(?:pribatutasun|cookie|cookien) politika|lege oharra|cookies|galetes|privacidad|privacitat|"
    r"privacy(?: policy)?|cookie policy|terms(?: of (?:use|service))?|tos|rgpd|gdpr|lopd|avisolegal|legal notice)"
)
_WEBSITE = re.compile(r"[^\W_]+")
# WordPress's first page and first post, Jekyll's and Blogger's first post, and the text of printers.
_SAMPLE = re.compile(
    r"est[ae] es una pagina de (?:ejemplo|muestra)\W+es diferente|aquesta es una pagina d.exemple\W"
    r"|esta e unha paxina de (?:exemplo|mostra)\W|this is an? (?:example|sample) page\W+it.s different"
    r"|(?:bienvenid[oa](?:\(a\)|/a)?|te damos la bienvenida) a wordpress\W+est[ae] es tu primer"
    r"|(?:benvinguts?|us donem la benvinguda) al wordpress\W+aquest[a]? es"
    r"|(?:benvid[oa]s?|damosche a benvida) a[o]? wordpress\W|ongi etorri wordpress-era\W"
    r"|welcome to wordpress\W+this is your first post"
    r"|you.ll find this post in your .?_posts.? directory|lorem ipsum dolor sit amet",
    re.I,
)
# What is in each of these, and in hardly a text else: sought in ASCII alone, which takes a tenth of the time.
_SAMPLED = re.compile(
    rb"es una pagina d|unha paxina de |this is an? |wordpress|find this post|lorem ipsum"
)
_WORDS = Listed.of(f"{_LEGAL} {_COMMON}".split())
_LEGAL_WORDS = Listed.of(_LEGAL.split())


@measure(
    reads=("url", "file"),
    notice_share=(
        float,
        "words of notices on cookies, privacy, use and licences, of the words and 25 more; 0 where fewer than 5 "
        "different ones are of lawyers",
    ),
    notice_page=(
        int,
        "1 where the address (or the file), or the first line, names such a notice, and two different words of lawyers "
        "and .03 of all are of one",
    ),
)
def _notices(batch: Batch, urls: Sequence[str | None], files: Sequence[str | None]) -> Any:
    hits = _WORDS.has(batch.word_hashes)
    at = np.flatnonzero(hits)
    legal, place = _LEGAL_WORDS.places(batch.word_hashes[at])
    different = np.unique(batch.word_document[at[legal]] * len(_LEGAL_WORDS) + place[legal])
    number = np.bincount(different // len(_LEGAL_WORDS), minlength=len(batch))
    notice_share = share(by_text(hits, batch.word_first), np.diff(batch.word_first) + FEW)
    page = (number >= LEAST_NAMED) & (notice_share >= SHARE_NAMED)
    for row in np.flatnonzero(page).tolist():
        page[row] = names_notice(urls[row] or files[row] or "", batch.texts[row])
    return np.where(number >= LEAST, notice_share, 0.0), page


@plain(sample_page=(int, "1 where a short text begins as the sample pages of systems of sites do"))
def _sample_page(text: str) -> int:
    if len(text) >= SAMPLE:
        return 0
    head = text[:400]
    letters = unicodedata.normalize("NFD", head.lower()).encode("ascii", "ignore")
    return int(bool(_SAMPLED.search(letters)) and bool(_SAMPLE.search(_plain(head))))


def names_notice(address: str, text: str) -> bool:
    """Whether the last part of an address or a path, or the first line of a text, names a notice and says no more."""
    _, remote, rest = address.partition("://")
    path = rest.partition("/")[2].partition("?")[0].partition("#")[0] if remote else address
    path = path.removesuffix("index.html").rstrip("/")
    last = path.rpartition("/")[2].partition(".")[0]
    return any(
        _NAMED.fullmatch(" ".join(_WEBSITE.findall(_plain(name)))) is not None
        for name in (last[:60], text.lstrip()[:80].partition("\n")[0])
    )


def _plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(
        c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)
    )
