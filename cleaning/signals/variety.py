"""Which country's Spanish a text is, by evidence of place: its address, and the places, offices and words in it.

An address under a country's domain says most; the names of its cities, people and offices say the more the
more there are of them, and so do words and forms that only some countries use (vosotros, tenés, ordenador,
celular). Each country's evidence is a sum of weights; its probability is a softmax of these against `unknown`, which
has a weight of its own. So a text without evidence is `unknown`, and one that names five countries alike is unsure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from cleaning.models.linear import softmax
from cleaning.signals.arrays import are_among
from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, by_text, word_hash

UNKNOWN = "unknown"
BASE = 1.5  # the weight of `unknown`
DOMAIN = 4.0  # of a country's domain
PATH = 2.0  # of /es-mx/ or /mx/ in the path
WORD = 1.3  # of a word of the country, times log(1 + how often any of them stands there)
FORM = 1.0  # of a form or word of several countries, likewise

# Cities, people, offices and money that are of one country alone.
_PLACES: Mapping[str, str] = {
    "es": "españa española españolas español españoles madrid barcelona sevilla zaragoza bilbao galicia cataluña "
    "catalán andalucía euskadi extremadura murcia boe ayuntamiento ayuntamientos diputación pesetas euros",
    "mx": "méxico mexicano mexicana mexicanos cdmx monterrey jalisco oaxaca chiapas sinaloa sonora tijuana cancún curp "
    "imss pemex conacyt",
    "ar": "argentina argentino argentinos argentinas bonaerense tucumán neuquén chubut kirchner peronismo anses afip "
    "infoleg saij conicet",
    "co": "colombia colombiano colombiana colombianos bogotá medellín barranquilla bucaramanga antioquia cundinamarca "
    "icbf dian",
    "cl": "chile chileno chilena chilenos valparaíso antofagasta temuco araucanía boric piñera carabineros corfo",
    "pe": "perú peruano peruana peruanos lima arequipa cusco piura cajamarca ayacucho sunat indecopi fujimori ositran "
    "ugel minedu",
    "uy": "uruguay uruguayo uruguaya uruguayos montevideo canelones paysandú tacuarembó antel lacalle mujica",
    "ve": "venezuela venezolano venezolana venezolanos caracas maracaibo chavismo bolívares pdvsa",
    "ec": "ecuador ecuatoriano ecuatoriana ecuatorianos quito guayaquil manabí iess",
    "bo": "bolivia boliviano boliviana bolivianos cochabamba oruro potosí",
    "py": "paraguay paraguayo paraguaya paraguayos itapúa guaraníes",
    "cr": "costarricense costarricenses alajuela heredia ccss",
    "do": "dominicano dominicana dominicanos",
    "cu": "cuba cubano cubana cubanos habana camagüey holguín",
}
# Words and forms, and the countries that use them.
_FORMS: Sequence[tuple[str, str]] = (
    (
        "es",
        "vosotros vuestra vuestro vuestros vuestras ordenador ordenadores zumo tenéis podéis queréis sois habéis "
        "estáis hacéis sabéis",
    ),
    ("ar uy", "tenés podés querés hacés sabés pibe laburo"),
    ("mx", "ahorita platicar popote chamba güey"),
    ("cl", "pololo altiro cachai"),
    ("mx ar co cl pe uy ve ec bo py cr do cu", "celular celulares computadora computadoras"),
)
_DOMAIN = re.compile(r"\.(es|mx|ar|co|cl|pe|uy|ve|ec|bo|py|cr|do|cu)$")
_PATH = re.compile(
    r"/(?:es[-_](\w\w)|(es|mx|ar|cl|pe|uy|ve|ec|bo|py|cr|do|cu))(?:/|$)", re.IGNORECASE
)
COUNTRIES = (*_PLACES,)


@measure(
    reads=("url", "host", "language"),
    variety=(
        str,
        "the country whose Spanish it is, by its code; `unknown` where little says so or it is not Spanish",
    ),
    variety_p=(float, "how probable that is"),
)
def _variety(
    batch: Batch, urls: Sequence[str | None], hosts: Sequence[str | None], languages: Sequence[str]
) -> Any:
    evidence = np.zeros((len(batch), len(COUNTRIES) + 1))
    evidence[:, -1] = BASE
    for place, hashes in enumerate(_hashes()[0]):
        hits = by_text(are_among(batch.word_hashes, hashes).astype(np.int64), batch.word_first)
        evidence[:, place] += WORD * np.log1p(hits)
    for places, hashes in _hashes()[1]:
        hits = by_text(are_among(batch.word_hashes, hashes).astype(np.int64), batch.word_first)
        evidence[:, places] += (FORM * np.log1p(hits))[:, None]
    for row, (url, host) in enumerate(zip(urls, hosts, strict=True)):
        if named := _DOMAIN.search((host or "").lower()):
            evidence[row, COUNTRIES.index(named[1])] += DOMAIN
        path = (url or "").partition("://")[2].partition("/")
        if named := _PATH.search(path[1] + path[2]):
            code = (named[1] or named[2]).lower()
            # /es/ is the language, as it is in es-mx
            if code in COUNTRIES and not (named[1] is None and code == "es"):
                evidence[row, COUNTRIES.index(code)] += PATH
    chances = softmax(evidence)
    chances[[language != "es" for language in languages]] = [0.0] * len(COUNTRIES) + [1.0]
    best = chances.argmax(axis=1) if len(batch) else np.zeros(0, np.int64)
    names = (*COUNTRIES, UNKNOWN)
    return [names[i] for i in best.tolist()], chances[np.arange(len(best)), best]


@cache
def _hashes() -> tuple[list[Any], list[tuple[list[int], Any]]]:
    def of(words: str) -> Any:
        return np.array([word_hash(word) for word in words.split()], np.uint64)

    forms = [
        ([COUNTRIES.index(c) for c in countries.split()], of(words)) for countries, words in _FORMS
    ]
    return [of(words) for words in _PLACES.values()], forms
