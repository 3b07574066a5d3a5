"""`manage.py course_hours`: what each course comes to by the rule of hours."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.models import CoursePage
from courses.study_time import StudyTime, halves
from lms.course_hours import CourseHours, HoursRow, course_hours

HEAD = ("Module", "words", "reading, min", "exercises, min", "questions, min")


class Command(BaseCommand):
    help = (
        "Prints how many hours each published course comes to, for somebody who reads and answers "
        "all of it and for somebody who also does every exercise, as a table for the docs. "
        "Counts with the function that certificates are counted with, and writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="Of one course; else every published one.")

    def handle(self, *args: Any, slug: str | None, **options: Any) -> None:
        courses = CoursePage.objects.live().order_by("path")
        if slug:
            courses = courses.filter(slug=slug)
        if not courses:
            raise CommandError("There is no such course, or none is published.")
        for course in courses:
            self.stdout.write(f"{course.title}\n\n{table(course_hours(course))}\n")


def table(hours: CourseHours) -> str:
    """The hours of a course as a table in Markdown, and a sentence on each of the two readers."""
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, hours.rows), _sum(hours)]
    return "\n".join(
        [
            *(f"| {' | '.join(line)} |" for line in lines),
            "",
            f"Reads all of it and answers, and writes nothing: {_said(hours.quick)}.",
            f"Also does every exercise: {_said(hours.thorough)}.",
        ]
    )


def _cells(row: HoursRow) -> tuple[str, ...]:
    figures = (row.words, row.reading_minutes, row.exercise_minutes, row.questions)
    return (row.title, *(f"{figure:,}" for figure in figures))


def _sum(hours: CourseHours) -> tuple[str, ...]:
    all_of_it = hours.thorough
    figures = (
        all_of_it.words,
        all_of_it.reading_minutes,
        all_of_it.exercise_minutes,
        all_of_it.question_minutes,
    )
    return ("All", *(f"{figure:,}" for figure in figures))


def _said(time: StudyTime) -> str:
    minutes = time.reading_minutes + time.exercise_minutes + time.question_minutes
    return f"{minutes} minutes, printed as about {halves(time.minutes)} hours"
