"""Shipped words in the form in which the editor keeps them, so that saving them changes nothing."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import (
    Block,
    CharBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StreamValue,
    StructBlock,
    TextBlock,
    URLBlock,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

TYPED = (CharBlock, TextBlock, URLBlock)


def put_as_edited(row: models.Model) -> None:
    """Put every text of a page or a question as the editor would save it untouched."""
    for field in row._meta.get_fields():
        if isinstance(field, RichTextField):
            setattr(row, field.name, edited_text(getattr(row, field.name), field.features))
        elif isinstance(field, StreamField):
            value: StreamValue = getattr(row, field.name)
            setattr(row, field.name, edited_value(field.stream_block, value))


def edited_text(source: str, features: list[str]) -> str:
    """Rich text as the editor saves it. Its blocks are named by their places, not by chance."""
    if not strip_tags(source or "").strip():
        return ""
    converter = ContentstateConverter(features)
    state = json.loads(converter.from_database_format(source))
    for number, block in enumerate(state["blocks"]):
        block["key"] = f"p{number:04}"
    text: str = converter.to_database_format(json.dumps(state))
    return text


def edited_value(block: Block, value: Any) -> Any:
    """The value of a block as the editor saves it; the ids of its rows stay."""
    if isinstance(block, RichTextBlock):
        return RichText(edited_text(value.source, block.features))
    if isinstance(block, TYPED):
        return value or ""
    if isinstance(block, StreamBlock):
        children = [
            (child.block_type, edited_value(child.block, child.value), child.id) for child in value
        ]
        return StreamValue(block, children)
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            content = value[name] if name in value else child.get_default()
            value[name] = edited_value(child, child.normalize(content))
    elif isinstance(block, ListBlock):
        for row in value.bound_blocks:
            row.value = edited_value(row.block, row.value)
    return value
