"""What a server may do to the client: every bad answer is one clear failure, and nothing hangs or grows."""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cleaning.crawl.net.addresses import Resolver
from cleaning.crawl.net.client import Answer, Client
from cleaning.crawl.net.download import Downloader, Failed, Pace
from cleaning.readers.records import Record
from cleaning.readers.web.response import respond
from cleaning.web.http import dechunked

Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def answer(serve: Serving, tls: ssl.SSLContext | None, visit: Any) -> Any:
    """What `visit(client, url)` gives on a server that answers each connection by `serve`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    client = Client(Resolver({"a.test": f"127.0.0.1:{port}"}, False), {"User-Agent": "x"})
    try:
        return await visit(client, f"{'https' if tls else 'http'}://a.test/")
    finally:
        client.close()
        server.close()


def get(data: bytes, most: int = 1000, seconds: float = 60.0) -> Answer:
    """The answer of a server that says these bytes and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()

    async def visit(client: Client, url: str) -> Answer:
        return await client.get(url, seconds, most, lambda head: True)

    return asyncio.run(answer(serve, None, visit))


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi", b"si"),
        (b"HTTP/1.0 200\n\nhasta el final", b"hasta el final"),
        (b"HTTP/1.1 200 OK\nA: b\nContent-Length: 2\n\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nsin dos puntos\r\nContent-Length: 2\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nMal nombre: x\r\nContent-Length: 2\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: dos\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 200 OK\r\nX: \xf1\x01\r\nContent-Length: 2\r\n\r\nsi", b"si"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nsi\r\n0\r\nA: b\r\n\r\n",
         b"2;x=y\r\nsi\r\n0\r\nA: b\r\n\r\n"),
    ],
)  # fmt: skip
def test_heads_of_all_kinds_are_read_and_kept_byte_for_byte(data: bytes, body: bytes) -> None:
    got = get(data)
    assert data.endswith(got.head + got.body) and got.body == body


@pytest.mark.parametrize(
    "body",
    [
        b"2 \r\nsi\r\n0 \r\n\r\n",
        b" 2\r\nsi\r\n 0\r\n\r\n",
        b"2 ;x=1\r\nsi\r\n0 ; y\r\nA: b\r\n\r\n",
        b"2\nsi\n0\n\n",
        b"0000000000000000000002\r\nsi\r\n00000000000\r\n\r\n",
        b"1\r\ns1\r\ni0\r\n\r\n",
        b"\r\n2\r\nsi\r\n\r\n0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("cut", [1, 3, 1000])
def test_chunks_as_servers_write_them_end_where_they_say(body: bytes, cut: int) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):  # the connection stays open, and the second request comes over it
            await reader.readuntil(b"\r\n\r\n")
            for at in range(0, len(head + body), cut):
                writer.write((head + body)[at : at + cut])
                await writer.drain()
                await asyncio.sleep(0)
        await reader.read()

    async def visit(client: Client, url: str) -> list[Answer]:
        return [await client.get(url, 60, 1000, lambda head: True) for _ in range(2)]

    for got in asyncio.run(answer(serve, None, visit)):
        assert (got.body, got.truncated, dechunked(got.body).body) == (body, None, b"si")
        record = respond(Record(0), got.head + got.body, "application/http; msgtype=response", 99)
        assert record.content == b"si"


def failure(serve: Serving, seconds: float) -> Failed:
    """Of one attempt, which may take so long; those after it are left out."""

    async def visit(client: Client, url: str) -> Any:
        web = Downloader(client, Pace(0), timeout=seconds)
        with pytest.raises(Failed) as error:
            await web._once(url, 1000, None, None)
        return error.value

    return asyncio.run(answer(serve, None, visit))


def says(data: bytes, *, reset: bool = False, hang: bool = False) -> Serving:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(data)
        await writer.drain()
        if hang:
            await asyncio.sleep(60)
        if reset:
            writer.get_extra_info("socket").setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER
            writer.transport.abort()

    return serve


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (says(b""), "closed the connection without an answer"),
        (says(b"", reset=True), "reset by peer|without an answer"),
        (says(b"HTTP/1.1 200 OK\r\nA"), "its head broke off"),
        (says(b"SSH-2.0-OpenSSH\r\n\r\n"), "speaks no HTTP"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no HTTP"),
        (says(b"HTTP/1.1 200 OK\r\nA: b\r\n", hang=True), "no answer within 1 second"),
        (says(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300_000), "more than 1,048,576 bytes"),
    ],
)
def test_a_bad_answer_is_a_failure_in_words(serve: Serving, reason: str) -> None:
    assert re.search(reason, str(failure(serve, 1 if "within 1 " in reason else 60)))


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(
    ("framing", "body"),
    [(b"Content-Length: 9", b"x"), (b"Transfer-Encoding: chunked", b"9\r\nx")],
)
def test_what_broke_off_is_there_as_far_as_it_came(
    reset: bool, framing: bytes, body: bytes
) -> None:
    async def visit(client: Client, url: str) -> Answer:
        return await client.get(url, 60, 1000, lambda head: True)

    serve = says(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + body)
    got = asyncio.run(answer(broken(serve) if reset else serve, None, visit))
    assert got.truncated == "disconnect" and got.body == body


WHOLE = b"<p>todo</p></HTML>\n<!-- c -->"
ZIPPED = gzip.compress(WHOLE)


@pytest.mark.parametrize(
    ("framing", "body", "truncated"),
    [
        (b"Content-Length: 99", WHOLE, None),
        (b"Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(WHOLE), WHOLE), None),
        (b"Content-Encoding: gzip\r\nContent-Length: 999", ZIPPED, None),
        (b"Content-Length: 99", WHOLE[:9], "disconnect"),
        (b"Content-Encoding: gzip\r\nContent-Length: 999", ZIPPED[:9], "disconnect"),
    ],
)
def test_a_page_that_is_whole_is_that_whatever_length_it_names(
    framing: bytes, body: bytes, truncated: str | None
) -> None:
    async def visit(client: Client, url: str) -> Any:
        return await Downloader(client, Pace(0), timeout=60)._once(url, 1000, None, None)

    serve = says(b"http/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + body)
    got = asyncio.run(answer(serve, None, visit))
    assert (got.truncated, got.status, got.body) == (truncated, 200, body)


def broken(serve: Serving) -> Serving:
    """As `serve`, and then, once that was surely read, a reset."""

    async def broken_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        await asyncio.sleep(0.2)
        writer.get_extra_info("socket").setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER
        writer.transport.abort()

    return broken_off


def certificate(folder: Path) -> ssl.SSLContext:
    """One that nobody signed, for another name, and out of date."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "otro.test")])
    then = datetime.now(UTC) - timedelta(days=900)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 7, then, then + timedelta(days=9)
    )
    signed = builder.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(signed.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem")
    return context


def test_a_certificate_that_nobody_trusts_hides_no_page(tmp_path: Path) -> None:
    async def visit(client: Client, url: str) -> Answer:
        return await client.get(url, 60, 1000, lambda head: True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhasta el final")
        await writer.drain()

    got = asyncio.run(answer(serve, certificate(tmp_path), visit))
    assert got.body == b"hasta el final"


def test_tls_that_is_none_is_told_in_words() -> None:
    async def visit(client: Client, url: str) -> Any:
        web = Downloader(client, Pace(0), timeout=60)
        with pytest.raises(Failed, match="speaks no TLS") as error:
            await web._once(url.replace("http:", "https:"), 1000, None, None)
        return error.value

    assert asyncio.run(answer(says(b"HTTP/1.1 400 Bad\r\n\r\n"), None, visit)).lasting


def test_a_server_that_closes_instead_of_speaking_tls_is_told_in_words() -> None:
    async def visit(client: Client, url: str) -> Any:
        web = Downloader(client, Pace(0), timeout=60)
        with pytest.raises(Failed, match="closed the connection: is it an http address") as error:
            await web._once(url.replace("http:", "https:"), 1000, None, None)
        return error.value

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = (await reader.readexactly(5))[3:]  # of the record that follows
        # All of it, else the end is a reset.
        await reader.readexactly(int.from_bytes(length, "big"))

    assert not asyncio.run(answer(close, None, visit)).lasting


def test_what_is_longer_than_it_says_is_no_part_of_the_next_answer() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi, y algo m")
            await writer.drain()

    async def visit(client: Client, url: str) -> list[bytes]:
        return [(await client.get(url, 60, 1000, lambda head: True)).body for _ in range(2)]

    assert asyncio.run(answer(serve, None, visit)) == [b"si", b"si"] and connections == 2


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """Kept connections are used again; one that the server closed costs no failure."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi")

    async def visit(client: Client, url: str) -> None:
        for _ in range(5):
            assert (await client.get(url, 60, 1000, lambda head: True)).body == b"si"

    asyncio.run(answer(serve, None, visit))
    assert connections == 3
