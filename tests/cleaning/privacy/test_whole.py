"""What still belongs to a find."""

from __future__ import annotations

import pytest

from cleaning.privacy.whole import whole


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("vive en {Cno. de Suertes 6}, Langreo<. Tel", "address"),
        ("en {c/ Easo 22, entlo}. izda.< Hola", "address"),
        ("a {Rambla Nova, 61}, 3.º B · 43003 Tarragona< y", "address"),
        ("en {Av. Universidad 1407}, Col. Oxtopulco, Alcaldía Coyoacán, C.P. 04318< ", "address"),
        ("en {Bº La Llosa, 7}-A<, y", "address"),
        ("en {calle Mayor, 5}<. Mañana llueve", "address"),
        ("en {calle Mayor, 5}<, Teléfono: 33", "address"),
        ("en {calle Mayor 5}<, Juan Pérez", "address"),
        ("en {calle Mayor 5}<, María del Mar Ruiz.", "address"),
        ("en {calle Mayor 5}<, Wilmer Gómez, y", "address"),
        ("en {calle Mayor 5}<, Ana.", "address"),
        ("en {calle Mayor 5}, 28001 Madrid< Tel. 91", "address"),
        ("en {calle Mayor 5}, 28001<, Juan Pérez", "address"),
        ("en {calle Mayor 5} (Madrid)< y", "address"),
        ("en {calle Mayor 5}< (Luis Ruiz) y", "address"),
        ("en {calle Mayor 5}<. 2024 fue un año", "address"),
        ("en {calle Mayor 5}<, El, no.", "address"),
        ("en {calle Mayor 5}, El Ejido<.", "address"),
        ("en {calle Mayor 5}, San Juan<.", "address"),
        ("en {calle Mayor 5}, Jesús María<.", "address"),
        ("en {calle Mayor 5}, Benito Juárez<, y", "address"),
        ("en {calle Mayor 5}, Jerez de la Frontera<.", "address"),
        ("en {calle Mayor, número 5}, segundo izquierda<, y", "address"),
        ("en {Calle 3 N° 61}, cooperativa La Unión, a la vuelta del grifo<, lleven", "address"),
        ("en {Vía Boquete 3}, finca El Pinar, Lucena<.", "address"),
        ("en {Vía Boquete 3}, casa verde<. No", "address"),
        ("en {Col. Centro 4}, 91940< es", "address"),
        ("en {Laguna 96, 91940} Veracruz, Ver.<; y", "address"),
        ("en {Picasso 3, 29130 Alhaurín} de la Torre<.", "address"),
        ("del {cine 2 cuadras al norte} y media abajo<, ahí", "address"),
        (
            "en {calle Mayor 5}<, frente a mí que no lo sé aunque me lo digan todos los días",
            "address",
        ),
        ("en {calle Mayor 5}, Soria< y yo", "address"),
        ("en {calle Mayor 5}<, Daniel y yo", "address"),
        ("en {calle Mayor 5}, de Soria< desde", "address"),
        ("en {calle Mayor 5} de Alcázar de San Juan<, tras", "address"),
        ("en {calle Mayor 5} - P.B.< y", "address"),
        ("en {Calle 63B # 28-15}, apto 502, Bogotá D.C.<\nTel.", "address"),
        ("en {Zubieta kalea 22}-3. esk., 20800 Zarautz<.", "address"),
        ("en {Priv. Laurel 22} int 4< y", "address"),
        ("de {zorro}#4821<, y", "handle"),
        ("afiliado {150448170209}/00<, de", "record"),
        ("socio {44-1720}/B<, de", "record"),
        ("al {81-8320-7358} ext. 62<, o", "phone"),
        ("al {81-8320-7358}< extraño", "phone"),
        ("col. {46/12874}<. 3", "college"),
    ],
)
def test_the_rest_of_a_value_goes_with_it(text: str, kind: str) -> None:
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "")
    high = text.index("<")
    assert whole(text.replace("<", ""), [(start, end, kind)]) == [(start, high, kind)]


@pytest.mark.parametrize(
    ("text", "whole_of"),
    [
        ("vive en la {calle Mayor 5}.", "la calle Mayor 5"),
        ("vive en la {Calle Mayor 5}.", "Calle Mayor 5"),
        ("sita en Cuenca, {calle Colón 87}.", "Cuenca, calle Colón 87"),
        ("Ana Gil Ruiz, {calle Colón 87}.", "calle Colón 87"),
        ("en Barrio Sur, sector 3, {Mz. K, Lote 9}.", "Barrio Sur, sector 3, Mz. K, Lote 9"),
        ("patio interior de {Corredera 26}.", "patio interior de Corredera 26"),
    ],
)
def test_what_stands_before_an_address_goes_with_it(text: str, whole_of: str) -> None:
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "")
    (span,) = whole(text, [(start, end, "address")])
    assert text[span[0] : span[1]] == whole_of


def test_the_letters_of_a_body_go_with_its_number() -> None:
    assert whole("doctora, COMB 31772, visita", [(14, 19, "college")]) == [(9, 19, "college")]
    assert whole("doctora, COL 31772, visita", [(13, 18, "college")]) == [(13, 18, "college")]


def test_letters_joined_before_a_number_go_with_it_but_no_other_find() -> None:
    text = "matrícula MU-7358 y AB-12/44 y 612 345 678"
    assert whole(text, [(13, 17, "record")]) == [(10, 17, "record")]
    spans = [(13, 17, "record"), (23, 25, "record"), (26, 28, "record")]
    assert whole(text, spans) == [(10, 17, "record"), (20, 25, "record"), (26, 28, "record")]
    assert whole(text, [(31, 42, "phone")]) == [(31, 42, "phone")]
