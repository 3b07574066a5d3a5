"""What certificates cost, as a plain table."""

from __future__ import annotations

from bench.report import set_out

MADE = 60.0
LARGEST = 40_000
CHECKS = {"one number": 20, "a list of 500": 300, "the file as issued": 100, "an altered file": 100}
MOST_QUERIES = {"one number": 3}
HEADINGS = ("", "", "queries", "must be", "")


def as_table(issued: float, made: float, largest: int, checks: dict[str, dict[str, float]]) -> str:
    """A line for each figure, and whether it is within its bound.

    `issued` and `made` are seconds: to put the certificates on the register, and to draw, sign, seal
    and announce them, by the clock and of the worker's processor. `largest` is in bytes. The bound
    of a minute is for both together, by the clock.
    """
    by_clock, worked = made
    lines = [
        ("500 put on the register", f"{issued:.1f} s", "", "", ""),
        ("500 made and announced by the worker", f"{by_clock:.1f} s", "", "", ""),
        ("of it, the worker's own work", f"{worked:.1f} s", "", "", ""),
        (
            "both together",
            f"{issued + by_clock:.1f} s",
            "",
            f"≤ {MADE:g} s",
            yes(issued + by_clock <= MADE),
        ),
        ("largest file", f"{largest:,} B", "", f"≤ {LARGEST:,} B", yes(largest <= LARGEST)),
        *(line_of(name, figures) for name, figures in checks.items()),
    ]
    widths = [max(len(line[at]) for line in [HEADINGS, *lines]) for at in range(len(HEADINGS))]
    return "\n".join(set_out(line, widths, left={0, 4}) for line in [HEADINGS, *lines])


def line_of(name: str, figures: dict[str, float]) -> tuple[str, ...]:
    queries, most = figures["queries"], MOST_QUERIES.get(name)
    bound = f"≤ {CHECKS[name]} ms" + (f", {most} queries" if most else "")
    is_kept = figures["ms"] <= CHECKS[name] and (most is None or queries <= most)
    return (f"check: {name}", f"{figures['ms']:.1f} ms", f"{queries:g}", bound, yes(is_kept))


def yes(is_kept: bool) -> str:
    return "yes" if is_kept else "missed"
