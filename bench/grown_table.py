"""The figures of an empty site and a grown one as a plain table."""

from __future__ import annotations

from dataclasses import dataclass

from bench.report import set_out


@dataclass(frozen=True)
class Bound:
    """What a grown site may cost: so many times an empty one, or so many milliseconds."""

    times: float | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        if self.times is not None:
            return f"≤ {self.times:g} x"
        return f"≤ {self.milliseconds:g} ms"

    def is_kept(self, empty: float, grown: float) -> bool:
        if self.times is not None:
            return grown <= empty * self.times
        assert self.milliseconds is not None
        return grown <= self.milliseconds


FLAT = Bound(times=1.1)
STAFF = Bound(milliseconds=300)
SWEEP = Bound(milliseconds=100)


def bound_of(name: str) -> Bound:
    if name.startswith("sweep"):
        return SWEEP
    return STAFF if name.startswith("staff: ") else FLAT


HEADINGS = ("", "empty ms", "grown ms", "times", "queries", "must be", "")


def as_table(empty: dict[str, dict[str, float]], grown: dict[str, dict[str, float]]) -> str:
    """Each act on an empty site and on a grown one, and whether it keeps within its bound."""
    lines = [HEADINGS, *(line_of(name, empty[name], grown[name]) for name in grown)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADINGS))]
    return "\n".join(set_out(line, widths, left={0, 6}) for line in lines)


def line_of(name: str, empty: dict[str, float], grown: dict[str, float]) -> tuple[str, ...]:
    bound = bound_of(name)
    more = f"{empty['queries']:g} → {grown['queries']:g}"
    return (
        name,
        f"{empty['ms']:.1f}",
        f"{grown['ms']:.1f}",
        f"{grown['ms'] / empty['ms']:.2f}",
        f"{grown['queries']:g}" if empty["queries"] == grown["queries"] else more,
        str(bound),
        "yes" if bound.is_kept(empty["ms"], grown["ms"]) else "missed",
    )
