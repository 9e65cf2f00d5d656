"""What kind of text a Spanish text is: news, law, forum, literature, list, speech, tutorial, or `unknown`.

By evidence, as the variety: words that one register lives on (artículo and decreto; señorías and aplausos; dijo and
exclamó; según and informó; saludos and gracias), and the shape of the lines (dashes of a dialogue, entries of a list,
lines of code). Each register's evidence is a sum of weights; its probability is a softmax of these against
`unknown`, which has a weight of its own. A text that is little of anything is `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from cleaning.models.linear import softmax
from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch, Floats, Ints, by_text
from cleaning.text.listed import Listed

UNKNOWN = "unknown"
BASE = 2.0  # the evidence of `unknown`
WORDS = 1.0  # of each register word in a hundred words
FEW = 60  # words that a text counts as longer than it is: two words say little of forty
ENOUGH = 6.0  # register words in a hundred, of which more say nothing more
SHAPE = 6.0  # of a text all of whose lines have the shape of a register
TURNS = 0.2  # the most that turns of a dialogue count of it

# Inflected forms as they stand in texts; none is in two registers.
_LIVES_ON: Mapping[str, str] = {
    "news": "informó informa aseguró afirmó declaró declaraciones explicó señaló anunció anuncia destacó indicó agregó "
    "añadió según ayer hoy lunes martes miércoles jueves viernes sábado domingo agencia efe portavoz policía detenido "
    "detenidos fuentes partido goles liga millones comunicado prensa rueda alcalde ministro presidente elecciones "
    "campaña víctimas pasado próximo",
    "law": "artículo artículos art decreto decretos ley leyes reglamento apartado inciso incisos párrafo disposición "
    "disposiciones derógase apruébase modifícase sustitúyese vigencia publíquese comuníquese archívese resuelve "
    "resolución ordenanza boletín oficial vistos considerando considerandos conforme dispuesto establecido presente "
    "precedente competente jurisdicción penal civil tribunal sentencia recurso fundamentos demandado actor fallo",
    "forum": "hola saludos gracias foro hilo post mensaje respuesta responder usuario alguien ayuda ayudar problema "
    "duda dudas pregunta preguntas opinión consejo jaja jajaja xd vale tío buenas amigo amigos creo pues bueno perdón "
    "mirad chicos",
    "literature": "dijo exclamó respondió replicó murmuró contestó preguntó ojos mirada rostro corazón alma silencio "
    "sombra noche labios manos lágrimas sonrisa pecho caballero señorita doña conde marqués don cielo voz sonriendo "
    "llorando mirando mientras aquel aquella aquellos había",
    "speech": "señorías señoría aplausos intervención palabra votación votos enmienda enmiendas grupo parlamentario "
    "señores diputados diputada senadores cámara comparecencia proposición moción turno réplica compañeros compañeras "
    "queridos queridas argentinos compatriotas amigas gobierno queremos ustedes nosotros nuestro nuestra",
    "tutorial": "haga clic pulse seleccione archivo fichero ejecute ejecutar comando comandos instalar instale función "
    "funciones método clase parámetro parámetros argumento valor variable objeto código ejemplo siguiente versión menú "
    "botón ventana cuadro diálogo opción opciones documento celda python servidor directorio",
}
REGISTERS = (*_LIVES_ON, "list")


@measure(
    reads=("language",),
    register=(
        str,
        "news, law, forum, literature, speech, tutorial or list; `unknown` where little says so or it is not Spanish",
    ),
    register_p=(float, "how probable that is"),
)
def _register(batch: Batch, languages: Any) -> Any:
    lines = Lines.of(batch)
    evidence = np.zeros((len(batch), len(REGISTERS) + 1))
    evidence[:, -1] = BASE
    words = np.diff(batch.word_first)
    for place, words_of_one in enumerate(_lists()):
        hits = by_text(words_of_one.has(batch.word_hashes), batch.word_first)
        evidence[:, place] += WORDS * np.minimum(100 * hits / (words + FEW), ENOUGH)
    for name, values in _shapes(batch, lines).items():
        evidence[:, REGISTERS.index(name)] += SHAPE * values
    chances = softmax(evidence)
    silent = (words == 0) | np.array([language != "es" for language in languages], bool)
    chances[silent] = [0.0] * len(REGISTERS) + [1.0]
    best = chances.argmax(axis=1) if len(batch) else np.zeros(0, np.int64)
    names = (*REGISTERS, UNKNOWN)
    return [names[i] for i in best.tolist()], chances[np.arange(len(best)), best]


def _shapes(batch: Batch, lines: Lines) -> dict[str, Floats]:
    """The share of each text's words in lines of the shape of a register."""

    def of(mask: Any) -> Floats:
        return share(lines.total(lines.words * mask), lines.total(lines.words))

    dash = among(batch.codes[lines.first], "—–")
    turn = _colon(batch, lines) & lines.sentence
    numbered = among(batch.codes[lines.first], "§") | _opens_article(batch, lines)
    entries = ~lines.sentence & ~lines.code & (lines.words <= 12)
    return {
        "literature": of(dash),
        "speech": np.minimum(of(turn), TURNS),  # fields of a record look alike
        "law": of(numbered),
        "tutorial": of(lines.code),
        "list": np.maximum(of(entries) - 0.5, 0) * 2,
    }


def _colon(batch: Batch, lines: Lines) -> Any:
    """Which lines open with a name and a colon, within four words, as turns do."""
    colons = batch.sign_at[batch.signs == ord(":")]
    place = np.searchsorted(colons, lines.first)
    colon = np.append(colons, len(batch.codes))[np.minimum(place, len(colons))]
    before = np.searchsorted(batch.word_start, colon) - np.searchsorted(
        batch.word_start, lines.first
    )
    return (colon <= lines.last) & (before >= 1) & (before <= 4)


def _opens_article(batch: Batch, lines: Lines) -> Any:
    """Which lines open with `Artículo`, `Art.`, or an ordinal in capitals as dispositions do."""
    words = np.searchsorted(batch.word_start, lines.first)
    in_batch = words < len(batch.word_start)
    first: Ints = np.minimum(words, max(len(batch.word_start) - 1, 0)).astype(np.int64)
    if not len(batch.word_start):
        return np.zeros(len(lines.first), bool)
    return in_batch & _ARTICLES.has(batch.word_hashes[first])


_ARTICLES = Listed.of(("artículo", "articulo", "art", "artículos", "disposición"))


@cache
def _lists() -> list[Listed]:
    return [Listed.of(words.split()) for words in _LIVES_ON.values()]
