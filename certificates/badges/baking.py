"""Putting a badge into its picture, as Open Badges 3.0 has it, and finding it there. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import pack, unpack

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
TEXT = b"iTXt"
MOST_TEXT = 200_000
"""How long a text in a picture may be that is read: ours have some 2,000 letters."""


class NoPicture(ValueError):
    """What was given is not a PNG, or only a part of one."""


def baked(picture: bytes, badge: str) -> bytes:
    """A PNG with a badge inside, right after its head. Raises NoPicture."""
    head, *others = chunks_of(picture)
    other_chunks = [each for each in others if not _is_badge(*each)]
    text = KEYWORD + b"\x00\x00\x00\x00\x00" + badge.encode()
    return SIGNATURE + b"".join(_chunk(*each) for each in [head, (TEXT, text), *other_chunks])


def badges_in(picture: bytes) -> list[str]:
    """The badges inside a PNG. Raises NoPicture, and UnicodeDecodeError."""
    return [_text_of(content) for kind, content in chunks_of(picture) if _is_badge(kind, content)]


def chunks_of(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG, in their order. Raises NoPicture."""
    if not picture.startswith(SIGNATURE):
        raise NoPicture
    place = len(SIGNATURE)
    while place < len(picture):
        if place + 12 > len(picture):
            raise NoPicture
        length, kind = unpack(">I4s", picture[place : place + 8])
        content = picture[place + 8 : place + 8 + length]
        place += 12 + length
        if place > len(picture) or picture[place - 4 : place] != _check(kind, content):
            raise NoPicture
        yield kind, content
        if kind == b"IEND":
            return


def _is_badge(kind: bytes, content: bytes) -> bool:
    return kind == TEXT and content.startswith(KEYWORD + b"\x00")


def _text_of(content: bytes) -> str:
    """The text of a part, which may be compressed. Raises NoPicture where it is too long."""
    fields = content[len(KEYWORD) + 1 :]
    is_compressed = fields[:1] == b"\x01"
    _language, _keyword, text = fields[2:].split(b"\x00", 2)
    if is_compressed:
        opened = zlib.decompressobj()
        text = opened.decompress(text, MOST_TEXT)
        if opened.unconsumed_tail:
            raise NoPicture
    if len(text) > MOST_TEXT:
        raise NoPicture
    return text.decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I4s", len(content), kind) + content + _check(kind, content)


def _check(kind: bytes, content: bytes) -> bytes:
    return pack(">I", zlib.crc32(kind + content))
