"""One value that changes only as its reader saw it, on stores that create on a condition and replace without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Objects(Protocol):
    """The operations that it needs of a store; of many that `create` one name at once, one succeeds."""

    def create(self, path: str, data: bytes) -> bool: ...
    def read(self, path: str) -> bytes: ...
    def files(self, prefix: str) -> Iterator[tuple[str, int]]: ...
    def remove(self, path: str) -> None: ...


class Registers:
    """The value of `path` is the object of the highest number below it; none, or an empty one, is no value.

    Who wants to change what it saw creates the next number, which one alone can. Who saw an old number
    finds a higher one beside its own, and takes that back. The numbers never begin anew: what is
    removed leaves an empty object.
    """

    def __init__(self, objects: Objects) -> None:
        self.objects = objects

    def look(self, path: str) -> tuple[bytes, str] | None:
        """The value and its tag."""
        while numbers := self._numbers(path):
            try:
                data = self.objects.read(_object(path, numbers[-1]))
            except FileNotFoundError:
                continue  # the next has just taken its place
            return (data, str(numbers[-1])) if data else None
        return None

    def put_if(self, path: str, data: bytes, tag: str | None) -> str | None:
        """Writes a value if its tag is this (None: if there is none); its new tag, or None."""
        current, numbers = self.look(path), self._numbers(path)
        if (current[1] if current else None) != tag:
            return None
        number = numbers[-1] + 1 if numbers else 1
        if tag is not None and number != int(tag) + 1:
            return None
        if not self.objects.create(_object(path, number), data):
            return None
        numbers = self._numbers(path)
        if numbers[-1] != number:
            self.objects.remove(_object(path, number))
            return None
        for old in numbers[:-1]:
            self.objects.remove(_object(path, old))
        return str(number)

    def remove_if(self, path: str, tag: str) -> None:
        """Removes a value if its tag is this."""
        self.put_if(path, b"", tag)

    def paths(self, prefix: str) -> list[str]:
        """The places below a folder, with a value or without."""
        return sorted({path.rpartition("/")[0] for path, _ in self.objects.files(prefix)})

    def _numbers(self, path: str) -> list[int]:
        names = (file.rpartition("/")[2] for file, _ in self.objects.files(path))
        return sorted(int(name) for name in names if name.isdecimal())


def _object(path: str, number: int) -> str:
    return f"{path}/{number:012}"
