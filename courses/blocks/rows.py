"""Rows that a new form begins with, so that an author sees at once what to fill in."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from wagtail.blocks import Block, BooleanBlock, CharBlock, StructBlock, TextBlock


def empty_rows(block: StructBlock, count: int) -> list[dict[str, Any]]:
    """The default of a list block of such blocks: `count` empty rows."""
    row = {name: _empty_value(child) for name, child in block.child_blocks.items()}
    return [dict(row) for _ in range(count)]


def empty_stream(name: str, block: StructBlock, count: int) -> list[dict[str, Any]]:
    """The default of a stream field: `count` empty blocks of this name.

    Each has an id, since the editor names the place of a block after it.
    """
    return [
        {"type": name, "value": row, "id": str(uuid5(NAMESPACE_OID, f"{name} {number}"))}
        for number, row in enumerate(empty_rows(block, count))
    ]


def _empty_value(block: Block) -> Any:
    """What a field that nobody has filled in sends."""
    default = block.get_default()
    if default is None and isinstance(block, CharBlock | TextBlock):
        return ""
    if default is None and isinstance(block, BooleanBlock):
        return False
    return default
