"""Names of persons in networks, behind the name of the network or in the address of their profile."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from bisect import bisect_left

from cleaning.privacy.kinds import Spans
from cleaning.privacy.online.accounts import accounts
from cleaning.privacy.online.emails import ANYBODY
from cleaning.privacy.online.unsigned import unsigned
from cleaning.privacy.patterns.gates import may_hold

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
