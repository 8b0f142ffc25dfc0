"""Chroma's vector index on disk: whether its files fit together. Chroma ends the whole process over some that do not."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

_HEADER = struct.Struct("<i6Q iI 3Q dQ")  # hnswlib's saveIndexPersistent: version, offset, most, count, row, label, vector, ...
_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")


def damaged(folder: Path) -> Path | None:
    """A vector index in a folder of Chroma's that is not as Chroma wrote it; None where all are."""
    for header in sorted(path for path in folder.glob("*-*-*-*-*") if path.is_dir()):
        if any(header.iterdir()) and not _sound(header):
            return header
    return None


def _sound(folder: Path) -> bool:
    if not all((folder / name).is_file() for name in _FILES):
        return False
    head, data, lengths, links = ((folder / name).read_bytes() for name in _FILES)
    if len(head) < _HEADER.size:
        return False
    version, _, most, count, row, label, vector, top, enter, level_links, most_links, _, _, _ = _HEADER.unpack_from(head)
    if version != 1:
        return True  # written by a Chroma that lays it out otherwise
    if not (count <= most and 4 + 4 * most_links == vector < label < row == label + 8 and level_links <= most_links):
        return False
    if not count:
        return True
    if len(data) < count * row or len(lengths) < 4 * count or enter >= count or top < 0 or not (folder / "index_metadata.pickle").is_file():
        return False
    rows = np.frombuffer(data, np.uint8, count * row).reshape(count, row)
    vectors = np.ascontiguousarray(rows[:, vector:label]).view("<f4")
    norms = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
    return (_linked(np.ascontiguousarray(rows[:, :vector]), count, most_links) and bool(np.all((abs(norms - 1) < 0.01) | (norms == 0)))
            and bool(np.isfinite(np.frombuffer(lengths, "<f4", count)).all()) and _levels(links, count, 4 + 4 * level_links))


def _linked(rows: np.ndarray, count: int, most: int) -> bool:
    """Whether no element has more neighbours than fit, and each neighbour is there."""
    numbers = rows[:, :2].copy().view("<u2")[:, 0]
    ids = rows[:, 4:].copy().view("<u4")
    return bool((numbers <= most).all()) and bool((ids[np.arange(most) < numbers[:, None]] < count).all())


def _levels(data: bytes, count: int, size: int) -> bool:
    """The same for the levels above: of each element the bytes of its levels, which may be none, and then those."""
    at, levels = 0, []
    for _ in range(count):
        length = int.from_bytes(data[at:at + 4], "little")
        if at + 4 + length > len(data) or length % size:
            return False
        levels.append(data[at + 4:at + 4 + length])
        at += 4 + length
    rows = np.frombuffer(b"".join(levels), np.uint8).reshape(-1, size)
    return at == len(data) and _linked(rows, count, size // 4 - 1)
