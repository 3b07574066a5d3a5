"""Blocks of a lesson with a part for one reader alone, such as what they wrote there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from courses.blocks.prose import ShownBlock
from people.models import User


class PersonalBlock(ShownBlock):
    """A block whose template also shows what belongs to whoever reads it.

    The template is given `value`, `block_id` and what `personal_contexts` says of this block.
    Where it says nothing, every such reader is shown the same, which is cached. In a preview
    `block_id` is empty: there is nobody whose part it could be.
    """

    def personal_contexts(
        self, reader: User, page_key: UUID, block_ids: Sequence[str]
    ) -> Mapping[str, dict[str, Any]]:
        """What the template is given of this reader, by block id: for all blocks of this kind on
        a page, in one query. A block of which there is nothing to say is left out."""
        raise NotImplementedError
