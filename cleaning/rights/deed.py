"""Licences of Creative Commons in words: what is asked by a note in Spanish or a language of its neighbours.

A text must never be given on more freely than its note says. So a note counts where every word of it is known: as what
a licence asks for, or as one of a sentence that asks for nothing. Where several licences stand, all they ask is asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

LONGEST = 4000  # characters: what is longer is no note
ADDRESS = re.compile(
    r"(?:https?:)?(?://)?(?:www\.)?\bcreativecommons\.org/"
    r"(?:licenses/([a-z+-]+)(?:/([0-9]\.[0-9]))?(?:/(?!nc|nd|sa)([a-z]{2,3}))?"
    r"|publicdomain/(zero|mark)(?:/([0-9]\.[0-9]))?)(?!\w|\.\d)"
    r"(?:/?(?:deed|legalcode)(?:\.[\w-]+)?)?/?(?:\?(?:ref|lang)=[\w.-]*)?",
    re.IGNORECASE,
)

# All as `_plain` has it: small letters without accents, a space where a hyphen, a comma or the like stands.
_ASKED = {
    "BY": (
        r"by|attribution|atribu(?:cion|cio|icao)|reconocimiento|reconeixement|reconecemento|aitor(?:tu|tza)"
        r"|paternite|namensnennung|attribuzione"
    ),
    "NC": (
        r"nc|(?:no|non|not for) ?commercial(?: use)?|(?:uso? |us )?(?:no|non|nao) ?comercial"
        r"|ez ?komertziala|ez ?merkataritzarakoa|(?:pas ?d? ?utilisation|utilisation non) ?commerciale"
        r"|nicht ?kommerziell|non ?commerciale"
    ),
    "ND": (
        r"nd|no ?deriv(?:s|atives?(?: works?)?)"
        r"|(?:no|sin|sen|sem|sense) ?(?:obr[ae]s? ?)?deriv(?:ad[ao]s?|ats?|ades|ar|ac(?:ion|o)es)"
        r"|keine ?bearbeitung(?:en)?|(?:non|no) ?opere ?derivate"
        r"|(?:vedada a criacao|proibicao)(?: de realizacao)? de obras derivadas"
        r"|lan ?eratorri(?:rik)? ?gabe|pas ?de ?modifications?"
        r"|pas ?d(?:e ?travail|e ?travaux|(?: ?oeuvres?)) ?derivee?s?"
    ),
    "SA": (
        r"sa|share ?alike|(?:compartir|compartilha|partilha) ?igual|partekatu ?berdin"
        r"|compartir bajo (?:la misma licencia|las mismas condiciones)"
        r"|(?:compartilhamento pela|partilha nos termos da) mesma licenca"
        r"|partage ?(?:dans ?les ?)?memes ?conditions|partage ?a ?l ?identique"
        r"|weitergabe unter gleichen bedingungen|condividi allo stesso modo"
    ),
    "zero": r"cc ?0|cero|zero",
    "mark": r"pdm|public domain mark|marca de dominio publico",
    "refused": (
        r"(?:all|todos los|tots els|todos os|tous|tous les) (?:rights|derechos|drets|dereitos|direitos|droits)(?: are)?"
        r" (?:reserved|reservados|reservats|reserves)|no esta (?:bajo|sujet[ao]|licenciad[ao])|not (?:licensed|under)"
    ),
}
_LICENCE = r"licen[cs]e|licencia|llicencia|licenza|licenca"
# What else the name of a licence holds.
_NAME = (
    rf"creative commons|cc|{_LICENCE}|public licence|public license|licence publique|lizentzia|deed|legal code"
    r"|internationale?|int?ernacional|nazioartekoa|universal|unported|generic[ao]?"
    r"|(?:no|sin|non|nao) (?:adaptada|adaptar|portada|transposee?|transcrit)"
    r"|public domain dedication|(?:dedicacion|ofrecimiento) (?:de|al) dominio publico"
)
# To whose law the versions before 4.0 were adapted.
_CODE = (
    "IGO|A[RTU]|B[EGR]|C[AHLNORZ]|D[EK]|E[CES]|F[IR]|G[RT]|H[KRU]|I[ELNT]|JP|KR|LU|M[KTXY]|NL|NZ|P[EHLRT]|R[OS]|S[EGI]"
    "|T[HW]|U[GKS]|V[EN]|ZA"
)
_COUNTRY = (
    "espana|espanya|espainia|spain|espagne|portugal|bra[sz]il|france|francia|argentina|chile|colombia|costa rica"
    "|ecuador|guatemala|mexico|peru|puerto rico|venezuela|united states|estados unidos"
)
# What a sentence holds that gives a licence and asks for nothing.
_SAID = (
    r"and|y|e|i|eta|et|the|la|el|a|an|una?|unha|uma|une|o|os|of|de|do|da|del|d|is|es|est|esta|este|esto|this|aquesta?|cette|ce"
    r"|lan hau|dago|works?|obras?|trabajo|trabalho|treball|documento?|textos?|texte?|libro|livro|llibre|articulo|artigo"
    r"|article|en|edicion|edicio|edition|publicacion|contenido|content|oeuvre|ouvrage"
    r"|open access|acceso abierto|acces obert|acceso aberto|acesso aberto"
    r"|licensed|distributed|published|released|available|made|under|terms|licenciad[ao]|publicad[ao]|distribuid[ao]"
    r"|se distribuye|se publica|se ofrece|se encuentra|esta|bajo|baixo|sob|com|con|amb|sous|selon|les|termes|terminos"
    r"|mise? a disposition|subjecte? a|subjecta a|sujet[ao] a|lizentziapean|lizentziaren"
    r"|which permits unrestricted use distribution and reproduction in any medium provided (?:that )?the original "
    r"(?:author s? ?and source are|work is properly) (?:properly )?(?:credited|cited)"
)
_PIECE = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _ASKED.items())
    + rf"|(?P<name>{_NAME})|(?:v ?|version )?(?P<version>[1-4]\.[0-9])"
    + rf"|country(?P<code>[a-z]+)|(?P<country>{_COUNTRY})|(?P<said>{_SAID}))\b"
)
_MARK = re.compile(
    r"\b(?:creative commons|cc|cc0|pdm|public domain mark|marca de dominio publico)\b"
)
_ADAPTED = re.compile(rf"(?<=\d\.\d)[\s-]+({_CODE})\b(?!\s+\w)")
_OE = str.maketrans({"œ": "oe"})
_BETWEEN = re.compile(r"[\s,;:()\[\]/_'\"«»“”‘’·|+&\u2212]+|(?<!\d)\.|\.(?!\d)")


class Deed(NamedTuple):
    """What a note asks for, and whether it is `sure` to ask for nothing else; `whole`: that is all it says."""

    asked: frozenset[str] = frozenset()
    version: str | None = None
    code: str | None = None
    sure: bool = False
    whole: bool = False


@lru_cache(maxsize=1024)
def read(note: str) -> Deed:
    """What a note on rights asks for, in addresses and in words."""
    if len(note) > LONGEST:
        return Deed()
    plain = _plain(_ADAPTED.sub(r" country\1", ADDRESS.sub(_in_words, note)))
    found: dict[str, set[str]] = {}
    for piece in _PIECE.finditer(plain):
        group = str(piece.lastgroup)
        found.setdefault(group, set()).add(piece[group])
    asked = frozenset(found) & _ASKED.keys()
    versions, codes = (sorted(found.get(group, ())) for group in ("version", "code"))
    return Deed(
        asked,
        version=versions[0] if versions else None,
        code=codes[0].upper() if codes else None,
        sure=not _PIECE.sub("", plain).strip()
        and _MARK.search(plain) is not None
        and len(versions) <= 1
        and "refused" not in asked
        and (len(asked) == 1 or not asked & {"zero", "mark"}),
        whole=not found.keys() & {"said", "country"} and len(codes) <= 1,
    )


def _in_words(address: re.Match[str]) -> str:
    asked, version, code, public, public_version = address.groups()
    if public:
        return f" {'cc0' if public.lower() == 'zero' else 'pdm'} {public_version or ''} "
    return f" cc {asked} {version or ''} {f'country{code}' if code else ''} "


def _plain(text: str) -> str:
    """Small letters without accents and what is not seen, a space for what stands between words."""
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_OE)
    kept = (
        " " if kind == "Pd" else letter
        for letter in letters
        if (kind := unicodedata.category(letter)) not in {"Mn", "Cf"}
    )
    return " ".join(_BETWEEN.sub(" ", "".join(kept)).split())
