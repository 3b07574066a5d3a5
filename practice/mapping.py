"""The map of a conversation's branches, drawn as its author works, with what is wrong named on it.

Pure: a script in, a drawing out. Its words stand beside it as a list, for whoever listens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from practice.checking import Problem, problems_of_script
from practice.scripts import Graph, Script

BOX_WIDTH, BOX_HEIGHT = 112, 46
ACROSS, DOWN = 132, 92
MARGIN = 12
LONGEST = 15


@dataclass(frozen=True)
class Box:
    """A moment, an ending, or a name that leads nowhere, at its place on the map."""

    name: str
    words: str
    kind: str
    x: int
    y: int
    problems: tuple[str, ...] = ()

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2


@dataclass(frozen=True)
class BranchMap:
    """A script as its author sees it: the drawing, and everything that is wrong."""

    boxes: tuple[Box, ...]
    svg: str
    problems: tuple[Problem, ...]


def map_of(script: Script) -> BranchMap:
    """The map of a script, finished or not."""
    problems = tuple(problems_of_script(script))
    boxes = _boxes(script, problems)
    return BranchMap(tuple(boxes.values()), _draw(script, boxes), problems)


# Where everything stands -------------------------------------------------------------------


def _boxes(script: Script, problems: Iterable[Problem]) -> dict[str, Box]:
    texts: dict[str, list[str]] = {}
    for problem in problems:
        texts.setdefault(problem.at, []).append(problem.text)
    boxes = {}
    for row, names in enumerate(_rows(script)):
        for place, name in enumerate(names):
            kind, words = _kind_and_words(script, name)
            boxes[name] = Box(
                name=name,
                words=words,
                kind=kind,
                x=MARGIN + place * ACROSS,
                y=MARGIN + row * DOWN,
                problems=tuple(texts.get(name, ())),
            )
    return boxes


def _kind_and_words(script: Script, name: str) -> tuple[str, str]:
    ending, moment = script.ending(name), script.moment(name)
    if ending is not None:
        return f"ending-{ending.kind.replace(' ', '-')}", ending.words
    if moment is not None:
        return ("red-line" if moment.red_line else "moment"), moment.words
    return "nowhere", _("nothing here")


def _rows(script: Script) -> list[list[str]]:
    """The names row by row: each below all that leads to it, and endings at the foot.

    Where there is a circle, as far down as the first way to it.
    """
    leads = Graph.of(script).leads
    depth = {script.start: 0} if script.start else {}
    ahead = list(depth)
    for name in ahead:
        for target in leads.get(name, ()):
            if target not in depth:
                depth[target] = depth[name] + 1
                ahead.append(target)
    if not Graph.of(script).circles():
        _push_down(depth, leads)
    last = max(depth.values(), default=-1) + 1
    every = [*leads, *(ending.name for ending in script.endings)]
    for name in every:
        if script.ending(name) is not None or name not in depth:
            depth[name] = last
    rows: list[list[str]] = [[] for _row in range(last + 1)]
    for name in dict.fromkeys([*ahead, *every]):
        rows[depth[name]].append(name)
    return [row for row in rows if row]


def _push_down(depth: dict[str, int], leads: Mapping[str, tuple[str, ...]]) -> None:
    """Move every name below all the moments that lead to it. There must be no circle."""
    for _round in depth:
        for name, targets in leads.items():
            for target in targets if name in depth else ():
                depth[target] = max(depth[target], depth[name] + 1)


# The drawing -------------------------------------------------------------------------------


def _draw(script: Script, boxes: Mapping[str, Box]) -> str:
    width = max((box.x for box in boxes.values()), default=0) + BOX_WIDTH + MARGIN
    height = max((box.y for box in boxes.values()), default=0) + BOX_HEIGHT + MARGIN
    lines = "".join(
        _line(boxes[moment.name], boxes[reply.leads_to], reply.worth)
        for moment in script.moments
        for reply in moment.replies
        if reply.leads_to in boxes
    )
    drawn = "".join(_box(box) for box in boxes.values())
    label = escape(_("Map of the branches; the list below it says the same in words"))
    return (
        f'<svg class="branches" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}">{lines}{drawn}</svg>'
    )


def _line(box: Box, target: Box, worth: int) -> str:
    """A reply, from the foot of its moment to the head of what it leads to."""
    start_x, start_y = box.middle + (worth - 1) * 14, box.y + BOX_HEIGHT
    if target.y > box.y:
        end_x, end_y = target.middle + (worth - 1) * 8, target.y
    else:  # back, or to the side
        end_x, end_y = target.x + BOX_WIDTH, target.y + BOX_HEIGHT // 2
    bend = max(24, abs(end_y - start_y) // 2)
    return (
        f'<path class="branches__line branches__line--{worth}" d="M{start_x} {start_y}'
        f'C{start_x} {start_y + bend} {end_x} {end_y - bend} {end_x} {end_y}"/>'
    )


def _box(box: Box) -> str:
    wrong = " branches__box--wrong" if box.problems else ""
    words = box.words if len(box.words) <= LONGEST else box.words[: LONGEST - 1] + "…"
    title = escape(" ".join([box.words, *box.problems]))
    mark = (
        f'<circle class="branches__mark" cx="{box.x + BOX_WIDTH}" cy="{box.y}" r="9"/>'
        f'<text class="branches__count" x="{box.x + BOX_WIDTH}" y="{box.y + 4}" '
        f'text-anchor="middle">{len(box.problems)}</text>'
        if box.problems
        else ""
    )
    return (
        f'<g class="branches__box branches__box--{escape(box.kind)}{wrong}"><title>{title}</title>'
        f'<rect x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="10"/>'
        f'<text class="branches__name" x="{box.middle}" y="{box.y + 19}" text-anchor="middle">'
        f"{escape(box.name)}</text>"
        f'<text class="branches__words" x="{box.middle}" y="{box.y + 35}" text-anchor="middle">'
        f"{escape(words)}</text>{mark}</g>"
    )
