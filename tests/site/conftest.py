"""A site with someone in every role, for the tests that ask who may do what."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupApprovalTask, Locale, Site, Workflow
from wagtailmedia.models import Media

from assessments.attempting import save_responses, submit_attempt
from assessments.corrections import Way
from assessments.models import Attempt
from assessments.remarking import RemarkPlan, begin_remarking, carry_on
from certificates.models import (
    ApprovalSettings,
    BulkChange,
    BulkIssue,
    BulkLine,
    CredentialReview,
    Proposal,
)
from certificates.renewal.rules import Rule
from certificates.requesting import ask_for_correction
from certificates.sharing import make_link
from certificates.watching.webhooks import send_test, set_webhook
from courses.models import (
    Bookmark,
    CompetencyGroup,
    CourseTrainer,
    PageTranslation,
    PartNote,
    Reflection,
)
from courses.models.second_read import without_second_reader
from courses.proposed_values import values_of
from courses.proposing import propose_change
from lms.models import SiteSettings
from people.models import Letter, SetAsideForm
from people.organisations.joining import invite_member
from people.organisations.keys import make_key
from tests import make
from tests.certificates.renewal import making as renewing
from tests.make import DAY, HOUR
from tests.people.organisations import making as organising
from tests.practice import making
from tests.practice.in_spanish import spanish_words

ROLES = {
    "trainer": "Trainers",
    "lead trainer": "Lead trainers",
    "assessor": "Assessors",
    "registrar": "Registrars",
}
LEARNERS = ["learner", "classmate", "elsewhere", "ended", "withdrawn"]
STAFF = [*ROLES, "superuser"]
ACTORS = ["visitor", *LEARNERS, *STAFF]

LESSON_WORDS = "Wait for five slow breaths"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Everyone and everything, made once for a module of tests and then taken back.

    Each test still runs in a transaction of its own, so it finds this as it was made.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> SimpleNamespace:
    at = timezone.now()
    begun = at - 30 * DAY
    course = make.course("Listening well", order="free")
    module = make.module(course, "Being there")
    lesson = make.lesson(
        module,
        "Silence",
        body=[
            ("prose", f"<p>{LESSON_WORDS}.</p>"),
            ("reflection", {"prompt": "When were you quiet?"}),
        ],
    )
    quiz = make.quiz(attempts_allowed=None)
    quiz_page = make.quiz_page(module, quiz)
    other_course = make.course("Boundaries", order="free")
    other_lesson = make.lesson(make.module(other_course))

    people = {name: make.user(full_name=f"{name.title()} Person") for name in LEARNERS}
    for name, group in ROLES.items():
        people[name] = make.user(full_name=f"{name.title()} Person")
        people[name].groups.add(Group.objects.get(name=group))
    people["superuser"] = make.user(full_name="Super User", is_superuser=True)

    CourseTrainer.objects.create(course=course, trainer=people["trainer"])
    places = {
        name: make.enrolment(
            people[name], other_course if name == "elsewhere" else course, at=begun
        )
        for name in LEARNERS
    }
    handed_in, still_open = {}, {}
    for name in ("learner", "ended", "withdrawn"):
        handed_in[name] = sat(places[name], quiz_page, at=begun)
        still_open[name] = make.attempt(places[name], quiz_page, at=begun + DAY)
        Reflection.objects.create(
            learner=people[name],
            lesson_key=lesson.translation_key,
            block_id=lesson.body[1].id,
            prompt="When were you quiet?",
            text=f"Something private of the {name}.",
            saved_at=begun,
        )
    closed = {"ended": {"ends_at": at - HOUR}, "withdrawn": {"withdrawn_at": at - HOUR}}
    for name, fields in closed.items():
        type(places[name]).objects.filter(pk=places[name].pk).update(**fields)

    award = make.award(course=course, statement=(statement := make.statement()))
    rule = Rule(minutes=600, statement=statement.statement.slug, needs_word=True)
    renewing.rule_of(award, rule, effective_on=begun.date())
    credentials = {
        name: make.credential(award, people[name], at=begun)
        for name in ("learner", "ended", "withdrawn")
    }
    world = SimpleNamespace(
        at=at,
        course=course,
        module=module,
        lesson=lesson,
        quiz=quiz,
        quiz_page=quiz_page,
        other_course=other_course,
        other_lesson=other_lesson,
        people=people,
        places=places,
        handed_in=handed_in,
        still_open=still_open,
        credentials=credentials,
        award=award,
        statement=statement.statement,
        statement_version=statement,
    )
    world.real = real_ones(world)
    return world


def sat(place, page, *, at):
    """An attempt handed in with everything right."""
    attempt = make.attempt(place, page, at=at)
    save_responses(attempt, make.right_responses(attempt), base=0, at=at)
    submit_attempt(attempt, base=1, at=at)
    return Attempt.objects.get(pk=attempt.pk)


def set_aside_for(person):
    """A form that this person sent while they were signed out."""
    return SetAsideForm.objects.create(
        owner=person,
        address="/accounts/profile/",
        page="/accounts/profile/",
        fields=[["full_name", "Ada Okafor"]],
        set_aside_at=timezone.now(),
    )


def real_ones(world) -> dict:
    """What stands for each kind of thing in an address. Everything is the learner's."""
    image = Image(title="A cup of tea", file=get_test_image_file())
    image._set_image_file_metadata()
    image.save()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves a file open
        image.get_renditions("original", "max-165x165", "max-800x600")
    document = Document(title="A card to keep", file=ContentFile(b"Breathe.", name="card.txt"))
    document._set_document_file_metadata()
    document.save()
    media = Media.objects.create(
        title="Rain", file=ContentFile(b"not really", name="rain.mp3"), duration=3, type="audio"
    )
    collection = Collection.get_first_root_node().add_child(name="Handouts")
    kinds = {kind._meta.model_name: kind for kind in map(type, make.one_of_each_kind())}
    revision = world.lesson.save_revision()
    step = making.conversation_page(world.other_lesson.get_parent().specific)
    make.edition(world.other_course)
    play = making.play(world.places["elsewhere"], step, "2", at=world.at)
    comes_back = making.due_return(world.places["learner"], step, at=world.at)
    task = GroupApprovalTask.objects.get()
    site = Site.objects.get(is_default_site=True)
    SiteSettings.for_site(site)
    ApprovalSettings.objects.create()
    group = Group.objects.get(name="Trainers")
    rows = {
        **{
            f"assessments/{name}/": kind.objects.order_by("pk").last().pk
            for name, kind in kinds.items()
        },
        "courses/glossaryword/": make.glossary_word().pk,
        "practice/conversation/": step.conversation_id,
        "practice/conversationwords/": (words := spanish_words(step.conversation).pk),
        "conversations/words/": words,
        "practice/conversationset/": making.conversation_set(step.conversation).pk,
        "conversations/": step.conversation_id,
        "questions/": kinds["singlechoice"].objects.order_by("pk").last().pk,
        "choose-question/": kinds["singlechoice"].objects.order_by("pk").last().pk,
        "assessments/quiz/": world.quiz.pk,
        "competencies/": make.competency().pk,
        "competency-groups/": competency_group().pk,
        "sites/": site.pk,
        "users/": world.people["classmate"].pk,
        "groups/": group.pk,
        "locales/": Locale.objects.get(language_code="en").pk,
        "awards/": world.award.pk,
        "issuers/": world.award.issuer.pk,
        "statement-texts/": world.statement_version.pk,
        "statements/": world.statement.pk,
        "collections/": collection.pk,
        "workflows/tasks/": task.pk,
        "workflows/": Workflow.objects.get().pk,
        "api/main/^documents": document.pk,
        "captions/": document.pk,
        "documents/": document.pk,
        "api/main/^images": image.pk,
        "images/": image.pk,
        "settings/": site.pk,
        "accounts/": 1,
        "pages/": world.lesson.pk,
    }
    return {
        "rows": rows,
        "lesson": world.lesson.pk,
        "play_id": play.pk,
        "return_id": comes_back.pk,
        "module": world.module.pk,
        "course_id": world.course.pk,
        "language": "es",
        "translation_id": PageTranslation.objects.create(
            page=world.lesson.page_ptr, source=world.other_lesson.page_ptr
        ).pk,
        "site": site.pk,
        "quiz": world.quiz.pk,
        "credential": world.credentials["learner"].pk,
        "number": world.credentials["learner"].number,
        "page_id": world.lesson.pk,
        "page_pk": world.lesson.pk,
        "parent_page_id": world.module.pk,
        "page_to_move_id": world.lesson.pk,
        "destination_id": world.other_lesson.get_parent().pk,
        "revision_id": revision.pk,
        "task_id": task.pk,
        "task_state_id": 1,
        "workflow_pk": Workflow.objects.get().pk,
        "workflow_state_id": 1,
        "action_name": "approve",
        "collection_id": collection.pk,
        "redirect_id": 1,
        "image_id": image.pk,
        "filter_spec": "max-100x100",
        "uploaded_file_id": 1,
        "document": document.pk,
        "document_name": document.filename,
        "document_id": document.pk,
        "doc_id": document.pk,
        "media_id": media.pk,
        "path": media.file.name,
        "restriction_id": 1,
        "page_view_restriction_id": 1,
        "session_id": 1,
        "credential_id": world.credentials["learner"].pk,
        "award_id": world.award.pk,
        "root": 1,
        "issuer_id": world.award.issuer_id,
        "evidence_id": renewing.evidence(world.credentials["learner"], at=world.at).pk,
        "kind": "hours",
        "enrolment_id": world.places["learner"].pk,
        "bookmark_id": Bookmark.objects.create(
            learner=world.people["learner"],
            lesson_key=world.lesson.translation_key,
            part_key=world.lesson.translation_key,
            saved_at=world.at,
        ).pk,
        "note_id": PartNote.objects.create(
            learner=world.people["learner"],
            lesson_key=world.lesson.translation_key,
            part_key=world.lesson.translation_key,
            lesson_title=world.lesson.title,
            language="en",
            text="A private note of the learner.",
            saved_at=world.at,
        ).pk,
        "module_key": world.module.translation_key,
        "size": "a4",
        "step_key": world.lesson.translation_key,
        "reflection_id": Reflection.objects.get(learner=world.people["learner"]).pk,
        "form_id": set_aside_for(world.people["learner"]).pk,
        "page_key": world.quiz_page.translation_key,
        "handed_in": world.handed_in["learner"].pk,
        "attempt_id": world.still_open["learner"].pk,
        "item_id": world.still_open["learner"].paper_items[0].pk,
        "learner_id": world.people["learner"].pk,
        "quiz_id": world.quiz.pk,
        "slug": world.statement.slug,
        "request_id": ask_for_correction(
            world.credentials["learner"], name="Another Name", words="", at=world.at
        ).pk,
        "bulk_id": bulk_issue(world).pk,
        "bulk_change_id": bulk_change(world).pk,
        "proposal_id": proposal(world).pk,
        "sha256": "0" * 64,
        **organisation_of(world),
        "change_id": proposed_change(world).pk,
        "letter_id": Letter.objects.create(
            thing="ready.x",
            kind=Letter.Kind.CERTIFICATE,
            person=world.people["learner"],
            first_tried_at=world.at,
            given_up_at=world.at,
        ).pk,
        **re_marked(world),
    }


def organisation_of(world) -> dict:
    """One that the learner owns, with a member and somebody who is asked to join."""
    made = organising.organisation(world.people["learner"], at=world.at)
    asked = invite_member(
        made, "asked@peerwork.example", "member", by=world.people["learner"], at=world.at
    )
    return {
        "organisation_id": made.pk,
        "membership_id": organising.member(made).pk,
        "invitation_id": asked.pk,
        "key_id": make_key(made, "x", by=world.people["learner"], at=world.at)[0].pk,
        **watched_by(made, world),
    }


def watched_by(organisation, world) -> dict:
    """What an organisation watches and where it is told, and a link to what is watched."""
    learner, credential = world.people["learner"], world.credentials["learner"]
    set_webhook(organisation, "https://hooks.example.org/", by=learner, at=world.at)
    watch = organisation.watches.create(
        credential=credential,
        reason="works",
        added_by=learner,
        added_at=world.at,
        standing="current",
        seen_number=1,
    )
    link, token = make_link(credential, days=90, name="", at=timezone.now())
    return {
        "watch_id": watch.pk,
        "act": "test",
        "delivery_id": send_test(organisation, at=world.at).pk,
        "link_id": link.pk,
        "token": token,
    }


def re_marked(world) -> dict:
    """A question that was given to everybody, and the list that a lost pass would be on."""
    question = world.quiz.draws.first().question
    remarking = begin_remarking(
        RemarkPlan(way=Way.FULL_MARK, question=question),
        by=world.people["lead trainer"],
        reason="It was flawed.",
        at=world.at,
    )
    carry_on(remarking, at=world.at)
    result = world.handed_in["learner"].results.latest("number")
    review = CredentialReview.objects.create(
        credential=world.credentials["learner"],
        remarking=remarking,
        before=result,
        after=result,
        raised_at=world.at,
    )
    return {
        "question_id": question.pk,
        "quiz_id": world.quiz.pk,
        "remarking_id": remarking.pk,
        "review_id": review.pk,
    }


def bulk_issue(world):
    """A table of one person that was looked at and not started."""
    bulk = BulkIssue.objects.create(
        by=world.people["registrar"],
        file_name="list.csv",
        award=world.award,
        evidence="Seen on paper.",
        uploaded_at=world.at,
    )
    cells = {"name": "New Person", "email": "new@peerwork.example"}
    BulkLine.objects.create(bulk=bulk, number=2, typed=cells, email=cells["email"])
    return bulk


def proposal(world):
    """To suspend somebody's credential; it waits for another registrar."""
    return Proposal.objects.create(
        act="suspend",
        credential=world.credentials["learner"],
        holder=world.people["learner"],
        reason="A concern.",
        explanation="Please write to us.",
        last_seen=1,
        proposed_by=world.people["superuser"],
        proposed_at=world.at,
    )


def bulk_change(world):
    """A change of one credential that was looked over and not started."""
    change = BulkChange.objects.create(
        by=world.people["registrar"], kind="suspend", reason="A concern.", made_at=world.at
    )
    change.lines.create(number=1, typed="PSW-7K3M-QX9R-4TWK")
    return change


def proposed_change(world):
    """One that anybody who teaches may read."""
    row = make.competency("CH1")
    after = {**values_of(row), "name": "Stay present"}
    by = world.people["superuser"]
    return propose_change(row, after, reason="Clearer.", by=by, at=world.at)


def competency_group():
    with without_second_reader():
        return CompetencyGroup.objects.create(name="Listening")


@pytest.fixture
def browser_of(world, settings):
    """A browser in which someone is signed in; the visitor's has nobody."""
    settings.STAFF_NEED_SECOND_FACTOR = False

    def open_for(actor: str, **options) -> Client:
        browser = Client(**options)
        if actor != "visitor":
            browser.force_login(world.people[actor])
        return browser

    return open_for
