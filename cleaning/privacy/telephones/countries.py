"""Telephone numbers as they are written within the countries of Latin America, where the country or a town is named."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

from cleaning.privacy.telephones.calling import is_called

# How telephones are written within a country, and words that say that the text is about it.
_COUNTRIES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(form), re.compile(rf"\b(?:{words})\b"))
    for form, words in (
        (
            r"\(?[2-9][0-9]\)?[ -][0-9]{4}[ -][0-9]{4}|\(?[2-9][0-9]{2}\)?[ -][0-9]{3}[ -]?[0-9]{4}|[2-9][0-9]{2}-[0-9](?:-[0-9]{2}){3}",
            r"[Mm][ée]xic[oa]n?[oa]?s?|CDMX|Guadalajara|Jalisco|Monterrey|Puebla|Tijuana|Quer[ée]taro|Veracruz"
            r"|Yucat[áa]n|Oaxaca|Canc[úu]n|Torre[óo]n|Saltillo|Durango|Chihuahua|Hermosillo|Culiac[áa]n|Morelia|Toluca|Le[óo]n"
            r"|Aguascalientes|Acapulco|Cuernavaca|Villahermosa|Zacatecas|Sonora|Sinaloa|Coahuila|Michoac[áa]n|Chiapas|col\.",
        ),
        (
            r"(?:\(?0?(?:11|[23][0-9]{2,3})\)?[ -])(?:15[ -])?[0-9]{3,4}[ -][0-9]{4}"
            r"|0?[23][0-9]{2,3}-(?:15-?)?[0-9]{6,7}|[23][0-9]{3}-[0-9]{3}-[0-9]{3}|15[ -][0-9]{4}[ -][0-9]{4}",
            r"[Aa]rgentin[oa]s?|Buenos Aires|CABA|Rosario|Mendoza|Tucum[áa]n|La Plata|Mar del Plata|Neuqu[ée]n",
        ),
        (
            r"3[0-5][0-9][ -][0-9]{3}[ -][0-9]{2}[ -]?[0-9]{2}|\(?60[0-9]\)?[ -][0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}",
            r"[Cc]olombian?[oa]?s?|Bogot[áa]|Medell[íi]n|Cali|Barranquilla|Cartagena|Bucaramanga|Pasto|Pereira"
            r"|Manizales",
        ),
        (
            r"9[0-9]{2}[ -][0-9]{3}[ -][0-9]{3}|\(?0[1-8][0-9]?\)?[ -][0-9]{3}[ -]?[0-9]{3,4}",
            r"[Pp]er[úu](?:an[oa]s?)?|Lima|Arequipa|Trujillo|Cusco|Piura|Chiclayo",
        ),
        (
            r"9[ -][0-9]{4}[ -][0-9]{4}|\(?2\)?[ -]2[0-9]{3}[ -][0-9]{4}|\(?22\)?[ -][0-9]{3}[ -][0-9]{4}",
            r"[Cc]hilen?[oa]?s?|Santiago|Valpara[íi]so|Concepci[óo]n|Temuco|Antofagasta|Vi[ñn]a del Mar",
        ),
        (
            r"\(?0(?:4(?:1[246]|2[246])|2[1-9][0-9])\)?[ .-]?[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{2}",
            r"[Vv]enez[uo]l[a-z]{1,4}|Caracas|Maracaibo|Valencia|Barquisimeto|M[ée]rida|Maracay",
        ),
        (
            r"0800[ -][0-9]{4}|09[0-9][ -][0-9]{3}[ -][0-9]{3,4}|\(?0[2-7]\)?[ -][0-9](?:[ -]?[0-9]{3}){2}",
            r"[Ee]cuador|[Ee]cuatorian[oa]s?|Quito|Guayaquil|Cuenca|Uruguay|[Uu]ruguay[oa]s?|Montevideo"
            r"|Punta del Este",
        ),
        (
            r"[245678][0-9]{3}[ -](?:[0-9]{4}|[0-9]{2}[ -][0-9]{2})",
            r"Costa Rica|costarricenses?|San Jos[ée]|Heredia|Alajuela|Cartago|Lim[óo]n|Guatemala|guatemaltec[oa]s?|Mixco|Quetzaltenango|Xela"
            r"|El Salvador|San Salvador|salvadore[ñn][oa]s?|Soyapango|Santa Tecla|Nicaragua|nicarag[üu]enses?|Managua|Masaya|Le[óo]n|Estel[íi]"
            r"|zona [0-9]{1,2}|[Cc]olonia|Uruguay|[Uu]ruguay[oa]s?|Montevideo|Salto|Paysand[úu]|Maldonado",
        ),
        (
            r"[23789][0-9]{3}[ -][0-9]{4}",
            r"Honduras|hondure[ñn][oa]s?|Tegucigalpa|San Pedro Sula|La Ceiba|Comayagua|Choluteca",
        ),
        (
            r"6[0-9]{3}[ -][0-9]{4}|[2-9][0-9]{2}[ -][0-9]{4}",
            r"Panam[áa]|paname[ñn][oa]s?|David|Chiriqu[íi]|Col[óo]n|Santiago de Veraguas|Chitr[ée]",
        ),
        (
            r"\(?[2-7]\)?[ -][0-9]{3}[ -]?[0-9]{4}|5[ -]?[0-9]{3}[ -]?[0-9]{4}|5[0-9][ -][0-9][ -][0-9]{3}[ -][0-9]{4}",
            r"Cuba|cuban[oa]s?|La Habana|Vedado|Camag[üu]ey|Holgu[íi]n|Santiago de Cuba|Matanzas|[Pp]ermut[oa]",
        ),
        (
            r"[67][0-9]{7}|[67][0-9]{2}[ -][0-9]{5}|[67][0-9]{3}[ -][0-9]{4}|\(?[2-4]\)?[ -][0-9]{3}[ -]?[0-9]{4}",
            r"Bolivia|bolivian[oa]s?|La Paz|Cochabamba|Santa Cruz|El Alto|Oruro|Potos[íi]|Sucre|Tarija",
        ),
        (
            r"\(?0?(?:21|9[0-9]{2})\)?[ -]?[0-9]{3}[ -][0-9]{3}",
            r"Paraguay|[Pp]araguay[oa]s?|Asunci[óo]n|Encarnaci[óo]n|Ciudad del Este|Luque|Itap[úu]a",
        ),
    )
)
# In a field of its own (`Secretaría: 2254-1180`) the groups are enough, unless they are two years.
_IN_FIELD = re.compile(
    r"(?:\A|[\n.;,(] ?)[A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,20}(?: [a-záéíóúñü]{2,16}){0,4}(?: [A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,14})?: ?\Z"
)
FIELD = re.compile(
    r"(?!(?:1[89]|20)[0-9]{2}-(?:1[89]|20)[0-9]{2})(?:[2-9][0-9]{3}[ -][0-9]{4}|(?:11|[2-9][0-9])-[0-9]{4}-[0-9]{4}|\(?[2-9][0-9]?\)? [0-9]{3,4} [0-9]{4}|[23][0-9]{3} [0-9]{2}-[0-9]{4}|\(0?[1-9][0-9]{0,3}\) ?[0-9]{3,4}[ -][0-9]{4})"
    r"(?![\w²³]|[.,:/–-]?[0-9]| [0-9])"
)
_ANY_COUNTRY = re.compile(
    r"[(0-9][0-9]{0,4}\)?[ .-]?(?:15[ -]?)?[0-9]{1,4}[ .-]?[0-9]{2,4}(?:[ .-]?[0-9]{2,4}){0,2}"
    r"(?![\w²³]|[.,:/–-]?[0-9]| [0-9])"
)
_VICINITY = 120  # characters in which a country is looked for


def in_field(text: str, start: int) -> int | None:
    """Where the number ends that begins at `start`, if it is alone in a field of its own."""
    if not (match := FIELD.match(text, start)):
        return None
    field = _IN_FIELD.search(text[max(0, start - 80) : start])
    reached = text.endswith(" al ", 0, start) and is_called(text, *match.span())
    return match.end() if field or reached else None


def national(text: str, start: int) -> int | None:
    """Where the number ends that begins at `start`, if it has the form of a country that is named nearby."""
    if not (match := _ANY_COUNTRY.match(text, start)):
        return None
    end = match.end()
    named = [words for form, words in _COUNTRIES if form.fullmatch(match.group())]
    near = text[max(0, start - _VICINITY) : end + _VICINITY]
    is_telephone = named and (
        is_called(text, start, end) or any(words.search(near) for words in named)
    )
    return end if is_telephone else None
