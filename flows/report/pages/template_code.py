"""The templates of pages, cached as Python code beside their files, as Python caches that of modules.

Compiling those of a report takes a fifth of a second, in each process that writes one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class TemplateCode(BytecodeCache):
    """The code of each template in `__pycache__`; where that can't be written each process compiles.

    `filters` is the file of the filters: what a template computes of constants is computed when it is compiled.
    """

    def __init__(self, filters: Path) -> None:
        made_by = f"{jinja2.__version__} {hashlib.sha256(filters.read_bytes()).hexdigest()}"
        self._made_by = importlib.util.MAGIC_NUMBER + made_by.encode()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The path of the code of a template; None if the template is no file."""
        return importlib.util.cache_from_source(filename) if filename else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError, ValueError, EOFError, TypeError):
            head, data = self._head(bucket), Path(bucket.key).read_bytes()
            if data.startswith(head):
                bucket.code = marshal.loads(data[len(head) :])

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        aside = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            aside.write_bytes(self._head(bucket) + marshal.dumps(bucket.code))
            aside.replace(path)

    def _head(self, bucket: Bucket) -> bytes:
        return self._made_by + bucket.checksum.encode()
