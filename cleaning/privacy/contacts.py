"""How to reach a person over the net: e-mail addresses, IP addresses and handles (telephones/, addresses.py: the rest)."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterator

from cleaning.privacy.accounts import accounts
from cleaning.privacy.gates import may_hold
from cleaning.privacy.unsigned import unsigned

Spans = Iterator[tuple[int, int]]

# A pattern begins with the characters that it can begin with, and looks behind them only then: so the
# search runs over other text several times faster.
# RFC 5321 allows 64 characters before the @ and 255 after it; labels of at most 63.
_LOCAL = re.compile(r"[\w%+-][\w.%+-]{0,63}\Z")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BROKEN = r"-\n[ \t]{0,8}"  # where a line ends within a word
_DOMAIN = re.compile(
    rf"(?:@|%40)(?:{_LABEL}(?:{_BROKEN}{_LABEL})?\.(?:\n[ \t]{{0,8}}(?=[a-z]{{2,3}}\b))?){{1,8}}([^\W\d_]{{2,24}})(?![\w@])"
)
_LOCAL_BROKEN = re.compile(rf"(?<![\w.%+-])[\w%+][\w.%+]{{0,63}}{_BROKEN}\Z")
_RESERVED = re.compile(r"(?i)(?:@|%40)example\.(?:com|net|org)\Z")  # for examples (RFC 2606)
# The domains of mail that persons have, written with a blank or a comma: `ana@gmail,com`, `ana@hotmail. com`.
_OF_PERSONS = re.compile(
    r"(?i)[\w%+-][\w.%+-]{0,63} ?@ ?(?:gmail|hotmail|yahoo|outlook|icloud|live|telefonica|movistar|terra|ono)(?: ?[.,] ?| )(?:com|es|net|cat)(?:[.,](?:ar|mx|co|es))?(?![\w@-])"
)
# What domains never end in: `icon@2x.png` and `getty@tty1.service` are files and units.
_NO_DOMAIN = re.compile(
    r"(?i:conf|css|exe|gif|html?|jpe?g|js|json|log|png|service|socket|svg|target|timer|toml|txt|webp|xml|ya?ml)"
)

_ANY_OF_PERSONS = r"(?i)@ ?(?:gmail|hotmail|yahoo|outlook|icloud|live|telefonica|movistar|terra|ono)(?: ?, ?| ?\. | \.| )(?:com|es|net|cat)"


# Addresses hidden from programs: `ana (at) correo.es`, `ana(a)correo.es`, `ana arroba correo punto es`. Without brackets round its
# sign an address has its points in words too: "alojado at github.com" is none.
_SAID_BRACKETED = re.compile(
    r"&#(?:64|[xX]40);|&commat;|[\[({<](?:\s?(?i:at|arroba)\s?[\])}>]\s?|(?<=\w\()a\)(?=[\w-]{3,63}\.(?:[a-z]{2}|com|org|net|info|cat|eus|gal|edu|(?:com|edu|gob|org|net)\.[a-z]{2})(?![\w.])))"
)
_BRACKETS = r"&#(?:64|[xX]40);|&commat;|[\[({<]\s?(?i:at|arroba)\s?[\])}>]|\(a\)"
_SAID_BARE = re.compile(r"\s(?i:at|arroba)\s|_(?i:at|arroba)_")
_BARE = r"(?i)(?:\s|_)(?:at|arroba)(?:\s|_)[^\n]{0,64}(?:(?:\s|_)(?:dot|punto)(?:\s|_)|[\[({<]\s?(?:dot|punto|\.))"
_SAID_LOCAL = re.compile(
    r"(?:[\w%+-][\w.%+-]{0,31}(?:\s(?:punto|gui[oó]n(?:\sbajo)?)\s|\s?[\[({]\s?(?i:punto|dot)\s?[\])}]\s?)){0,2}[\w%+-][\w.%+-]{0,63}\s?\Z"
)
_POINT = r"\s?[\[({<]\s?(?i:dot|punto|\.)\s?[\])}>]\s?|\s(?i:dot|punto)\s|_(?i:dot|punto)_"
_SAID_DOMAIN = {
    pattern: re.compile(
        rf"(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?(?:{point})){{1,8}}([^\W\d_]{{2,24}})(?![\w@])"
    )
    for pattern, point in ((_SAID_BRACKETED, rf"\.|{_POINT}"), (_SAID_BARE, _POINT))
}


_TOP = r"(?:[a-z]{2}|com|org|net|info|cat|eus|gal|edu)"  # domains at the top
# `ana @ correo.es`: the sign apart, and a domain in small letters.
_APART = re.compile(
    rf"(?<![\w.%+@-])(?!(?:con|del|las|los|por|que|una|the|for)\s)[A-Za-z][\w.+-]{{2,63}} ?@ (?:[a-z0-9][a-z0-9-]{{1,62}}\.){{1,3}}{_TOP}(?![\w@/.-]\w|\w)"
)
# `ana@correo . es`, its point apart.
_POINT_APART = re.compile(
    rf"(?<![\w.%+-])[A-Za-z0-9][\w.+-]{{1,63}} ?@ ?[a-z0-9][a-z0-9-]{{1,62}} \. {_TOP}(?![\w@/.-]\w|\w)"
)
# `pepe @correo.es`, behind the word for it or a colon; `sígueme en @correo.es` is none.
_LOOSE = re.compile(
    r"(?i)(?:\b(?:correo(?: electr[oó]nico|-e)?|e-?mail|mail|escr[ií]b[a-z]{1,4} a)[ :.]{1,3})(?P<address>[a-z0-9][\w.+-]{2,63}"
    rf" @(?:[a-z0-9][a-z0-9-]{{1,62}}\.){{1,3}}{_TOP})(?![\w@/.-]\w|\w)"
)

# The domain of an address that a file is named after, as of `ana@correo.es.txt`.
_NAMES_A_FILE = re.compile(rf"(?i)(?:@|%40|\.)[a-z][\w-]*\.({_TOP})\Z")


# What stands in a form or a manual for a name, and for a domain.
ANYBODY = re.compile(
    r"(?i)@?(?:(?:tu|mi|su|el|your|my|the|nombre|nombre_?de|example|ejemplo)[_.-]?)?"
    r"(?:usuari[oa]s?|user(?:[_.-]?names?)?|nick(?:name)?|nombre|cuenta|perfil|handle|account|profile|ejemplo|example|correo|e?mail|password|passwd|contraseña)[0-9]?"
)
_ANYWHERE = re.compile(
    r"(?i)(?:@|%40)(?:(?:tu|mi|su|your|my)?[_.-]?(?:ejemplo|example|dominio|domain|servidor|server|empresa|correo|mail)|foo|bar|prueba|test)\."
)


def emails(text: str) -> Spans:
    """E-mail addresses, also those whose signs are words."""
    yield from _written(text) if "@" in text or "%40" in text else ()
    yield from (match.span() for match in _APART.finditer(text)) if "@ " in text else ()
    if " . " in text and "@" in text:
        yield from (match.span() for match in _POINT_APART.finditer(text))
    for match in (
        _OF_PERSONS.finditer(text) if "@" in text and may_hold(text, _ANY_OF_PERSONS) else ()
    ):
        if " " in match.group() or "," in match.group():
            yield match.span()
    yield from (match.span("address") for match in _LOOSE.finditer(text)) if " @" in text else ()
    if may_hold(text, _BRACKETS):
        yield from _spelled(text, _SAID_BRACKETED)
    if may_hold(text, _BARE):
        yield from _spelled(text, _SAID_BARE)


def _spelled(text: str, pattern: re.Pattern[str]) -> Spans:
    for sign in pattern.finditer(text):
        local = _SAID_LOCAL.search(text[max(0, sign.start() - 65) : sign.start()])
        domain = _SAID_DOMAIN[pattern].match(text, sign.end())
        if local and domain and not _NO_DOMAIN.fullmatch(domain[1]):
            yield sign.start() - len(local.group()), domain.end()


def _written(text: str) -> Spans:
    end = 0
    for domain in _DOMAIN.finditer(text):
        at, end_of_domain = domain.span()
        if _NO_DOMAIN.fullmatch(domain[1]):
            end_of_domain = domain.start(1) - 1
            before = _NAMES_A_FILE.search(text[at:end_of_domain])
            if not before or _NO_DOMAIN.fullmatch(before[1]):
                continue
        local = _LOCAL.search(text[max(end, at - 64) : at])
        if not local or local.group() == "git":  # the user of a repository over SSH
            continue
        if _RESERVED.search(domain.group()):
            continue
        if not (ANYBODY.fullmatch(local.group()) and _ANYWHERE.match(domain.group())):
            start, end = at - len(local.group()), end_of_domain
            if text.startswith("@", start - 1):  # of a network of many servers
                start -= 1
            elif broken := _LOCAL_BROKEN.search(text, max(0, start - 80), start):
                start = broken.start()
            yield start, end


# Four numbers are more often a version or a section; behind such words they are, and so are small ones.
_IPV4 = re.compile(
    r"(?:(?<=\b[iI][pP]:)|(?<![\w.,:/-]))(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}"
    r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?!\.?[\w]|,[0-9])"
)
_FOUR = r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:.]*\w)")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_SECTION = re.compile(
    r"(?i)(?:[$€]|\bv|\bver|versi[oó]n|release|art|art[ií]culo|apartado|secci[oó]n|cap[ií]tulo|punto|p[aá]rrafo|anexo|tabla|§|nuev[oa]s? desde|disponibles? desde)"
    r"[ .:]{0,3}\Z"
)
_ADDRESS_WORD = re.compile(
    r"(?i)\b(?:(?:ips?|host|servidor|direcci[oó]n|cliente)\b[^\n]{0,20}|(?:desde|from)\s)\Z"
)
_GLOBAL = ipaddress.IPv6Network("2000::/3")  # RFC 4291; `a[::2]` and `A::B` are of a program
_DOCUMENTED = ipaddress.IPv6Network("3fff::/20")  # RFC 9637, which Python does not know before 3.13


# Resolvers that answer anybody, in half the manuals: they are services, of no person. Published by Google
# (developers.google.com/speed/public-dns), Cloudflare (developers.cloudflare.com/1.1.1.1), Quad9 (quad9.net), OpenDNS (opendns.com).
_RESOLVERS = frozenset(
    map(
        ipaddress.ip_address,
        (
            "8.8.8.8",
            "8.8.4.4",
            "2001:4860:4860::8888",
            "2001:4860:4860::8844",
            "1.1.1.1",
            "1.0.0.1",
            "2606:4700:4700::1111",
            "2606:4700:4700::1001",
            "9.9.9.9",
            "149.112.112.112",
            "2620:fe::fe",
            "208.67.222.222",
            "208.67.220.220",
        ),
    )
)


def ips(text: str) -> Spans:
    """Public IPv4 and IPv6 addresses; four small numbers only behind a word that says so.

    Private, loopback, multicast and reserved ones (RFC 6890), those of documentation (RFC 5737, 3849 and 9637), which
    manuals are full of, those of networks (192.56.76.0), the last ones of these (126.255.255.255) and open resolvers (8.8.8.8) are nobody's.
    """
    for match in _IPV4.finditer(text) if may_hold(text, _FOUR) else ():
        before = text[max(0, match.start() - 32) : match.start()]
        small = all(len(part) < 3 for part in match.group().split("."))
        if not _somebodys(ipaddress.IPv4Address(match.group())) or _SECTION.search(before):
            continue
        if not small or _ADDRESS_WORD.search(before):
            yield match.span()
    if not _COLONS.search(text):
        return
    for match in _IPV6.finditer(text):
        address_text = match.group()
        if address_text.count(":") < 3 and "::" not in address_text:
            continue
        try:
            address = ipaddress.IPv6Address(address_text)
        except ValueError:
            continue
        if _somebodys(address):
            yield match.span()


def _somebodys(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address in _RESOLVERS:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address in _GLOBAL and address.is_global and address not in _DOCUMENTED
    network = address.packed.endswith((b"\0", b"\xff"))  # the first and the last of one
    return address.is_global and not address.is_multicast and not network


# Of any router.
_HOME = (ipaddress.IPv4Network("192.168.0.0/23"), ipaddress.IPv4Network("10.0.0.0/29"))


def may_be_somebodys(value: str, alone: bool) -> bool:
    """Whether an address may be the one of a person's device: a private one too, where it does not stand alone.

    In a record of who did what, beside a name or an e-mail address, a private one tells as much as a public one.
    """
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if alone or _somebodys(address):
        return _somebodys(address)
    if isinstance(address, ipaddress.IPv4Address):
        home = any(address in network for network in _HOME)
        if home or address.packed[-1] in (0, 255) or address.packed[0] >= 224:
            return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast) and (
        address not in _RESOLVERS
    )


# A name in a network of people, behind that of the network: `ig @ana.soto`, `escríbeme por TikTok a @nati`.
_HANDLE = re.compile(r"@(?<![\w.].)[A-Za-z0-9_](?:[\w.]{1,28}\w)(?![\w@])")
_SAID_BEFORE = 80  # characters in which it is told whose name it is
_NETWORK = re.compile(
    r"(?i)\b(?:instagram|insta|ig|telegram|tg|tik\s?tok|twitter|facebook|fb|face|snap(?:chat)?|discord|skype|threads"
    r"|mastodon|bluesky|linkedin|twitch|usuario|(?-i:X)(?! ?=))[ .:(=\"']{1,5}(?:(?:es|de|a|al|en|me|mi|soy|como|por|personal|x|instagram|telegram|tik\s?tok|twitter|facebook)[ :]{1,2}){0,3}\Z"
)


# The same where it is said of whom it is: `Canal de YouTube de mi hijo: @nati`, `aquí es @nati`.
_OF_SOMEBODY = re.compile(
    r"(?i)\b(?:atentamente|saludos|abrazos?|besos|atte\.?|firmado|fdo\.?)[,:]? \Z"
    r"|\b(?:canal|cuenta|perfil|usuario|youtube|twitch|reddit|instagram|insta|tik\s?tok|twitter|telegram|bluesky|mastodon)\b[^\n@]{0,24}\b(?:mi|tu|su|nuestr[oa])\b[^\n@]{0,24}\Z"
    r"|\b(?:aqu[ií]|all[ií]|en (?:insta|twitter|tiktok|telegram|x)) (?:es|soy|me llamo)[ :]{1,2}\Z"
)


# Names without that sign, and with it behind more words; only in a text that names one of these networks.
_NETWORKS = ("skype", "discord", "msn", "instagram", "telegram", "twitter", "tiktok")
_ANY_NETWORK = rf"(?i)(?:{'|'.join(_NETWORKS)})[^\n@]{{0,32}}:"
_BEHIND_COLON = re.compile(
    rf"(?i)\b(?:(?:{'|'.join(_NETWORKS[:3])})(?: es| soy)?: ?(?P<bare>(?=[a-z._]*[0-9_])[a-z][\w.]{{3,28}}\w)(?![\w@])"
    rf"|(?:{'|'.join(_NETWORKS[3:])})\b[^\n@]{{1,32}}: ?(?P<signed>@[a-z0-9_][\w.]{{1,28}}\w)(?![\w@]))"
)


# Pages on which persons are paid or gather their addresses.
_PAGE = re.compile(
    r"(?i)\b(?:paypal\.me|linktr\.ee|revolut\.me|ko-fi\.com|buymeacoffee\.com|cash\.app)/\$?(?P<name>[a-z0-9][\w.-]{1,38}\w)(?![\w/-])"
)
_ANY_PAGE = r"(?i)(?:paypal\.me|linktr\.ee|revolut\.me|ko-fi\.com|buymeacoffee\.com|cash\.app)/"
# What a person's name has in the address of a profile that nobody's else has: `laurita_gr99`.
_MARKED = re.compile(
    r"(?i)[a-z.]+_[a-z_.]*(?!20[0-9]{2})[0-9]{1,4}|(?:[a-z]{3,}\.){1,2}(?!20[0-9]{2})[0-9]{1,4}"
)
# The address of a profile, where its words say that it is a person's: the network of people at work has firms elsewhere.
_PROFILE = re.compile(
    r"(?i)\b(?:(?P<person>linkedin(?:\.com|:? ?)/(?:in|pub)/)|(?:(?:www\.|m\.|mobile\.)?(?:twitter|x|facebook|fb|instagram|tiktok|threads|youtube)\.(?:com|net)|t\.me|telegram\.me)/@?)"
    r"(?!(?:watch|channel|playlist|user|embed|results|share|sharer|intent|hashtag|search|home|explore|p|reel|stories|pages|groups|events|watch|login|i|tr|privacy|help|about|joinchat|s|c|dialog|plugins|profile)\b)"
    r"(?P<name>(?>[\w%-]{2,64}(?:\.[\w%-]{1,32}){0,3})(?:(?:/[0-9a-f]{1,3}){3})?)(?:/[a-z]{2})?/?(?![\w/]|\.\w)"
)
_ANY_PROFILE = r"(?i)(?:linkedin(?:\.com|:? ?)/(?:in|pub)/|(?:twitter|facebook|fb|youtube|instagram|tiktok|threads|telegram|(?:\A|[^A-Z0-9_])[xt])\.(?:com|net|me)/)"
_PERSONS = re.compile(
    r"(?i)(?:\b(?:s[ií]g(?:ue|a)n?(?:me|nos)|s[ií]guenos|escr[ií]beme|agr[eé]game|b[uú]scame|cont[aá]ctame|a[nñ][aá]deme|me (?:encuentras|encontrar[aá]s|puedes|pod[eé]is)|mis? (?:perfil(?:es)?|cuentas?|redes|usuario|canal|fb|face|facebook|ig|insta|instagram|tik\s?tok|twitter)"
    r"|(?:su|tu) (?:perfil|cuenta|usuario)(?: personal)?|perfil(?: personal)?|soy)\b[^\n]{0,40}"
    r"|\b(?:instagram|insta|ig|tik\s?tok|telegram|twitter|facebook|fb|threads|(?-i:X))(?:: ?| \| | (?:es |: )?)"
    r"|\[(?:EMAIL|PHONE|ADDRESS)\]\)?(?: ?[,·|–—-] ?| /{1,2} | (?:y|e|o|u)(?: en| al?)? )|\[{5,}\)?(?: ?[,·|–—-] ?| /{1,2} | (?:y|e|o|u)(?: en| al?)? )"
    r"|(?-i:(?:^|[\s(,;:])(?:[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+(?: |(?=[:(–-]))){2,4})[(:–-]{0,2} ?)(?:https?://)?(?:www\.)?\Z"
)


# The name by which an account in Argentina is paid into: three words of its own, or two.
_BANK_ALIAS = re.compile(
    r"(?i)\balias\b[^\n.@]{0,24}?[ :\"'](?P<name>(?=[\w.-]{6,20}(?![\w@/-]|\.\w))[a-zñ0-9-]{2,18}(?:\.[a-zñ0-9-]{2,18}){2,3})"
)


# A host or a unit that another name is given to, in a zone of the DNS or a configuration.
_MACHINE = re.compile(
    r"(?i)(?:www|ftp|smtp|imap|pop|mail|mx|ns|dns|web|host|srv|api)[0-9]*\..*|.*\.(?:com|org|net|info|dom|local|lan|test|example)"
)
# Of whom it is said behind it where: `su hija es @tere.mercera en instagram`; in brackets behind a name; one of a list.
_NETWORK_BEHIND = re.compile(
    r"(?i) ?[,(]? ?(?:en|de|por|v[ií]a|on) (?:mi |su |tu )?(?:instagram|insta|ig|telegram|tik\s?tok|twitter|facebook|face|twitch|discord|threads|(?-i:X)\b)"
)
_NAME_BEFORE = re.compile(
    r"(?:(?!(?:Polic|Museo|Ayunt|Instit|Univers|Minist|Hosp|Coleg|Asoc|Fund|Bibli|Teatro|Diput|Guardia|Junta|Gobier|Conse|Federa|Club|Radio|Banco|Cruz|Nacional|Real|Revista|Editor|Escuela|Centro)\w*)[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+ ){2,3}\((?:(?:IG|ig|[Ii]nsta(?:gram)?|[Tt]witter|[Tt]ik[Tt]ok|X):? )?\Z"
)
_LIST = re.compile(r"(?:, | y | e | / |; | o )(?:a )?")
# A name behind that of its network and a stroke: `Facebook: /hugo.villanueva.5817`.
_STROKE = re.compile(
    r"(?i)\b(?:instagram|insta|ig|tik\s?tok|telegram|twitter|facebook|fb|face|fotolog|youtube|twitch)(?: es ?|: ?| )/(?P<name>[a-z][\w.]{3,38}\w)(?![\w/@-])"
)
_ANY_STROKE = r"(?i)(?:instagram|insta|ig|tok|telegram|twitter|facebook|fb|face|fotolog|youtube|twitch)(?: es ?|: ?| )/[a-z]"
# Where who writes says that the place of programs is theirs.
_REPOSITORY = re.compile(
    r"(?i)\b(?:github|gitlab)\.com/(?P<name>[a-z][\w-]{2,38}\w)(?=/?(?![\w/.-]|\.\w))"
)
_MINE = re.compile(
    r"(?i)\b(?:mi|mis|tengo|sub[oí]|dej[oéó]|dejo|publico|publiqu[eé]|colgu[eé]|puse|yo|me|portfolio|portafolio|repositorio personal)\b|\[(?:EMAIL|PHONE)\]"
)


# Who is spoken to: `gracias @noe_gzlz`, `@noe_gzlz no sé`.
_THANKED = re.compile(r"(?i)\b(?:gracias|hola|felicidades|enhorabuena|felicitaciones)(?: a)?,? \Z")
_SPOKEN_TO = re.compile(
    r"(?i),? (?:gracias|hola|jaja\w*|no|s[ií]|pero|yo|t[uú]|eres|ya|claro|exacto|felicidades|enhorabuena|totalmente|c[oó]mo|cu[aá]ndo|d[oó]nde)\b"
)
_OF_ONE = re.compile(r"[0-9_.]")  # in the names of persons more often than in those of bodies
_POST = 200  # characters from one name to the others of a post


def _is_spoken_to(text: str, before: str, end: int) -> bool:
    """Whether somebody is thanked or greeted by a name, or a line begins with it and goes on as speech does."""
    first = not before or before.endswith("\n")
    return bool(_THANKED.search(before) or (first and _SPOKEN_TO.match(text, end)))


def _beside(names: list[re.Match[str]], spans: list[tuple[int, int]]) -> Spans:
    """The names that stand near one that is a person's."""
    places = sorted(start for start, _ in spans)
    for name in names:
        at = bisect_left(places, name.start())
        near = places[max(0, at - 1) : at + 1]
        if any(abs(place - name.start()) < _POST for place in near):
            yield name.span()


def handles(text: str) -> Spans:
    """Names of persons in networks, behind the name of the network or in the address of their profile.

    A name that is a person's in one place of the text is so in the address of every profile.
    """
    spans = list(accounts(text))
    if may_hold(text, _ANY_NETWORK):
        spans += (match.span(match.lastgroup or 0) for match in _BEHIND_COLON.finditer(text))
    lone: list[re.Match[str]] = []
    for match in _HANDLE.finditer(text) if "@" in text else ():
        before = text[max(0, match.start() - _SAID_BEFORE) : match.start()]
        marked = _OF_ONE.search(match.group())
        if (
            _NETWORK.search(before[-40:])
            or _OF_SOMEBODY.search(before)
            or _NAME_BEFORE.search(before[-60:])
            or _NETWORK_BEHIND.match(text, match.end())
            or (spans and _LIST.fullmatch(text, spans[-1][1], match.start()))
            or (marked and _is_spoken_to(text, before, match.end()))
        ):
            spans.append(match.span())
        elif marked:
            lone.append(match)
    spans += _beside(lone, spans)
    spans += unsigned(text)
    if may_hold(text, _ANY_PAGE):
        spans += (match.span("name") for match in _PAGE.finditer(text))
    if may_hold(text, _ANY_STROKE):
        spans += (match.span("name") for match in _STROKE.finditer(text))
    if "hub.com/" in text or "lab.com/" in text:
        for match in _REPOSITORY.finditer(text):
            around = text[max(0, match.start() - _SAID_BEFORE) : match.end() + _SAID_BEFORE // 2]
            if _MINE.search(around.replace(match.group(), "")):
                spans.append(match.span("name"))
    if may_hold(text, r"(?i)\balias\b"):
        aliases = _BANK_ALIAS.finditer(text)
        spans += (one.span("name") for one in aliases if not _MACHINE.fullmatch(one["name"]))
    others: list[re.Match[str]] = []
    for match in _PROFILE.finditer(text) if may_hold(text, _ANY_PROFILE) else ():
        before = text[max(0, match.start() - 72) : match.start()]
        if match["person"] or _MARKED.fullmatch(match["name"]) or _PERSONS.search(before):
            spans.append(match.span("name"))
        else:
            others.append(match)
    spans = [span for span in spans if not ANYBODY.fullmatch(text, *span)]
    names = {text[start:end].lstrip("@").lower() for start, end in spans} if others else set()
    spans += (match.span("name") for match in others if match["name"].lower() in names)
    yield from spans
