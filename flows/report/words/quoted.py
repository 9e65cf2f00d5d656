"""What errors and readers say in English, in the words of a page: known by its form, for it is kept as a sentence.

`said.CODE.json` has the forms of a language: of `detail`, what readers say of a record; of `failure`, what ends a run;
and of `library`, what the system or a library says, by itself or in another sentence. In the places `{rest}` and
`{error}` are sentences themselves. What has no form stays as it was said, in the marks of a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{(\w+)\}")
_LIBRARY = "library"

# Of English sentences their forms, with the sentences of another language.
Forms = list[tuple[re.Pattern[str], str]]


def forms(sentences: Mapping[str, str]) -> Forms:
    """Those of the sentences of a kind: those around a sentence first, then the most particular."""

    def place(sentence: str) -> tuple[bool, bool, int]:
        length = len(_PLACE.sub("", sentence))
        return "{rest}" not in sentence, "{error}" not in sentence, -length

    return [(_form(one), sentences[one]) for one in sorted(sentences, key=place)]


def told(known: Mapping[str, Forms], kind: str, said: str, quoted: str) -> str:
    """A sentence of a kind by the forms that are known of each; `quoted` is how a text without one is shown."""
    for pattern, sentence in [*known[kind], *known[_LIBRARY]]:
        if found := pattern.fullmatch(said):
            values = {name: value.strip() for name, value in found.groupdict().items()}
            for name, inside in (("rest", quoted), ("error", "«{text}»")):
                if name in values:
                    values[name] = told(known, kind, values[name], inside)
            return sentence.format(**values)
    return quoted.format(text=said)


def _form(sentence: str) -> re.Pattern[str]:
    pieces = _PLACE.split(sentence.replace("{{", "\0").replace("}}", "\1"))
    texts = [re.escape(p.replace("\0", "{").replace("\1", "}")) for p in pieces[::2]]
    places = [f"(?P<{name}>.+?)" for name in pieces[1::2]]
    return re.compile("".join(a + b for a, b in zip(texts, [*places, ""], strict=True)), re.DOTALL)
