"""How much of a text is what pages say around their texts: consent, sharing, accounts, menus, rights reserved."""

from __future__ import annotations

from typing import Any

from cleaning.signals.arrays import share
from cleaning.signals.measures import measure
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch, by_text
from cleaning.text.listed import Listed

# Frequent on the edges of pages in Spanish, Catalan, Galician, Portuguese and English, rare in lines that are a text.
_WORDS = (
    "cookies cookie privacidad privacitat privacidade privacy copyright newsletter boletín suscríbete "
    "suscribirse suscribirte subscriu subscríbete inscreva regístrate registrarse registro login facebook "
    "twitter whatsapp instagram linkedin telegram pinterest youtube rss compartir comparte comparteix "
    "compartilhar share tweet imprimir menú menu inicio inici início contacto contacte contato contact aviso "
    "avís reservados reservats rights comentarios comentaris comentários comments etiquetas etiquetes tags "
    "categorías categories categorias archivo arquivo relacionados relacionadas relacionats related siguiente "
    "anterior següent seguinte próximo volver subir buscar cerca cercar search descargar descàrrega carrito "
    "cesta wishlist sitemap accesibilidad accessibilitat javascript publicidad"
)
LEAST = 0.15  # such words, of the words of a line


@measure(
    boilerplate_share=(
        float,
        "words in lines that are no sentence and hold words of menus, consent, sharing or accounts, of the words",
    ),
)
def _boilerplate(batch: Batch) -> Any:
    lines = Lines.of(batch)
    hits = Listed.of(_WORDS.split()).has(batch.word_hashes)
    named = lines.of_words(hits)
    around = (named >= 1) & (named >= LEAST * lines.words) & ~lines.sentence & ~lines.code
    words = by_text(lines.words, batch.line_first)
    return share(lines.total(lines.words * around), words)
