"""Which block of a translated lesson is which block of the lesson that it translates.

What learners put in is found by the key of the lesson and the id of the block, in any language.
So a block has the id in a translation that it has on the page of this site.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid5

from wagtail.blocks import StreamValue

from courses.models import LessonPage

Token = tuple[str, tuple[str, ...]]


def body_of(shipped: list[tuple[str, Any]]) -> StreamValue:
    """Blocks in their short form, as the body of a lesson."""
    value: StreamValue = LessonPage.body.field.to_python(shipped)
    return value


def body_as_shipped(lesson: LessonPage) -> StreamValue:
    """The body that this site was given with the lesson, whatever was made of it since."""
    first = lesson.revisions.order_by("created_at", "pk").first()
    if first is None:
        return lesson.body
    return body_of_json(first.content["body"])


def body_of_json(stored: str) -> StreamValue:
    """The body of a lesson as a version of it holds it."""
    return StreamValue(LessonPage.body.field.stream_block, json.loads(stored), is_lazy=True)


def give_ids(translated: StreamValue, shipped: StreamValue, lesson: LessonPage) -> None:
    """Give each block of a translation the id of the block of the site that it translates.

    `shipped` is what was translated, block by block. One that the site does not have gets an id
    of its own, the same on every site.
    """
    ids = dict(_pairs(list(shipped), list(body_as_shipped(lesson))))
    for place, block in enumerate(translated):
        block.id = ids.get(place) or str(uuid5(lesson.translation_key, f"block {place}"))


def _pairs(shipped: list[Any], on_site: list[Any]) -> Iterator[tuple[int, str]]:
    """The places of shipped blocks, each with the id of the block that says it on the site.

    Blocks that say the same are the same; between them, as many of the same kinds are too.
    """
    ours, theirs = [_token(block) for block in shipped], [_token(block) for block in on_site]
    matcher = SequenceMatcher(a=ours, b=theirs, autojunk=False)
    for kind, start, stop, there, end in matcher.get_opcodes():
        ours_here = [token[0] for token in ours[start:stop]]
        theirs_here = [token[0] for token in theirs[there:end]]
        if kind == "equal" or ours_here == theirs_here:
            yield from zip(
                range(start, stop), (block.id for block in on_site[there:end]), strict=True
            )


def _token(block: Any) -> Token:
    texts = block.block.get_searchable_content(block.value)
    return block.block_type, tuple(" ".join(str(text).split()) for text in texts)
