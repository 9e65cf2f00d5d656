"""Where a Spanish text is from is told by its address and its words, and `unknown` is an answer."""

from __future__ import annotations

import pytest

from cleaning.signals.signals import GROUPS
from cleaning.text.batch import Batch

PLAIN = "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya. "


def variety(text: str, url: str | None = None, language: str = "es") -> tuple[str, float]:
    host = url.partition("://")[2].partition("/")[0] if url else None
    columns = {"url": [url], "host": [host], "language": [language]}
    said = GROUPS["variety"].compute(Batch([text]), columns, None)
    return said["variety"][0], float(said["variety_p"][0])


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
        (PLAIN, None, "unknown"),
    ],
)
def test_the_country_is_that_of_the_evidence(text: str, url: str | None, country: str) -> None:
    assert variety(text, url)[0] == country


def test_more_evidence_is_surer_and_what_is_not_spanish_has_none() -> None:
    once, often = (variety(PLAIN + "Santiago de Chile. " * n, "https://a.cl/") for n in (1, 5))
    assert once[0] == often[0] == "cl" and 0.7 < once[1] < often[1] <= 1
    assert variety(PLAIN, "https://diario.es/", "ca") == ("unknown", 1.0)
    four = "De Colombia a Chile, de Bolivia a Paraguay."
    assert variety(four)[1] < 0.5
