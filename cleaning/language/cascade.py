"""Which languages a text is in: the opinion of a broad model and that of our own on the languages around Spanish.

The broad model (lid.176, or another fastText model that the user names) knows 176 languages and is biased among the
small ones; `iberian.npz` (iberian.md says of what it is), or a model that the stage `classifier` made for the recipe,
knows twelve labels, `und` for what is no language (code, numbers) among them. The probability of a label is the
product of both opinions: a text is surely Galician where both say so. A label that only the broad model knows stands
where it is surer of it than of all others. Where the product is not sure a third opinion (`third.py`) is asked: of one
sentence in thirteen. Where Spanish is likeliest even so, and not sure, the words count that only a neighbour has.
What is in a language that none of them knows is `und` (`unknown.py`). A text that is names for the most part, of people
and places where a neighbour is spoken, is Spanish where what stands between them is (`names.py`).

Our own model has read every word, so the same pass labels the passages (`passages.py`), those in other languages with
the broad one (`elsewhere.py`), and what share of the words is in which language follows from them. Where most are in
another language than was said of the whole, that is the text's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from cleaning.language.codes import ELSEWHERE, UNKNOWN
from cleaning.language.elsewhere import Heard, elsewhere
from cleaning.language.identify import (
    Guess,
    Identifier,
    identifier,
    model_digest,
    sample,
)
from cleaning.language.names import SURE, without_names
from cleaning.language.passages import PASSAGE, Passages, Span, Spoken, passages, spans, spoken
from cleaning.language.third import LABELS, TABLE, opinions
from cleaning.language.unknown import BROAD, is_unknown, written_with_k
from cleaning.language.weights import LID176
from cleaning.models.digest import digest
from cleaning.models.linear import Linear, Scores, load
from cleaning.text.batch import Batch, Bools, Floats, Ints

IBERIAN = Path(__file__).with_name("iberian.npz")

# The exponent of the broad model's opinion, its weights for the languages that it saw little of, and what it
# would say of no language: the macro-F1 on the half of `lid` that no figure is of lies flat round these
# (tests/benchmarks/LOG.md).
TRUST = 0.65
WEIGHTS: Mapping[str, float] = {"gl": 5.0, "ast": 4.0, "an": 4.0}
LEAST = 1e-3
# Below which probability of both the third opinion is asked, its exponent, and what it says of a label that it doesn't
# know, as a share of its highest; chosen on the same half.
UNSURE = 0.9
THIRD = 0.8
UNHEARD = 0.3

# Words that Spanish hasn't, and how much likelier a neighbour is where a text in doubt has one or more in forty: chosen
# on every second window of tests/benchmarks/language/language.py, those of Aragonese and Asturian on messages of
# programs; nothing changes from 7 to 13. Not "do", which is English too, nor "i", which counts in programs, nor "á",
# which Spanish wrote until 1911 (LOG.md).
OWN: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "gl": "unha é ao aos ás dun dunha nun nunha na nas coa co cos coas pola polos polas non máis moi tamén "
        "iso isto foi uns seu súa súas seus nós",
        "ca": "amb els dels als per és més però també aquest aquesta aquests aquestes seva seu seus seves són pel "
        "pels ell hi perquè",
        "pt": "um uma ao aos é são com pelo pela pelos pelas não mais seu sua seus suas às à também já isso foi "
        "na nas das",
        "an": "d'o d'a d'os d'as ye ista iste isto istos istas puet puetz quan finestra finestras totz dimpués imachen "
        "imachens pachina pachinas chent mesaches ubrir amostrar fichers solament trobar s'ha s'han",
        "ast": "nun nel nes nuna ye fallu llista esti tolos toles ensin pue puen quies llugar equí tán dempués xente "
        "llingua enantes que'l dende'l testu ficheru ventanes páxina imaxe axustes",
    }.items()
}
LIKELIER = 10.0

QUOTED = 0.1  # of the words, from which on another language says what a text is in


@dataclass(frozen=True)
class Languages:
    """The languages of the texts of a batch: of the whole, and by their passages.

    `shares` are those of the words (of passages that were asked), that of the text's own language first and then the
    largest; of a text without such a passage its own has all. `scattered` is what of the others is no text of its own,
    `spans` the stretches of a text in several languages. Where another one has QUOTED or more the probabilities are
    those of a word of the two languages of most.
    """

    guesses: list[Guess]
    shares: list[dict[str, float]]
    scattered: list[float]
    spans: list[list[Span]]


class Cascade:
    """The models, loaded."""

    def __init__(self, broad: Identifier, own: Linear, biased: bool) -> None:
        self._broad, self._own = broad, own
        self._weights = np.array([WEIGHTS.get(n, 1.0) if biased else 1.0 for n in own.labels])
        self._columns = {label: column for column, label in enumerate(own.labels)}
        # Of a label of the broad model the column of `_heard_of`: ours come first.
        foreign = sorted(set(broad.labels) - set(own.labels), reverse=True)
        self._named = [*own.labels, *foreign]
        self._column = np.array([self._named.index(label) for label in broad.labels])
        self._heard = [number for number, label in enumerate(LABELS) if label in own.labels]

    def languages(
        self, *batches: Batch, sentences: bool = False, but: Collection[int] = ()
    ) -> Languages:
        """Those of each text of some batches, one after another, `but` some texts, and of its passages; of texts that
        are sentences, so that they are in some language.
        """
        texts = [text for batch in batches for text in batch.texts]
        left_out = np.zeros(len(texts), bool)
        left_out[list(but)] = True
        pieces, words, evidence, with_k = self._read(batches, left_out)
        # Of texts left out no word was looked at: what is said of them and their passages here is of none.
        wanted = ~left_out[pieces.document[pieces.asked]]
        size = pieces.words[pieces.asked] * wanted
        chances = self._own.chances(evidence[pieces.asked], size)
        of_text = np.searchsorted(pieces.document, np.arange(len(texts) + 1))
        before = np.zeros((len(evidence) + 1, evidence.shape[1]), np.int64)
        np.cumsum(evidence, axis=0, out=before[1:])
        whole = self._own.chances(np.diff(before[of_text], axis=0), words * ~left_out)
        if sentences and UNKNOWN in self._columns:
            whole[:, self._columns[UNKNOWN]] = 0
        guesses = [Guess()] * len(texts)
        asked = np.flatnonzero((words > 0) & ~left_out)
        heard = self._heard_of([texts[index] for index in asked.tolist()])
        known, foreign = heard[:, : whole.shape[1]], heard[:, whole.shape[1] :]
        abroad = self._abroad(known, foreign)
        for row, guess in abroad.items():
            guesses[asked[row]] = guess
        ours = np.setdiff1d(np.arange(len(asked)), list(abroad))
        products = self._products(known[ours], whole[asked[ours]])
        unsure = np.flatnonzero(products.max(axis=1) < UNSURE)
        doubtful = [texts[index] for index in asked[ours[unsure]].tolist()]
        products[unsure] = _shared_out(self._third(doubtful) * products[unsure])
        spanish = self._columns.get("es", -1)
        likeliest = products[unsure].argmax(axis=1) == spanish
        likeliest &= products[unsure, spanish] < UNSURE
        for place in np.flatnonzero(likeliest).tolist():
            products[unsure[place]] *= self._by_words(doubtful[place])
        products[unsure] = _shared_out(products[unsure])
        for text, guess in zip(asked[ours].tolist(), self._likeliest(products), strict=True):
            guesses[text] = guess
        of_others = np.zeros(len(texts), bool)
        of_others[asked[list(abroad)]] = True
        said, shares, stretches = self._by_passages(
            texts, pieces, size, chances, guesses, of_others
        )
        scattered = said.scattered.tolist()
        own_labels = said.own[asked[ours]]
        likely = np.append(known, np.ones((len(known), 1)), axis=1)[ours, own_labels]
        doubted = (likely < BROAD) | ((own_labels == spanish) & with_k[asked[ours]])
        places = [(batch, place) for batch in batches for place in range(len(batch))]
        for row in np.flatnonzero(doubted).tolist():
            text, chance = int(asked[ours[row]]), float(likely[row])
            language = guesses[text].language
            if is_unknown(*places[text], language, chance):
                guesses[text] = Guess(UNKNOWN, 1 - chance, language, chance)
                shares[text], scattered[text], stretches[text] = {UNKNOWN: 1.0}, 0.0, []
        for text, guess in self._between_names(texts, guesses).items():
            guesses[text] = guess
            shares[text], scattered[text], stretches[text] = {guess.language: 1.0}, 0.0, []
        return Languages(guesses, shares, scattered, stretches)

    def _between_names(self, texts: Sequence[str], guesses: Sequence[Guess]) -> dict[int, Guess]:
        """Those guesses of a neighbour that should be Spanish, by what stands between the names of a text."""
        left = {
            text: bare
            for text, guess in enumerate(guesses)
            if guess.language in OWN and (bare := without_names(sample(texts[text])))
        }
        if not left:
            return {}
        again = self.languages(Batch([*left.values()])).guesses
        return {
            text: guess
            for text, guess in zip(left, again, strict=True)
            if guess.language == "es" and guess.probability >= SURE
        }

    def _read(
        self, batches: Sequence[Batch], left_out: Bools
    ) -> tuple[Passages, Ints, Ints, Bools]:
        """The passages of batches, the words of each text, the evidence of our model [passages, labels], and which
        texts have words with k.
        """
        parts, words, evidence, with_k = [], [], [], []
        texts = 0
        for batch in batches:
            pieces = passages(batch)
            pieces = replace(pieces, document=pieces.document + texts)
            edges = np.append(0, np.cumsum(pieces.words))
            texts += len(batch)
            evidence.append(self._own.evidence(batch, edges, ~left_out[pieces.document]))
            parts.append(pieces)
            words.append(np.diff(batch.word_first))
            with_k.append(written_with_k(batch))
            if len(batches) > 1:
                batch.forget()  # a long one, before the next is looked at
        return (
            Passages.of(parts),
            np.concatenate(words),
            np.concatenate(evidence),
            np.concatenate(with_k),
        )

    def _by_passages(
        self,
        texts: Sequence[str],
        pieces: Passages,
        size: Ints,
        chances: Scores,
        guesses: list[Guess],
        foreign: Bools,
    ) -> tuple[Spoken, list[dict[str, float]], list[list[Span]]]:
        """What the passages, of `size` words, say of each text, its shares and its spans; `guesses` are made to agree.
        `foreign` are the texts in a language that our model doesn't know.
        """
        labels, named = self._own.labels, [guess.language for guess in guesses]
        there = elsewhere(texts, pieces, size, chances, labels, foreign, self._of_foreign)
        names = there.names | {text: named[text] for text in np.flatnonzero(foreign).tolist()}
        chances = np.column_stack([chances * (1 - there.chance[:, None]), there.chance])
        said = spoken(pieces, len(texts), chances, [*labels, ELSEWHERE], named)
        stretches = spans(texts, pieces, said, chances, [*labels, ELSEWHERE])
        shares = [{language: 1.0} for language in named]
        # Of most texts all is in the language that was said of the whole.
        others = (said.shares > 0).sum(axis=1) > 1
        for text, (own, more) in enumerate(zip(said.own.tolist(), others.tolist(), strict=True)):
            mine = [*labels, names.get(text, UNKNOWN)]
            if more or mine[own] != named[text]:
                shares[text] = _ranked(said.shares[text].tolist(), mine, own)
                guesses[text] = _agreeing(guesses[text], shares[text])
                stretches[text] = [
                    span._replace(language=mine[-1]) if span.language == ELSEWHERE else span
                    for span in stretches[text]
                ]
        return said, shares, stretches

    def _heard_of(self, texts: Sequence[str]) -> Floats:
        """The broad model's probabilities of all labels [texts, labels], of which ours stand before the others."""
        places, chances = self._broad.likeliest(texts)
        heard = np.zeros((len(texts), len(self._named)))
        rows, ranks = np.nonzero(places >= 0)
        np.add.at(heard, (rows, self._column[places[rows, ranks]]), chances[rows, ranks])
        return heard

    def _of_foreign(self, passages: Sequence[str]) -> Heard:
        """What the broad model says of passages: of all languages that ours doesn't know together."""
        heard = self._heard_of(passages)
        ours = len(self._own.labels)
        foreign = heard[:, ours:]
        likeliest = [self._named[ours + place] for place in foreign.argmax(axis=1).tolist()]
        return Heard(foreign.sum(axis=1), heard[:, :ours].sum(axis=1), likeliest)

    def _abroad(self, known: Floats, foreign: Floats) -> dict[int, Guess]:
        """The guesses for texts, by their row, of which the broad model knows better: in none of our languages."""
        most, ours = foreign.max(axis=1, initial=0.0), len(self._own.labels)
        guesses = {}
        for row in np.flatnonzero(most > np.maximum(0.5, known.sum(axis=1))).tolist():
            name, probability = self._named[ours + int(foreign[row].argmax())], float(most[row])
            second = int(known[row].argmax())
            least = min(float(known[row, second]), 1 - probability)
            guesses[row] = Guess(name, probability, self._own.labels[second], least)
        return guesses

    def _products(self, known: Floats, own: Scores) -> Floats:
        """The probabilities of our labels by both models."""
        prior = np.maximum(known * self._weights, LEAST) ** TRUST
        return _shared_out((prior * own).astype(np.float64))

    def _third(self, texts: Sequence[str]) -> Floats:
        """The weights of our labels for each text by the third opinion."""
        if not texts:
            return np.empty((0, len(self._own.labels)))
        opinions_of = opinions([sample(text) for text in texts])
        heard = np.repeat(
            UNHEARD * opinions_of.max(axis=1, keepdims=True), len(self._own.labels), axis=1
        )
        heard[:, [self._columns[LABELS[n]] for n in self._heard]] = opinions_of[:, self._heard]
        weights: Floats = np.maximum(heard, LEAST) ** THIRD
        return weights

    def _by_words(self, text: str) -> Floats:
        """The weights of our labels by the words that the neighbours of Spanish don't share with it."""
        words = sample(text).split()
        weights = np.ones(len(self._own.labels))
        for language, own in OWN.items():
            known = language in self._columns
            if known and sum(word in own for word in words) * PASSAGE >= len(words):
                weights[self._columns[language]] = LIKELIER
        return weights

    def _likeliest(self, products: Floats) -> list[Guess]:
        """The two likeliest languages of each text."""
        labels = self._own.labels
        ranked = np.argsort(-products, axis=1, kind="stable")[:, :2]
        chances = np.take_along_axis(products, ranked, axis=1)
        return [
            Guess(labels[best], p, labels[next_], q)
            for (best, next_), (p, q) in zip(ranked.tolist(), chances.tolist(), strict=True)
        ]


def _ranked(shares: Sequence[float], labels: Sequence[str], own: int) -> dict[str, float]:
    """The shares that there are, by language."""
    others = sorted((-s, labels[i]) for i, s in enumerate(shares) if s > 0 and i != own)
    return {labels[own]: shares[own]} | {label: -s for s, label in others}


def _agreeing(guess: Guess, shares: Mapping[str, float]) -> Guess:
    """The guess for a text by the shares of its languages; one that quotes is as surely in its own as it was."""
    (language, most), (second, less) = [*shares.items(), (UNKNOWN, 0.0)][:2]
    if language == guess.language and less < QUOTED:
        return guess
    probability, likely = most / (most + less), less / (most + less)
    if language == guess.language:
        probability = min(probability, guess.probability)
        if guess.second_probability > likely:
            second, likely = guess.second, guess.second_probability
    return Guess(language, probability, second, likely)


def _shared_out(weights: Floats) -> Floats:
    """Probabilities [texts, labels] in proportion to some weights."""
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


@cache
def _own() -> Linear:
    return load(IBERIAN)


def cascade_digest(path: str | None = None) -> str:
    """What decides the labels: the models' files, as one sha256."""
    return _together(model_digest(path))


def cascade(
    sha256: str,
    path: str | None = None,
    codes: Mapping[str, str] | None = None,
    own: Path | None = None,
) -> Cascade:
    """The models; a TahonaError where the broad one is not that of which `sha256` was made. `codes` are those of its
    labels, where they are called otherwise; `own` is a model of `classifier` that is asked in place of ours.
    """
    broad = model_digest(path)
    if _together(broad) != sha256:
        broad = sha256  # `identifier` says which file has another digest than is asked for
    return Cascade(identifier(broad, path, codes), load(own) if own else _own(), broad == LID176)


def _together(broad: str) -> str:
    ours = f"{digest(IBERIAN)} {digest(TABLE)}"
    return hashlib.sha256(f"{broad} {ours}".encode()).hexdigest()
