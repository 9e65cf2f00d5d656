"""Opens ZIP files of documents (EPUB, ODT, DOCX, WACZ): members are read into memory, never to disk."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

from cleaning.readers.records import Refusal

MOST = 100_000  # members of an archive


class Zipped:
    """The members of a ZIP file, which together may hold at most `limit` bytes; a Refusal for all that is wrong."""

    def __init__(self, path: Path, limit: int) -> None:
        self.limit = self.left = limit
        try:
            self.file = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Refusal("damaged", f"no ZIP file: {error}") from error
        if len(self.file.filelist) > MOST:
            raise Refusal("refused", f"it has {len(self.file.filelist):,} members")
        for member in self.file.filelist:
            if outside(member.filename):
                raise Refusal("refused", f"a member is called {member.filename[:100]!r}")

    def names(self) -> list[str]:
        """The members that are no folders, in their order."""
        return [m.filename for m in self.file.filelist if not m.filename.endswith("/")]

    def read(self, name: str) -> bytes:
        """The content of a member; a KeyError where there is none of that name."""
        member = self.file.getinfo(name)
        if member.flag_bits & 1:
            raise Refusal("no document", "it is encrypted")
        try:
            with self.file.open(member) as stream:
                data = stream.read(self.left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,
            ValueError,
            OSError,
        ) as error:
            raise Refusal("damaged", f"the member {name[:100]!r}: {error}") from error
        self.left -= len(data)
        if self.left < 0:
            raise Refusal("refused", f"it unpacks to more than {self.limit:,} bytes")
        return data

    def __enter__(self) -> Zipped:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()


def outside(name: str) -> bool:
    """Whether the name of a member leads out of its archive."""
    return (
        name.startswith(("/", "\\"))
        or ".." in name.replace("\\", "/").split("/")
        or name[1:2] == ":"
    )


def beside(name: str, reference: str) -> str:
    """The member that a reference in the member `name` means; a Refusal where it leads outside."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), reference))
    if outside(target):
        raise Refusal("refused", f"a reference to {reference[:100]!r}")
    return target
