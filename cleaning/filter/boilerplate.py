"""Lines that a site puts around its texts: consent to cookies, share buttons, teasers, subscriptions.

Each rule matches whole short lines, in the words that sites of Spain and Latin America use (and the
other languages routed, where they are as fixed). A line of prose that talks about cookies must pass, so
a line is matched from its beginning, and by what a site says of itself or asks of its reader.
"""

from __future__ import annotations

import re

SITE = "site"  # the rule of lines that a site repeats

_PLACES = (
    r"facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|tumblr|instagram|youtube|tiktok"
    r"|threads|mastodon|bluesky|google\s?\+?|google news|flipboard|meneame|menéame|pocket|skype|messenger"
    r"|email|e-mail|mail|correo(?:\s+electr[óo]nico)?|redes(?:\s+sociales)?|rss"
)
_LIST = rf"(?:(?:{_PLACES})(?:\s*[,/|·•y]\s*|\s+|$))"
_THIS = r"est[ae] (?:art[íi]culo|post|entrada|contenido|noticia|p[áa]gina)"

# rule -> patterns, each matched from the beginning of a line, in lower case
PATTERNS: dict[str, tuple[str, ...]] = {
    "cookies": (
        r"(?:est[ae]|nuestr[ao]|el|la)\s+(?:sitio|p[áa]gina|web|portal|site|website)(?:\s+web)?\b"
        r"[^.]{0,60}?\b(?:utiliza|usa|emplea|uses?|utilitza|fa servir)\b[^.]{0,40}\bcookies?\b",
        r"(?:utilizamos|usamos|empleamos|utilitzem|we use|this (?:web)?site uses)\b[^.]{0,60}\bcookies\b",
        r"este servicio no\b[^.]{0,40}\bcookies?\b",
        r"(?:panel|gestor|gesti[óo]n|detalles) de (?:gesti[óo]n de )?(?:las )?cookies\b.{0,40}$",
        r"(?:aceptar|acepto|rechazar|permitir|denegar|configurar|gestionar|administrar|acceptar|rebutjar|accept|reject)\s+"
        r"(?:todas?\s+)?(?:las?\s+|les\s+|all\s+)?cookies\W*$",
        r"(?:pol[íi]tica|aviso|configuraci[óo]n|preferencias|m[áa]s informaci[óo]n)\s+(?:de|sobre)\s+"
        r"(?:las\s+)?cookies\W*$",
        r"(?:si|al)\s+(?:contin[úu]as?|sigues?|continuar)\s+(?:navegando|con la navegaci[óo]n)\b"
        r"[^.]{0,120}\b(?:acepta|cookies|consentimiento)",
    ),
    "share": (
        rf"(?:compartir|comparte|compártelo|compartilhar|compartilhe|comparteix|share(?: this| on)?)"
        rf"(?:\s*:|\s+(?:esto|esta noticia|este art[íi]culo|en|por|con|v[íi]a|no|a)\b)*\s*(?:{_LIST}*)\W*$",
        r"haz clic para (?:compartir|enviar|imprimir)\b.{0,80}$",
        rf"(?:s[íi]guenos|seguir|siga|s[íi]gueme)\s+(?:en|a trav[ée]s de)\s+(?:{_LIST}+)\W*$",
        r"(?:tuitear|twittear|tweet|retuitear|me gusta esto|imprimir|copiar (?:enlace|link|url))\W*$",
        r"\(?se abre en una ventana nueva\)?(?:\s*(?:facebook|x|twitter|whatsapp|telegram))?\W*$",
        r"¿(?:te|le) (?:ha )?(?:pareci(?:[óo]|do)|result(?:[óo]|ado)|sido|fue) (?:interesante|[úu]til)"
        rf"(?: {_THIS})?\s*\?.{{0,60}}$",
        rf"¿(?:te|le) (?:ha )?gust(?:[óo]|ado) {_THIS}\s*\?.{{0,60}}$",
        r"env[íi]a(?:r)? (?:esto |un enlace )?por (?:correo(?: electr[óo]nico)?|e-?mail)\b.{0,30}$",
    ),
    "read_more": (
        r"(?:leer|lee|ver|saber|sigue|seguir|contin[úu]a|continuar)\s+(?:m[áa]s|leyendo|(?:la\s+)?noticia "
        r"completa|(?:el\s+)?art[íi]culo completo|todo)(?:\s+(?:sobre|en)\s+[^.]{0,40})?\s*[.…»>→+]*$",
        r"(?:lee|lea|le[ée]|vea|mira|mir[áa])\s+(?:tambi[ée]n|m[áa]s|adem[áa]s)\s*[:|.…-]",
        r"(?:tambi[ée]n )?(?:te|le) (?:puede|podr[íi]a) (?:interesar|gustar)(?:\s+(?:leer|ver))?\s*(?:[:|.…-]|$)",
        r"(?:noticias?|art[íi]culos?|entradas?|contenidos?|temas?) (?:relacionad[ao]s?|de inter[ée]s)\W*$",
        # [Continuar leyendo «El molino» aquí]
        r"\W*(?:leer|sigue|seguir|contin[úu]a|continuar)\s+(?:leyendo|m[áa]s)\b[^.]{0,120}\baqu[íi]\W*$",
        r"\[\W*(?:sigue|seguir|contin[úu]a|continuar)\s+leyendo\b[^\]]{0,120}\]\W*$",
        r"(?:read more|continue reading|keep reading|llegir m[ée]s|ler m[áa]is|leia (?:mais|tamb[ée]m))\b.{0,100}$",
    ),
    "placeholder": (r"(?:publicidad|advertisement|cargando|loading)\s*[:…]?$",),
    "subscribe": (
        r"(?:suscr[íi]b(?:ete|ase|ite|[áa]se)|inscr[íi]bete|reg[íi]strate|subscriu-te|inscreva-se)\b"
        r"[^.]{0,80}\b(?:bolet[íi]n|newsletters?|canal|lista de correo|peri[óo]dico|butllet[íi])\b",
        r"(?:recibe|recib[íi]|reciba)\s+(?:gratis\s+)?(?:nuestr[ao]s?|el|la|las|todas las|cada)\b"
        r"[^.]{0,60}\b(?:bolet[íi]n|newsletter|noticias en tu|alertas|correo|e-?mail|whatsapp)\b",
        r"(?:inicia(?:r)? sesi[óo]n|crear? (?:una )?cuenta)(?: para (?:comentar|continuar|seguir leyendo))?\W*$",
    ),
}

_RULES = {
    name: re.compile("|".join(f"(?:{p})" for p in patterns)) for name, patterns in PATTERNS.items()
}


def rule_of(line: str) -> str | None:
    """The rule that a line without white space at its ends breaks, None for a line to keep."""
    line = line.lower()
    for name, pattern in _RULES.items():
        if pattern.match(line):
            return name
    return None
