"""Who may: asked by pages, searches and lists alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models.query import QuerySet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.models import CoursePage, Enrolment, LessonPage, Quiz, QuizPage
from people.models import User
from people.prepared import prepared


def enrolment_of(user: User | AnonymousUser, course_key: UUID) -> Enrolment | None:
    """This person's place on a course, open or not; None for a visitor and a stranger."""
    if not isinstance(user, User):
        return None
    return _place.first(user.pk, course_key)


@prepared
def _place(learner: int, course_key: UUID) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(learner=learner, course_key=course_key)


def visible_to(
    user: User | AnonymousUser, pages: PageQuerySet[Any], at: datetime
) -> PageQuerySet[Any]:
    """Those of some pages whose whole text this person may read.

    Searches, lists and menus start here. What is said inside lessons and quizzes is for
    those with an open place on the course, wherever the page stands in the tree.
    """
    seen: PageQuerySet[Any] = pages.live().public()
    # What stands below a page that is not published waits for it.
    for above in Page.objects.filter(live=False, numchild__gt=0, depth__gt=1):
        seen = seen.not_descendant_of(above)
    lessons = seen.not_type((LessonPage, QuizPage))
    if not user.is_authenticated:
        return lessons
    for course in CoursePage.objects.filter(
        pk__in=Enrolment.objects.by(user).open(at).values("course_id")
    ):
        lessons = lessons | seen.descendant_of(course)
    return lessons


def is_editor(user: User | AnonymousUser, page: Page) -> bool:
    """Whether this person may edit a page, and so may read it without a place on its course."""
    return bool(user.is_authenticated and page.permissions_for_user(user).can_edit())


def may_change_quiz(user: User, quiz: Quiz) -> bool:
    """Whether this person may change the rules of a quiz.

    What learners sit now is changed by those who publish; one that stands nowhere yet, by
    whoever may write quizzes.
    """
    if user.has_perm("courses.publish_question"):
        return True
    return not quiz.pages.filter(live=True).exists() and not quiz.attempts.exists()
