"""What a forum or shop sets at posts and products: what a reader can do with them, what it counts of their authors."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import numpy as np

from cleaning.extract.blocks.blocks import KNOWN, Blocks
from cleaning.extract.boilerplate.dates import is_date
from cleaning.extract.tree.elements import IS_HEADING, Kind
from cleaning.text.batch import Bools

LINE = 120  # characters of such a line, at most
SUBJECT = 250  # of a subject
NAME = 40  # and of the name or rank of an author
ABOVE = 3  # lines above what is counted of an author: name, title, rank
# What all of these are asked is in small letters, since `re` is slow where it has to ignore capitals.
_DO = (
    r"responder|contestar|citar|reportar|denunciar|editar|borrar|eliminar|compartir|me\s+gusta|no\s+me\s+gusta"
    r"|enlace\s+permanente|respondre|citeu|comparteix|m['’]agrada|edita|partekatu|erantzun|aipatu|gogoko\s+dut"
    r"|curtir|gosto|partilhar|compartilhar|gústame|reply|quote|report|edit|delete|share|like|permalink"
    r"|responder\s+(?:citando|al\s+tema|con\s+cita)|reportar\s+(?:mensaje|abuso)|denunciar\s+(?:mensaje|abuso)"
    r"|reply\s+(?:to\s+(?:this|thread)|with\s+quote)"
)
_BUY = (
    r"a[ñn]adir\s+(?:al?|a\s+la|a\s+mi)\s+(?:carrito|carro|cesta|bolsa|lista\s+de\s+deseos|favoritos)"
    r"|(?:agregar|sumar)\s+(?:al?|a\s+la)\s+(?:carrito|carro|cesta|bolsa|favoritos|lista\s+de\s+deseos)"
    r"|comprar(?:\s+(?:ahora|ya))?|ver\s+(?:m[áa]s|carrito|el\s+carrito)|afegeix\s+(?:a\s+la\s+cistella|al\s+carret(?:ó)?)"
    r"|afegir\s+(?:a\s+la\s+cistella|al\s+carret(?:ó)?)|compra\s+ara|comprar\s+ara|engadir\s+(?:ao\s+carriño|á\s+cesta)"
    r"|adicionar\s+ao\s+carrinho|comprar\s+agora|gehitu\s+saskira|saskira\s+gehitu|erosi\s+orain"
    r"|add\s+to\s+(?:cart|basket|bag|wishlist|favou?rites|compare)|buy\s+(?:it\s+)?now"
)
_CONTROL = re.compile(rf"(?:{_DO}|{_BUY})\b")
# One after the other, with how often each was done: "Responder Citar", "Me gusta (3) · Compartir".
_CONTROLS = re.compile(
    rf"[\W\d_]*(?:{_DO}|{_BUY})(?:[\W\d_]+(?:[yoe]\s+)?(?:{_DO}|{_BUY}))*[\W\d_]*"
)
_OPENED = re.compile(
    r"\W*(?:tema|hilo|fil|f[íi]o|t[óo]pico|thread|topic)\s+(?:abierto|iniciado|creado|obert|iniciat|aberto|criado|started)"
    r"\s+(?:por|per|by)\s"
    r"|\W*(?:iniciado|iniciat|started)\s+(?:por|per|by)\s(?=.*\d[:.h]\d\d)"
    # A time of the day tells the note of a forum from the imprint of a book.
    r"|\W*(?:[úu]ltima\s+edici[óo]n|(?:[úu]ltima\s+vez\s+)?editado|editat|(?:last\s+)?edited)\s+(?:por|per|by)\s"
    r"(?=.*\d[:.h]\d\d)",
)
# Above a post, who wrote it and when: "Por: rosa el 3 de mayo de 2011 a las 10:02", "por rosa » Mar 03 May 2011 10:02".
_SIGNED = re.compile(
    r"\W*(?:(?:publicado|escrito|enviado|mensaje|publicat|escrit|enviat|posted|written|sent)\s+)?(?:por|per|by)\s*:?\s+\S"
    r".{0,39}?[\s»|·,-]\s*(?P<when>(?:(?:el|a|on|em|en)\s|[a-zçéá]{3,9}[\s,.]|\d)(?=.*\d[:.h]\d\d).{5,50})",
)
# Any of the three, so that of most lines one is asked.
_ANY = re.compile(rf"(?:{_CONTROLS.pattern}|{_SIGNED.pattern})\Z|{_OPENED.pattern}")
# How many have an opinion of a product, and that one may: "3 opiniones de los clientes Escribir un comentario".
_OPINION = (
    r"(?:opini[oó]n(?:es)?|comentarios?|rese[ñn]as?|valoraci[oó]n(?:es)?|opini[oó]|opinions|ressenyes"
    r"|avaliaci[oó]ns?|avalia[çc][õo]es|reviews?|ratings?)"
)
_OPINIONS = re.compile(
    rf"\d[\d.,]*\s+{_OPINION}(?:\s+de\S*\s+(?:los\s+|nuestros\s+)?client\w+)?"
    rf"(?:\W*(?:escrib\w+|deja|a[ñn]adir|danos|escriu|escrever|write|leave|add)\s+\w+\s+{_OPINION})?\W*",
)
_ANSWER = re.compile(r"(?:(?:re|rv|aw|sv|fwd?|resp)(?:\[\d+\])?\s*:\s*)+(.+)", re.IGNORECASE)
_COUNTED = re.compile(
    r"\W*(?P<label>mensajes|posts|missatges|mensaxes|mensagens|mezuak|messages|registrado(?:\s+el)?|registrat"
    r"|rexistrado|registado|joined|registered|miembro\s+desde|member\s+since|join\s+date)\s*:\s*(?=.*\d).{1,40}",
)
_BESIDE = re.compile(
    r"\W*(?:ubicaci[óo]n?|localizaci[óo]n|localidad|location|from|edad|age|rango|rank|estado|temas|topics|ingreso"
    r"|reputaci[óo]n|reputation|puntos|points|me\s+gusta\s+recibidos|reaction\s+score)\s*:\s*.{1,60}",
)
_SIGNATURE = re.compile(
    r'\sclass="[^"]*(?:\b(?:signature|sig|firma|signatura|assinatura|sinatura)\b|[-_]signature)'
)


def controls(blocks: Blocks, forum: bool) -> Bools:
    """The lines of nothing but what can be done with a post or product, how many have an opinion of it, who opened a
    thread, wrote or edited a post; of a `forum` also the subjects of its answers.
    """
    short = (blocks.size <= LINE) & (blocks.kind != Kind.CODE)
    is_control = np.zeros(len(blocks), bool)
    signed = []
    headings = IS_HEADING[blocks.kind].tolist()
    for index in short.nonzero()[0].tolist():
        text = blocks.text[index]
        if "0" <= text[:1] <= "9" and _OPINIONS.fullmatch(text.lower()):
            is_control[index] = True
            continue
        if headings[index] or not _is_any(text):
            continue
        text = text.lower()
        if _CONTROLS.fullmatch(text):
            works = blocks.links[index] or blocks.fields[index]
            # One word may be a whole post.
            is_control[index] = works or len(_CONTROL.findall(text)) > 1
        elif (match := _SIGNED.fullmatch(text)) and is_date(match["when"]):
            signed.append(index)
        else:
            is_control[index] = _OPENED.match(text) is not None
    if forum:
        is_control[_answering(blocks)] = True
    is_control[signed if forum or len(signed) > 1 else []] = True  # one alone may be of an article
    return is_control


@lru_cache(KNOWN)
def _is_any(text: str) -> bool:
    """Whether a line is likely one of these."""
    return _ANY.match(text.lower()) is not None


def _answering(blocks: Blocks) -> list[int]:
    """The subjects of answers: `Re: ` and what another block says, the title."""
    subjects = {
        index: match[1].strip().lower()
        for index in (blocks.size <= SUBJECT).nonzero()[0].tolist()
        if (match := _ANSWER.match(blocks.text[index]))
    }
    if not subjects:
        return []
    texts = {text.strip().lower() for text in blocks.text}
    return [index for index, subject in subjects.items() if subject in texts]


def signatures(blocks: Blocks) -> Bools:
    """What a forum's template calls a signature."""
    return blocks.looking(lambda tag: _SIGNATURE.search(tag) is not None)


def counted(blocks: Blocks, forum: bool) -> Bools:
    """What is counted of the authors of two posts at least, with their names and ranks above in the same element; what
    may be no `forum` must count two things.
    """
    label = {
        index: name
        for index in (blocks.size <= LINE).nonzero()[0].tolist()
        if ":" in blocks.text[index] and (name := _label(blocks.text[index]))
    }
    times = Counter(label.values())
    is_control = np.zeros(len(blocks), bool)
    repeated = {name for name, count in times.items() if count > 1}
    if len(repeated) < 2 - forum:
        return is_control
    is_control[[index for index, name in label.items() if name in repeated]] = True
    for index in is_control.nonzero()[0].tolist():
        for beside in (index - 1, index + 1):
            if 0 <= beside < len(is_control) and _BESIDE.fullmatch(blocks.text[beside].lower()):
                is_control[beside] = True
    for index in (is_control[1:] & ~is_control[:-1]).nonzero()[0].tolist():  # right above each
        container = int(blocks.at[index + 1])
        while container >= 0 and is_control[blocks.first[container] : blocks.last[container]].all():
            container = int(blocks.parent[container])
        above = range(int(blocks.first[container]) if container >= 0 else 0, index + 1)
        short = len(above) <= ABOVE and (blocks.size[above.start : above.stop] <= NAME).all()
        if short and not IS_HEADING[blocks.kind[above.start : above.stop]].any():
            is_control[above.start : above.stop] = True
    return is_control


def counts(text: str) -> bool:
    """Whether a block says what a forum counts of an author: how much he wrote, since when he is a member."""
    return any(
        _COUNTED.fullmatch(line) or _BESIDE.fullmatch(line) for line in text.lower().split("\n")
    )


def _label(text: str) -> str:
    """The first label of a block that says what is counted of an author, beside name and rank alone; else nothing."""
    first = ""
    for line in text.lower().split("\n"):
        if match := _COUNTED.fullmatch(line):
            first = first or match["label"]
        elif len(line) > NAME and not _BESIDE.fullmatch(line):
            return ""
    return first
