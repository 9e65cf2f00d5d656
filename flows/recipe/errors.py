"""What is wrong with a recipe, in one plain sentence: where it is, what was given, what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.recipe.document import Document, Location, shortened
from pipeline.errors import UsageError, WrongParameter

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
    """One sentence for the first of pydantic's errors, and how many more there are."""
    # A name that is misspelt is also missing: the misspelling is more informative.
    # Of the members of a union, the one that was followed deepest is the one that was meant.
    errors = error.errors()
    errors.sort(key=lambda e: (e["type"] != "extra_forbidden", -len(e["loc"])))
    first = errors[0]
    context: Mapping[str, Any] = first.get("ctx", {})
    inside = _within(document, locate, first["loc"])
    if isinstance(wrong := context.get("error"), WrongParameter):
        inside = (*inside, *wrong.place)
    location = locate(inside)
    if first["type"] == "extra_forbidden":
        word = str(inside[-1])
        known = fields(model, first["loc"][:-1])
        message = f"there is no parameter {word!r} here{suggestion(word, known)}"
    elif first["type"] == "missing":
        message = f"{inside[-1]!r} is missing"
    elif first["type"] == "value_error":
        message = first["msg"].removeprefix("Value error, ")
    else:
        message = f"{_plain(first['type'], context)}{_given(first.get('input'))}"
    # Of a union, the other members are no errors of their own: they concern the same place.
    others = {_within(document, locate, e["loc"]) for e in errors}
    others = {at for at in others if at != inside[: len(at)]}
    more = f" (and {len(others)} more)" if others else ""
    return UsageError(f"{document.where(location)}: {message}{more}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: the name that was probably intended, else those that exist."""
    import difflib  # none is needed where nothing is wrong

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f": did you mean {close[0]!r}?"
    return f": choose from {', '.join(sorted(names))}" if names else ""


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
