"""Makes one thing, plainly. `make.attempt(quiz=quiz)` builds what it needs around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, product
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from assessments.attempting import start_attempt
from assessments.kinds import KINDS
from assessments.kinds.examples import example_of, rewrite
from assessments.models import Attempt, Draw, Question, Quiz, QuizPage, Result
from certificates.issuing import issue_by_hand
from certificates.models import (
    Award,
    Issuer,
    Requirement,
    Statement,
    StatementVersion,
    Wording,
)
from courses.declaring import declare_edition, propose
from courses.enrolling import enrol
from courses.models import (
    Competency,
    Completion,
    CourseEdition,
    CourseIndexPage,
    CoursePage,
    CourseTrainer,
    Edition,
    Enrolment,
    GlossaryWord,
    LessonPage,
    ModulePage,
)
from courses.models.second_read import without_second_reader
from courses.outlines import progress_of
from lms.models import HomePage, StandardPage
from people.models import User

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PASSWORD = "a-long-enough-password"

_number = count(1)


def user(email: str = "", full_name: str = "Ada Okafor", **fields: Any) -> User:
    """A person whose email address is confirmed."""
    person = User.objects.create_user(
        email or f"person{next(_number)}@peerwork.example", PASSWORD, full_name=full_name, **fields
    )
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
    page = HomePage(
        title="Peerwork",
        slug="peerwork",
        heading="Peer support, learned well",
        introduction="<p>Learn.</p>",
    )
    # A test with transactions of its own empties the database, the root page included.
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    root.add_child(instance=page)
    if site is None:
        Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    else:
        site.root_page = page
        site.save()
    if welcome is not None:
        welcome.delete()
    Site.clear_site_root_paths_cache()
    return HomePage.objects.get()


def remove_home() -> None:
    """Leaves the site as migrations do: with Wagtail's page of welcome, and none of ours."""
    for page in HomePage.objects.all():
        welcome = Page(title="Welcome to your new Wagtail site!", slug="home")
        Page.get_first_root_node().add_child(instance=welcome)
        Site.objects.filter(root_page=page).update(root_page=welcome)
        HomePage.objects.get(pk=page.pk).delete()
    Site.clear_site_root_paths_cache()


def standing_page(title: str = "About", **fields: Any) -> StandardPage:
    page = StandardPage(
        title=title,
        slug=slugify(title),
        **{"body": [("prose", "<p>Who we are.</p>")], **fields},
    )
    return home().add_child(instance=page)


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


def full_course(
    modules: int = 2, lessons: int = 2, quizzes: bool = True, **fields: Any
) -> CoursePage:
    """A course of modules, each with lessons and a quiz to close it, declared as it is."""
    page = course(**fields)
    for _ in range(modules):
        page_module = module(page)
        for _ in range(lessons):
            lesson(page_module)
        if quizzes:
            quiz_page(page_module)
    edition(page)
    return _fresh(page)


def translation_of(course: CoursePage, language: str = "es") -> CoursePage:
    """The same course in another language, with nothing below it."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    number = next(_number)
    page = CoursePage(
        title=f"{course.title} ({language})",
        slug=f"course-{number}",
        summary=course.summary,
        locale=locale,
        translation_key=course.translation_key,
    )
    return catalogue().add_child(instance=page)


def edition(course: CoursePage, **fields: Any) -> CourseEdition | None:
    """The course declared as it is published now; the edition in force, if nothing is otherwise.

    None for a course in which nothing has to be done, which cannot be declared.
    """
    proposal = propose(_fresh(course))
    if not proposal.differs or not any(step.required for step in proposal.after.steps):
        return proposal.in_force
    fields = {"by": None, "at": NOON, **fields}
    return declare_edition(
        proposal.course, leave_out=[step.key for step in proposal.down], **fields
    )


# The bank -------------------------------------------------------------------------------


def question(kind: str = "single_choice", **fields: Any) -> Question:
    """A question of the bank that is ready: its example, but for what is given."""
    question = example_of(
        kind, code=fields.pop("code", f"{kind[0].upper()}{next(_number)}"), **fields
    )
    question.save()
    return question


def single_choice(**fields: Any) -> Question:
    options = fields.pop(
        "options", [("Reflect", "1", "Yes."), ("Ask", "0.5", "Partly."), ("Fix", "0", "Not yet.")]
    )
    fields["options"] = [
        ("option", {"text": text, "fraction": fraction, "feedback": feedback})
        for text, fraction, feedback in options
    ]
    return question("single_choice", **fields)


def multiple_response(**fields: Any) -> Question:
    if "options" in fields:
        fields["options"] = [
            ("option", {"text": t, "is_right": r, "feedback": b}) for t, r, b in fields["options"]
        ]
    return question("multiple_response", **fields)


def true_false(**fields: Any) -> Question:
    return question("true_false", **fields)


def matching(**fields: Any) -> Question:
    if "pairs" in fields:
        fields["pairs"] = [
            ("pair", {"left": left, "right": right, "feedback": ""})
            for left, right in fields["pairs"]
        ]
    return question("matching", **fields)


def ordering(**fields: Any) -> Question:
    if "steps" in fields:
        fields["steps"] = [("step", {"text": text, "feedback": ""}) for text in fields["steps"]]
    return question("ordering", **fields)


def one_of_each_kind() -> list[Question]:
    return [question(kind) for kind in KINDS]


def quiz(questions: list[Question] | None = None, **fields: Any) -> Quiz:
    """A quiz of fixed questions; one of each kind unless told."""
    number = next(_number)
    quiz = Quiz.objects.create(title=fields.pop("title", f"Quiz {number}"), **fields)
    if questions is None:
        questions = one_of_each_kind()
    for place, question in enumerate(questions):
        Draw.objects.create(quiz=quiz, question=question, worth=Decimal(1), sort_order=place)
    return quiz


def competency(code: str = "", **fields: Any) -> Competency:
    words = {"code": code or f"LI{next(_number)}", "name": "Be present", "description": "Attends."}
    with without_second_reader():
        return Competency.objects.create(**{**words, **fields})


# Taking part ----------------------------------------------------------------------------


def enrolment(
    learner: User | None = None, course: CoursePage | None = None, **fields: Any
) -> Enrolment:
    """A learner's place on a course, as the verb makes it. For the first one on it, the course is
    declared as it is."""
    taken = course or full_course()
    if not Enrolment.objects.filter(course_key=taken.translation_key).exists():
        edition(taken)
    place = enrol(learner or user(), taken, at=fields.pop("at", NOON))
    if fields:
        Enrolment.objects.filter(pk=place.pk).update(**fields)
        place.refresh_from_db()
    return place


def trainer_of(*courses: CoursePage, **fields: Any) -> User:
    """Someone in the trainers' group who teaches these courses and no other."""
    person = user(**fields)
    person.groups.add(Group.objects.get(name="Trainers"))
    for course in courses:
        CourseTrainer.objects.create(course=course, trainer=person)
    return person


# Certificates ---------------------------------------------------------------------------


def issuer(**fields: Any) -> Any:
    return Issuer.objects.create(
        name=fields.pop("name", "Peerwork Training"),
        prefix=fields.pop("prefix", None) or _free_prefix(),
        email=fields.pop("email", "registrar@peerwork.example"),
        signatory_name=fields.pop("signatory_name", "Rosa Adeyemi"),
        signatory_role=fields.pop("signatory_role", "Registrar"),
        **fields,
    )


def _free_prefix() -> str:
    """PSW for the first issuer, and for each further one a prefix of its own."""
    taken = set(Issuer.objects.values_list("prefix", flat=True))
    further = ("".join(letters) for letters in product("QRSTV", repeat=3))
    return next(prefix for prefix in ("PSW", *further) if prefix not in taken)


def statement(title: str = "Code of ethics", **fields: Any) -> Any:
    """A statement with one published version, which is what is given back."""
    statement_row = Statement.objects.create(title=title, slug=f"statement-{next(_number)}")
    return StatementVersion.objects.create(
        statement=statement_row,
        version=fields.pop("version", "1"),
        text=fields.pop("text", "<p>I meet each person as an equal.</p>"),
        published_at=fields.pop("published_at", NOON - DAY),
    )


def wording(version: StatementVersion, label: str = "Alone", **fields: Any) -> Wording:
    """One of the ways in which a version may be signed."""
    text = fields.pop("text", "I thought it through.")
    return Wording.objects.create(version=version, label=label, text=text, **fields)


def award(
    course: CoursePage | None = None, quiz: Quiz | None = None, statement: Any = None, **fields: Any
) -> Any:
    """An award that asks for each thing it is given. A statement is given by its version."""
    number = next(_number)
    award = Award.objects.create(
        name=fields.pop("name", "Foundations of Peer Support"),
        slug=f"award-{number}",
        issuer=fields.pop("issuer", None) or issuer(),
        description=fields.pop("description", "Has completed the course."),
        active=fields.pop("active", True),
        **fields,
    )
    targets = {"course": course, "quiz": quiz, "statement": statement and statement.statement}
    for place, (kind, target) in enumerate(targets.items()):
        if target is not None:
            Requirement.objects.create(award=award, kind=kind, sort_order=place, **{kind: target})
    return award


def completion(learner: User, course: CoursePage, at: datetime = NOON) -> Any:
    """The record that a learner completed a course, and nothing that follows from it."""
    place, _ = Enrolment.objects.current().get_or_create(
        learner=learner,
        course_key=course.translation_key,
        defaults={"course": course, "enrolled_at": at},
    )
    return Completion.objects.create(
        enrolment=place, page=course, page_key=course.translation_key, completed_at=at
    )


def passed_quiz(learner: User, quiz: Quiz, at: datetime = NOON, passed: bool = True) -> Any:
    """The record of one sitting and its result, and nothing that follows from it."""
    page = quiz.pages.first() or quiz_page(course(), quiz)
    taught = page.get_ancestors().type(CoursePage).specific().get()
    place, _ = Enrolment.objects.get_or_create(
        learner=learner,
        course_key=taught.translation_key,
        defaults={"course": taught, "enrolled_at": at},
    )
    attempt = Attempt.objects.create(
        enrolment=place,
        quiz=quiz,
        number=1 + Attempt.objects.filter(enrolment=place, quiz=quiz).count(),
        pass_percent=Decimal(75),
        state=Attempt.State.HANDED_IN,
        started_at=at,
        submitted_at=at,
    )
    return Result.objects.create(
        attempt=attempt,
        score=Decimal(8 if passed else 2),
        out_of=Decimal(10),
        passed=passed,
        marked_at=at,
    )


def credential(
    award: Any = None, holder: User | None = None, at: datetime = NOON, **fields: Any
) -> Any:
    """A credential, issued by hand."""
    return issue_by_hand(
        award or globals()["award"](),
        holder or user(),
        evidence=fields.pop("evidence", "Portfolio seen."),
        by=fields.pop("by", None) or user(full_name="Rosa Adeyemi"),
        at=at,
        **fields,
    )


def staff(*permissions: str, **fields: Any) -> User:
    """Someone who may open the staff pages and has just these permissions."""
    person = user(**fields)
    for permission in ("wagtailadmin.access_admin", *permissions):
        app, codename = permission.split(".")
        person.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return person


def registrar(**fields: Any) -> User:
    """Someone in the group that stands behind the awards, as the site makes it."""
    person = user(**fields)
    person.groups.add(Group.objects.get(name="Registrars"))
    return person


def attempt(
    enrolment: Enrolment | None = None, page: QuizPage | None = None, **fields: Any
) -> Attempt:
    """An open attempt, as the verb starts it. `at` is when; `random` decides the paper.

    The course is declared with the quiz in it, if it was not.
    """
    if page is None:
        page = quiz_page(
            enrolment.course if enrolment else course(order="free"), fields.pop("quiz", None)
        )
    if enrolment is None:
        enrolment = globals()["enrolment"](course=CoursePage.objects.ancestor_of(page).get())
    if progress_of(enrolment).outline.step(page.translation_key) is None:
        edition(enrolment.course)
    return start_attempt(
        enrolment, page, at=fields.pop("at", NOON), random=fields.pop("random", Random(1))
    )


def item_fields(**fields: Any) -> dict[str, Any]:
    """What an item of any kind holds besides its own, for a test of one kind."""
    shared = {"id": "q", "question": 7, "revision": 3, "code": "L07", "stem": "<p>What now?</p>"}
    return shared | fields


def item(kind: str, seed: int = 1, **fields: Any) -> Any:
    """The example of a kind as a paper holds it, dealt by a seed. No query."""
    return replace(example_of(kind, code=kind).freeze().deal(Random(seed)), **fields)


def right_responses(attempt: Attempt) -> dict[str, Any]:
    """What earns the whole mark, for each item of an attempt's paper."""
    return {item.id: right_response(item) for item in attempt.paper.items}


def right_response(item: Any) -> Any:
    return item.right_response()


def form_of(item: Any, response: Any) -> dict[str, Any]:
    """What the browser sends for one item when this is given."""
    return item.to_form(response)


def paper_form(attempt: Attempt, responses: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The whole form of a paper, as the browser sends it."""
    form: dict[str, Any] = dict(fields)
    for item in attempt.paper.items:
        form.update(form_of(item, responses.get(item.id)))
    return form


def rewrite_the_bank() -> None:
    """Edit every question there is: other words, another key, other feedback, then taken back."""
    for question in Question.objects.all():
        question.stem = "<p>Rewritten.</p>"
        question.rationale = "Rewritten."
        question.note = "Rewritten."
        rewrite(question)
        question.save()
        question.save_revision().publish()
        question.unpublish()


def glossary_word(word: str = "lived experience", **fields: Any) -> GlossaryWord:
    """A published word of the glossary."""
    return GlossaryWord.objects.create(
        **{"word": word, "meaning": "What you know because you have been through it.", **fields}
    )
