"""How many functions each act calls, as a plain table."""

from __future__ import annotations


def as_table(calls: dict[str, float]) -> str:
    """A row for each act, as docs/performance.md has it."""
    lines = ["| act | calls |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {count:,.0f} |" for name, count in calls.items())])
