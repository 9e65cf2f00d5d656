"""Lines that tease or announce other texts, by how newspapers of the languages routed begin them."""

from __future__ import annotations

import re
from functools import lru_cache

from cleaning.extract.blocks.blocks import KNOWN
from cleaning.web.urls import host_of

_LOOK = r"(?:le[aeé]r?|vea|ver|mir[aá]|mire|llegiu|llegeix|leia|leggi|read|watch|listen|follow|s[íi]guenos)\b"
# What teases and announces is asked in small letters, since `re` is slow where it has to ignore capitals.
_TEASER = re.compile(
    rf"\W*(?:{_LOOK}(?:\s*:|\s+(?:tamb\w+|adem[áa]s|m[áa]s|més|mais|anche|also|more|full)\b)"
    r"|(?:comparte|compartir|related|recomendad[ao]s?)\b|[tl]e\s+(?:puede|podr[íi]a)\s+interesar"
    r"|(?:m[áa]s\s+)?(?:noticias?|informaci[óo]n|art[íi]culos?|notas?|entradas?|temas?)\s+relacionad[ao]s?"
    r"|de\s+inter[ée]s|contexto\s+de\s+la\s+noticia|suscr[íi]b[ea]\w*|see\s+also|more\s+(?:on|from)|also\s+read"
    r"|click\s+here|advert(?:isement)?\s*$|publicidad\s*$|share\s+this|image\s+(?:copyright|source)|photo:|foto:)",
)
# And anywhere in their first sentence; how what they call to begins, sought first, is quickly seen to be missing.
_CHANNELS = ("canal", "bolet", "newsletter", "redes")
_OF_OURS = re.compile(r"[^.]*\bnuestr[oa]s?\s+(?:canal(?:es)?|bolet[íi]n|newsletter|redes)\b")
# And what begins a sentence as well: a teaser where it has a link, the second of these where that stays on the site.
_PERHAPS = re.compile(rf"\W*{_LOOK}")
_POINTING = re.compile(r"\W*(?:le[aeé]r?|vea|ver|read|pued[ea]s?\s+(?:ver|leer))\b")
_OTHERS = r"(?:posts?|articles?|content|stor(?:y|ies)|links?|news|topics?|reading|entries|products?|items|for\s+you)"
# What announces a section behind the text.
_SECTIONS = re.compile(
    r"\W*(?:(?:voc[êe]\s+)?pode(?:\s+tamb[ée]m)?\s+gostar|tamb(?:[ée]|i[ée])[mn]\s+(?:te|le)\s+(?:puede|podr[íi]a)"
    r"|(?:te|le)\s+(?:puede|podr[íi]a)\s+(?:interesar|gustar)|recomendad[ao]s?(?:\s+para\s+\w+)?\s*:?\s*$"
    r"|you\s+(?:may|might)\s+(?:also\b|like|love|enjoy|be\s+interested|have\s+missed)"
    r"|(?:m[áa]s\s+)?(?:noticias?|art[íi]culos?|notas?|entradas?|contenidos?|posts?)\s+(?:relacionad[ao]s?|similares)"
    rf"|(?:related|recommended)(?:\s+{_OTHERS})?\s*:?\s*$|relacionad[ao]s?\s*:?\s*$"
    r"|more\s+(?:from|on|stories|news)\b|m[áa]s\s+(?:noticias|le[íi]d[ao]s|sobre)\b|about\s+the\s+author"
    r"|(?:sobre|acerca\s+de)(?:l|\s+el|\s+la)\s+autora?|leave\s+a\s+(?:comment|reply)|dej[ae]\s+(?:un|tu)\s+comentario"
    r"|share\s+this|compart[ei]r?\s*:?$|tags?\s*:?$|etiquetas?\s*:?$)",
)
# What announces, in a list of others too, more threads or products like this one.
ALIKE = re.compile(
    r"\W*(?:(?:temas|hilos|productos|temes|fils|productes|f[íi]os|t[óo]picos|produtos)"
    r"\s+(?:relaciona[dt]s|relacionados|similars|similares|parecidos|semblants|semellantes|semelhantes)"
    r"|(?:similar|related)\s+(?:threads|topics|products))\s*:?\s*$"
    r"|\W*(?:(?:los\s+)?clientes\s+(?:tambi[ée]n|que\s+(?:vieron|compraron))|customers\s+(?:also|who))\b",
)
_ANNOUNCES = re.compile(f"{ALIKE.pattern}|{_SECTIONS.pattern}")
# What announces no section: a sentence ("Related work is rare."), one other text ("Related: the sea at night").
_ALONE = re.compile(r"[^.]\.$|:\s*\w")


@lru_cache(KNOWN)
def announces_any(text: str) -> bool:
    """Whether a line announces other texts, threads or products, tags or comments."""
    return _ANNOUNCES.match(text.lower()) is not None and not _ALONE.search(text)


def announces(text: str) -> bool:
    """Whether a line announces other texts, tags or comments: no sentence, no single text."""
    return _SECTIONS.match(text.lower()) is not None and not _ALONE.search(text)


def is_teaser(text: str, written: bool) -> bool:
    """Whether a line begins as teasers do, or calls to a channel of the site's own and is not its author's."""
    lowered = text.lower()
    if _TEASER.match(lowered):
        return True
    return (
        not written
        and any(map(lowered.__contains__, _CHANNELS))
        and _OF_OURS.match(lowered) is not None
    )


def teases(text: str, target: str, own: str) -> bool:
    """Whether a line with a link, which may lead away from the site, calls to another text."""
    lowered = text.lower()
    if _POINTING.match(lowered):
        return not leads_away(target, own)
    return _PERHAPS.match(lowered) is not None


def leads_away(target: str, own: str) -> bool:
    """Whether a link leads to another site than that of the page, which may be unknown."""
    to = host_of(target).removeprefix("www.") if "//" in target else ""
    return bool(to) and not (own and (to.endswith(own) or own.endswith(to)))
