"""The digest of a model's file is of what is there now, though it is read once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cleaning.models.digest import digest


def test_it_is_that_of_the_file_and_another_one_of_another_file(tmp_path: Path) -> None:
    model, other = tmp_path / "model", tmp_path / "other"
    model.write_bytes(b"one")
    assert digest(model) == digest(str(model)) == hashlib.sha256(b"one").hexdigest()
    other.write_bytes(b"two")
    other.replace(model)
    assert digest(model) == hashlib.sha256(b"two").hexdigest()
