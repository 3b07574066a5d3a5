"""Makes a site as large as that of a state academy: `python -m bench.growing`.

10,000 learners with 1,000,000 responses and 20,000 credentials, beside what is there. The
environment says which site, as it does to `manage.py`; it has to be one with the demonstration,
so that nobody fills a real one. `make bench ARGS=grown` makes one of its own.

Rows are written past the verbs, in great numbers at once. They are what the verbs would leave:
papers of real questions, answered rightly or not at all, marked by the code that marks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from time import perf_counter

import django

django.setup()

# Models can only be imported once Django is ready, which as a script we have to see to.
from allauth.account.models import EmailAddress  # noqa: E402  Django is set up above
from django.conf import settings  # noqa: E402  Django is set up above
from django.db import connection, transaction  # noqa: E402  Django is set up above
from django.utils import timezone  # noqa: E402  Django is set up above

from assessments.drawing import draw_paper  # noqa: E402  Django is set up above
from assessments.marking import Score, mark_paper  # noqa: E402  Django is set up above
from assessments.models import (  # noqa: E402  Django is set up above
    Attempt,
    Mark,
    PaperItem,
    Quiz,
    ResponseStep,
    Result,
)
from assessments.papers import Paper  # noqa: E402  Django is set up above
from certificates.models import (  # noqa: E402  Django is set up above
    Attestation,
    Award,
    Credential,
    CredentialEvent,
    StatementVersion,
)
from certificates.numbers import random_code  # noqa: E402  Django is set up above
from courses.models import (  # noqa: E402  Django is set up above
    Completion,
    CourseEdition,
    CoursePage,
    Enrolment,
    Opening,
    StudiedPart,
)
from courses.outlines import outline_of  # noqa: E402  Django is set up above
from courses.progress import Outline  # noqa: E402  Django is set up above
from people.models import User, search_words_of  # noqa: E402  Django is set up above

DOMAIN = "grown.example"
LEARNERS_AT_ONCE = 100
PAPERS_OF_A_QUIZ = 20
CREDENTIALS_OF_A_GRADUATE = 4
"""The first, one with another name, its renewal, and one of that with another name."""

FIRST_NAMES = [
    "Amara",
    "Bea",
    "Chidi",
    "Dana",
    "Emre",
    "Farid",
    "Grace",
    "Hana",
    "Ines",
    "Jun",
    "Kofi",
    "Lena",
    "Musa",
    "Nora",
]
LAST_NAMES = [
    "Abara",
    "Brandt",
    "Costa",
    "Dupont",
    "Eriksen",
    "Farah",
    "Gallo",
    "Haddad",
    "Ivanov",
    "Jansen",
    "Kim",
]

Event = CredentialEvent.Kind


@dataclass(frozen=True)
class Size:
    """How much is made. Every learner answers equally often; half of them are graduates."""

    learners: int = 10_000
    responses: int = 1_000_000
    credentials: int = 20_000

    @property
    def graduates(self) -> int:
        return min(self.learners, -(-self.credentials // CREDENTIALS_OF_A_GRADUATE))


@dataclass(frozen=True)
class MarkedPaper:
    """A paper of a quiz, what was given for its items, and what that earned."""

    paper: Paper
    given: dict[str, object]
    score: Score


@dataclass(frozen=True)
class Site:
    """What the rows are made of: the course and its quizzes, and the award it leads to."""

    course: CoursePage
    outline: Outline
    edition: CourseEdition | None
    papers: dict[int, list[MarkedPaper]]
    award: Award
    statement: StatementVersion


def grow(size: Size, *, at: datetime) -> Iterator[tuple[int, int]]:
    """Make everything. It gives how many learners are done, of how many, after each hundred.

    What was made before is not made again: a site that was left half-way is gone on with.
    """
    site = read_site()
    there = User.objects.filter(email__endswith="@" + DOMAIN).count()
    for first in range(there, size.learners, LEARNERS_AT_ONCE):
        group = range(first, min(first + LEARNERS_AT_ONCE, size.learners))
        with transaction.atomic():
            make_group(site, size, group, at=at)
        yield group.stop, size.learners
    gather_statistics()


def gather_statistics() -> None:
    """Let the database count what is in its tables, as PostgreSQL and `upgrade` do by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def read_site() -> Site:
    course = CoursePage.objects.live().filter(locale__language_code="en").get()
    outline = outline_of(course)
    award = Award.objects.get(slug="foundations-of-peer-support")
    statement = award.requirements.exclude(statement=None).get().statement
    assert statement is not None
    editions = CourseEdition.objects.filter(course_key=course.translation_key)
    return Site(
        course=course,
        outline=outline,
        edition=editions.order_by("number").last(),
        papers={pk: papers_of(Quiz.objects.get(pk=pk)) for pk in quizzes_of(outline)},
        award=award,
        statement=statement.versions.first(),
    )


def quizzes_of(outline: Outline) -> list[int]:
    """The quizzes of a course, in its order."""
    return [pk for step in outline.steps if step.kind.name == "quiz" for pk in step.subject_ids]


def papers_of(quiz: Quiz) -> list[MarkedPaper]:
    """Papers that this quiz may ask: every other one all right, and of the rest most is empty."""
    random = Random(quiz.pk)
    rows = quiz.blueprint()
    papers = []
    for number in range(PAPERS_OF_A_QUIZ):
        paper = draw_paper(rows, pass_percent=quiz.pass_percent, random=random, times_met={})
        rightly_answered = len(paper.items) if number % 2 else 2
        given = {item.id: item.right_response() for item in paper.items[:rightly_answered]}
        papers.append(MarkedPaper(paper, given, mark_paper(paper, given)))
    return papers


# A hundred learners ----------------------------------------------------------------------


def make_group(site: Site, size: Size, numbers: Sequence[int], *, at: datetime) -> None:
    learners = make_learners(numbers, at=at)
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=learner,
            course=site.course,
            course_key=site.course.translation_key,
            enrolled_at=learner.joined_at,
        )
        for learner in learners
    )
    make_attempts(site, enrolments, size.responses // size.learners)
    graduates = [number < size.graduates for number in numbers]
    make_progress(site, enrolments, graduates)
    holders = [learner for learner, graduated in zip(learners, graduates, strict=True) if graduated]
    make_credentials(site, holders, size)


def make_learners(numbers: Sequence[int], *, at: datetime) -> list[User]:
    """People who cannot sign in, who joined one after another over five years."""
    learners = []
    for number in numbers:
        first, last = FIRST_NAMES[number % 14], LAST_NAMES[number // 14 % 11]
        name, email = f"{first} {last}", f"{number}@{DOMAIN}"
        learners.append(
            User(
                email=email,
                full_name=name,
                password="!",
                search_words=search_words_of(name, email),
                joined_at=at - timedelta(days=1900, hours=-4 * number),
            )
        )
    made = User.objects.bulk_create(learners)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=learner, email=learner.email, verified=True, primary=True)
        for learner in made
    )
    return made


def make_attempts(site: Site, enrolments: Sequence[Enrolment], responses: int) -> None:
    """Each learner sits the quizzes in turn, again and again, until they answered so often."""
    sittings = [
        (enrolment, *each) for enrolment in enrolments for each in sittings_of(site, responses)
    ]
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=enrolment,
            quiz_id=quiz_id,
            number=number,
            state=Attempt.State.HANDED_IN,
            pass_percent=marked.paper.pass_percent,
            started_at=enrolment.enrolled_at + timedelta(days=nth),
            submitted_at=enrolment.enrolled_at + timedelta(days=nth, minutes=20),
            save_number=1,
            saved_at=enrolment.enrolled_at + timedelta(days=nth, minutes=19),
        )
        for nth, (enrolment, quiz_id, number, marked) in enumerate(sittings)
    )
    marked_papers = [marked for *_, marked in sittings]
    items = [
        item
        for attempt, marked in zip(attempts, marked_papers, strict=True)
        for item in paper_items(attempt, marked)
    ]
    PaperItem.objects.bulk_create(items)
    ResponseStep.objects.bulk_create(
        ResponseStep(
            item=item,
            number=1,
            at=item.attempt.saved_at,
            actor_id=item.attempt.enrolment.learner_id,
            state=ResponseStep.State.COMPLETE,
            response=item.given,
        )
        for item in items
    )
    make_results(attempts, marked_papers, items)


def sittings_of(site: Site, responses: int) -> Iterator[tuple[int, int, MarkedPaper]]:
    """Quiz, number of the try and paper, until so many questions are asked."""
    number = asked = 0
    while asked < responses:
        number += 1
        for quiz_id, papers in site.papers.items():
            marked = papers[(number + quiz_id) % len(papers)]
            yield quiz_id, number, marked
            asked += len(marked.paper.items)
            if asked >= responses:
                return


def paper_items(attempt: Attempt, marked: MarkedPaper) -> Iterator[PaperItem]:
    for place, item in enumerate(marked.paper.items, 1):
        row = PaperItem.from_item(item, place=place)
        row.attempt = attempt
        row.given = marked.given.get(item.id)
        yield row


def make_results(
    attempts: Sequence[Attempt], papers: Sequence[MarkedPaper], items: Sequence[PaperItem]
) -> None:
    results = Result.objects.bulk_create(
        Result(
            attempt=attempt,
            score=marked.score.score,
            out_of=marked.score.out_of,
            reached_pass_mark=marked.score.reached_pass_mark,
            red_lines=len(marked.score.red_lines),
            red_lines_missed=len(marked.score.missed_red_lines),
            passed=marked.score.passed,
            marked_at=attempt.submitted_at,
        )
        for attempt, marked in zip(attempts, papers, strict=True)
    )
    scores = {
        attempt.pk: (result, marked.score)
        for attempt, result, marked in zip(attempts, results, papers, strict=True)
    }
    marks = []
    for item in items:
        result, score = scores[item.attempt_id]
        mark = score.marks[item.key]
        marks.append(Mark(result=result, item=item, fraction=mark.fraction, mark=mark.mark))
    Mark.objects.bulk_create(marks)


def make_progress(site: Site, enrolments: Sequence[Enrolment], graduates: Sequence[bool]) -> None:
    """Graduates have done all of the course; the others its first half."""
    modules = site.outline.modules
    for enrolment, graduated in zip(enrolments, graduates, strict=True):
        done = modules if graduated else modules[: len(modules) // 2]
        pages = [(page.key, page.page_id) for module in done for page in [module, *module.steps]]
        if graduated:
            pages.append((site.course.translation_key, site.course.pk))
        Completion.objects.bulk_create(
            Completion(
                enrolment=enrolment,
                page_key=key,
                page_id=page_id,
                edition=site.edition,
                completed_at=enrolment.enrolled_at + timedelta(days=nth),
            )
            for nth, (key, page_id) in enumerate(pages)
        )
        Opening.objects.bulk_create(
            Opening(enrolment=enrolment, page_key=module.key, opened_at=enrolment.enrolled_at)
            for module in done
        )
        StudiedPart.objects.bulk_create(
            StudiedPart(
                enrolment=enrolment,
                lesson_key=lesson.key,
                part_key=lesson.key,
                words=400,
                language="en",
                first_opened_at=enrolment.enrolled_at,
                opened_at=enrolment.enrolled_at,
                seconds=300,
                done_at=enrolment.enrolled_at,
            )
            for module in done
            for lesson in module.lessons
        )


def make_credentials(site: Site, holders: Sequence[User], size: Size) -> None:
    Attestation.objects.bulk_create(
        Attestation(
            learner=holder,
            version=site.statement,
            typed_name=holder.full_name,
            signed_at=holder.joined_at + timedelta(days=100),
        )
        for holder in holders
    )
    earlier: list[Credential] = []
    for nth in range(CREDENTIALS_OF_A_GRADUATE):
        follows = earlier or [None] * len(holders)
        credentials = Credential.objects.bulk_create(
            credential_of(site, holder, nth, old)
            for holder, old in zip(holders, follows, strict=True)
        )
        make_events(credentials, earlier, nth)
        earlier = credentials


def credential_of(site: Site, holder: User, nth: int, old: Credential | None) -> Credential:
    """The `nth` of a holder, as rendered and announced; its file is never asked for."""
    award, issuer = site.award, site.award.issuer
    issued_at = holder.joined_at + timedelta(days=100 + 90 * nth)
    return Credential(
        code=random_code(),
        prefix=issuer.prefix,
        holder=holder,
        award=award,
        issuer=issuer,
        cycle=1 + nth // 2,
        correction=nth % 2,
        name=holder.full_name,
        search_words=search_words_of(holder.full_name),
        award_name=award.name,
        description=award.description,
        limits=award.limits,
        issuer_name=issuer.name,
        signatory_name=issuer.signatory_name,
        signatory_role=issuer.signatory_role,
        minutes=2400,
        language=award.language,
        design=award.design,
        issued_at=issued_at,
        issued_on=issuer.date_at(issued_at),
        expires_on=award.valid_until(issuer.date_at(issued_at)),
        follows=old,
        pdf="grown.pdf",
        pdf_sha256="0" * 64,
        pdf_made_at=issued_at,
        announced_at=issued_at,
        badge_made_at=issued_at,
    )


def make_events(credentials: Sequence[Credential], earlier: Sequence[Credential], nth: int) -> None:
    CredentialEvent.objects.bulk_create(
        CredentialEvent(credential=each, number=1, kind=Event.ISSUED, at=each.issued_at)
        for each in credentials
    )
    kind = Event.REPLACED if nth % 2 else Event.RENEWED
    CredentialEvent.objects.bulk_create(
        CredentialEvent(credential=old, number=2, kind=kind, at=new.issued_at, reason="Grown.")
        for old, new in zip(earlier, credentials, strict=False)
    )


# The command -----------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growing", description=__doc__)
    parser.add_argument("--learners", type=int, default=Size.learners)
    parser.add_argument("--responses", type=int, default=Size.responses)
    parser.add_argument("--credentials", type=int, default=Size.credentials)
    options = parser.parse_args()
    if not settings.DEMONSTRATION:
        parser.error("This site is no demonstration. Nothing was made.")
    began = perf_counter()
    for done, of in grow(Size(**vars(options)), at=timezone.now()):
        words = f"{done:,} of {of:,} learners, {perf_counter() - began:.0f} s"
        print(words, file=sys.stderr, flush=True)
    print(json.dumps({"seconds": round(perf_counter() - began)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
