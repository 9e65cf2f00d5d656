"""Where a Spanish text is from is told by its address and its words, and `unknown` is an answer."""

from __future__ import annotations

import pytest

from cleaning.corpus.corpus import SURE
from cleaning.models import linear
from cleaning.models.linear import Linear
from cleaning.signals.signals import GROUPS
from cleaning.signals.spanish.variety import COUNTRIES
from cleaning.text.batch import Batch

PLAIN = "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya. "


def variety(
    text: str,
    url: str | None = None,
    language: str = "es",
    region: str | None = None,
    reader: str | None = None,
    model: Linear | None = None,
) -> tuple[str, float]:
    host = url.partition("://")[2].partition("/")[0] if url else None
    columns = {"url": [url], "host": [host], "region": [region], "reader": [reader]}
    columns["language"] = [language]
    answer = GROUPS["variety"].compute(Batch([text]), columns, model)
    return answer["variety"][0], float(answer["variety_p"][0])


@pytest.mark.parametrize(
    ("text", "url", "country"),
    [
        (PLAIN, "https://www.hoy.com.py/nacionales/", "py"),
        (PLAIN, "https://diario.es/2020/", "es"),
        (PLAIN, "https://servicio.test/es-mx/ayuda", "mx"),
        (PLAIN + "Vino de Montevideo el senador uruguayo, y a Uruguay volvió.", None, "uy"),
        (
            "¿Tenéis ordenador? Si queréis, podéis usar el nuestro, que no habéis traído el vuestro.",
            None,
            "es",
        ),
        (PLAIN, "https://blog.test/es/2020", "unknown"),
        (PLAIN, "https://www.prensalibre.com.gt/pais/", "gt"),
        (PLAIN, "https://www.gob.mx/", "mx"),
        (PLAIN, "https://blog.test/do/page", "unknown"),
        *(
            (PLAIN, f"https://prensa.{country}/", country)
            for country in COUNTRIES
            if country != "co"
        ),
        (PLAIN, None, "unknown"),
    ],
)
def test_the_country_is_that_of_the_evidence(text: str, url: str | None, country: str) -> None:
    assert variety(text, url)[0] == country


def test_a_region_that_is_named_counts_unless_templates_name_it() -> None:
    assert variety(PLAIN, region="MX")[0] == "mx"
    assert [variety(PLAIN, region=region)[0] for region in ("ES", "419", "LA")] == ["unknown"] * 3
    assert variety(PLAIN, "https://diario.com.py/", region="ES")[0] == "py"
    assert [variety(PLAIN, region="MX", reader=r)[1] >= SURE for r in ("jsonl", "warc")] == [
        True,
        False,
    ]
    registered, domain, sold = (
        variety(PLAIN, f"https://a.{end}/")[1] for end in ("com.co", "pe", "co")
    )
    assert registered == domain >= SURE > sold


def test_a_classifier_of_countries_is_heard_and_another_is_not() -> None:
    texts = ["El guaraní subió otra vez esta semana", "El sol bajó otra vez esta semana"]
    model = linear.train(texts * 5, ["py", "pe"] * 5, bits=10)
    alone, heard = (variety(texts[0], "https://a.test/es-py/", model=m) for m in (None, model))
    assert alone[0] == heard[0] == "py" and heard[1] > alone[1]
    against = variety(texts[1], "https://a.test/es-py/", model=model)
    assert against[1] < alone[1]
    other = linear.train(texts * 5, ["good", "bad"] * 5, bits=10)
    assert variety(texts[0], model=other) == variety(texts[0])


def test_more_evidence_is_surer_and_what_is_not_spanish_has_none() -> None:
    once, often = (variety(PLAIN + "Santiago de Chile. " * n, "https://a.cl/") for n in (1, 5))
    assert once[0] == often[0] == "cl" and 0.7 < once[1] < often[1] <= 1
    assert variety(PLAIN, "https://diario.es/", "ca") == ("unknown", 1.0)
    four = "De Colombia a Chile, de Bolivia a Paraguay."
    assert variety(four)[1] < 0.5
