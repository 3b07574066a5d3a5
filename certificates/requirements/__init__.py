"""What an award may ask for: a folder for each kind of requirement, in one list.

Everything else walks the list. A new kind is a folder here, its name in `NAMES`, and a
migration for its columns.
"""

from __future__ import annotations

from importlib import import_module

from certificates.requirements.base import RequirementKind

NAMES = (
    "course",
    "quiz",
    "conversations",
    "statement",
)

KINDS: tuple[RequirementKind, ...] = tuple(
    import_module(f"certificates.requirements.{name}.kind").KIND for name in NAMES
)
BY_NAME = {kind.name: kind for kind in KINDS}
