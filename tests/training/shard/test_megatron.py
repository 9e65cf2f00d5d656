"""Token files are Megatron's, byte by byte, and what is written is read back."""

from __future__ import annotations

import resource
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from tests.examples import examples
from training.shard.megatron import MAPPED, Sequences, Writer


def write(folder: Path, sequences: list[list[int]], vocabulary: int) -> tuple[Path, Path]:
    paths = folder / "x.bin", folder / "x.idx"
    with Writer(*paths, vocabulary) as writer:
        for sequence in sequences:
            writer.add(np.array(sequence, dtype=np.int64))
    return paths


@examples(60)
@given(
    st.sampled_from([300, 65_499, 65_500, 2_000_000]).flatmap(
        lambda v: st.tuples(st.just(v), st.lists(st.lists(st.integers(0, v - 1), max_size=9)))
    )
)
def test_what_is_written_is_read_back(drawn: tuple[int, list[list[int]]]) -> None:
    vocabulary, sequences = drawn
    with tempfile.TemporaryDirectory() as folder:
        stored = Sequences(*write(Path(folder), sequences, vocabulary))
        assert [stored[i].tolist() for i in range(len(stored))] == sequences
        assert stored.type.itemsize == (2 if vocabulary < 65_500 else 4)


@pytest.mark.parametrize(("vocabulary", "code", "letter"), [(1000, 8, "H"), (65_500, 4, "i")])
def test_the_index_is_the_table_of_the_format(
    tmp_path: Path, vocabulary: int, code: int, letter: str
) -> None:
    tokens, index = write(tmp_path, [[5, 6, 2], [2], [7, 2]], vocabulary)
    size = struct.calcsize(letter)
    assert tokens.read_bytes() == struct.pack(f"<6{letter}", 5, 6, 2, 2, 7, 2)
    assert index.read_bytes() == (
        b"MMIDIDX\x00\x00"
        + struct.pack("<Q", 1)  # version
        + struct.pack("<B", code)
        + struct.pack("<Q", 3)  # sequences
        + struct.pack("<Q", 4)  # documents + 1
        + struct.pack("<3i", 3, 1, 2)
        + struct.pack("<3q", 0, 3 * size, 4 * size)
        + struct.pack("<4q", 0, 1, 2, 3)
    )


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    tokens, index = write(tmp_path, [[1, 2, 3]], 1000)
    tokens.write_bytes(tokens.read_bytes()[:-2])
    with pytest.raises(TahonaError, match="cut short"):
        Sequences(tokens, index)
    index.write_bytes(b"something else")
    with pytest.raises(TahonaError, match="no Megatron index"):
        Sequences(tokens, index)


def test_more_files_are_read_than_a_process_may_have_open(tmp_path: Path) -> None:
    many = 2 * MAPPED
    for number in range(many):
        with Writer(tmp_path / f"{number}.bin", tmp_path / f"{number}.idx", 1000) as out:
            out.extend(np.array([number % 1000, 7]), [2])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAPPED + 256, limit[1]))
    try:
        pairs = ((tmp_path / f"{n}.bin", tmp_path / f"{n}.idx") for n in range(many))
        sequences = [Sequences(*pair) for pair in pairs]
        assert [one[0][0] for one in sequences] == [n % 1000 for n in range(many)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
