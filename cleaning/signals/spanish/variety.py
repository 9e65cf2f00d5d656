"""Which country's Spanish a text is, by evidence of place: its address, what it says of itself, and what is in it.

An address under a country's domain says most; a region that a page or a record names (es-MX) much, if it is no
default; the names of its cities, people and offices say the more the more there are of them, and so do words and
forms that only some countries use (vosotros, tenés, ordenador, celular). A recipe's classifier whose labels are
countries is heard as well, by how much likelier than by chance it finds each. Each country's evidence is a sum of
weights; its probability is a softmax of these against `unknown`, which has a weight of its own. So a text without
evidence is `unknown`, and one that names five countries alike is unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from cleaning.models.labelled import Labelled, load
from cleaning.models.linear import softmax
from cleaning.signals.measures import Model, measure
from cleaning.text.batch import Batch, Floats, by_text
from cleaning.text.listed import Listed

UNKNOWN = "unknown"
BASE = 1.5  # the weight of `unknown`
# Of a country's domain, bare or as .gob.mx: of 29 sites below a bare one whose words speak clearly of a country 28
# speak of that (tests/benchmarks/LOG.md), which by Laplace's rule is .94; this gives .86.
DOMAIN = 5.0
SOLD = 2.0  # of a bare one that is sold to all the world
# Of a region that a page names. es-ES is what templates say unasked: of eight sites of the shared pages that
# say it six are American, and of five that say another all are right (tests/benchmarks/LOG.md).
REGION = 3.0
# Of one that an entry of a table or a line of JSON names in its own fields: of ten collections that do all are right
# (tests/benchmarks/LOG.md), which by Laplace's rule is .92.
RECORD = 5.6
RECORDS = frozenset({"jsonl", "csv", "parquet"})  # their readers
TRAINED = 0.5  # of log(p * labels) of a classifier of the recipe: more names what register a text is of (LOG.md)
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
    "gt": "guatemala guatemalteco guatemalteca guatemaltecos quetzaltenango huehuetenango chimaltenango quetzales",
    "hn": "honduras hondureño hondureña hondureños tegucigalpa comayagua choluteca lempiras",
    "sv": "salvadoreño salvadoreña salvadoreños usulután sonsonate ahuachapán bukele",
    "ni": "nicaragua nicaragüense nicaragüenses managua matagalpa estelí jinotega",
    "pa": "panamá panameño panameña panameños chiriquí veraguas balboas",
    "pr": "puertorriqueño puertorriqueña puertorriqueños mayagüez caguas bayamón",
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
    (
        "mx ar co cl pe uy ve ec bo py cr do gt hn sv ni pa pr cu",
        "celular celulares computadora computadoras",
    ),
)
COUNTRIES = (*_PLACES,)
_DOMAIN = re.compile(
    rf"(?:^|\.)((?:com|org|net|edu|gob|gov|gub|go|ac|mil|sa|fin|nom|info)\.)?({'|'.join(COUNTRIES)})$"
)
_SOLD = "co"
# Not /co/, /do/, /sv/, /ni/, /pa/ alone, which are other things more often.
_PATH = re.compile(
    rf"/(?:es[-_]({'|'.join(COUNTRIES)})|(mx|ar|cl|pe|uy|ve|ec|bo|py|cr|cu|gt|hn|pr))(?:/|$)",
    re.IGNORECASE,
)


@measure(
    reads=("url", "host", "region", "reader", "language"),
    model=Model(load=load, input="classifier", optional=True),
    variety=(
        str,
        "the country whose Spanish it is, by its code; `unknown` where little says so or it is not Spanish",
    ),
    variety_p=(float, "how probable that is"),
)
def _variety(
    batch: Batch,
    model: Labelled | None,
    urls: Sequence[str | None],
    hosts: Sequence[str | None],
    regions: Sequence[str | None],
    readers: Sequence[str | None],
    languages: Sequence[str],
) -> Any:
    evidence = np.zeros((len(batch), len(COUNTRIES) + 1))
    evidence[:, -1] = BASE
    for place, words in enumerate(_lists()[0]):
        hits = by_text(words.has(batch.word_hashes), batch.word_first)
        evidence[:, place] += WORD * np.log1p(hits)
    for places, words in _lists()[1]:
        hits = by_text(words.has(batch.word_hashes), batch.word_first)
        evidence[:, places] += (FORM * np.log1p(hits))[:, None]
    named = zip(urls, hosts, regions, readers, strict=True)
    for row, (url, host, region, reader) in enumerate(named):
        stated = ((region or "").lower(), RECORD if reader in RECORDS else REGION)
        for country, weight in _of_place(url or "", (host or "").lower(), *stated):
            evidence[row, COUNTRIES.index(country)] += weight
    if model is not None:
        _hear(model, batch, evidence)
    chances = softmax(evidence)
    chances[[language != "es" for language in languages]] = [0.0] * len(COUNTRIES) + [1.0]
    best = chances.argmax(axis=1) if len(batch) else np.zeros(0, np.int64)
    names = (*COUNTRIES, UNKNOWN)
    return [names[i] for i in best.tolist()], chances[np.arange(len(best)), best]


def _of_place(url: str, host: str, region: str, weight: float) -> Iterator[tuple[str, float]]:
    """The countries that an address and a region name, with the weight of each."""
    if named := _DOMAIN.search(host):
        country = named[2]
        yield country, SOLD if country == _SOLD and not named[1] else DOMAIN
    path = url.partition("://")[2].partition("/")
    if named := _PATH.search(path[1] + path[2]):
        yield (named[1] or named[2]).lower(), PATH
    if region in COUNTRIES and region != "es":
        yield region, weight


def _hear(model: Labelled, batch: Batch, evidence: Floats) -> None:
    """Adds to the evidence [texts, countries] what a classifier says whose labels are countries; others say nothing."""
    countries = [label for label in map(str.lower, model.labels) if label in COUNTRIES]
    if len(countries) < 2:
        return
    likelier = np.log(np.maximum(model.of_batch(batch) * len(model.labels), 1))
    for label, column in zip(map(str.lower, model.labels), likelier.T, strict=True):
        if label in countries:
            evidence[:, COUNTRIES.index(label)] += TRAINED * column


@cache
def _lists() -> tuple[list[Listed], list[tuple[list[int], Listed]]]:
    forms = [
        ([COUNTRIES.index(c) for c in countries.split()], Listed.of(words.split()))
        for countries, words in _FORMS
    ]
    return [Listed.of(words.split()) for words in _PLACES.values()], forms
