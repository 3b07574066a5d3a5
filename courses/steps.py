"""The kinds of step that a course can be made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StepKind:
    """One kind of step: its name in code, and the words and the icon that lists show it by.

    `optional_label` names a step that nothing in the course waits for, `done_label` says that
    one is completed, and `count_label % {"number": n}` says how many there are.
    """

    name: str
    label: Any
    optional_label: Any
    done_label: Any
    count_label: Any
    icon: str
