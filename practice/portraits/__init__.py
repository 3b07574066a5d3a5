"""Portraits of the people whom one talks with: our own drawings, in four states each. Pure.

One kit for all: shoulders, neck, head, hair and clothes that are a person's own, and a face that
six small moves change. A portrait is decoration: every reaction is said in words as well. See the
cast in docs/trainers.md for what each person is like, and for what is never drawn.
"""

from __future__ import annotations

from functools import cache

from django.utils.html import escape

from practice.portraits.faces import FACES, draw_face
from practice.portraits.people import PEOPLE

DISC = "portrait portrait--{ground}"


def has_portrait(name: str) -> bool:
    """Whether somebody of this name is drawn; others are shown by an initial."""
    return name in PEOPLE


@cache
def portrait(name: str, face: str = "listening") -> str:
    """The markup of a portrait, hidden from those who listen. The words beside it say it all."""
    person = PEOPLE.get(name)
    if person is None:
        return _initial(name)
    look = FACES.get(face, FACES["listening"])
    body = person.draw_body(face)
    head = person.draw_head(face, draw_face(person, look))
    return (
        f'<svg class="{DISC.format(ground=person.ground)}" viewBox="6 4 84 84" aria-hidden="true" '
        f'focusable="false"><g transform="translate(0 {look.shoulders:g})">{body}</g>'
        f'<g transform="rotate({look.tilt:g} 48 66)">{head}</g>{person.draw_over(face)}</svg>'
    )


def _initial(name: str) -> str:
    letter = escape(name[:1].upper() or "·")
    return (
        '<svg class="portrait portrait--initial" viewBox="6 4 84 84" aria-hidden="true" '
        f'focusable="false"><text x="48" y="57" text-anchor="middle">{letter}</text></svg>'
    )
