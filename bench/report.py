"""The measurements as a plain table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

HEADINGS = ("", "clients", "p50 ms", "p95 ms", "per second", "CPU ms", "queries", "must reach", "")
MEMORY_TARGETS = {"web": "≤ 350 MB", "worker": "≤ 200 MB"}


def as_table(report: dict[str, Any]) -> str:
    lines = [HEADINGS]
    for row in report["rows"]:
        last = "missed" in row
        lines.append(
            (
                row["title"],
                str(row["clients"]),
                f"{row['p50']:.1f}",
                f"{row['p95']:.1f}",
                f"{row['rate']:.0f}" if row["rate"] >= 20 else f"{row['rate']:.1f}",
                f"{row['cpu']:.2f}",
                "" if row["queries"] is None else str(row["queries"]),
                row["target"] if last else "",
                verdict(row) if last else "",
            )
        )
    if "certificate" in report:
        drawn = report["certificate"]
        lines.append(
            (
                "certificate drawn and sealed",
                "",
                f"{drawn['p50']:.1f}",
                f"{drawn['p95']:.1f}",
                "",
                f"{drawn['cpu']:.1f}",
                "",
                "≤ 75 ms",
                "yes" if drawn["cpu"] <= 75 else f"{drawn['cpu'] / 75:.0%} of the CPU",
            )
        )
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADINGS))]
    text = [
        f"{report['at']}, {report['machine']}, {report['database']}",
        "",
        *(set_out(line, widths) for line in lines),
        "",
    ]
    for name, memory in report["memory"].items():
        text.append(
            f"memory, {name}: {memory['pss']:.0f} MB in {memory['processes']} processes "
            f"({memory['rss']:.0f} MB with what they share counted each time); "
            f"must reach {MEMORY_TARGETS[name]}"
        )
    return "\n".join(text)


def verdict(row: dict[str, Any]) -> str:
    if not row["target"]:
        return ""
    return ", ".join(row["missed"]) or "yes"


def set_out(line: tuple[str, ...], widths: list[int], left: Collection[int] = (0, 7, 8)) -> str:
    """A line with its cells below those of the others; the columns in `left` begin together."""
    words = [
        text.ljust(width) if at in left else text.rjust(width)
        for at, (text, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(words).rstrip()
