"""Makes one thing, plainly. `make.attempt(quiz=quiz)` builds what it needs around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from wagtail.models import Locale, Page, Site

from courses.models import (
    Competency,
    CourseIndexPage,
    CoursePage,
    Draw,
    Edition,
    Enrolment,
    LessonPage,
    Matching,
    ModulePage,
    MultipleResponse,
    Ordering,
    Question,
    Quiz,
    QuizPage,
    SingleChoice,
    TrueFalse,
)
from lms.models import HomePage
from people.models import User

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PASSWORD = "a-long-enough-password"  # noqa: S105

_number = count(1)


def user(email: str = "", full_name: str = "Ada Okafor", **fields: Any) -> User:
    """A person whose email address is confirmed."""
    person = User.objects.create_user(
        email or f"person{next(_number)}@peerwork.example", PASSWORD, full_name=full_name, **fields
    )
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def home() -> HomePage:
    """The front page, in place of the one that Wagtail puts there."""
    page = HomePage.objects.first()
    if page is not None:
        return page
    Locale.objects.get_or_create(language_code="en")
    Edition.objects.get_or_create(pk=1)
    site = Site.objects.filter(is_default_site=True).first()
    welcome = site.root_page if site else None
    page = HomePage(title="Peerwork", slug="peerwork", heading="Peer support, learned well", introduction="<p>Learn.</p>")
    Page.get_first_root_node().add_child(instance=page)
    if site is None:
        Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    else:
        site.root_page = page
        site.save()
    if welcome is not None:
        welcome.delete()
    Site.clear_site_root_paths_cache()
    return HomePage.objects.get()


def catalogue() -> CourseIndexPage:
    page = CourseIndexPage.objects.first()
    if page is None:
        page = home().add_child(instance=CourseIndexPage(title="Courses", slug="courses"))
    return page


def course(title: str = "Listening well", **fields: Any) -> CoursePage:
    number = next(_number)
    page = CoursePage(title=title, slug=f"course-{number}", summary="How to listen.", **fields)
    return catalogue().add_child(instance=page)


def module(course: CoursePage, title: str = "", **fields: Any) -> ModulePage:
    number = next(_number)
    page = ModulePage(title=title or f"Module {number}", slug=f"module-{number}", **fields)
    return _fresh(course).add_child(instance=page)


def lesson(module: ModulePage, title: str = "", body: Any = None, **fields: Any) -> LessonPage:
    number = next(_number)
    page = LessonPage(
        title=title or f"Lesson {number}",
        slug=f"lesson-{number}",
        body=body or [("prose", "<p>Be there first.</p>")],
        **fields,
    )
    return _fresh(module).add_child(instance=page)


def quiz_page(parent: Page, quiz: Quiz | None = None, **fields: Any) -> QuizPage:
    number = next(_number)
    page = QuizPage(
        title=fields.pop("title", f"Quiz {number}"),
        slug=f"quiz-{number}",
        quiz=quiz or globals()["quiz"](),
        **fields,
    )
    return _fresh(parent).add_child(instance=page)


def _fresh(page: Any) -> Any:
    """The page again: a tree row remembers how many children it had."""
    return type(page).objects.get(pk=page.pk)


def full_course(modules: int = 2, lessons: int = 2, quizzes: bool = True, **fields: Any) -> CoursePage:
    """A course of modules, each with lessons and a quiz to close it."""
    page = course(**fields)
    for _ in range(modules):
        one = module(page)
        for _ in range(lessons):
            lesson(one)
        if quizzes:
            quiz_page(one)
    return _fresh(page)


# The bank -------------------------------------------------------------------------------


def single_choice(**fields: Any) -> SingleChoice:
    number = next(_number)
    options = fields.pop("options", [("Reflect", "1", "Yes."), ("Ask", "0.5", "Partly."), ("Fix", "0", "Not yet.")])
    return SingleChoice.objects.create(
        code=fields.pop("code", f"S{number}"),
        stem=fields.pop("stem", "<p>What comes first?</p>"),
        options=[("option", {"text": t, "fraction": f, "feedback": b}) for t, f, b in options],
        **fields,
    )


def multiple_response(**fields: Any) -> MultipleResponse:
    number = next(_number)
    options = fields.pop(
        "options", [("Nod", True, ""), ("Wait", True, ""), ("Advise", False, ""), ("Compare", False, "")]
    )
    return MultipleResponse.objects.create(
        code=fields.pop("code", f"M{number}"),
        stem=fields.pop("stem", "<p>Which help?</p>"),
        options=[("option", {"text": t, "is_right": r, "feedback": b}) for t, r, b in options],
        **fields,
    )


def true_false(**fields: Any) -> TrueFalse:
    number = next(_number)
    return TrueFalse.objects.create(
        code=fields.pop("code", f"T{number}"),
        stem=fields.pop("stem", "<p>Silence can help.</p>"),
        is_true=fields.pop("is_true", True),
        feedback_true="It can.",
        feedback_false="Give it five breaths.",
        **fields,
    )


def matching(**fields: Any) -> Matching:
    number = next(_number)
    pairs = fields.pop("pairs", [("Open", "What was it like?"), ("Closed", "Are you safe?"), ("Leading", "Isn’t it?")])
    return Matching.objects.create(
        code=fields.pop("code", f"A{number}"),
        stem=fields.pop("stem", "<p>Match each.</p>"),
        pairs=[("pair", {"left": a, "right": b, "feedback": ""}) for a, b in pairs],
        extra=[("choice", "Mm.")],
        **fields,
    )


def ordering(**fields: Any) -> Ordering:
    number = next(_number)
    steps = fields.pop("steps", ["Notice", "Breathe", "Come back", "Note it", "Talk"])
    return Ordering.objects.create(
        code=fields.pop("code", f"O{number}"),
        stem=fields.pop("stem", "<p>In what order?</p>"),
        steps=[("step", {"text": text, "feedback": ""}) for text in steps],
        **fields,
    )


def one_of_each_kind() -> list[Question]:
    return [single_choice(), multiple_response(), true_false(), matching(), ordering()]


def quiz(questions: list[Question] | None = None, **fields: Any) -> Quiz:
    """A quiz of fixed questions; one of each kind unless told."""
    number = next(_number)
    made = Quiz.objects.create(title=fields.pop("title", f"Quiz {number}"), **fields)
    if questions is None:
        questions = one_of_each_kind()
    for place, question in enumerate(questions):
        Draw.objects.create(quiz=made, question=question, worth=Decimal(1), sort_order=place)
    return made


def competency(code: str = "", **fields: Any) -> Competency:
    number = next(_number)
    return Competency.objects.create(
        code=code or f"LI{number}", name=fields.pop("name", "Be present"), description="Attends."
    )


# Taking part ----------------------------------------------------------------------------


def enrolment(learner: User | None = None, course: CoursePage | None = None, **fields: Any) -> Enrolment:
    """A learner's place on a course, as the verb makes it."""
    from courses.enrolling import enrol

    made = enrol(learner or user(), course or full_course(), at=fields.pop("at", NOON))
    if fields:
        Enrolment.objects.filter(pk=made.pk).update(**fields)
        made.refresh_from_db()
    return made
