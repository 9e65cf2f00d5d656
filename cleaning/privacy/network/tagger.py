"""Personal data that no pattern knows, told by a small network from the words and signs round it.

Beside the patterns, which are right on what they know: it reads what they have left, and adds what it is sure of, or
the rest of an address of which they know some; far from all that is masked it must be surer. Only what is near a
number, a name on the net or a word that stands before one is looked at (`tokens.py`, `telling.py`). Each token is the
sum of the vectors of its hashed features (`features.py`), as in fastText (Bojanowski et al. 2017); two convolutions
over its neighbours, the second dilated (Strubell et al. 2017), say of which kind it is (`layers.py`). What of its finds
may be such at all: `likely.py`. How `tagger.npz` came about, and of what: `tagger.md`.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cleaning.privacy.network import layers
from cleaning.privacy.network.cues import cues
from cleaning.privacy.network.features import features
from cleaning.privacy.network.features import stretches as tokens_in
from cleaning.privacy.network.likely import may_be
from cleaning.privacy.network.nobodys import is_nobodys
from cleaning.privacy.network.printed import is_printed
from cleaning.privacy.network.telling import telling
from cleaning.privacy.network.tokens import END, KIND, SIGN, START, Tokens, alphabet

Floats = npt.NDArray[np.float32]
Span = tuple[int, int]
Window = tuple[int, int, int, int]  # a stretch that is read, and that in which finds count

PIECE = 1_000_000  # code points that are read at once, to the end of a line
TAPS = 5  # tokens that a convolution sees
WIDTH = 32  # columns of a layer are a multiple of it, as `cleaning/models/products.py` asks
DILATION = 3  # of the second
FAR = 0.9  # more of the logit that a find needs far from all masks
_FARTHER = {"address": 2.5, "handle": 2.7, "record": 2.3, "college": 1.5}  # of these kinds
NOT, MAYBE = -1.0, -2.0  # logit of a token that is taken, and of one between two such
_NEAR = 240  # characters on either side of what is masked that are read
_APART = 1_000  # between two stretches that are read apart
_SEEN = 300  # characters beside these: more than the tokens that have a say in one
_BLANK = re.compile(r"\s|\[")
_MASKED = re.compile(r"\[[A-Z]{2,8}\]")
_OPENS, _CLOSES = '(+"#@', ')"º°ª'  # signs at the beginning and the end that belong to a value
_MOST = 8.0  # of the logit of a token
_FAR = 120  # characters on either side
_PLAIN = re.compile(r"[(+#]{0,2}[0-9]")
_SHAPES = {  # what a value of a kind begins with
    **dict.fromkeys(("phone", "nass", "cuit", "card"), _PLAIN),
    "rut": re.compile(r"[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3} ?-? ?[0-9Kk](?![0-9])"),
    "dni": re.compile(r"\(?[0-9]{2}|[0-9][ .][0-9]{3}|[0-9] [0-9]( [0-9]){5,6} [A-Za-z]"),
    "nie": re.compile(r"(?i)[XYZ]"),
    "curp": re.compile(r"(?i)[A-Z]{4}[ -]?[0-9]{6}"),
    "rfc": re.compile(r"(?i)[A-ZÑ&]{3,4}[ -]?[0-9]{6}"),
    "iban": re.compile(r"(?i)[A-Z]{2}"),
}
# What a number is that looks unlike its kind, and how much surer it must be.
_ANY_NUMBER, _UNLIKE = "record", 0.5
_NET_ADDRESS = re.compile(
    r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\.?\w)|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:])"
)
_NAMES = re.compile(r"@?\w[\w.-]*\w")
_LOOKS_NAMED = re.compile(r"[a-zñáéíóú][A-Z]|[0-9_.-]")
_NET_NAME = re.compile(r"[\w.]*\w")
_WIDEST = 40  # characters of one on either side of a find


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

    Where one value stands, others do: far from all masks a find must be surer. `fresh`, in order: read only as far
    as these masks may change what is told.
    """
    tagger = tagger or shipped()
    stretches = list(_near_masked(text))
    near = [window[:2] for window in stretches]
    read = _with_others(text, stretches) if fresh is None else _round(fresh, stretches)
    stretches = list(read)
    mentions = []
    spans = [window[:2] for window in stretches]
    for start, stop, kind, logit in candidates(text, tagger, tagger.least, spans):
        if kind == "ip":
            start, stop = _net_address(text, start, stop)
        elif kind == "email":  # those that the patterns leave are names on the net
            kind = "handle"
        if kind == "handle":
            start, stop = _net_name(text, start, stop)
        elif kind in _SHAPES and not _SHAPES[kind].match(text, start, stop):
            kind, logit = _ANY_NUMBER, logit - _UNLIKE
        _, _, low, high = stretches[bisect_right(stretches, start, key=itemgetter(0)) - 1]
        if kind not in kinds or not (low <= start and stop <= high):
            continue
        at = bisect_right(near, start, key=itemgetter(0)) - 1
        alone = at < 0 or start >= near[at][1]
        limit = tagger.limit_of[kind] + (_FARTHER.get(kind, FAR) if alone else 0)
        if (
            logit >= limit
            and may_be(text, start, stop, kind, alone)
            and not is_nobodys(text, start, stop, kind)
            and not is_printed(text, start, stop, kind)
        ):
            mentions.append((start, stop, kind))
    return mentions


def _net_address(text: str, start: int, stop: int) -> Span:
    """The address on the net of which a find holds some; nothing where it holds none."""
    for match in _NET_ADDRESS.finditer(text, max(0, start - _WIDEST), stop + _WIDEST):
        if match.start() < stop and start < match.end():
            return match.span()
    return start, start


def _net_name(text: str, start: int, stop: int) -> Span:
    """The name on the net of which a find holds some: the first of what it holds that looks like one."""
    for match in _NAMES.finditer(text, start, stop):
        if match.group().startswith("@") or _LOOKS_NAMED.search(match.group()):
            start, stop = match.span()
            break
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_@"):
        start -= 1
    rest = _NET_NAME.match(text, stop)
    return start, rest.end() if rest else stop


def _with_others(text: str, near: Sequence[Window]) -> Iterator[Window]:
    """Stretches round masks, and between them those round whatever else may be personal data."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    at = 0
    waiting = list(near)
    for begin, end in telling(codes, *alphabet(), cues()).tolist():
        begin = max(begin, at)
        while waiting and waiting[0][0] < end:
            first = waiting.pop(0)
            if begin < first[0]:
                low = _blank(text, begin, first[0])
                if low < first[0]:
                    yield low, first[0], low, first[0]
            yield first
            at = first[1]
            begin = max(begin, at)
        if begin < end:
            low, high = _blank(text, begin, end), _word_end(text, end)
            if low < high:
                yield low, high, low, high
                at = high
    yield from waiting


def _word_end(text: str, at: int) -> int:
    """The end of the word or number in which a place lies, as far as one may go."""
    match = _BLANK.search(text, at, at + _FAR) if at < len(text) else None
    return match.start() if match else min(at, len(text))


def _blank(text: str, begin: int, end: int) -> int:
    """The first blank from a place on, or the place itself where a line or a stretch begins there."""
    if begin == 0 or text[begin - 1].isspace():
        return begin
    match = _BLANK.search(text, begin, end)
    return match.start() if match else end


def _round(fresh: Sequence[tuple[int, int]], stretches: Sequence[Window]) -> Iterator[Window]:
    """The windows of stretches that lie round some masks, each with as much beside it as a layer sees."""
    at = 0
    for begin, end, _, _ in stretches:
        windows: list[list[int]] = []
        while at < len(fresh) and fresh[at][0] < end:
            low, high = fresh[at][0] - _NEAR, fresh[at][1] + _NEAR
            at += 1
            if windows and low - 2 * _SEEN <= windows[-1][1]:
                windows[-1][1] = high
            else:
                windows.append([low, high])
        for low, high in windows:
            low, high = max(low, begin), min(high, end)
            first, last = max(begin, low - _SEEN), min(end, high + _SEEN)
            yield first, last, begin if first == begin else low, end if last == end else high


def _near_masked(text: str) -> Iterator[Window]:
    """The stretches of a text round what is masked, between blanks."""
    begin = end = 0
    for match in _MASKED.finditer(text):
        if match.start() - _APART > end:
            if end:
                end = _word_end(text, end)
                yield begin, end, begin, end
            begin = _BLANK.search(text, max(0, match.start() - _NEAR)).start()  # type: ignore[union-attr]
        end = match.end() + _NEAR
    if end:
        end = _word_end(text, end)
        yield begin, end, begin, end


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
) -> tuple[Tokens, npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The tokens of stretches of a text, which are near what may be personal data, and the features of these."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    within = np.array(spans or [(0, len(text))], np.int64)
    tokens, of, near = tokens_in(codes, within, *alphabet(), cues())
    return tokens, near, features(codes, tokens, of, near, *alphabet(), bits)


def _of_stretches(
    text: str, spans: Sequence[Span], tagger: Tagger, least: float
) -> Iterator[tuple[int, int, str, float]]:
    tokens, near, features = tokens_of(text, tagger.bits, spans)
    if not len(near):
        return
    answers, logits = layers.read(
        features, near, tagger.table, tagger.scale, tagger.layers, DILATION, len(tagger.kinds)
    )
    for begin, stop in layers.runs(tokens, near, logits, (least, NOT, MAYBE)).tolist():
        first, last = _trimmed(text, tokens, near, begin, stop)
        if (
            first < last
            and (logit := float(logits[first:last].clip(-_MOST, _MOST).mean())) >= least
        ):
            personal = answers[first:last, 1 : len(tagger.kinds) + 1]
            chances = np.exp(personal - personal.max(axis=1, keepdims=True))
            kind = (chances / chances.sum(axis=1, keepdims=True)).sum(axis=0).argmax()
            start, end = int(tokens[near[first], START]), int(tokens[near[last - 1], END])
            within = spans[bisect_right(spans, start, key=itemgetter(0)) - 1]
            yield *_whole(text, start, end, within), str(tagger.kinds[kind]), logit


def _trimmed(
    text: str, tokens: Tokens, near: npt.NDArray[np.int64], begin: int, stop: int
) -> tuple[int, int]:
    """A run without the signs round it."""
    while stop > begin and _is_sign(text, tokens, near[stop - 1], _CLOSES):
        stop -= 1
    while begin < stop and _is_sign(text, tokens, near[begin], _OPENS):
        begin += 1
    return begin, stop


def _is_sign(text: str, tokens: Tokens, token: int, but: str) -> bool:
    return bool(tokens[token, KIND] == SIGN) and text[tokens[token, START]] not in but


def _whole(text: str, start: int, end: int, within: Span) -> Span:
    """A span up to the ends of the words and numbers in which it begins and ends, in a stretch."""
    while start > within[0] and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < within[1] and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
