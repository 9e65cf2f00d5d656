"""Names of persons' accounts on networks and machines, told by where they stand: `u/ana_12`, `sshd: Accepted publickey for asoto`.

Behind the name of a network or in the address of a profile: `handles.py`.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.given import begins_given, plain
from cleaning.privacy.patterns.gates import folded, may_hold, view

# Accounts that a system makes for itself, its units, and what stands for anybody's.
_NOBODYS = re.compile(
    r"(?i)(?:root|admin\w*|www-?data|apache2?|nginx|http[ds]?|postgres|mysql|oracle|git|nobody|daemon|bin|sys|systemd\S*|sshd|ftp|mail|backup|guest|invitad[oa]|test\w*|prueba\w*"
    r"|ubuntu|debian|centos|fedora|ec2-user|vagrant|docker|jenkins|ansible|deploy\w*|pi|user\w*|usuari[oa]s?\w*|support|soporte|info|demo|default|an[oó]nim[oa]|anonymous|unknown|invalid|tomcat|hadoop|grafana|prometheus|elastic\w*|rabbitmq|zookeeper|kafka|redis|nagios|zabbix"
    r"|foo(?:bar)?|bar|me|tu|mi|su|nombre\w*|login|dummy|alumn[oa]s?|profesor[ae]?s?|client[ea]?s?|operador\w*|gestor\w*|propietari[oa]|editor\w*|autor\w*|lector\w*|final(?:es)?|actual|nuev[oa]|medi[oa]|registrad[oa]|general|autom[aá]tic[oa]"
    r"|grupo|\w+_(?:user_?name|name|user|login|id|email|params?)|system|sistema|mailbot|\w*bot|server|servidor|none|null|false|true|[0-9]+|[-._]+|.+\.(?:service|socket|target|timer|mount))"
)
_NAME = r"[A-Za-z][\w.-]{1,31}"
# Behind a number `u/caja_2` is so many in a box, but for one in which a member's name ends.
_NO_RATE = rf"(?:(?<![0-9] ){''.join(f'|(?<=[A-Za-z_][0-9]{{{many}}} )' for many in range(1, 5))})"
_TELLS = r"(?:dice|dijo|escribi[oó]|coment[oó]|respondi[oó]|contest[oó]|public[oó]|pregunt[oó]|posteó|ha (?:escrito|comentado|respondido|publicado|sido banead[oa])|me (?:bloque|escrib|cont|respond|dijo|ha )\w*)\b"
_USER = r"usuari[oa]|user(?:name)?|login|nick(?:name)?|alias|forer[oa]|gamertag|psn"
# What tells of a name and round which its form is looked for, told by RE2, and the form: what it names is the name.
_FORMS = (
    (  # lines that machines write
        r" for [a-z ]{0,13}[A-Za-z]|sudo|Invalid user| - [A-Za-z][A-Za-z0-9_.-]{1,31} \[|of user ",
        re.compile(
            rf"\b(?:Accepted|Failed) [a-z/-]+ for (?:invalid user )?(?P<ssh>{_NAME}) from |\bsession (?:opened|closed) for user (?P<session>{_NAME})\b"
            rf"|\bsudo(?:\[[0-9]+\])?: +(?P<sudo>{_NAME}) : |\bInvalid user (?P<invalid>{_NAME}) from "
            rf"|(?:[0-9]\.[0-9]{{1,3}}|\[IP\]|\[{{5}}) - (?P<page>{_NAME}) \["
            rf"|\bNew session [0-9c]+ of user (?P<new>{_NAME})\b"
        ),
    ),
    (  # sites whose members are persons: `u/ana_12` of reddit, which `u/v_2` of a formula is not; channels of those who play
        r"(?i:\bu/[A-Z0-9]|reddit\.com/u|twitch\.tv/|discord[ :(])",
        re.compile(
            rf"(?:\breddit\.com/u(?:ser)?/|(?<![\w./}}\\>]){_NO_RATE}/?(?=u/(?:[A-Za-z]{{3,}}[0-9_-]|[A-Za-z]*[a-z][A-Z]))|(?<=\b(?:tal|por) )(?=u/))(?P<reddit>(?:u/)?[A-Za-z0-9_-]{{3,20}})(?![\w-]|/\w)"
            r"|\b(?i:twitch\.tv)/(?!(?:directory|videos|p|downloads|jobs|settings|search)\b)(?P<twitch>\w{4,25})(?![\w/])"
            r"|\b(?i:discord)[ :(]{1,3}(?:(?i:es|soy)[ :]{1,2})?(?P<discord>[\w.]{2,32}#[0-9]{4})(?!\w)"
        ),
    ),
    (  # a field of a form; and what a user does, whose name has what no word has, or is quoted: `el usuario nunca respondió`
        rf"(?i:\b(?:{_USER})[\"']? ?[:= ] ?[\"'“«]?[a-z])",
        re.compile(
            rf"(?i)(?<!@)\b(?:{_USER})(?:[\"']? ?[:=] ?[\"']?(?P<field>(?-i:[a-z][a-z0-9]{{4,20}}))(?=[\"']?\s{{0,3}}(?:\Z|[\n,;|/)]|\.\s|bloque|contrase|clave|pass|pwd|desde\b|dice\b|escrib|respond|coment))"
            rf"|[\"']? ?[:=] ?[\"']?(?P<signed>(?-i:(?=[a-z]+[0-9]{{0,4}}[._][a-z0-9]|[a-z]+[0-9]{{2,4}}\b)[a-z][a-z0-9_.]{{3,28}}[a-z0-9_]))(?=[\"']?(?:[\s,;|)/]|\.\s|\Z))"
            rf"| (?P<told>(?=[a-z.]*(?:[0-9_]|[a-z]\.[a-z]|(?-i:[a-z][A-Z])))[a-z][\w.]{{3,24}}\w)(?= {_TELLS})"
            rf"| (?:llamad[oa] |apodad[oa] |[\"'“«])(?P<called>[a-z][\w.-]{{2,24}}\w)(?=[\"'”»]? {_TELLS}))"
        ),
    ),
)
_ANY = "|".join(hint for hint, _ in _FORMS)
# Where a machine asks who logs in, or a configuration has a place for it, in the example of a manual.
_PROMPT = re.compile(r"\s*\n[ \t]*(?:[Pp]assword|[Cc]ontraseña):[ \t]*(?:\n|\Z)|\s*\nLast login:")
# In the address of a profile a given name among the words of the name says that it is a person's.
_ADDRESS = re.compile(
    r"\b(?i:(?:(?:www\.|m\.)?(?:twitter|x|facebook|fb|instagram|tiktok|threads|youtube)\.(?:com|net)|t\.me|github\.com|gitlab\.com))/"
    r"(?P<name>@?[A-Za-z0-9_][\w.-]{2,38}\w)(?=/?(?![\w/.-]|\.\w)|/status/[0-9]+|/?[?#])"
)
_ANY_ADDRESS = r"(?i)(?:twitter|\bx|facebook|\bfb|instagram|tiktok|threads|youtube|github|gitlab|\bt)\.(?:com|net|me)/"
_WORDS = re.compile(r"[A-ZÑ]?[a-zñ]+|[A-ZÑ]+(?![a-zñ])")
_OF_PLACES = """santa san fundacion colegio ayuntamiento iglesia parroquia ceip ies escuela instituto museo hospital plaza calle"""
_OF_ALL = frozenset(_OF_PLACES.split())
_BEFORE, _BEHIND = 32, 120  # characters round what tells of a name in which it stands


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Names of accounts in logs, in addresses of members, and behind words for whoever uses a site."""
    for hints, pattern in _FORMS if folded(_ANY).search(view(text)) else ():
        last = 0
        for hint in folded(hints).finditer(view(text)):
            low = max(last, hint.start() - _BEFORE)
            if match := pattern.search(text, low, hint.end() + _BEHIND):
                last = match.end()
                start, end = match.span(match.lastgroup or 0)
                if not (_NOBODYS.fullmatch(text, start, end) or _PROMPT.match(text, end)):
                    yield start, end
    if may_hold(text, _ANY_ADDRESS):
        for match in _ADDRESS.finditer(text):
            words = {plain(word) for word in _WORDS.findall(match["name"])}
            if not words & _OF_ALL and any(map(begins_given, words)):
                yield match.span("name")
