"""Which documents are captions: nothing but captions may take their place."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField
from wagtail.models import ReferenceIndex

from courses.uploads.captions import EXTENSIONS


def is_captions(document: Any) -> bool:
    """Whether a stored document holds captions, or is shown as the captions of something.

    Every door stores captions under a name of their own, which counts for those in a draft, too:
    Wagtail's reference index knows of no drafts. The index finds what came in before that.
    """
    if document.filename.rpartition(".")[2].lower() in EXTENSIONS:
        return True
    return any(map(is_for_captions, ReferenceIndex.get_references_to(document)))


def is_for_captions(reference: ReferenceIndex) -> bool:
    """Whether the place that refers to a document is one for captions."""
    field, path = reference.related_field, reference.model_path_components
    if not isinstance(field, StreamField):
        return False
    block = field.stream_block
    for name in path[path.index(field.name) + 1 :]:
        children = getattr(block, "child_blocks", None)
        block = children.get(name) if children else getattr(block, "child_block", None)
    return getattr(block, "is_for_captions", False)
