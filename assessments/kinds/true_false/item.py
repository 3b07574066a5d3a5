"""A true or false question as a paper holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from assessments.kinds.single_choice.item import SingleChoiceItem


@dataclass(frozen=True, kw_only=True)
class TrueFalseItem(SingleChoiceItem):
    """True or false. The response is the id of one of the two options, which keep their order."""

    kind: ClassVar[str] = "true_false"

    shuffle: bool = False
