"""Invented lines of numbers that mean no person: tables, addresses on the net, programs, verses, logs, accounts."""

from __future__ import annotations

import random

from cleaning.privacy.learning.values import FIRST, NAMES, chosen, drawn

_CELLS = "99.9999|999.999|-9999999|9999999999|9.9999999,|99|999.999.999|9.999.999,99|-999999999999"
_BETWEEN_CELLS = (",", ";", " ", "\t", " | ", "\n")
_HOSTS = (
    "images.example.org/photo|vimeo.com|example.com/watch|es.example.com/questions|live.example.com|doi.org"
    "|raw.example.net"
)
_PATHS = (
    "9999999999999-9a99a9a99aa9|99999999|99999/por-que|9999/99999999999_9a99aa9999_z.jpg|99.9999/aa.9999.99"
    "|2099/99/99/nota-9999.html|id=99999999&t=99|wght@400;600"
)
_CODE = (
    '"id": 9999999999,|x = [99999, 99999999, 999]|const MAX = 999999; // 9999999999'
    '|sha1:9999a99aa9a9a999aa9a999a99a9999999aaa999|<path d="M99.9 99.99L999.9 99.99"/>|@Override int x = 9999999;'
    "|@property|npm i @example/plugin-99 @example/core|rgb(999, 99, 99) #99a99a"
    "|width: 999px; @media (max-width: 9999px)|SELECT * FROM t9 WHERE id = 9999999|import { A } from '@app/core'"
)
_BOOKS = "Hebreos|Juan|Salmos|Génesis|art.|Ley|cap.|Apocalipsis|Isaías|STS|Rom."
_PLACES = "9|9:99|99:9-99|99/2099|99.9"
_MARKS = "n66099999999 G9999|USC00099999|GHCND:USW00099999|[9] n99099999999|Q9999999|MLA-9999"
_SUMS = "99.999.999|9.999|9,99|999 999 999|9.999.999.999"


def of_nobody(draw: random.Random) -> str:
    """A line of numbers without a person."""
    count = draw.randrange(3, 12)
    return draw.choice(_WAYS)(draw, count)


def _table(draw: random.Random, count: int) -> str:
    form, sign = chosen(_CELLS, draw), draw.choice(_BETWEEN_CELLS)
    return sign.join(drawn(form, draw) for _ in range(count))


def _link(draw: random.Random, _count: int) -> str:
    host, path = chosen(_HOSTS, draw), chosen(_PATHS, draw)
    return f"[{chosen(NAMES, draw)}](https://{host}/{drawn(path, draw).lower()})"


def _program(draw: random.Random, _count: int) -> str:
    form = chosen(_CODE, draw)
    return " ".join(drawn(form, draw) for _ in range(draw.randrange(1, 4)))


def _citations(draw: random.Random, _count: int) -> str:
    book = chosen(_BOOKS, draw)
    return "; ".join(
        f"{book} {drawn(chosen(_PLACES, draw), draw)}" for _ in range(draw.randrange(1, 4))
    )


def _log(draw: random.Random, _count: int) -> str:
    post = f"por {chosen(FIRST, draw)} » Jue Mar 05, 2009 9:99 pm"
    return drawn(f"{post}\n2099-99-99 99:99:99.999 +0100 [9999] INFO 99999999", draw)


def _marks(draw: random.Random, count: int) -> str:
    return " ".join(drawn(chosen(_MARKS, draw), draw) for _ in range(count))


def _accounts(draw: random.Random, count: int) -> str:
    return "\n".join(
        f"{chosen(NAMES, draw)} {'.' * draw.randrange(12)} {drawn(chosen(_SUMS, draw), draw)}"
        for _ in range(count)
    )


def _lives(draw: random.Random, _count: int) -> str:
    return ", ".join(
        f"{chosen(FIRST, draw)} ({drawn('1999-2099', draw)})" for _ in range(draw.randrange(1, 4))
    )


_WAYS = (_table, _link, _program, _citations, _log, _marks, _accounts, _lives)
