"""What first visits cost, as a plain table."""

from __future__ import annotations

from typing import Any

HEADINGS = (
    "| page | queries | server ms | LCP ms, cold | median | CLS | kB | requests | LCP ms, warm "
    "| kB, warm | must reach | |"
)


def as_table(figures: list[dict[str, Any]]) -> str:
    """A row for each page, as docs/performance.md has it."""
    lines = [HEADINGS, "| --- " * (HEADINGS.count("|") - 1) + "|"]
    return "\n".join([*lines, *(as_row(page) for page in figures)])


def as_row(page: dict[str, Any]) -> str:
    cells = (
        page["title"],
        "" if page["queries"] is None else str(page["queries"]),
        f"{page['server']:.0f}",
        f"{page['lcp']:.0f}",
        f"{page['usual_lcp']:.0f}",
        f"{page['shift']:.3f}" if page["shift"] else "0",
        f"{page['kilobytes']:.1f}",
        str(page["requests"]),
        f"{page['warm_lcp']:.0f}",
        f"{page['warm_kilobytes']:.1f}",
        page["target"],
        f"**missed**: {', '.join(page['missed'])}" if page["missed"] else "yes",
    )
    return "| " + " | ".join(cells) + " |"


def heaviest(page: dict[str, Any], count: int = 6) -> list[str]:
    """What came over the network for one page, the heaviest first."""
    files = sorted(page["files"].items(), key=lambda pair: -pair[1])
    return [f"{size / 1000:6.1f} kB  {address}" for address, size in files[:count]]
