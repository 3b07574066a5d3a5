"""Days, hours and languages as people type them into tables, in English and Spanish."""

from datetime import date

import pytest

from certificates.bulk.cells import (
    UnclearDay,
    day_comes_first,
    day_in,
    language_in,
    minutes_in,
)

THIRD_OF_MAY = date(2026, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-03",
        "2026/5/3",
        "2026-05-03 00:00:00",
        "3 May 2026",
        "3rd May 2026",
        "3 de mayo de 2026",
        "3 mayo del 2026",
        "May 3, 2026",
        "３ May ２０２６",
        "3-may-2026",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert day_in(text, day_first=None) == THIRD_OF_MAY


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("03/05/2026", True, date(2026, 5, 3)),
        ("03/05/2026", False, date(2026, 3, 5)),
        ("25/05/2026", None, date(2026, 5, 25)),
        ("05/25/2026", None, date(2026, 5, 25)),
        ("05.05.2026", None, date(2026, 5, 5)),
        ("1 ene 2026", None, date(2026, 1, 1)),
        ("31 dic 2025", None, date(2025, 12, 31)),
        ("September 9 2025", None, date(2025, 9, 9)),
    ],
)
def test_which_figure_is_the_day_follows_from_the_column_or_from_itself(text, day_first, day):
    assert day_in(text, day_first=day_first) == day


def test_a_day_that_may_be_two_is_not_guessed():
    with pytest.raises(UnclearDay):
        day_in("03/05/2026", day_first=None)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "3/5/26", "2026-13-01", "31/02/2026", "32 May 2026", "3 Floréal 2026", "46145"],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  each text has words of its own
        day_in(text, day_first=True)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["03/05/2026", "25/05/2026"], True),
        (["03/05/2026", "05/25/2026"], False),
        (["03/05/2026"], None),
        (["25/05/2026", "05/25/2026"], None),
        (["2026-05-03", ""], None),
    ],
)
def test_a_column_shows_by_one_of_its_days_how_all_are_written(texts, first):
    assert day_comes_first(texts) is first


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("12", 720), ("12.5", 750), ("12,5 h", 750), ("8 hours", 480), ("8 horas", 480), ("1:30", 90)],
)
def test_hours_are_read(text, minutes):
    assert minutes_in(text) == minutes


@pytest.mark.parametrize("text", ["", "0", "-3", "many", "2001", "1e9", "12:3"])
def test_what_is_no_number_of_hours_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  each text has words of its own
        minutes_in(text)


@pytest.mark.parametrize(
    ("text", "code"), [("en", "en"), ("English", "en"), ("Español", "es"), ("INGLÉS", "en")]
)
def test_a_language_is_read_by_its_name_or_its_code(text, code):
    assert language_in(text) == code


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="fr"):
        language_in("fr")
