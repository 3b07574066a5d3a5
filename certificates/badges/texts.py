"""JSON as one text: the same value gives the same text, whoever wrote it. Pure."""

from __future__ import annotations

import json
from typing import Any


class TwiceNamed(ValueError):
    """An object names something twice, and readers would not agree on which counts."""


def serialised(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )


def parsed(text: str) -> Any:
    """The value of a text. Raises ValueError, and TwiceNamed, which is one."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise TwiceNamed
    return named


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
