"""What a shop sets around the product of a page: what customers say of it, other products, how it is sent."""

from __future__ import annotations

import re

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.tree.elements import IS_HEADING
from cleaning.extract.tree.families import NAMES
from cleaning.text.batch import Bools

_TITLE = 80  # characters of the heading of such a section, at most
_MOST = 0.6  # of the text of a page: where more is so called, it is the text
_ALONE = 2  # blocks of an element that holds a heading and not what it announces
_NAMED = 1 << NAMES.index("review") | 1 << NAMES.index("related")
_REVIEWS = re.compile(
    r"\A(?:(?:[\d.,]+ )?(?:\w+ )?reviews?\b|(?:[\d.,]+ )?(?:customer |product |user |our )?ratings?\b"
    r"|what (?:our|people|customers)\b.{0,30}\b(?:say|think|love)|.*\bcustomers? (?:reviews?|say)\b"
    r"|(?:[\d.,]+ )?(?:opiniones|valoraciones|rese[ñn]as|comentarios de (?:los )?clientes|avalia[çc][õo]es|opini[õo]es"
    r"|opinions|valoracions|ressenyes|opini[óo]ns|iritziak|balorazioak)\b|lo que (?:dicen|opinan)"
    r"|qu[ée] (?:dicen|opinan) (?:nuestros|los) clientes)"
)
_OTHERS = re.compile(
    r"you (?:may|might|'ll|will) (?:also )?(?:like|love|enjoy)|also (?:like|bought|viewed|love)"
    r"|(?:related|similar|recommended|recently viewed|featured|complementary) (?:\w+ )?"
    r"(?:products?|items?|posts?|articles?|searches|videos)|recently viewed|frequently bought"
    r"|bought together|complete the (?:look|set)"
    r"|pairs? (?:well )?with|customers (?:who|also)|more (?:from|like this|to explore)|how about these"
    r"|recommended for you"
    r"|tambi[ée]n (?:te )?(?:puede|podr[íi]a|compr|vier|gustar)|(?:productos|art[íi]culos) (?:relacionados|similares"
    r"|recomendados|destacados|vistos|que te)|vistos? recientemente|comprados? juntos|completa (?:el|tu) look"
    r"|quienes compraron|te pueden? interesar|productes (?:relacionats|similars|recomanats)|tamb[ée] et pot"
    r"|produtos (?:relacionados|semelhantes|similares|recomendados)|tamb[ée]m (?:pode|vai) gostar"
    r"|produktu erlazionatuak"
)
_SENT = re.compile(
    r"\A(?:(?:free )?(?:shipping|delivery|returns?)\b|(?:(?:gastos|plazos?|formas?) de )?(?:env[íi]os?|entrega)\b"
    r"|devoluciones\b|enviaments?\b|devolucions\b|devolu[çc][õo]es\b|bidalketak?\b)"
)
# In the name of an element, of those whose words are of these families.
_NAME = re.compile(
    r"\breviews?\b|reviews?[-_]|[-_]reviews?|[a-z]Reviews?|testimonial|\b(?:opiniones|valoraciones)"
    r"|\brelated|related[-_]|[-_]related|recommend|upsell|cross-?sell|recently-?viewed|also-?(?:like|bought|viewed)"
    r"|relacionad|similar-?(?:items|products)",
    re.IGNORECASE,
)


def around_product(blocks: Blocks) -> Bools:
    """The blocks of such sections, known by their headings or by the names of their elements."""
    kinds = [_titled(blocks, titles) for titles in (_REVIEWS, _OTHERS, _SENT)]
    named = np.zeros(len(blocks), bool)
    for container in (blocks.family & _NAMED != 0).nonzero()[0].tolist():
        if _NAME.search(blocks.tag_of(container)):
            named[blocks.first[container] : blocks.last[container]] = True
    whole = blocks.size.sum()
    parts = [part for part in (*kinds, named) if blocks.size[part].sum() <= _MOST * whole]
    return np.logical_or.reduce([np.zeros(len(blocks), bool), *parts])


def _titled(blocks: Blocks, titles: re.Pattern[str]) -> Bools:
    """What stands below such headings: up to the next one as high, in the element that each begins."""
    part = np.zeros(len(blocks), bool)
    headings = IS_HEADING[blocks.kind].nonzero()[0]
    for index in headings.tolist():
        text = blocks.text[index]
        if len(text) > _TITLE or not titles.search(text.lower()):
            continue
        below = headings[headings > index]
        ends = below[blocks.kind[below] <= blocks.kind[index]]
        end = int(ends[0]) if len(ends) else len(blocks)
        at = int(blocks.at[index])
        while at >= 0 and blocks.last[at] - blocks.first[at] <= _ALONE:
            at = int(blocks.parent[at])
        while at >= 0 and (above := int(blocks.parent[at])) >= 0:
            leads = headings[np.searchsorted(headings, blocks.first[above])] == index
            if not leads or blocks.last[above] > end:
                break
            at = above
        part[index : min(end, blocks.last[at]) if at >= 0 else end] = True
    return part
