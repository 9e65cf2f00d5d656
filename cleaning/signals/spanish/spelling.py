"""How a Spanish text is written: in the spelling of another century, without accents, or damaged by a scanner.

Such a text is Spanish and is kept; the signals tag it. Each is a share of the words, so that a quotation weighs little.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.measures import measure, plain
from cleaning.text.batch import Batch, by_text
from cleaning.text.kinds import LETTER, NUMBER, UPPER
from cleaning.text.listed import Listed

# Accents that the Academy has dropped (1911: a, e, o, u; 1952, 1959: fue, fui, dio, vio), and s for x.
_OLD = [
    "á",
    "é",
    "ó",
    "ú",
    "fué",
    "fuí",
    "dió",
    "vió",
    "fé",
    "pié",
    "ví",
    "dí",
    "rió",
    "hánse",
    "háse",
    "estraño",
    "espreso",
    "escelente",
    "muger",
    "mugeres",
    "dexar",
]
# Before the Academy: of the words of editions of the 13th to the 16th century those that nobody writes now (of eleven
# million words of our registers one in a million or fewer are); not what programs, names and haste write as well
# (ansi, enel, aver).
_OLDER = (
    "dixo dixe dixeron díxole vn vna vno vnos vnas quando quanto quantos quantas quan qual quales qualquier qualquiera "
    "quatro assi assí otrosi otrossi fuesse fuessen pudiesse diesse viniesse esse essa esso passar passado hazer haze "
    "hazen hazia hazía haziendo hizieron hazienda dezir dize dizen dezia dezía dezimos diziendo vezes bozes vezinos "
    "juezes plazer auia avía auian avían auer auemos deue deuen estaua estava estauan estavan daua andaua yua mandaua "
    "lleuar cauallo cauallero cavallero cavalleros desta deste destos destas desto dellos dellas fazer fizo faze fazen "
    "fasta commo omne omnes njn rrey rrazon seys oyr veynte yglesia juyzio pleyto vsar vso cabeça fuerça coraçon "
    "coraçón moço començo començó esfuerço dexo dexó dexa debaxo necessario necessidad sancta sancto saluo prouecho "
    "conuiene honrra ouo ovo gelo maguer"
)
# Frequent words that can't be written without their accent.
_BARE = [
    "tambien",
    "despues",
    "ademas",
    "segun",
    "dias",
    "aqui",
    "alli",
    "asi",
    "aun",
    "razon",
    "nacion",
    "informacion",
    "situacion",
    "accion",
    "region",
    "ultimo",
    "numero",
    "publico",
    "politica",
    "economico",
    "jamas",
    "detras",
    "traves",
    "articulo",
    "pagina",
    "telefono",
    "habia",
    "tenia",
    "podia",
    "deberia",
    "Espana",
    "ano",
    "anos",
    "nino",
    "ninos",
    "senor",
    "pequeno",
    "manana",
    "espanol",
]
_ACCENTED = [
    "también",
    "después",
    "además",
    "según",
    "días",
    "aquí",
    "allí",
    "así",
    "aún",
    "razón",
    "nación",
    "información",
    "situación",
    "acción",
    "región",
    "último",
    "número",
    "público",
    "política",
    "económico",
    "jamás",
    "detrás",
    "través",
    "artículo",
    "página",
    "teléfono",
    "había",
    "tenía",
    "podía",
    "debería",
    "España",
    "año",
    "años",
    "niño",
    "niños",
    "señor",
    "pequeño",
    "mañana",
    "español",
]
# Those that are no words where the letter itself is lost (informacin), or a sign or a space stands for it
# (informaci?n).
_LOST = (
    "tambin despus adems segn aqu razn nacin informacin situacin accin regin ltimo nmero pblico poltica econmico jams "
    "detrs travs artculo pgina telfono espaa aos nios seor pequeo maana espaol "
    "tambi despu adem informaci situaci acci regi espa peque"
)
# Digits that a scanner takes for o, l and s; of a shorter word, or of more digits, it is a name (h1, utf8, covid19).
_MISREAD = [ord(digit) for digit in "015"]
_NAMED = 4  # code points
_MOJIBAKE = re.compile(r"[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]|â€.|\ufffd")


def _share(batch: Batch, words: list[str]) -> Any:
    return by_text(Listed.of(words).has(batch.word_hashes), batch.word_first)


@measure(
    old_spelling=(
        float,
        "words as they were spelled before 1959 (á, fué, muger, dixo, vna), of the words",
    ),
    unaccented=(
        float,
        "frequent words without their accent or its letter, of these with and without it; none without such",
    ),
    split_letters=(
        float,
        "letters alone that are no word (b, c, d ...), of the words: a scanner's",
    ),
    mixed_words=(
        float,
        "words with a digit between letters, or a 0, 1 or 5 at an end of small ones, of the words: a scanner's",
    ),
)
def _spelling(batch: Batch) -> Any:
    words = np.diff(batch.word_first)
    bare, accented = _share(batch, [*_BARE, *_LOST.split()]), _share(batch, _ACCENTED)
    doubtful = bare + accented
    alone = _share(batch, list("bcdfghjklmnpqrstvwxz"))
    second = batch.word_start + 1
    inside = batch.count_in(NUMBER, second, np.maximum(batch.word_end - 1, second))
    ends = (batch.classes[batch.word_start] & LETTER) & (batch.classes[batch.word_end - 1] & LETTER)
    mixed = (inside > 0) & (ends != 0)
    return (
        share(_share(batch, [*_OLD, *_OLDER.split()]), words),
        np.where(doubtful > 0, share(bare, doubtful), np.nan),
        share(alone, words),
        share(by_text(mixed | _misread(batch), batch.word_first), words),
    )


def _misread(batch: Batch) -> Any:
    """Which words have one digit, for o, l or s, before or behind small letters: `libr0`, `1levan`."""
    start, end = batch.word_start, batch.word_end
    ends = [np.isin(batch.codes[at], _MISREAD) for at in (start, end - 1)]
    letters, capitals = (batch.count_in(kind, start, end) for kind in (LETTER, UPPER))
    size = end - start
    return (ends[0] | ends[1]) & (letters == size - 1) & (capitals == 0) & (size >= _NAMED)


@plain(mojibake=(int, "runs of characters that a wrong encoding left (Ã³, â€œ, U+FFFD)"))
def _mojibake(text: str) -> int:
    return len(_MOJIBAKE.findall(text))
