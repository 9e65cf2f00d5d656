"""How much of a text is said in the words of notices of a site: cookies, privacy, terms of use, licences.

Of the words counted most are common, and a lesson on cookies or a guide to open data is full of some. A notice has
many different ones that lawyers put there, close together.
"""

from __future__ import annotations

import numpy as np

from cleaning.signals.arrays import places, share
from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Floats, by_text, word_hash

FEW = 25  # words that a text counts as longer than it is
LEAST = 5  # different words of lawyers, with which a text may be a notice

_LEGAL = (
    "consentimiento consentiment rectificación rectificar rectificació supresión supresió cancelación oposición "
    "oposició portabilidad portabilitat finalidad finalidades finalitat finalitats titular titularidad titularitat "
    "responsabilidad responsabilitat legislación legislació jurisdicción jurisdicció tratamiento tractament política "
    "políticas condiciones condicions términos legal legales personales personals confidencialidad terceros tercers "
    "intelectual derechos drets protección protecció privacidad privacitat "
    "licencia licencias licenciador llicència llicenza lizentzia copyright commons atribución reconocimiento "
    "reconeixement derivada derivadas derivades distribuir distribuye distribueix distribución redistribuir"
)
_COMMON = (
    "cookie cookies galetes usuario usuarios usuari usuaris usuaria web sitio lloc portal navegador datos dades dados "
    "rgpd gdpr lopd lopdgdd lssi acceso accés reserva aviso avís nuestro nuestra nuestros nuestras nosotros nostre "
    "nostra nostres nosaltres"
)
_LEGAL_HASHES = np.array([word_hash(word) for word in _LEGAL.split()], np.uint64)
_HASHES = np.array([word_hash(word) for word in f"{_LEGAL} {_COMMON}".split()], np.uint64)
_ORDER = np.argsort(_HASHES)
_SORTED = _HASHES[_ORDER]
_IS_LEGAL = len(_LEGAL_HASHES) > _ORDER


@measure(
    notice_share=(
        float,
        "words of notices on cookies, privacy, use and licences, of the words and 25 more; 0 where fewer than 5 "
        "different ones are of lawyers",
    )
)
def _notices(batch: Batch) -> Floats:
    hits, place = places(batch.word_hashes, _SORTED)
    legal = np.flatnonzero(hits & _IS_LEGAL[place])
    different = np.unique(batch.word_document[legal] * len(_SORTED) + place[legal])
    number = np.bincount(different // len(_SORTED), minlength=len(batch))
    notice_share = share(
        by_text(hits.astype(np.int64), batch.word_first), np.diff(batch.word_first) + FEW
    )
    return np.where(number >= LEAST, notice_share, 0.0)
