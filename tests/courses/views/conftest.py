"""A lesson in parts and its reader, for every test of views that asks for them."""

from tests.courses.views.parts import browser, clock, lesson, place, reader  # noqa: F401
