"""Which lines are the beginnings of other texts, as a listing shows them: cut off, with what leads to the rest.

WordPress shows 55 words and `[…]` or `… Seguir leyendo TITLE`; Joomla, Drupal, Blogger, Ghost, Hugo and Jekyll as many
words as their themes want, and `Leer más »`, `Read more →` and the like behind them.
"""

from __future__ import annotations

import re

import numpy as np

from cleaning.signals.arrays import among
from cleaning.text.batch import Batch, Bools, Ints, by_text
from cleaning.text.listed import Listed

LONGEST = 150  # words of an excerpt
SHORTEST = 20  # words of one that leads nowhere in words
SEVERAL = (
    4  # such lines that are half of those of their length are no ends of quotations or thoughts
)
TAIL = 200  # code points at the end of a line in which something leads to the rest

# What leads to the rest, with the title of the text or not, and without it; by language.
_READING = (
    r"(?:seguir|sigue|siga|sigan|continuar|contin[úu]a|contin[úu]e)\s+leyendo"
    r"|(?:contin[úu]a|segueix|seguir|continuar|contin(?:e|ue)u)\s+llegint"
    r"|(?:seguir|segue|continuar|contin[úu]a|continue)\s+(?:a\s+ler|lendo)"
    r"|(?:irakurtzen\s+jarraitu|jarraitu\s+irakurtzen|(?:continue|keep|go\s+on)\s+reading)"
)
_TEXT = r"(?:art[íi]culo|entrada|noticia|nota|post|texto|resto|publicaci[óo]n)(?:\s+complet[oa])?"
_MORE = (
    r"(?:leer|lee|lea|ver|saber|conocer)\s+m[áa]s|m[áa]s\s+informaci[óo]n"
    r"|(?:seguir|continuar)\s+(?:con\s+)?(?:la\s+)?lectura"
    rf"|(?:leer|lee|lea|ver|ir\s+al?)\s+(?:(?:el|la)\s+)?{_TEXT}"
    r"|(?:llegir|llegeix|llegiu|veure)(?:[-’']ne)?\s+m[ée]s|m[ée]s\s+informaci[óo]"
    r"|llegir\s+(?:l[’']|la\s+|el\s+)?(?:article|entrada|not[íi]cia|resta)"
    r"|(?:ler|leia|le|ver|veja|saber|saiba)\s+m[áa]is|m[áa]is\s+informaci[óo]n|continuar\s+(?:a\s+)?leitura"
    r"|(?:ler|leia)\s+(?:(?:o|a)\s+)?(?:artigo|entrada|noticia|not[íi]cia|post|resto|texto)(?:\s+complet[oa])?"
    r"|(?:gehiago\s+(?:irakurri|ikusi)|irakurri\s+gehiago)"
    r"|(?:read|learn|see|view|find\s+out)\s+more|read\s+on"
    r"|(?:read|view)\s+(?:the\s+)?(?:(?:rest|full|whole)\s+)?(?:of\s+)?(?:(?:the|this)\s+)?(?:article|post|entry|story|rest)"
)
_ALONE = r"m[áa]s|m[áa]is|m[ée]s|gehiago|more"
_ARROW = r"[\s»›>→⟶▸►\])}…]*(?:\.{2,}\s*[\])}]?)?"
_LEADING = re.compile(
    rf"(?:…|\.\.\.)\W*(?:(?:{_READING})(?:\W.{{0,150}}[^.])?|{_MORE}|{_ALONE}){_ARROW}\Z"
    rf"|[.!?…:»”\"')\]]\s+[(\[{{]?(?:{_READING}|{_MORE}){_ARROW}\Z",
    re.IGNORECASE | re.DOTALL,
)
# With which words it begins and ends: what is asked of few lines.
_FIRST = (
    "seguir sigue siga sigan segue continuar continúa continua continue continúe contineu continueu leer lee"
    " lea ver saber conocer más mas ir segueix llegir llegeix llegiu veure més mes ler leia le veja saiba mais"
    " máis irakurtzen jarraitu irakurri gehiago keep go read learn see view find more"
)
_LAST = (
    "leyendo lectura más mas información informacion resto artículo articulo entrada noticia nota post texto"
    " publicación completo completa llegint més mes informació article notícia resta lendo ler leitura máis"
    " mais artigo jarraitu irakurtzen irakurri gehiago ikusi reading more on rest entry story"
)
_FIRSTS, _LASTS = Listed.of(_FIRST.split()), Listed.of(_LAST.split())


def leading_on(batch: Batch) -> Bools:
    """Which lines end in what leads to the rest of a text, behind an ellipsis or a sentence."""
    leads = np.zeros(len(batch.line_start), bool)
    leads[_of_first_words(batch)] = True
    leads[_of_last_words(batch)] = True
    for line in leads.nonzero()[0].tolist():
        end = int(batch.line_end[line])
        tail = batch.codes[max(int(batch.line_start[line]), end - TAIL) : end]
        text = tail.astype("<u4").tobytes().decode("utf-32-le", "replace")
        leads[line] = _LEADING.search(text) is not None
    return leads


def cut_off(batch: Batch, words: Ints, ellipsis: Bools) -> Bools:
    """Which lines are excerpts, of those that end in an ellipsis: most of several long ones."""
    long = (words >= SHORTEST) & (words <= LONGEST)
    cut = long & ellipsis
    number, of = (by_text(mask, batch.line_first) for mask in (cut, long))
    several = (number >= SEVERAL) & (2 * number >= of)
    return cut & np.repeat(several, np.diff(batch.line_first))


def _of_first_words(batch: Batch) -> Ints:
    """The lines near the end of which an ellipsis stands before a word that may lead on."""
    codes = batch.codes
    points = batch.sign_at[among(batch.signs, ".")]
    points = points[(codes[points - 1] == 0x2E) & (codes[points - 2] == 0x2E)]
    at = np.append(batch.sign_at[batch.signs == ord("…")], points)
    word = np.searchsorted(batch.word_start, at)
    at, word = at[word < len(batch.word_start)], word[word < len(batch.word_start)]
    at = at[_FIRSTS.has(batch.word_hashes[word])]
    line = np.searchsorted(batch.line_start, at, side="right") - 1
    return line[(batch.line_end[line] - at <= TAIL) & (at < batch.line_end[line])]


def _of_last_words(batch: Batch) -> Ints:
    """The lines whose last word may lead on."""
    last = batch.line_words[1:] - 1
    lines = (last >= batch.line_words[:-1]).nonzero()[0]
    return lines[_LASTS.has(batch.word_hashes[last[lines]])]
