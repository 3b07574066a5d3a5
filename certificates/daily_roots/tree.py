"""Merkle trees as RFC 6962, section 2.1, has them, with SHA-256. Pure.

A leaf and a node begin with different bytes, so that nobody shows one for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LEAF = b"\0"
NODE = b"\1"


def leaf_of(file_sha256: str) -> bytes:
    """The leaf of a file, by its hash in hexadecimal."""
    return sha256(LEAF + bytes.fromhex(file_sha256)).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over some leaves, in their order. Of none it is the hash of nothing."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return sha256(NODE + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """What is hashed with a leaf, one after another, to come to the root."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*path_of(index, leaves[:split]), root_of(leaves[split:])]
    return [*path_of(index - split, leaves[split:]), root_of(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two that is smaller than a number above one."""
    return int(1 << (size - 1).bit_length() - 1)
