"""HTTP/1.1 over connections that are kept, one exchange at a time on each, with the bytes as they went by.

The protocol is h11's, which reads no socket itself: so what is stored is what came over the wire, and what is
connected to is what was checked. Connections race by RFC 8305 (aiohappyeyeballs).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import aiohappyeyeballs
import h11

from cleaning.crawl.net.addresses import Resolver
from cleaning.crawl.net.chunks import Chunks
from cleaning.web.http import BLANK, Inflater, header, header_lines

READ = 65_536  # bytes that are read at once
HEAD = 1 << 20  # bytes of a head, at most
IDLE = 16  # connections to an origin that are kept for the next request
IDLE_SECONDS = 20.0  # a connection that waited longer is not used again: servers close them
SECOND = 0.3  # seconds until the next address of a host is tried beside the first

# What h11 would refuse of real heads: lines that are no header, folded by hand, or said twice.
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\n\0]*)")
_STATUS = re.compile(rb"HTTP/(\d)(?:\.(\d))?[ \t]+(\d{3})", re.IGNORECASE)
_FRAMING = {b"content-length", b"transfer-encoding"}


class BadAnswer(Exception):
    """What came is no HTTP, or broke off in its head; the message says why."""


@dataclass
class Answer:
    """A response: its head and the bytes behind it as they came, transfer encoding and all.

    `truncated` says why it was cut (`length`, `time`, `disconnect`), in the words of WARC-Truncated. `sent` are the
    bytes of the request, `address` that of the peer. `unwanted`: its type was not asked for, and its body not read.
    """

    sent: bytes
    address: str
    head: bytes = b""
    body: bytes = b""
    truncated: str | None = None
    unwanted: bool = False


def status_of(head: bytes) -> int:
    """The status in a head; 0 where it is none of HTTP."""
    match = _STATUS.match(head)
    return int(match[3]) if match else 0


@cache
def _context() -> ssl.SSLContext:
    """TLS as an archive speaks it: what a site shows is what is stored, whoever signed its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    context.options |= (
        0x4  # OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on
    )
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(eq=False)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: str
    http: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))
    idle_since: float = 0.0
    used: bool = False

    def close(self) -> None:
        self.writer.transport.abort()


class Client:
    """Fetches one URL for each call; how many at once and how often is the caller's concern."""

    def __init__(self, resolver: Resolver, headers: Mapping[str, str]) -> None:
        self.resolver = resolver
        self._headers = list(headers.items())
        self._tls = _context()
        self._idle: dict[tuple[str, str], list[_Connection]] = defaultdict(list)

    async def get(
        self,
        url: str,
        seconds: float,
        most: int,
        wanted: Callable[[bytes], bool],
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a GET, no redirect followed.

        `seconds` bounds all of it, `most` the bytes of its body, as sent and unpacked: what is slower or
        longer is cut. `wanted` looks at the head, and the body is read if it says so. `more` are further
        headers. Raises BadAnswer, OSError (no connection), Refused, TimeoutError where no head came in time.
        """
        until = asyncio.get_running_loop().time() + seconds
        while True:
            async with asyncio.timeout_at(until):
                connection = await self._connection(url)
            try:
                answer = await self._exchange(connection, url, until, most, wanted, more or {})
            except _Stale:  # the server had closed it meanwhile
                connection.close()
                continue
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, url, answer)
            return answer

    def close(self) -> None:
        """Closes the connections that wait."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def _connection(self, url: str) -> _Connection:
        address = urlsplit(url)
        waiting = self._idle.get((address.scheme, address.netloc))
        now = asyncio.get_running_loop().time()
        while waiting:
            connection = waiting.pop()
            if now - connection.idle_since < IDLE_SECONDS and not connection.reader.at_eof():
                return connection
            connection.close()
        host, tls = address.hostname or "", address.scheme == "https"
        port = address.port or (443 if tls else 80)
        infos = [_info(*place) for place in await self.resolver.of(host, port)]
        connected = await aiohappyeyeballs.start_connection(
            infos, happy_eyeballs_delay=SECOND, interleave=1
        )
        try:
            peer = str(connected.getpeername()[0])
            reader, writer = await asyncio.open_connection(
                sock=connected,
                limit=READ,
                ssl=self._tls if tls else None,
                server_hostname=host if tls else None,
            )
        except BaseException:
            connected.close()
            raise
        return _Connection(reader, writer, peer)

    def _give_back(self, connection: _Connection, url: str, answer: Answer) -> None:
        http, place = connection.http, urlsplit(url)
        waiting = self._idle[place.scheme, place.netloc]
        done = http.our_state is h11.DONE and http.their_state is h11.DONE
        more = done and http.trailing_data[0]  # than its length says: no next answer begins there
        if not done or more or answer.truncated or answer.unwanted or len(waiting) >= IDLE:
            connection.close()
            return
        http.start_next_cycle()
        connection.used, connection.idle_since = True, asyncio.get_running_loop().time()
        waiting.append(connection)

    async def _exchange(
        self,
        connection: _Connection,
        url: str,
        until: float,
        most: int,
        wanted: Callable[[bytes], bool],
        more: Mapping[str, str],
    ) -> Answer:
        address, http = urlsplit(url), connection.http
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        headers = [("Host", address.netloc), *self._headers, *more.items()]
        sent = http.send(h11.Request(method="GET", target=target, headers=headers))
        sent = (sent or b"") + (http.send(h11.EndOfMessage()) or b"")
        answer = Answer(sent, connection.address)
        try:
            async with asyncio.timeout_at(until):
                connection.writer.write(sent)
                rest = await _read_head(connection, answer)
        except ConnectionError:
            if connection.used:
                raise _Stale from None
            raise
        if not wanted(answer.head):
            answer.unwanted = True
            return answer
        try:
            await _read_body(connection, answer, rest, until, most)
        except h11.RemoteProtocolError as error:
            raise BadAnswer(_in_words(error)) from None
        return answer


class _Stale(Exception):
    """A kept connection turned out to be closed before anything came: the request is sent again on another."""


async def _read_head(connection: _Connection, answer: Answer) -> bytes:
    """Reads up to the head of the final response, which h11 is given; what came behind it."""
    data = b""
    while True:
        looked = 0
        while not (end := BLANK.search(data, looked)):
            looked = max(0, len(data) - 3)
            if len(data) > HEAD:
                raise BadAnswer(f"its head has more than {HEAD:,} bytes")
            piece = await connection.reader.read(READ)
            if not piece:
                if connection.used and not data:
                    raise _Stale
                raise BadAnswer(
                    "it closed the connection without an answer"
                    if not data
                    else "its head broke off"
                )
            data += piece
        head, data = data[: end.end()], data[end.end() :]
        match = _STATUS.match(head)
        if match is None:
            raise BadAnswer(f"it speaks no HTTP, but {head[:40]!r}")
        try:
            connection.http.receive_data(_plain(head, match))
            event = connection.http.next_event()
        except h11.RemoteProtocolError as error:
            raise BadAnswer(_in_words(error)) from None
        if isinstance(event, h11.Response):
            answer.head = head
            return data


def _plain(head: bytes, status: re.Match[bytes]) -> bytes:
    """A head as the protocol asks for it: of headers that frame the body each once, and nothing that is none."""
    version = b"1.1" if status[1] == b"1" and status[2] != b"0" else b"1.0"
    lines, framing = [b"HTTP/%s %s" % (version, status[3])], set[bytes]()
    for line in head.splitlines()[1:]:
        if match := _LINE.fullmatch(line.rstrip()):
            name, value = match[1].lower(), match[2].strip()
            if name in _FRAMING:
                if name in framing or (name == b"content-length" and not value.isdigit()):
                    continue
                if name == b"transfer-encoding" and value.lower() != b"chunked":
                    continue
                framing.add(name)
            lines.append(match[1] + b": " + bytes(b if b >= 32 else 32 for b in value))
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def _read_body(
    connection: _Connection, answer: Answer, data: bytes, until: float, most: int
) -> None:
    """Reads the body to its end, or until it is too long, too slow or broke off."""
    http, closed = connection.http, False
    pieces, size = [data], 0
    inflater = Inflater(header(answer.head, "content-encoding"), most)
    encodings = header_lines(answer.head, "transfer-encoding")
    plain = Chunks().feed if "chunked" in map(str.lower, encodings) else bytes
    _give(http, plain(data))
    try:
        async with asyncio.timeout_at(until):
            while True:
                event = http.next_event()
                if isinstance(event, h11.Data):
                    size += len(event.data)
                    if size > most or inflater.is_over(bytes(event.data)):
                        answer.truncated = "length"
                        break
                elif isinstance(event, h11.EndOfMessage):
                    trailing = http.trailing_data[0]
                    whole = b"".join(pieces)
                    pieces = [whole[: len(whole) - len(trailing)]]
                    break
                else:
                    piece = await connection.reader.read(READ)
                    closed = not piece
                    pieces.append(piece)
                    http.receive_data(b"") if closed else _give(http, plain(piece))
    except TimeoutError:
        answer.truncated = "time"
    except ConnectionError:
        answer.truncated = "disconnect"
    except h11.RemoteProtocolError:
        if not closed:
            raise
        answer.truncated = "disconnect"
    answer.body = b"".join(pieces)


def _give(http: h11.Connection, data: bytes) -> None:
    """Gives what there is; nothing would say that the connection is closed."""
    if data:
        http.receive_data(data)


def _info(
    address: str, port: int
) -> tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]:
    """An address as `getaddrinfo` gives it."""
    if ":" not in address:
        return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)
    bare, _, zone = address.partition("%")
    scope = int(zone) if zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (bare, port, 0, scope)


def _in_words(error: h11.RemoteProtocolError) -> str:
    return f"its answer is no HTTP: {error}"
