"""Every address that answers with a page, in Spanish, and in the dark where it has one: no barriers.

The addresses come from the site's resolver, as in tests/site/sections.py, so a new page is looked
at without being named here. One that needs a row needs it said in REAL. The suite looks at every
second address, and a drill at every one.
"""

from __future__ import annotations

import pytest

from tests.browser import learners
from tests.browser.test_pages import barriers, barriers_of_ours
from tests.browser.test_unkind import issue_to
from tests.site.addresses import every_address, filled, our_staff_addresses
from tests.site.front import ANYONE, MACHINES, NOBODY, OWN, PROGRAMS, SIGNED_IN
from tests.site.sections import front_class

pytestmark = pytest.mark.browser

REAL = """
from datetime import timedelta
from django.utils import timezone
from certificates.models import RenewalEvidence, RenewalRule
from certificates.renewal.rules import Rule
from assessments.models import QUESTION_KINDS, Attempt
from certificates.models import Award, Credential, Statement, StatementVersion
from courses.models import Bookmark, Competency, Enrolment, GlossaryWord, LessonPage, PageTranslation, PartNote
from courses.outlines import progress_of
from lms.offline.copies import copied_steps
from lms.shipped.pieces import key_of
from people.models import Membership, User
from people.organisations.joining import invite_member, make_organisation
from practice.models import Conversation, ConversationPage, ConversationSet, DueReturn
from practice.playing import begin_play, take_turn
from lms.models import HomePage, StandardPage
from wagtail.models import PageViewRestriction

at = timezone.now()
email, number, open_attempt = arguments
learner = User.objects.get(email=email)
staff = User.objects.get(email="every-page-staff@peerwork.example")
User.objects.filter(pk__in=[learner.pk, staff.pk]).update(language="es")
User.objects.filter(pk=staff.pk).update(is_superuser=True)
enrolment = Enrolment.objects.get(learner=learner)
lesson = LessonPage.objects.get(translation_key=key_of("lesson:4.5"), locale__language_code="en")
progress = progress_of(enrolment)
module = progress.outline.modules[0]
talk = next(each for each in copied_steps(module, progress) if each.kind.name == "conversation")
page = ConversationPage.objects.live().order_by("path").first()
text_page = page.translation_key
play = begin_play(enrolment, page, at=at)
for number_of_turn in range(2):
    walk = play.read_walk()
    take_turn(play, walk.next_number, walk.shown_replies(walk.moment)[0].key, at=at)
Bookmark.objects.get_or_create(
    learner=learner, lesson_key=lesson.translation_key, part_key=lesson.translation_key,
    defaults={"saved_at": at},
)
PartNote.objects.get_or_create(
    learner=learner, lesson_key=lesson.translation_key, part_key=lesson.translation_key,
    defaults={"lesson_title": lesson.title, "language": "en", "text": "A note.", "saved_at": at},
)
question = QUESTION_KINDS[0].objects.order_by("pk").first()
conversation = Conversation.objects.order_by("pk").first()
award = Award.objects.get()
attempt = Attempt.objects.filter(enrolment=enrolment, submitted_at__isnull=False).first()
due = DueReturn.objects.filter(enrolment__learner=learner).first()
credential = Credential.objects.get(holder=learner)
Credential.objects.filter(pk=credential.pk).update(expires_on=at.date() + timedelta(days=30))
rule = Rule(minutes=600, statement=Statement.objects.first().slug, needs_word=True)
RenewalRule.objects.get_or_create(
    award=award, version=1,
    defaults={"effective_on": credential.issued_on, "terms": rule.to_json(),
              "created_by": staff, "created_at": at},
)
evidence = RenewalEvidence.objects.create(
    credential=credential, kind="hours", title="Ward", provider="College",
    done_on=credential.issued_on, minutes=60, entered_at=at,
)
house = make_organisation("Harbour House", by=learner, at=at)
member = Membership.objects.create(organisation=house, person=staff, role="member", joined_at=at)
asked = invite_member(
    make_organisation("Bay Trust", by=staff, at=at), learner.email, "owner", by=staff, at=at
)
invite_member(house, "asked@peerwork.example", "member", by=learner, at=at)
home = HomePage.objects.get(locale__language_code="en")
closed = home.add_child(instance=StandardPage(
    title="With a password", locale=home.locale, body=[("prose", "<p>For a few.</p>")]
))
asks = PageViewRestriction.objects.create(
    page=closed, restriction_type="password", password="open sesame"
)
none = "00000000-0000-0000-0000-000000000000"
answer = {
    "rows": {
        "assessments/singlechoice/": question.pk,
        "questions/": question.pk,
        "assessments/quiz/": attempt.quiz_id,
        "courses/glossaryword/": GlossaryWord.objects.first().pk,
        "practice/conversation/": conversation.pk,
        "practice/conversationwords/": conversation.words.first().pk,
        "conversations/words/": conversation.words.first().pk,
        "conversations/": conversation.pk,
        "practice/conversationset/": ConversationSet.objects.first().pk,
        "competencies/": Competency.objects.exclude(group=None).first().pk,
        "competency-groups/": Competency.objects.exclude(group=None).first().group_id,
        "awards/": award.pk,
        "issuers/": award.issuer_id,
        "statements/": Statement.objects.first().pk,
        "statement-texts/": StatementVersion.objects.first().pk,
        "users/": learner.pk,
        "captions/": 0,
    },
    "number": number,
    "organisation_id": str(house.pk),
    "membership_id": member.pk,
    "invitation_id": str(asked.pk),
    "slug": Statement.objects.first().slug,
    "play_id": str(play.pk),
    "module_key": str(module.key),
    "step_key": str(module.lessons[0].key),
    "talk_key": str(talk.key),
    "page_key": str(text_page),
    "return_id": str(due.pk) if due else none,
    "attempt_id": open_attempt,
    "handed_in": str(attempt.pk),
    "credential": str(credential.pk),
    "credential_id": str(credential.pk),
    "award_id": award.pk,
    "page_view_restriction_id": asks.pk,
    "page_id": closed.pk,
    "language": "es",
    "translation_id": PageTranslation.objects.order_by("pk").first().pk,
    "evidence_id": str(evidence.pk),
    "kind": "hours",
    "enrolment_id": str(enrolment.pk),
    "learner_id": learner.pk,
    "quiz_id": attempt.quiz_id,
    "question_id": question.pk,
    "course_id": enrolment.course_id,
}
"""

GIVES_NO_PAGE = {
    "documents/": "a file",
    "media/": "a file",
    "help/lines/": "a piece of a page",
    "learn/modules/<uuid:module_key>/workbook/": "a file",
    "learn/transcript/<slug:size>.pdf": "a file",
    "site.webmanifest": "for a phone's list of apps",
    "offline/worker.js": "a script",
    "offline/modules/<uuid:module_key>/contents/": "for a script",
    "issuers/marks/": "a picture",
    "pki/": "a file",
    ".well-known/did.json": "for programs",
    ".well-known/jwks.json": "for programs",
    "achievements/<int:award_id>.": "for programs, and a picture",
    "issuers/<int:issuer_id>/": "for programs",
    "certificates/<str:number>/badge.": "a file",
    "verify/<str:number>/receipt/": "a file",
    "verify/proofs/": "a file",
    "api/v1/openapi.json": "a file",
    "certificates/<str:number>.pdf": "a file",
    "certificates/<str:number>.png": "a picture",
    "certificates/<str:number>/renewal/<uuid:evidence_id>/file/": "a file",
    "certificates/<str:number>/renew/": "shown within a window before the last day",
    "_util/login/": "Wagtail's own sign-in, which is out of reach",
    "accounts/2fa/webauthn/keys/": "no key is registered",
    "accounts/set-aside/<uuid:form_id>/": "a button",
    "learn/bookmarks/<int:bookmark_id>/": "a button",
    "learn/notes/<int:note_id>/": "a button",
    "organisations/<uuid:organisation_id>/members/<int:membership_id>/role/": "a button",
    "organisations/<uuid:organisation_id>/invitations/": "a button",
    "organisations/<uuid:organisation_id>/keys/<int:key_id>/": "a button",
    "organisations/<uuid:organisation_id>/watching/letters/": "a button",
    "organisations/<uuid:organisation_id>/watching/<int:watch_id>/": "a button",
    "organisations/<uuid:organisation_id>/webhook/<slug:act>/": "a button",
    "organisations/<uuid:organisation_id>/webhook/deliveries/": "a button",
    "certificates/<str:number>/links/<uuid:link_id>/": "a button",
    "certificates/<str:number>/watching/<int:watch_id>/": "a button",
    "shared/<str:token>/": "its secret is shown once; tests/certificates/test_sharing.py opens it",
    "learn/reflections/<int:reflection_id>/": "a button",
    "admin/api/": "for programs",
    "admin/attempts/<uuid:attempt_id>/talked-through/": "no red line waits to be talked through",
    "admin/changes/<int:change_id>/": "nothing was proposed",
    "admin/bulk-issues/<uuid:bulk_id>/": "no table was uploaded",
    "admin/bulk-changes/<uuid:bulk_change_id>/": "nothing was changed together",
    "admin/credential-proposals/<uuid:proposal_id>/": "nothing has to be approved",
    "admin/bulk-issues/template.": "a file",
    "admin/jsi18n/": "a script",
    "admin/sprite/": "a picture",
    "admin/captions/": "a piece of a dialogue",
    "admin/choose-question/": "a piece of a dialogue",
    "admin/credential-reviews/<int:review_id>/": "nothing has to be reviewed",
    "admin/credential-requests/<uuid:request_id>/": "nobody asks for anything",
    "admin/letters/<int:letter_id>/": "a button",
    "admin/re-marks/<uuid:remarking_id>/": "nothing was marked again",
    "admin/snippets/assessments/singlechoice/preview/": "Wagtail says that no form was sent",
    "admin/snippets/practice/conversation/preview/": "Wagtail says that no form was sent",
    "admin/snippets/practice/conversationwords/preview/": "Wagtail says that no form was sent",
    "admin/snippets/assessments/singlechoice/workflow/": "nothing waits to be read",
    "admin/users/delete/": "accounts are never deleted",
}
"""The beginnings of addresses that lead to no page here, each with the reason."""

ENDS_THE_VISIT = {"accounts/logout/", "accounts/closed/", "accounts/sessions/end-all/"}


def has_a_page(address):
    return not any(address.route.startswith(beginning) for beginning in GIVES_NO_PAGE)


def fronts(*classes):
    """The addresses of the front for these classes of people, the last of them those that sign out."""
    every = [each for each in every_address() if front_class(each) in classes and has_a_page(each)]
    return sorted(every, key=lambda address: address.route in ENDS_THE_VISIT)


def barriers_of_staff(page):
    """What is ours on a staff page; all of it where it is a preview, which is as learners see it."""
    return barriers_of_ours(page) if page.locator(".wrapper main").count() else barriers(page)


REMEMBERED = """() => [...document.querySelectorAll("textarea")]
  .filter((box) => box.form?.elements.made_for && box.form.autocomplete !== "off")
  .map((box) => `${box.name} is written back by the browser, for whoever goes back`)"""


def barriers_and_words_left(page):
    """Barriers, and boxes in which the next person finds what somebody typed. Forms that are for
    anybody, such as those of numbers to check, are emptied by a script alone."""
    return barriers(page) + page.evaluate(REMEMBERED)


def look_at_each(page, addresses, real, look):
    """What `look` finds on each page, and of how many; an answer that is no page is passed over."""
    faults, pages = [], 0
    for address in addresses:
        # A try has a paper while it is open, and a result once it was handed in.
        attempt = "handed_in" if address.route.endswith("/result/") else "attempt_id"
        step = "talk_key" if "/conversations/" in address.route else "step_key"
        url = filled(address, {**real, "attempt_id": real[attempt], "step_key": real[step]})
        response = page.request.get(url, max_redirects=0)
        is_page = "text/html" in response.headers.get("content-type", "")
        if response.status in {301, 302, 303, 405} or not is_page or "/results/" in url:
            continue
        if response.status not in {200, 404} or (response.status == 404 and "<" in address.route):
            faults.append(f"{address}: {response.status} at {url}")
            continue
        page.goto(url)
        page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")
        faults += [f"{address}: {barrier}" for barrier in look(page)]
        pages += 1
    assert not faults, "\n".join(faults)
    return pages


@pytest.fixture(scope="module")
def walkers(site_server):
    """A learner who has done all but the final, and one of the staff who may do everything."""
    walker = learners.bring(site_server, "every-page", up_to="quiz:final", begun="quiz:final")
    staff = learners.bring(site_server, "every-page-staff")
    number = issue_to(site_server, walker.email)
    return walker, staff, site_server.ask(REAL, walker.email, number, walker.attempt)


EACH = pytest.mark.parametrize(
    "stride",
    [2, pytest.param(1, marks=pytest.mark.drill)],
    ids=["every second", "every one"],
)


@EACH
def test_every_page_of_the_front_in_spanish_and_in_the_dark(page_of, walkers, stride):
    walker, _staff, real = walkers
    page = page_of(walker, color_scheme="dark", reduced_motion="reduce")
    page.goto("/learn/")
    assert page.locator("html").get_attribute("lang") == "es"
    addresses = fronts(ANYONE, SIGNED_IN, OWN)[::stride]
    assert look_at_each(page, addresses, real, barriers_and_words_left) >= 30 // stride


@EACH
def test_every_staff_page_of_ours_in_spanish(page_of, walkers, stride):
    _walker, staff, real = walkers
    addresses = [each for each in our_staff_addresses() if has_a_page(each)][::stride]
    page = page_of(staff)
    assert look_at_each(page, addresses, real, barriers_of_staff) >= 40 // stride


def test_every_exception_is_about_some_address_and_says_why():
    routes = [address.route for address in every_address()]
    for beginning, reason in GIVES_NO_PAGE.items():
        assert any(route.startswith(beginning) for route in routes), beginning
        assert reason
    assert {front_class(each) for each in every_address()} == {
        ANYONE, SIGNED_IN, OWN, MACHINES, PROGRAMS, NOBODY, None,
    }  # fmt: skip
