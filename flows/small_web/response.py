"""What the web answers to one request, and what must become of it in the chain."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    """One answer as it goes over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or the empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Page:
    """A served address with the fate it must have.

    ``reason`` says what it is, and so what must become of it: ``flows.small_web.truth`` has the reasons.
    """

    host: str
    path: str
    response: Response
    reason: str
    language: str = ""
    copy_of: str = ""
    masked: str = ""
    stays: str = ""

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http://{self.host}{self.path}"


def html(text: str, charset: str = "utf-8", encoding: str = "utf-8", status: int = 200) -> Response:
    """An HTML answer; ``charset`` is what the header declares, true or not."""
    kind = f"text/html; charset={charset}" if charset else "text/html"
    return Response(status, (("Content-Type", kind),), text.encode(encoding))


def plain(text: str, kind: str = "text/plain; charset=utf-8", status: int = 200) -> Response:
    """A text answer that is not a page: robots.txt, a feed, a site map."""
    return Response(status, (("Content-Type", kind),), text.encode())


def redirect(location: str, status: int = 301) -> Response:
    """A redirect, permanent by default."""
    return Response(status, (("Location", location), ("Content-Type", "text/plain")), b"")


def binary(body: bytes, kind: str) -> Response:
    """An answer that is no text at all."""
    return Response(200, (("Content-Type", kind),), body)
