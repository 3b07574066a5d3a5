"""Who may: asked by pages, searches and lists alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.models import (
    CourseEdition,
    CoursePage,
    Enrolment,
    LessonPage,
    ProposedChange,
    SecondReadModel,
    step_types,
)
from courses.models.enrolments import EnrolmentQuerySet
from courses.privacy import not_below
from people.models import User


def enrolment_of(user: User | AnonymousUser, course_key: UUID) -> Enrolment | None:
    """This person's place on a course, open or not; None for a visitor and a stranger."""
    if not isinstance(user, User):
        return None
    own = Enrolment.objects.current().filter(learner=user.pk, course_key=course_key)
    return own.first()


def place_for(user: User, lesson: LessonPage) -> Enrolment | None:
    """This person's place on the course that a lesson is in; where they have none there, because
    it was moved, on a course that asks for it. None for what is in no course."""
    course = CoursePage.objects.ancestor_of(lesson).first()
    if course is None:
        return None
    own = enrolment_of(user, course.translation_key)
    if own is not None:
        return own
    asking = CourseEdition.objects.in_force().filter(steps__key=lesson.translation_key)
    places = Enrolment.objects.current().filter(learner=user.pk)
    return places.filter(course_key__in=asking.order_by().values("course_key")).first()


def visible_to(
    user: User | AnonymousUser,
    pages: PageQuerySet[Any],
    at: datetime,
    closed: tuple[str, ...] | None = None,
) -> PageQuerySet[Any]:
    """Those of some pages whose whole text this person may read.

    Searches, lists and menus start here. What is said inside the steps of a course is for
    those with an open place on it, wherever the page stands in the tree. `closed` holds the
    paths that this reader is not let in to (`privacy.closed_paths`); without it nobody is let
    in to what is closed to anyone.
    """
    seen: PageQuerySet[Any] = pages.live()
    seen = seen.public() if closed is None else not_below(closed, seen)
    # What stands below a page that is not published waits for it. A translation gives way.
    in_any_language = Page.objects.live().values("translation_key")
    hidden = Page.objects.filter(live=False, numchild__gt=0, depth__gt=1)
    given_way = Page.objects.filter(
        translation_record__source__isnull=False, translation_key__in=in_any_language
    )
    for above in hidden.exclude(pk__in=given_way.values("pk")):
        seen = seen.not_descendant_of(above)
    readable = seen.not_type(tuple(step_types()))
    if not user.is_authenticated:
        return readable
    # In every language of it: a place on a course is a place on its translations.
    keys = Enrolment.objects.by(user).open(at).values("course_key")
    for course in CoursePage.objects.filter(translation_key__in=keys):
        readable = readable | seen.descendant_of(course)
    return readable


def is_editor(user: User | AnonymousUser, page: Page) -> bool:
    """Whether this person may edit a page, and so may read it without a place on its course."""
    return bool(user.is_authenticated and page.permissions_for_user(user).can_edit())


def may_declare(user: User | AnonymousUser, course: CoursePage) -> bool:
    """Whether this person may declare what a course is: whoever may publish it."""
    return bool(user.is_authenticated and course.permissions_for_user(user).can_publish())


def kinds_read_by(user: User) -> list[str]:
    """The kinds of things whose changes this person may propose and agree to: whoever may change
    one of a kind reads what others propose of that kind."""
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, SecondReadModel)
        and user.is_active
        and user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
    ]


def changes_seen_by(user: User) -> QuerySet[ProposedChange]:
    """What was proposed of all that this person may change."""
    changes: QuerySet[ProposedChange] = ProposedChange.objects.filter(kind__in=kinds_read_by(user))
    return changes


def has_reader_but(person_id: int, kind: str) -> bool:
    """Whether anybody but one person may read changes of a kind: by a role, by a right of their
    own, or as an administrator. The few with a role are asked for first."""
    app_label, model_name = kind.split(".")
    codename = f"change_{model_name}"
    right = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    by_role = User.groups.through.objects.filter(group__permissions__in=right)
    by_right = User.user_permissions.through.objects.filter(permission__in=right)
    others = [
        each.filter(user__is_active=True).exclude(user=person_id) for each in (by_role, by_right)
    ]
    chiefs = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person_id)
    return any(each.exists() for each in (*others, chiefs))


def may_see_learners(user: User) -> bool:
    """Whether this person sees any learners at all: see `enrolments_seen_by` for whose."""
    return bool(user.is_active and user.has_perm("courses.view_enrolment"))


def courses_seen_by(user: User) -> PageQuerySet[CoursePage]:
    """The courses whose learners this person sees: every one, or those that they teach.

    A trainer teaches a course that names them, once that was published. To be allowed to write
    a course is not enough.
    """
    courses: PageQuerySet[CoursePage] = CoursePage.objects.all()
    if not may_see_learners(user):
        return courses.none()
    if user.has_perm("courses.view_every_enrolment"):
        return courses
    was_published = Q(live=True) | Q(first_published_at__isnull=False)
    taught = courses.filter(was_published, trainers__trainer=user.pk)
    return courses.filter(translation_key__in=taught.values("translation_key"))


def course_keys_seen_by(user: User) -> QuerySet[Any] | None:
    """The translation keys of the courses whose learners this person sees; None for every one."""
    if may_see_learners(user) and user.has_perm("courses.view_every_enrolment"):
        return None
    return courses_seen_by(user).order_by().values("translation_key")


def enrolments_seen_by(user: User) -> EnrolmentQuerySet:
    """The places on courses, earlier runs included, whose learners this person sees."""
    keys = course_keys_seen_by(user)
    places = Enrolment.objects.all()
    return places if keys is None else places.filter(course_key__in=keys)
