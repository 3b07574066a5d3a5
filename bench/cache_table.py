"""The figures of each cache as a plain table."""

from __future__ import annotations

EARNS = 0.15
"""The share of a page that a cache must save to be worth having."""


def as_table(figures: dict[str, dict[str, float]]) -> str:
    """A row for each cache: what each page costs more without it; marked where it earns its place."""
    pages = list(figures)
    names = list(next(iter(figures.values())))
    width = max(map(len, names)) + 2
    lines = ["".join(["off".ljust(width), *(page.rjust(16) for page in pages)])]
    for name in names:
        cells = [cell(figures[page], name).rjust(16) for page in pages]
        lines.append("".join([name.ljust(width), *cells]))
    return "\n".join(lines)


def cell(page: dict[str, float], name: str) -> str:
    """Milliseconds, and by how much that is more than with every cache on."""
    if name == "none":
        return f"{page[name]:.2f}"
    more = page[name] / page["none"] - 1
    return f"{page[name]:.2f} {more:+.0%}{'*' if more >= EARNS else ' '}"
