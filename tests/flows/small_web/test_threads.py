"""Threads of the written forum as extraction reads them, without the chain that the quickstart runs."""

from cleaning.extract.blocks.blocks import parse
from cleaning.extract.page import read
from cleaning.text.encoding import decode
from flows.small_web.sites import build


def test_what_stands_around_the_posts_of_a_thread_is_not_read() -> None:
    """Neither its opener's line and its buttons nor the list of threads like it, which look much like posts."""
    web = build()
    threads = [article for article in web.articles if article.site.folder == "foro"]
    assert len(threads) >= 8
    for thread in threads:
        page = web.pages[thread.site.host, thread.path].response
        text = read(parse(decode(page.body)[0]), thread.url, None).text
        assert max(thread.paragraphs, key=len).split(": ", 1)[1] in text
        for around in ("Tema abierto", "Responder Citar", "Temas similares", "Portada de"):
            assert around not in text, thread.url
