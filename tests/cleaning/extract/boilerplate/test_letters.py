"""Of a letter in an archive of a mailing list stays what was written, and nothing that the archive sets there."""

from __future__ import annotations

import pytest

from cleaning.extract.boilerplate.letters import of_archive
from tests.cleaning.extract.boilerplate.test_controls import blocks_of
from tests.cleaning.extract.pages import PROSE

BODY = f"<pre>El lunes, Rosa escribió:\n&gt; {PROSE}\n\n{PROSE}\nhttp://www.example.org/</pre>"
MHONARC = (
    '[<a href="msg2.html">Date Prev</a>][<a href="msg4.html">Date Next</a>]<hr><h1>Re: La masa</h1><ul>'
    "<li><em>To</em>: <a href=m>lista@example.org</a></li><li><em>Subject</em>: Re: La masa</li>"
    "<li><em>From</em>: Ana Gil &lt;<a href=m>ana@example.org</a>&gt;</li></ul><hr>", "<hr><ul>"
    "<li><strong>Follow-Ups</strong>:<ul><li><strong><a href=msg4.html>Re: La masa</a></strong><ul><li><em>From:</em>"
    " Rosa &lt;rosa@example.org&gt;</li></ul></li></ul></li><li>Prev by Date: <strong><a href=msg2.html>La masa</a>"
    "</strong></li><li>Next by thread: <a href=msg4.html>Re: La masa</a></li><li>Index(es):<ul>"
    "<li><a href=maillist.html>Date</a></li></ul></li></ul>",
)  # fmt: skip
PIPERMAIL = (
    "<h1>[Lista] La masa</h1><b>Ana Gil</b> <a href=m>ana en example.org </a><br>"
    "<i>Lun Ene  3 09:00:00 CET 2022</i><p><ul><li>Mensaje anterior: <a href=2.html>[Lista] El horno</a></li>"
    "<li>Próximo mensaje: <a href=4.html>[Lista] El pan</a></li><li><b>Mensajes ordenados por:</b>"
    "<a href=date.html>[ fecha ]</a></li></ul><hr>", "<hr><p><ul><li>Mensaje anterior: <a href=2.html>[Lista] Horno</a>"
    "</li><li>Próximo mensaje: <a href=4.html>[Lista] El pan</a></li></ul>",
)  # fmt: skip


@pytest.mark.parametrize(("above", "below"), [MHONARC, PIPERMAIL])
def test_the_head_of_a_letter_and_the_ways_to_others_are_none_of_it(above: str, below: str) -> None:
    page = blocks_of(f"{above}{BODY}{below}")
    stay = [text for text, gone in zip(page.text, of_archive(page), strict=True) if not gone]
    assert len(stay) == 2 and "La masa" in stay[0] and stay[1].startswith("El lunes")


def test_a_letter_that_a_text_quotes_stays_whole() -> None:
    page = blocks_of(
        f"<p>Decía así:</p><p>From: Ana</p><p>To: Rosa</p><p>Subject: Pan</p>{BODY}<p>Siguiente mensaje</p>"
    )
    assert not of_archive(page).any()
