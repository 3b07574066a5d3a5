"""The demonstration: people to sign in as, and credentials to check. It is made once.

Everything is done through the same verbs as on a real site, so that what the demonstration
shows is what the site does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import translation
from wagtail.models import Site

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.models import QuizPage
from certificates.issuing import issue_by_hand
from certificates.models import Award, Credential, Issuer
from certificates.revoking import revoke, suspend
from certificates.signing_statements import sign_statement
from certificates.standing import standing_of
from courses.enrolling import complete_lesson, enrol
from courses.models import CoursePage, CourseTrainer, Enrolment, LessonPage
from courses.outlines import outline_of
from courses.study_time import exercise_minutes, reading_minutes
from courses.studying import record_done_elsewhere, record_visit
from courses.visits import Visit
from lms.models import SiteSettings
from lms.shipped.pieces import key_of
from people.models import User
from people.organisations.joining import make_organisation
from people.validators import DEMONSTRATION_PASSWORD
from practice.models import ConversationPage
from practice.playing import begin_play, take_turn

DOMAIN = "peerwork.example"
OPENED = timedelta(days=90)
"""How long ago the demonstration's site opened."""


@dataclass(frozen=True)
class Account:
    """Someone to sign in as."""

    name: str
    full_name: str
    group: str = ""
    superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


ACCOUNTS = (
    Account("learner", "Sam Adeyemi"),
    Account("graduate", "Rosa Delgado"),
    Account("trainer", "Idris Haddad", group="Lead trainers"),
    Account("course-trainer", "Lucía Romero", group="Trainers"),
    Account("assessor", "Beth Kowalski", group="Assessors"),
    Account("registrar", "Maya Lindqvist", group="Registrars"),
    Account("organisation", "Harbour House"),
    Account("admin", "Ngozi Okafor", superuser=True),
)
HOLDERS = ("Tomasz Zieliński", "Leila Farahani", "Devon Clarke")


def is_made() -> bool:
    """Whether the demonstration was made here before."""
    return User.objects.filter(email=ACCOUNTS[0].email).exists()


@transaction.atomic
def make(*, at: datetime) -> None:
    """Make the demonstration's people, what they did, and four credentials."""
    give_an_address_for_questions()
    people = {account.name: make_account(account) for account in ACCOUNTS}
    course = CoursePage.objects.get(translation_key=key_of("course"))
    award = Award.objects.get(slug="foundations-of-peer-support")
    say_who_teaches(course, people["course-trainer"], by=people["trainer"])
    make_organisation("Harbour House", by=people["organisation"], at=at)
    half_way(people["learner"], course, at=at)
    everything(people["graduate"], course, award, at=at)
    for name, standing in zip(HOLDERS, ("expired", "suspended", "revoked"), strict=True):
        holder = User.objects.create_user(
            f"{name.split()[0].lower()}@{DOMAIN}", None, full_name=name
        )
        past_credential(award, holder, standing, by=people["registrar"], at=at)


def give_an_address_for_questions() -> None:
    """Where the demonstration's pages and letters say to write, unless somebody has said where."""
    Issuer.objects.filter(email="").update(email=f"certificates@{DOMAIN}")
    site_settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    if not site_settings.contact_email:
        site_settings.contact_email = f"hello@{DOMAIN}"
        site_settings.save()


def say_who_teaches(course: CoursePage, trainer: User, *, by: User) -> None:
    """Publish on a course whom its learners may ask, who sees them from then on."""
    course.contact_name = f"{trainer.full_name}, your trainer"
    course.contact_email = trainer.email
    course.trainers.add(CourseTrainer(trainer=trainer))
    course.save_revision(user=by).publish(user=by)


def say_who_teaches_in(language: str) -> None:
    """Say in another language whom learners may ask, unless somebody has changed that since."""
    [name] = [account.full_name for account in ACCOUNTS if account.name == "course-trainer"]
    course = CoursePage.objects.filter(
        translation_key=key_of("course"),
        locale__language_code=language,
        contact_name=f"{name}, your trainer",
    ).first()
    if course is not None:
        with translation.override(language):
            course.contact_name = translation.gettext("%(name)s, your trainer") % {"name": name}
        course.save_revision().publish()


def make_account(account: Account) -> User:
    person = User.objects.create_user(
        account.email,
        DEMONSTRATION_PASSWORD,
        full_name=account.full_name,
        is_superuser=account.superuser,
    )
    if account.group:
        person.groups.add(Group.objects.get(name=account.group))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def half_way(learner: User, course: CoursePage, *, at: datetime) -> None:
    """What peer support is, all of it, and the first half of Listening."""
    enrolment = enrol(learner, course, at=at - timedelta(days=9))
    modules = outline_of(course).modules
    steps = [*modules[0].steps, *modules[1].steps[:2]]
    for day, step in enumerate(steps):
        take(enrolment, step.kind.name, step.page_id, at=at - timedelta(days=8 - day))


def everything(learner: User, course: CoursePage, award: Award, *, at: datetime) -> None:
    """The whole course, and then the signature that earns the award."""
    enrolment = enrol(learner, course, at=at - timedelta(days=80))
    steps = outline_of(course).steps
    pace = timedelta(days=74) / len(steps)
    for place, step in enumerate(steps):
        step_at = at - timedelta(days=78) + place * pace
        take(enrolment, step.kind.name, step.page_id, at=step_at)
    statement = award.requirements.exclude(statement=None).get().statement
    version = statement.versions.get(language=settings.LANGUAGE_CODE)
    signed_at = at - timedelta(days=2)
    sign_statement(
        learner,
        version,
        typed_name=learner.full_name,
        at=signed_at,
        wording=version.wordings.first(),
        whom="my supervisor",
        month=signed_at.date(),
    )


def take(enrolment: Enrolment, kind: str, page_id: int, *, at: datetime) -> None:
    """Finish a lesson, hold a conversation well, or sit a quiz and answer all of it rightly."""
    if kind == "lesson":
        lesson = LessonPage.objects.get(pk=page_id)
        complete_lesson(enrolment, lesson, at=read(enrolment, lesson, at=at))
        return
    if kind == "conversation":
        converse(enrolment, ConversationPage.objects.get(pk=page_id), at=at)
        return
    attempt = start_attempt(enrolment, QuizPage.objects.get(pk=page_id), at=at)
    responses = {item.id: item.right_response() for item in attempt.paper.items}
    saved = save_responses(
        attempt, responses, base=attempt.save_number, at=at + timedelta(minutes=20)
    )
    submit_attempt(attempt, base=saved.number, at=at + timedelta(minutes=25))


def converse(enrolment: Enrolment, page: ConversationPage, *, at: datetime) -> None:
    """Play a conversation with the first best reply each time, which closes strong."""
    play = begin_play(enrolment, page, at=at)
    walk = play.read_walk()
    while walk.moment is not None:
        at += timedelta(minutes=1)
        best = next(shown for shown in walk.shown_replies(walk.moment) if shown.reply.is_best)
        walk = take_turn(play, walk.next_number, best.key, at=at)


def read(enrolment: Enrolment, lesson: LessonPage, *, at: datetime) -> datetime:
    """Read a lesson part by part, at an ordinary pace, and say when it was through.

    Each part's question is tried. Its exercises are done on paper, so that nobody's words are
    in the demonstration.
    """
    for part in lesson.parts:
        visit = Visit(enrolment.pk, lesson.translation_key, (part.key,), at)
        at += timedelta(minutes=math.ceil(reading_minutes(part.words)))
        record_visit(enrolment, lesson, visit, answered=part.questions, goes_on=True, at=at)
        for exercise in part.exercises:
            at += timedelta(minutes=exercise_minutes(exercise.words_asked))
            record_done_elsewhere(enrolment, lesson, exercise, at=at)
    return at


def past_credential(award: Award, holder: User, standing: str, *, by: User, at: datetime) -> None:
    """A credential from before, and what became of it since."""
    issued_at = at - timedelta(days=3 * 365 if standing == "expired" else 200)
    credential = issue_by_hand(
        award,
        holder,
        evidence="Course and assessment completed on paper before this site opened; file seen.",
        by=by,
        at=issued_at,
    )
    # Its holder was written to on that day, and not on the day on which this site is made.
    Credential.objects.filter(pk=credential.pk).update(announced_at=issued_at)
    if standing == "suspended":
        suspend(
            credential, by=by, reason="A concern is being looked into.", at=at - timedelta(days=12)
        )
    if standing == "revoked":
        revoke(credential, by=by, reason="Issued to the wrong person.", at=at - timedelta(days=30))


def credentials() -> list[Credential]:
    """The demonstration's credentials, newest first."""
    names = [account.full_name for account in ACCOUNTS] + list(HOLDERS)
    return list(
        Credential.objects.filter(holder__email__endswith=f"@{DOMAIN}", name__in=names)
        .select_related("issuer")
        .prefetch_related("events")
    )


def summary(*, base_url: str, at: datetime) -> dict[str, Any]:
    """The sign-ins and credential numbers, as `manage.py demo --json` prints them."""
    return {
        "accounts": [
            {
                "email": account.email,
                "password": DEMONSTRATION_PASSWORD,
                "role": account.name,
            }
            for account in ACCOUNTS
        ],
        "credentials": [
            {
                "number": one.number,
                "standing": str(standing_of(one, at=at)),
                "url": f"{base_url}/verify/{one.number}/",
            }
            for one in credentials()
        ],
    }
