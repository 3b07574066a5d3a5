"""The small drawing that a module is known by, and the tone of its place in the course."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

TONES = 6
"""How many tones the stylesheet has, `tone--1` and on; a longer course begins them again."""


class ModuleMark(models.TextChoices):
    """What a trainer may choose as the mark of a module. Each is the name of one of our icons."""

    PEOPLE = "people", _("Two people")
    EAR = "ear", _("An ear")
    HEART = "heart", _("A heart")
    FENCE = "fence", _("A fence")
    CIRCLES = "circles", _("Two circles that meet")
    COMPASS = "compass", _("A compass")
    MESSAGE = "message", _("A word said")
    BOOK = "book", _("A book")
    LEAF = "leaf", _("A leaf")
    SUN = "sun", _("A sun")
    SHIELD = "shield", _("A shield")


def tone_of(number: int) -> int:
    """The tone of the module with this number in its course, counted from one."""
    return (number - 1) % TONES + 1
