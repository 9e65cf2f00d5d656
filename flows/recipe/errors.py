"""What is wrong with a recipe, in one plain sentence: where it is, what was given, what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.recipe.document import Document, Location, shortened
from pipeline.errors import UsageError, WrongParameter

SHOWN = 8  # mistakes that are named at once

# By the library's name of an error; what is in braces comes from the constraint of the field.
_PLAIN = {
    "bool": "must be true or false",
    "dict": "must be a mapping of keys and values",
    "extra": "can't stand here",
    "finite_number": "must be a finite number",
    "float": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list": "must be a list",
    "literal_error": "must be one of {expected}",
    "mapping": "must be a mapping of keys and values",
    "missing": "is missing",
    "model": "must be a mapping of keys and values",
    "set": "must be a list",
    "string": "must be text (a number or a date in quotes is text)",
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must not be empty",
    "tuple": "must be a list",
}
_SHAPE = re.compile(r"_(type|parsing|parsing_size|from_float|unicode|attributes_type)$")
# What the library adds to a location to show which member of a union it tried, or that it is a key.
_INTERNAL = re.compile(r"\[|^[A-Z]|^(str|int|float|bool|none|function-.*|list|tuple|dict)$")


def clear(
    document: Document,
    error: ValidationError,
    locate: Callable[[Location], Location],
    model: type[BaseModel],
) -> UsageError:
    """A sentence, on a line of its own, for each of pydantic's errors that is one to a person."""
    # Of the members of a union, the one that was followed deepest is the one that was meant.
    errors = sorted(error.errors(), key=lambda e: (e["type"] != "extra_forbidden", -len(e["loc"])))
    places: list[Location] = []
    sentences: list[UsageError] = []
    meant: set[Location] = set()  # by names that are misspelt: these are missing, too
    for one in errors:
        context: Mapping[str, Any] = one.get("ctx", {})
        inside = _within(document, locate, one["loc"])
        # Of a union, the other members are no errors of their own: they concern the same place.
        if inside in meant or any(inside == place[: len(inside)] for place in places):
            continue
        places.append(inside)
        if one["type"] == "extra_forbidden":
            names = fields(model, one["loc"][:-1])
            meant |= {(*inside[:-1], name) for name in _close(str(inside[-1]), names)}
        if isinstance(wrong := context.get("error"), WrongParameter):
            inside = (*inside, *wrong.place)
        where = document.where(locate(inside))
        here = [e["type"] for e in errors if _within(document, locate, e["loc"]) == inside]
        sentences.append(UsageError(f"{where}: {_message(one, inside, context, model, here)}"))
    return together(sentences)


def _message(
    one: Any,
    inside: Location,
    context: Mapping[str, Any],
    model: type[BaseModel],
    here: Sequence[str],
) -> str:
    """What one error says; `here` are the types of all errors of its place, one for each member of a union."""
    if one["type"] == "extra_forbidden":
        word = str(inside[-1])
        names = fields(model, one["loc"][:-1])
        return f"there is no parameter {word!r} here{suggestion(word, names)}"
    if one["type"] == "missing":
        return f"{inside[-1]!r} is missing"
    if one["type"] == "value_error":
        return str(one["msg"]).removeprefix("Value error, ")
    plain = _plain(one["type"], context)
    if all(map(_SHAPE.search, here)):
        shapes = dict.fromkeys(_plain(kind, {}) for kind in here)
        plain = " or ".join([plain, *(s.removeprefix("must be ") for s in shapes if s != plain)])
    return f"{plain}{_given(one.get('input'))}"


def together(errors: Sequence[UsageError]) -> UsageError:
    """One error that says what all of these do, a line each; of more than SHOWN how many more there are."""
    lines = list(dict.fromkeys(line for error in errors for line in str(error).splitlines()))
    more = len(lines) - SHOWN
    return UsageError("\n".join([*lines[:SHOWN], *[f"and {more} more"] * (more > 0)]))


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: the name that was probably intended, else those that exist."""
    names = list(known)
    if close := _close(word, names):
        return f": did you mean {close[0]!r}?"
    return f": choose from {', '.join(sorted(names))}" if names else ""


def _close(word: str, names: Sequence[str]) -> list[str]:
    import difflib  # none is needed where nothing is wrong

    return difflib.get_close_matches(word, names, n=1)


def spelt(name: str, allowed: re.Pattern[str]) -> str:
    """What is wrong with a name that is not of the `allowed` letters, and how it could be spelt with them."""
    import unicodedata

    marked = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(c for c in marked if not unicodedata.combining(c))
    plain = re.sub("[^a-z0-9_-]+", "-", plain).strip("-_")
    hint = f": {plain!r} would do" if allowed.fullmatch(plain) else ""
    return f"the name {name!r} must be of the letters a to z, digits, _ and -, no capitals or accents{hint}"


def _plain(kind: str, context: Mapping[str, Any]) -> str:
    words = _PLAIN.get(kind) or _PLAIN.get(_SHAPE.sub("", kind)) or "can't be this"
    return words.format_map({k: _number(v) for k, v in context.items()})


def _number(value: Any) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int)
        else f"{value:g}"
        if isinstance(value, float)
        else value
    )


def _given(value: Any) -> str:
    """What was given, as the recipe has it; nothing for what is long or empty."""
    if value is None:
        return ", and nothing is given"
    if isinstance(value, (list, tuple, set, dict)):
        return "" if not value else f", not {'a mapping' if isinstance(value, dict) else 'a list'}"
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    if hasattr(value, "isoformat"):
        return f", not {value.isoformat()}"
    return "" if value == "" else f", not {shortened(repr(value), 60)}"


def _within(document: Document, locate: Callable[[Location], Location], at: Location) -> Location:
    """The place without what is no key of the recipe."""
    kept: Location = ()
    for step in at:
        if _INTERNAL.search(str(step)) and not _there(document, locate((*kept, step))):
            continue
        kept = (*kept, step)
    return kept


def _there(document: Document, location: Location) -> bool:
    value: Any = document.data
    for step in location:
        keys: Any = value if isinstance(value, dict) else ()
        if step not in (range(len(value)) if isinstance(value, list) else keys):
            return False
        value = value[step]
    return True


def fields(model: type[BaseModel], location: Location) -> list[str]:
    """The field names of the model that a location leads to, as far as its annotations tell."""
    current: Any = model
    for step in location:
        fields = getattr(current, "model_fields", {})
        annotation = fields[step].annotation if step in fields else current
        current = [annotation, *_models(annotation)][-1]
    return list(getattr(current, "model_fields", {}))


def _models(annotation: Any) -> list[Any]:
    """The models in an annotation, however deep."""
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [m for inner in getattr(annotation, "__args__", ()) for m in _models(inner)]
