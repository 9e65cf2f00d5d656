"""Personal data that no pattern knows, told by a small network from the words and signs round it.

Beside the patterns, which are right on what they know: it reads what they have left, and adds what it is sure of, or
the rest of an address of which they know a part. Only what is near a number or an @ is looked at (`marks.py`). Each
token is the sum of the vectors of its hashed features, as in fastText (Bojanowski et al. 2017); two convolutions over
its neighbours, the second dilated (Strubell et al. 2017), say of which kind it is. How `tagger.npz` came about, and of
what: `tagger.md`.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib import import_module
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cleaning.corpus import marks
from cleaning.corpus.contacts import ANYBODY
from cleaning.corpus.marks import END, KIND, SIGN, START

Floats = npt.NDArray[np.float32]
Span = tuple[int, int]
Window = tuple[int, int, int, int]  # a stretch that is read, and that in which finds count

PIECE = 1_000_000  # code points that are read at once, to the end of a line
TAPS = 5  # tokens that a convolution sees
WIDTH = 32  # columns of a layer are a multiple of it, as `cleaning/products.py` asks
DILATION = 2  # of the second
NOT, MAYBE = -1.0, -2.0  # logit of a token that is taken, and of one between two such
_NEAR = 240  # characters on either side of what is masked that are read
_APART = 1_000  # between two stretches that are read apart
_SEEN = 300  # characters beside these: more than the tokens that have a say in one
_BLANK = re.compile(r"\s|\[")
_MASKED = re.compile(r"\[[A-Z]{2,8}\]")
_OPENS, _CLOSES = '(+"#@', ')"º°ª'  # signs at the beginning and the end that belong to a value
_MOST = 8.0  # of the logit of a token
_DIGITS = 4  # of a number
_SHORTEST = 4  # characters of a name on the net
_ADDRESS = 9  # of an address
_PART = "[ADDRESS]"  # the part of one that the patterns know
_MOST_DIGITS = 24
_PART_OF_NUMBER = re.compile(r"(?:[0-9][.,]|[,;\t]-)\Z")
_GOES_ON = re.compile(r"[.,][0-9]|%|\s?(?:€|euros\b)")
_FAR = 120  # characters on either side
_LAST, _FIRST = re.compile(r"\S*\Z"), re.compile(r"\S*")
# An address on the net or a file, and a hash or an identifier: letters and digits by turns.
_PATH = re.compile(
    r"://|^/|\w/\w+/|\.\w{2,4}/|[?&]\w+=|(?i:(?:[a-f]+[0-9]+){4})|(?i:[a-z]+[0-9]+){5}"
)
_DATED = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_PLAIN = re.compile(r"[(+#]{0,2}[0-9]")
_SHAPES = {  # what a value of a kind begins with
    **dict.fromkeys(("phone", "nass", "cuit", "card", "rut"), _PLAIN),
    "dni": re.compile(r"\(?[0-9]{2}|[0-9][ .][0-9]{3}|[0-9] [0-9]( [0-9]){5,6} [A-Za-z]"),
    "nie": re.compile(r"(?i)[XYZ]"),
    "curp": re.compile(r"(?i)[A-Z]{4}[ -]?[0-9]{6}"),
    "rfc": re.compile(r"(?i)[A-ZÑ&]{3,4}[ -]?[0-9]{6}"),
    "iban": re.compile(r"(?i)[A-Z]{2}"),
}
_CONTROLLED = {  # forms with check digits, without their signs; wrong ones only show how one looks
    "es.dni": re.compile(r"(?i)[0-9]{8}[A-Z]"),
    "es.nie": re.compile(r"(?i)[XYZ][0-9]{7}[A-Z]"),
    "iban": re.compile(r"(?i)[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
}
_FIELD = re.compile(r"(?:^|[,;\t|])\s?\"?-?[0-9.]+\"?(?=[,;\t|]|$)")
_FIELDS = 5  # of a row that are nothing but numbers
_MANY = 24  # digits of a line of numbers
_IN_ORDER = "0123456789"  # a number of such digits only shows how one looks
_NAMED = frozenset({"handle", "email"})  # kinds without digits


@dataclass(frozen=True)
class Tagger:
    """A trained network. `table` int8 [2**bits, width] times `scale` [width]; the rest as numpy multiplies it.

    `kinds` are those of its answers, behind that of no personal data; `limits` the mean logit from which on a
    find of each is taken.
    """

    kinds: npt.NDArray[np.str_]
    limits: Floats
    table: npt.NDArray[np.int8]
    scale: Floats
    first: Floats  # [taps, width, hidden]
    first_bias: Floats
    second: Floats  # [taps, hidden, hidden]
    second_bias: Floats
    last: Floats  # [hidden, kinds + 1]
    last_bias: Floats

    @cached_property
    def layers(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The weight [taps * in, out] and the bias of each layer, with as many columns as LANES take."""
        return (
            _wide(self.first, self.first_bias),
            _wide(self.second, self.second_bias),
            _wide(self.last[None], self.last_bias),
        )

    @cached_property
    def limit_of(self) -> dict[str, float]:
        """The limit of each kind."""
        return dict(zip(self.kinds.tolist(), self.limits.tolist(), strict=True))

    @cached_property
    def least(self) -> float:
        """The smallest of the limits."""
        return float(self.limits.min())

    @cached_property
    def bits(self) -> int:
        return len(self.table).bit_length() - 1

    def dump(self) -> bytes:
        """The network as a file: an npz archive without pickles, the same bytes for the same network."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **{one.name: getattr(self, one.name) for one in fields(self)})
        return buffer.getvalue()


def _wide(weight: Floats, bias: Floats) -> tuple[Floats, Floats]:
    taps, deep, width = weight.shape
    columns = -(-width // WIDTH) * WIDTH
    wide = np.zeros((taps, deep, columns), np.float32)
    wide[:, :, :width] = weight
    return wide.reshape(-1, columns), np.pad(bias, (0, columns - width))


def load(path: Path) -> Tagger:
    """The network of a file that `Tagger.dump` gave."""
    with np.load(path, allow_pickle=False) as file:
        return Tagger(**{one.name: file[one.name] for one in fields(Tagger)})


@cache
def shipped() -> Tagger:
    """The network of this package."""
    return load(Path(__file__).with_name("tagger.npz"))


def tagged(
    text: str,
    kinds: Collection[str],
    fresh: Sequence[tuple[int, int]] | None = None,
    tagger: Tagger | None = None,
) -> list[tuple[int, int, str]]:
    """(from, to, kind) of what looks like personal data of some kinds beside what is masked: disjoint, in order.

    Where one value stands, others do; a number alone is one of a thousand other things. `fresh`, in order: read only
    as far as these masks may change what is told.
    """
    tagger = tagger or shipped()
    stretches = list(_near_masked(text))
    if fresh is not None:
        stretches = list(_round(fresh, stretches))
    told = []
    spans = [window[:2] for window in stretches]
    for start, stop, kind, logit in candidates(text, tagger, tagger.least, spans):
        _, _, low, high = stretches[bisect_right(stretches, start, key=itemgetter(0)) - 1]
        if (
            kind in kinds
            and low <= start
            and stop <= high
            and logit >= tagger.limit_of[kind]
            and may_be(text, start, stop, kind)
        ):
            told.append((start, stop, kind))
    return told


def _round(fresh: Sequence[tuple[int, int]], stretches: Sequence[Window]) -> Iterator[Window]:
    """The parts of stretches that lie round some masks, each with as much beside it as a layer sees."""
    at = 0
    for begin, end, _, _ in stretches:
        parts: list[list[int]] = []
        while at < len(fresh) and fresh[at][0] < end:
            low, high = fresh[at][0] - _NEAR, fresh[at][1] + _NEAR
            at += 1
            if parts and low - 2 * _SEEN <= parts[-1][1]:
                parts[-1][1] = high
            else:
                parts.append([low, high])
        for low, high in parts:
            low, high = max(low, begin), min(high, end)
            first, last = max(begin, low - _SEEN), min(end, high + _SEEN)
            yield first, last, begin if first == begin else low, end if last == end else high


def _near_masked(text: str) -> Iterator[Window]:
    """The stretches of a text round what is masked, between blanks."""
    begin = end = 0
    for match in _MASKED.finditer(text):
        if match.start() - _APART > end:
            if end:
                yield begin, min(end, len(text)), begin, len(text)
            begin = _BLANK.search(text, max(0, match.start() - _NEAR)).start()  # type: ignore[union-attr]
        end = match.end() + _NEAR
    if end:
        yield begin, min(end, len(text)), begin, len(text)


def candidates(
    text: str, tagger: Tagger, least: float, spans: Sequence[Span] | None = None
) -> Iterator[tuple[int, int, str, float]]:
    """(from, to, kind, mean logit) of all runs of tokens that are personal data by `least`, in stretches of a text."""
    together: list[Span] = []
    size = 0
    for at, end in [(0, len(text))] if spans is None else spans:
        while at < end:
            stop = text.find("\n", at + PIECE, end) + 1 or end
            together.append((at, stop))
            size += stop - at
            if size >= PIECE:
                yield from _of_stretches(text, together, tagger, least)
                together, size = [], 0
            at = stop
    if together:
        yield from _of_stretches(text, together, tagger, least)


def tokens_of(
    text: str, bits: int, spans: Sequence[Span] | None = None
) -> tuple[marks.Tokens, npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The tokens of stretches of a text, which are near what may be personal data, and the features of these."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    within = np.array(spans or [(0, len(text))], np.int64)
    return marks.stretches(codes, within, *marks.alphabet(), bits)


def _of_stretches(
    text: str, spans: Sequence[Span], tagger: Tagger, least: float
) -> Iterator[tuple[int, int, str, float]]:
    found, near, features = tokens_of(text, tagger.bits, spans)
    if not len(near):
        return
    answers, logits = marks.read(
        features, near, tagger.table, tagger.scale, tagger.layers, DILATION, len(tagger.kinds)
    )
    for begin, stop in marks.runs(found, near, logits, (least, NOT, MAYBE)).tolist():
        first, last = _trimmed(text, found, near, begin, stop)
        if (
            first < last
            and (logit := float(logits[first:last].clip(-_MOST, _MOST).mean())) >= least
        ):
            personal = answers[first:last, 1 : len(tagger.kinds) + 1]
            chances = np.exp(personal - personal.max(axis=1, keepdims=True))
            kind = (chances / chances.sum(axis=1, keepdims=True)).sum(axis=0).argmax()
            start, end = int(found[near[first], START]), int(found[near[last - 1], END])
            within = spans[bisect_right(spans, start, key=itemgetter(0)) - 1]
            yield *_whole(text, start, end, within), str(tagger.kinds[kind]), logit


def _trimmed(
    text: str, found: marks.Tokens, near: npt.NDArray[np.int64], begin: int, stop: int
) -> tuple[int, int]:
    """A run without the signs round it."""
    while stop > begin and _is_sign(text, found, near[stop - 1], _CLOSES):
        stop -= 1
    while begin < stop and _is_sign(text, found, near[begin], _OPENS):
        begin += 1
    return begin, stop


def _is_sign(text: str, found: marks.Tokens, token: int, but: str) -> bool:
    return bool(found[token, KIND] == SIGN) and text[found[token, START]] not in but


def _whole(text: str, start: int, end: int, within: Span) -> Span:
    """A span up to the ends of the words and numbers in which it begins and ends, in a stretch."""
    while start > within[0] and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < within[1] and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def may_be(text: str, start: int, end: int, kind: str) -> bool:
    """Whether a find has as much as what it is taken for must have, and is no piece of something else.

    The rest of an address may be short.
    """
    value = text[start:end]
    if kind in _NAMED:
        anybody = len(value) < _SHORTEST or ANYBODY.fullmatch(value)
        return not anybody and _PATH.search(_chunk(text, start, end)) is None
    digits = "".join(filter(str.isdecimal, value))
    if kind == "address":
        beside = text[max(0, start - len(_PART) - 2) : start] + text[end : end + len(_PART) + 2]
        part = _PART in beside and ";" not in beside
        enough = part or (bool(digits) and end - start >= _ADDRESS)
        return enough and ";" not in value
    if not _DIGITS <= len(digits) <= _MOST_DIGITS or len(set(digits)) == 1 or digits in _IN_ORDER:
        return False
    if _PART_OF_NUMBER.search(text, max(0, start - 2), start) or _GOES_ON.match(text, end):
        return False
    if _DATED.search(value) or (kind in _SHAPES and not _SHAPES[kind].match(value)):
        return False
    plain = "".join(filter(str.isalnum, value))
    if any(form.fullmatch(plain) and not _valid(m, plain) for m, form in _CONTROLLED.items()):
        return False
    return _PATH.search(_chunk(text, start, end)) is None and not _is_of_numbers(text, start, end)


def _valid(module: str, number: str) -> bool:
    """Whether python-stdnum's module takes a number for valid."""
    return bool(import_module(f"stdnum.{module}").is_valid(number))


def _chunk(text: str, start: int, end: int) -> str:
    """A span with all that no blank parts from it, as far as an address on the net may go."""
    before = text[max(0, start - _FAR) : start]
    behind = text[end : end + _FAR]
    return _LAST.search(before).group() + text[start:end] + _FIRST.match(behind).group()  # type: ignore[union-attr]


def _is_of_numbers(text: str, start: int, end: int) -> bool:
    """Whether what surrounds a number in its line is hardly anything but numbers."""
    begin = max(text.rfind("\n", 0, start) + 1, start - _FAR)
    stop = text.find("\n", end)
    line = text[begin : min(len(text) if stop < 0 else stop, end + _FAR)]
    digits = sum(map(str.isdecimal, line))
    fields = len(_FIELD.findall(line))
    return fields >= _FIELDS or (digits >= _MANY and 2 * sum(map(str.isalpha, line)) < digits)
