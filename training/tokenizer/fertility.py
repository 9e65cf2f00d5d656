"""What a tokenizer makes of counted words: tokens a word, bytes a token, and of which words the most.

The groups are those in which Spanish is apt to be cut badly; a word is a pretoken with letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from training.tokenizer.vocabulary import Vocabulary

ALL = "all"
_WORD = r"\pL"
_END = r"[^\pL\pM\pN\s]?$"  # where marks are joined, one may stand behind the word
_STEM = r"(?:[aeiáéí]r|[áaé]ndo|i[eé]ndo|yendo|yéndo)"
_VERB = "[aá]bamos|íamos|aban|ían|aste|aron|ieron|[aei]ría|asen|aran|ieran|iesen|[aei]remos"
GROUPS = {
    "accents": r"[áéíóúüÁÉÍÓÚÜ]",
    "ene": r"[ñÑ]",
    "clitics": rf"{_STEM}(?:(?:me|te|se|nos|os)?(?:l[aeo]s?)|me|te|se|nos|os){_END}",
    "verb_endings": rf"\pL\pL(?:{_VERB}){_END}",
    "numbers": r"^ ?\pN",
}
Figures = dict[str, dict[str, float]]


def fertility(
    vocabulary: Vocabulary,
    words: Sequence[bytes],
    by_domain: Mapping[str, NDArray[np.int64]],
    added: Mapping[str, int],
) -> Figures:
    """By domain and of all: `bytes_per_token`, `tokens_per_word`, `fallback` (the share of tokens that are
    single bytes of a letter) and tokens a word of each group, to three decimals; a group without words is left out.

    `added`: the bytes of signs, which are none of the text.
    """
    texts = [word.decode() for word in words]
    encoded = vocabulary.of_words.encode_all(texts)
    tokens = np.array([len(ids) for ids in encoded], np.int64)
    fallback = _fallback(vocabulary, encoded)
    sizes = np.array([len(word) for word in words], np.int64)
    column = pa.array(texts, pa.large_string())
    groups = {
        f"tokens_per_word{'_' + name if name else ''}": _matching(column, regex)
        for name, regex in {"": _WORD, **GROUPS}.items()
    }
    total = sum(by_domain.values(), start=np.zeros(len(words), np.int64))
    figures: Figures = {}
    for domain, counts in {**by_domain, ALL: total}.items():
        all_tokens = max(1, int(counts @ tokens))
        less = sum(added.values()) if domain == ALL else added.get(domain, 0)
        figures[domain] = {
            "bytes_per_token": round((int(counts @ sizes) - less) / all_tokens, 3),
            "fallback": round(int(counts @ fallback) / all_tokens, 6),
        }
        for name, chosen in groups.items():
            if of := int(counts[chosen].sum()):
                figures[domain][name] = round(int(counts[chosen] @ tokens[chosen]) / of, 3)
    return figures


def _matching(words: pa.Array, regex: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(words, regex))


def _fallback(vocabulary: Vocabulary, encoded: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Of each word the tokens that are a byte and no letter by themselves."""
    is_byte = np.zeros(vocabulary.get_piece_size(), bool)
    if vocabulary.ours:  # the bytes come after the control pieces
        first = len(vocabulary.special)
        is_byte[first + 0x80 : first + 0x100] = True
    flat = np.fromiter((n for ids in encoded for n in ids), np.int64)
    ends = np.cumsum([0, *(len(ids) for ids in encoded)])
    running = np.concatenate([[0], np.cumsum(is_byte[flat])])
    return running[ends[1:]] - running[ends[:-1]]
