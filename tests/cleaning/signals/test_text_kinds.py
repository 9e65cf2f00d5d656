"""Perplexity, the draw by it, register and boilerplate: each says of a text what a reader would."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleaning.models import ngrams
from cleaning.signals.models.perplexity import CASTILIAN, load, model_digest
from cleaning.signals.signals import GROUPS
from cleaning.text.batch import Batch
from pipeline.errors import TahonaError
from tests.cleaning.language.test_cascade import CATALAN, SPANISH

LAW = (
    "Artículo 4. La Comisión emitirá resolución en el plazo establecido en el apartado anterior.\n"
    "Artículo 5. Sin perjuicio de lo dispuesto en la presente ley, el reglamento fijará las sanciones.\n"
    "Disposición final. Publíquese en el Boletín Oficial y archívese.\n"
)
NOVEL = (
    "—No lo sé —dijo ella, y sus ojos buscaron la sombra de la puerta.\n"
    "—Entonces calle usted —respondió el conde en voz baja—, que la noche tiene oídos.\n"
    "Aquella señorita había llorado mucho; su rostro, blanco, parecía mirar al cielo en silencio.\n"
)
NEWS = (
    "El alcalde anunció ayer en rueda de prensa que la campaña comenzará el próximo lunes. "
    "Según informó el portavoz, la policía mantiene a dos detenidos, añadió la agencia Efe. "
)
SITTING = (
    "El señor PRESIDENTE: Señorías, se abre el turno de réplica del grupo parlamentario.\n"
    "La señora RUIZ: Gracias, señor presidente. Votaremos la enmienda y la proposición. (Aplausos).\n"
)
THREAD = (
    "Hola a todos, saludos. Alguien me ayuda con un problema? Gracias amigos!\n"
    "Buenas, creo que la respuesta está en otro hilo del foro, jaja. Saludos\n"
)
MENU = "Inicio\nContacto\nAviso legal\nPolítica de privacidad y cookies\nSuscríbete al boletín\nFacebook · Twitter\n"


def signals(group: str, texts: list[str], language: str = "es") -> dict[str, Any]:
    one = GROUPS[group]
    model = one.model.load(model_digest(None), None) if one.model and not one.model.input else None
    return one.compute(Batch(texts), {"language": [language] * len(texts)}, model)


@pytest.mark.parametrize(
    ("text", "register"),
    [
        (LAW, "law"),
        (NOVEL, "literature"),
        (NEWS, "news"),
        (SITTING, "speech"),
        (THREAD, "forum"),
        ("Pan\nQueso\nVino tinto\nAceite de oliva\nTomates\n" * 2, "list"),
        (SPANISH, "unknown"),
    ],
)
def test_the_register_is_that_of_the_evidence(text: str, register: str) -> None:
    kinds = signals("register", [text])
    assert (kinds["register"], 0.3 < kinds["register_p"][0] <= 1) == ([register], True)
    assert signals("register", [text], "ca")["register"] == ["unknown"]


def test_lines_of_menus_are_boilerplate_and_sentences_that_name_them_are_none() -> None:
    talk = "La política de privacidad de Facebook y de Twitter se discutió ayer en el congreso."
    alone, mixed, sentence, none = signals("boilerplate", [MENU, MENU + SPANISH, talk, SPANISH])[
        "boilerplate_share"
    ]
    assert alone == 1 and 0.1 < mixed < 0.4 and sentence == none == 0


def test_what_is_damaged_shuffled_or_not_spanish_is_surprising() -> None:
    draw = random.Random(4)
    words = SPANISH.split()
    draw.shuffle(words)
    damaged = "".join(draw.choice("li1rn|c") if i % 9 == 0 else c for i, c in enumerate(SPANISH))
    plain, shuffled, broken, foreign = signals(
        "perplexity", [SPANISH, " ".join(words), damaged, CATALAN]
    )["bits_per_character"]
    assert plain + 0.2 < shuffled < broken and foreign > plain + 1
    assert np.isnan(signals("perplexity", [CATALAN], "ca")["bits_per_character"]).all()


def test_a_draw_keeps_the_share_that_it_says_and_the_same_texts_each_time() -> None:
    texts = [f"{SPANISH} {i}" for i in range(400)]
    surprise = signals("perplexity", texts)
    kept = surprise["sampled"] >= 0
    assert abs(kept.mean() - surprise["typicality"].mean()) < 0.08
    assert abs((surprise["lot"] < 0.25).mean() - 0.25) < 0.07
    alone = signals("perplexity", texts[7:8])
    assert {name: values[0] for name, values in alone.items()} == pytest.approx(
        {name: values[7] for name, values in surprise.items()}
    )


def test_a_model_of_ngrams_is_the_same_each_time_and_is_read_back(tmp_path: Path) -> None:
    one, two = (ngrams.train([SPANISH, CATALAN]).dump() for _ in range(2))
    assert one == two
    (tmp_path / "m.npz").write_bytes(one)
    model = ngrams.load(tmp_path / "m.npz")
    whole, other = model.surprise(Batch([SPANISH, SPANISH[::-1]])) / len(SPANISH)
    assert whole < 1 < other and model.surprise(Batch(["", "a"]))[0] == 0
    (tmp_path / "m.npz").write_bytes(CASTILIAN.read_bytes()[:4000])
    with pytest.raises(TahonaError, match="is no model of n-grams"):
        ngrams.load(tmp_path / "m.npz")
    with pytest.raises(TahonaError, match="not the one that is asked for"):
        load("0" * 64)
