"""Names that stand for names: each word by a word of its own, so that `Eva Gil Sol` and `la Dra. Gil` stay one person.

Small words of a name fall away, since other surnames would want others.
"""

# ruff: noqa: E501 (names of a kind are a line)

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleaning.privacy.fakes.chance import as_written, chance
from cleaning.privacy.persons.given_names import is_initial, is_short, plain
from cleaning.privacy.persons.parts import Parts, is_and
from cleaning.privacy.persons.persons import Person, is_same

_NAMES = """Alba Berta Celia Clara Diana Elsa Eva Flora Gala Irene Julia Lara Lidia Marta Noelia Nora Olga Paula Sara Silvia Sonia Vera
Abel Adrián Bruno Darío Emilio Fabio Félix Gonzalo Hugo Iván Jaime Julio Marcos Mario Óscar Omar Pablo Raúl Sergio Simón Tomás Víctor
Robles Vega Campos Prado Rivas Montes Arroyo Lago Pinar Valle Encina Olmo Sauce Roca Soto Molino Fresno Cerezo Castaño Manzano Naranjo Parra Viñas Huerta Fuentes Ríos Laguna Rivera Costa Sierra Peña Cueva Cañada Barranco Llano Pradera Dehesa Espino Rosal Romero Laurel Jara"""
WOMEN, MEN, LAST = (line.split() for line in _NAMES.splitlines())


def person(name: Parts, who: Person, seed: int) -> str:
    """The name that stands for another of somebody's, with the surnames first where that has them first."""
    names = WOMEN if who.is_woman() else MEN
    own, last = _others(who.given, names, seed), _others(who.last, LAST, seed)
    cut = all(is_initial(word) or is_short(word) for word in name.given)
    given = " ".join(_instead(word, own, names, seed, cut) for word in name.given)
    surnames = " ".join(
        word if is_and(word) else _instead(word, last, LAST, seed) for word in name.last
    )
    if name.between is not None:
        return f"{surnames}{name.between}{given}"
    return f"{given} {surnames}".strip()


def _others(words: Iterable[str], names: Sequence[str], seed: int) -> dict[str, str]:
    """What stands for each of a person's names: no two are the same."""
    others: dict[str, str] = {}
    for word in words:
        draw = chance("name", word, seed)
        other = draw.choice(names)
        while other in others.values() and len(others) < len(names):
            other = draw.choice(names)
        others[word] = other
    return others


def _instead(
    word: str, others: dict[str, str], names: Sequence[str], seed: int, cut: bool = False
) -> str:
    """What stands for a word, in capitals or cut to a letter where it is; that of the whole name, if it is known."""
    name = plain(word)
    whole = next((one for one in others if is_same(name, one)), name)
    other = others.get(whole) or chance("name", whole, seed).choice(names)
    if is_initial(word):
        return other[0] + word[1:]
    return f"{other[0]}." if cut and is_short(word) else as_written(other, word)
