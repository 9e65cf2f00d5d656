"""Invented values of each kind of personal data, in all forms: their digits are drawn, so that they mean nobody."""

# ruff: noqa: E501 (the forms of a kind are a line)

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

Values = list[tuple[int, int, str]]  # start, end and kind of those in a text

FORMS: Mapping[str, str] = {  # 9 a digit, A a capital, a a small letter
    "phone": "699 999 999|699 99 99 99|699999999|699-999-999|699.999.999|699.99.99.99|99 999 99 99|999 99 99 99|999 999 999|+34 699 999 999|+34699999999|(+34) 699 99 99 99|0034 699 999 999|699/99 99 99|699-99-99-99|93/999.99.99|999-999999|55 9999 9999|(55) 9999 9999|55-9999-9999|5599999999|+52 1 55 9999 9999|999 999 9999|999-999-9999|(999) 999-9999|11 9999-9999|11-9999-9999|15-9999-9999|1599999999|011 9999-9999|(0351) 15-999-9999|0342 15 9999999|+54 9 11 9999-9999|0999-9999999|+56 9 9999 9999|+56999999999|9 9999 9999|9-9999-9999|569 99999999|22 999 9999|(2) 2999 9999|399 999 9999|399-9999999|399 9999999|(601) 999 9999|+57 399 999 9999|9999 9999|9999-9999|+506 9999 9999|(502) 9999-9999|+503 9999-9999|809-999-9999|809.999.9999|(829) 999-9999|1 (809) 999-9999|0414-9999999|0414-999.99.99|(0212) 999.99.99|04149999999|099 999 999|099-999-999|0999 999 999|0999999999|02 999 9999|(02) 999-9999|2-2999999|79999999|4-4999999|0981 999 999|0981-999999|(021) 999-999|+595 981 999999|999 999 999|9 9 9 9 9 9 9 9 9|+51 999 999 999|01 999 9999|(01) 999-9999|064-999999|#999999999|98 999 99 99 ext. 99|99 999 99 99|+33 6 99 99 99 99",
    "ip": "199.99.9.99|99.99.99.99|19.99.9.199|192.168.9.99|10.9.99.99|172.19.9.9|99.199.99.9|2a02:99:9a99::9",
    "cedula": "9.999.999|99.999.999|9999999|99999999|999999999|9999999999|1.099.999.999|99 999 999|V-99.999.999|V99999999|v-9999999|V-99999999|E-99.999.999|9.999.999-9|999-9999999-9|99999999999|999 9999999 9|9-9999-9999|9 9999 9999|9999 99999 9999|9999999999999|99999999-9|0999-9999-99999|999-999999-9999A|9999999 LP|9999999-9A SC|8-999-9999|999999999-9|99-9999999-9|999.999",
    "dni": "9 9 9 9 9 9 9 9 A|99-999-999|(99.999.999)|99.999.999·A|99999999a|99999999A|99.999.999-A|99999999-A|99 999 999 A|99.999.999A|99.999.999 A|9999999A|99999999 A|99.999.999|99999999|99 999 999",
    "record": "AAAA999999AAA999|AAA-9999|AA99999|999999|9999999|99999999|999999999|99999|9999|99-99999|999.999|9999/99|99/9999|999999/99|999999-9|99999-9|A-9999|A-99999|AA-9999|AA-99999|AAA-99999|AAA-99999-99|AAAA999999999999|AAAA999999AAA999|AAAAAAAA999999|A99999999|AAAA9999999999|99-9999999-99|9999-999-999|2099-99999|209999999|999 999 999|99 999999 9 99|999999999999|999999999999/99|AA 99-9999/A|9.999|99.999|A-99999-A|AAAA99999",
    "college": "99999|9.999|99.999|999999|9999|99/99999|99-99999|99/9999|999999999|99999999|9999999|AA-9999|AA-99999|A-9999|999999-A|99999-A|99.999.999|999.999|AAA-9999|99-9999-9999|99-9999-999|999-99|9.999 AAAA|99-99999/2099|999",
    "account": "9999999999|99999999999|999999999999|99999999999999999999|9999 9999 99 9999999999|9999-9999-99-9999999999|999999999999999999|9999999999999999999999|99999999 99999999999999|999-999999-99|999-99999999-9-99|999-9999999-9-99|99-999999-99|9999-9999-9999|999999-9|9999999999/9|999 999 99999999999 9|999-999-999999999999-99|9-999-99999-9|9999 9999 9999|999999999-99999|002-99999999999999-99",
    "iban": "ES99 9999 9999 9999 9999 9999|ES9999999999999999999999|ES99-9999-9999-99-9999999999|ES99.9999.9999.99.9999999999|es99 9999 9999 9999 9999 9999|ES99 9999 9999 99 9999999999|CR99999999999999999999|DO99AAAA99999999999999999999|DE99 9999 9999 9999 9999 99|PT50 9999 9999 99999999999 99",
    "card": "4999 9999 9999 9999|4999999999999999|5999-9999-9999-9999|4999.9999.9999.9999|3799 999999 99999|379999999999999",
    "nass": "99 99999999 99|99/99999999/99|999999999999|99-99999999-99|99 9999999999|99/9999999999|99 99 99 9999 9|99-99-99-9999-9|99-9999999999|99999999999",
    "nie": "X9999999A|X-9999999-A|Y9999999A|Y-9999999-A|Y 9999999 A|X 9999 999 A|Z9999999A|x9999999a",
    "passport": "AA999999|AAA999999|AAA 999999|A9999999|A99999999|999999999|AA9999999|AAA999999A|aaa999999|AA 999 9999",
    "cuit": "20-99999999-9|27-99999999-9|30-99999999-9|20999999999|27.99999999.9|20 99999999 9|20/99999999/9|23-99.999.999-9",
    "rut": "99.999.999-9|9.999.999-9|99999999-9|9999999-9|99.999.999-K|999999999|99 999 999-9|9.999.999 - 9",
    "ruc": "20999999999|10999999999|A-99999999-9|J-99999999-9|J999999999|V-999999999|999.999.999-9|999999999-9|9999999-9|999999-9|1-99-99999-9|199-99999-9|199999999|9999999999001|99999999-9|9999-999999-999-9|0999-9999-999999|99999999999999",
    "cif": "B99999999|B-99999999|A-99.999.999|G 99999999|B 99 999 999|G-99999999|E99999999|J-99999999|Q9999999A|B-99999-999",
    "curp": "AAAA999999HAAAAAA9|AAAA999999HAAAAA99|AAAA999999MAAAAA99|AAAA999999HAAAAAA9",
    "rfc": "AAAA999999AA9|AAAA999999999|AAA999999A99|AAAA-999999-A99|AAAA 999999 9A9",
    "plate": "9999 AAA|9999AAA|9999-AAA|AAA 999|AAA-999|AAA999|AA 999 AA|AA999AA|A-9999-AA|AAA-9999|AAA-99-99|AAAA-99|A-999AAA|AAA99A",
}
_WAYS = "calle|Calle|C/|c/|c/.|CALLE|Cl.|Cll|avenida|Avenida|Avda.|Av.|Av|AVDA|avda|paseo|Paseo|P.º|Pº|plaza|Plaza|Pza.|Plza.|Pl.|ronda|Rda.|camino|Camino|Cno.|Cmno.|carretera|Ctra.|travesía|Trav.|Tr.ª|Tva.|glorieta|Gta.|pasaje|Pasaje|Psje.|Pje.|carrera|Cra.|Cra|Kr|KR|diagonal|Diag.|Dg|transversal|Tv.|TV|jirón|Jr.|JR|Ca.|carrer|Carrer|C.|rúa|Rúa|R/|rambla|Rbla.|plaça|Pça.|passeig|Pg.|avinguda|Avgda.|estrada|praza|Lugar|Lg.|lugar|bulevar|Blvd.|Bv.|Bvar.|callejón|Cjón.|alameda|malecón|calzada|Calz.|andador|And.|cerrada|Cda.|privada|Priv.|retorno|circuito|prolongación|Prol.|Prolg.|costanilla|cuesta|Cuesta|bajada|subida|vereda|Vereda|senda|corredera|acequia|partida|Pda.|diseminado|Barrio|B.º|Bº|barriada|Bda.|urbanización|Urb.|URB.|residencial|Resid.|Res.|conjunto|Conj.|Col.|colonia|Fracc.|Cdla.|Coop.|Pol. Ind.|polígono|Villa|Pobl.|Población|Reparto|Rpto.|Sector|AA.HH.|Asoc. Viv.|kalea|Kale|etorbidea|Hiribidea|quinta|Qta.|edificio|Edif.|Torre|Finca|Cortijo|Caserío|Masía|Parcela|Km|Ruta"
NAMES = "Mayor|Real|Sol|San Martín|Bolívar|Sucre|Colón|Independencia|Libertad|Juárez|Hidalgo|Morelos|Madero|Zaragoza|Los Álamos|Las Flores|Los Pinos|Las Palmeras|Los Rosales|El Carmen|La Paz|Santa Rosa|San José|San Juan|Belgrano|Sarmiento|Mitre|Rivadavia|Artigas|Rivera|Lavalleja|O'Higgins|Prat|Manuel Montt|Los Aromos|Arequipa|Grau|Ayacucho|Junín|Garcilaso|Amazonas|10 de Agosto|9 de Octubre|6 de Diciembre|25 de Mayo|9 de Julio|18 de Julio|2 de Mayo|5 de Febrero|Duarte|Máximo Gómez|Las Mercedes|Miranda|Los Mangos|Eusebio Ayala|Mcal. López|Gral. Flores|Tte. Fariña|Dr. Fleming|Cnel. Suárez|Pte. Perón|Sto. Domingo|Sta. Ana|Ntra. Sra. del Pilar|Virgen de la Cabeza|Ramón y Cajal|Blas Infante|Cervantes|Quevedo|Goya|Velázquez|Balmes|Provença|Aragó|la Creu|Sant Pere|Rosalía de Castro|do Sol|Nagusia|San Frantzisko|Gran Vía|la Constitución|la Estación|los Molinos|las Huertas|la Ermita|Pozo Dulce|Tetuán|Olmo|Río Claro|Los Jazmines|Villa Adela|Jordán|San Isidro|Alborada|La Merced|El Centro|Las Acacias|Insurgentes Sur|Universidad|Revolución|Constituyentes|Benito Juárez|Matamoros|Pedro Infante|20 de Noviembre|Italia|Brasil|España|Lima|Platerías|Floridablanca|Embajadores"
_HOUSES = "99|9|999|9999|, 99|, 9|, 999|, n.º 99|, nº 9|, núm. 99|, num 9| nº9| n.º 999| N° 9999| No. 99| Nº 9| #99| # 999| #9999|, s/n| s/n| 99-A| 99 B|, 99 bis| 9999 bis| 99-99| 9-99| N99-99| Oe9-99| # 99-99| # 99A-99| No 99-99| 99 # 99-99| 99 Nº 99B-99| km 9|, km 99| Km 9.5| Mz 9 Lt 9| Mz. A Lt. 9|, mz. 99, villa 9| Mza 9 Casa 9|, manzana A, casa 9|, bloque 9|, casa 99|, chalet 9|, chalé 99|, parcela 9|, nave 9|, lote 9| 9999 esq. Artigas| 9999 e/ 99 y 99| 999 entre Salta y Jujuy|, e/ 99 y 99| 999 x 99 y 99| c/ Yegros| esq. Cordero N.º 9999| casi Bolívar 999| 9999 y Venezuela|, portal 9|, esquina calle 9|, apto. 99|, local 9|, nivel 9, local 99"
_REST = '||||||, 9.º A|, 9º B|, 9.º-A|, 9º izq.|, 9.º dcha.|, 9.º izquierda| 9ºA| 9ºB|, bajo|, bajo B|, bajo izda.| BJ A|, entlo. izda.|, ático|, àtic 9a|, principal 9a|, 9r 9a|, 9n|, ent. 9ª|, esc. A, 9.º B|, esc. izq., 9.º D|, piso 9|, piso 9, of. 999|, piso 9.º, letra D|, 9º piso, ofic. 9-9|, of. 999|, oficina 9999|, desp. 999|, dpto. 99|, depto 9|, dep. 9| Dpto. "B"| 9° "C"|, PB "A"| P.B.|, apto 99|, apto. 99-A| apto. 999|, Apto 999|, torre 9|, Torre B, piso 9, apto 9-9| torre 9 ap 999|, int. 9| int 9| INT A| Int. 9, 9° piso|, Col. Centro|, Col. Nápoles| COL ANALCO|, Fracc. Las Lomas|, Urb. Santa Victoria| Urb. Las Palmeras|, Villa Las Rosas|, barrio El Prado|, B° Centro|, B/ Jordán 9 etapa|, zona 9| zona 99|, Miraflores|, Cercado|, Vedado|, Villa Sarita|, edif. Centro, piso 9|, Edif. Illampu, of. 9|, 9 etapa|, 9do piso|, 9ro B|, 9to. anillo|, timbre 9| (entrada por el patio)| (frente a la plaza)|, portón verde|, 99999|, C.P. 99999| Norte|, Ote.| Pte.| Sur|, 9. ezk.|, 9. ezkerra|, escalera B, 9.º exterior|, puerta 99|, pta. 9|, local 9'
FIRST = "Marisa|Eulogio|Koldo|Isaías|Maruja|Zulema|Ramón|Nelly|Paola|Don Guido|Sra. Encarni|Mirta|Silvina|Katy|Byron|Dani|Toñi|Wilmer|Yesenia|Hna. Teresita|Sor Inés|Dra. Paz|Lic. Rey|Ing. Poma|prof. Vera|Antía|Tomás Sevilla|Rosaura Mendizábal|Segundo Caizapanta|MORALES BECERRA, JACINTA|Soraya Bravo|María José|J. Pérez|A. Gómez|Ana Ruiz Soto"
_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
_PEOPLE = "ana|luis|marta|nacho|pepe|rosa|yeni|toño|lau|mari|cris|sofi|dani|javi|paula|kike|flor|trini|edu|vero"
_SUFFIXES = "bcn|runner|trail|foto|fotos|art|mtb|vlc|mx|py|arg|reposteria|peque|gamer|bike|vlogs|music|sur|92|88|07|_ok|teje|cocina|deluna|delmar|profe|mates"


def value_of(kind: str, draw: random.Random) -> str:
    """A value of a kind, in any of its forms."""
    if kind == "handle":
        name = (
            chosen(_PEOPLE, draw) + draw.choice(("", "", ".", "_", "-")) + chosen(_SUFFIXES, draw)
        )
        return (
            draw.choice(("@", "@", "@", ""))
            + name
            + draw.choice(("", "", "", str(draw.randrange(100))))
        )
    if kind == "address":
        return _address(draw)
    return drawn(chosen(FORMS[kind], draw), draw)


def _address(draw: random.Random) -> str:
    way = (
        chosen(_WAYS, draw) + draw.choice((" ", " ", " ", "", " de ", " de la "))
        if draw.random() < 0.8
        else ""
    )
    if way and not way.endswith(" ") and way[-1] not in "./":
        way += " "
    name, house = chosen(NAMES, draw), drawn(chosen(_HOUSES, draw), draw)
    if house[0].isdigit():
        house = " " + house
    if not way.strip() and name.startswith(("la ", "los ", "las ", "do ")):
        name = name.split(" ", 1)[1]
    text = (
        way
        + name
        + house
        + drawn(chosen(_REST, draw), draw)
        + (drawn(chosen(_REST, draw), draw) if draw.random() < 0.3 else "")
    )
    if draw.random() < 0.06:  # from within outwards
        inner = drawn(chosen(_REST, draw), draw).lstrip(", ")
        text = (inner + ", " if inner else "") + draw.choice(("de la ", "en ", "", "")) + text
    elif draw.random() < 0.05:
        text = (
            drawn(
                draw.choice(
                    (
                        "Mz 9 Lt 9, ",
                        "Manzana 99, Casa 9, ",
                        "Mz. A Cs 99 ",
                        "casa 99, manzana A, ",
                        "bloque 9 depto 99, ",
                        "99 metros al sur de la ",
                        "del súper 99 m norte y 9 este, ",
                        "de la iglesia 9 c. al lago, ",
                        "n.º 99 de la ",
                        "km 99 de la ",
                        "portal 9, escalera B, ",
                    )
                ),
                draw,
            )
            + chosen(_WAYS, draw)
            + " "
            + name
        )
    if draw.random() < 0.12:
        return text.upper() if draw.random() < 0.6 else text.lower()
    return text


def drawn(form: str, draw: random.Random) -> str:
    """A form with digits and letters by chance; those that say what it is stay: 6 of a mobile, V of Venezuela."""
    value = ""
    for at, sign in enumerate(form):
        if sign == "9":
            value += str(draw.randrange(1 if at == 0 else 0, 10))
        elif sign == "A" and (form[max(0, at - 1) : at + 2].count("A") > 1 or "9" in form):
            value += draw.choice(_LETTERS)
        else:
            value += sign
    return value


def chosen(choices: str, draw: random.Random) -> str:
    """One of the alternatives that strokes part."""
    return draw.choice(_split(choices))


@cache
def _split(choices: str) -> list[str]:
    return choices.split("|")
