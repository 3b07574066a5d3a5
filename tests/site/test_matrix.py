"""Who gets what from every address of the site: nothing is open that nobody decided to open."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.log_actions import log

from assessments.models import Attempt
from courses.models import Completion, Reflection
from tests import make
from tests.site.addresses import every_address, filled, staff_addresses
from tests.site.conftest import ACTORS, LEARNERS, LESSON_WORDS
from tests.site.front import ANYONE, FRONT, NOBODY
from tests.site.sections import SECTIONS, STAFF, WRITERS, fits, front_class, section_of

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/login/"


def says(response):
    """What an actor got, in a word."""
    if response.status_code in {301, 302, 303}:
        where = response.headers["Location"]
        if where.startswith(SIGN_IN):
            return "sign in"
        # Wagtail refuses by leading back to its front with a message.
        return "refused" if where == "/admin/" else "elsewhere"
    return {200: "ok", 202: "ok", 403: "refused", 404: "not there", 405: "not by GET"}.get(
        response.status_code, f"{response.status_code}!"
    )


# Every address is somebody's decision ---------------------------------------------------


def test_every_address_has_its_place_in_the_table():
    undecided = [
        str(address)
        for address in every_address()
        if front_class(address) is None and section_of(address) is None
    ]
    assert not undecided, (
        "Nobody has said who may open these. Give each a place in tests/site/sections.py: "
        + ", ".join(undecided)
    )


def test_no_staff_address_is_open_because_of_a_rule_for_the_front():
    opened = {
        address.route
        for address in staff_addresses()
        if section_of(address) is None and front_class(address) in {ANYONE, NOBODY}
    }
    assert opened == {
        "admin/login/",
        "admin/sprite/",
        "admin/jsi18n/",
        "admin/password_reset/",
        "admin/password_reset/done/",
        "admin/password_reset/confirm/<uidb64>/<token>/",
        "admin/password_reset/complete/",
    }


def test_every_line_of_the_table_is_about_some_address():
    addresses = every_address()
    routes = [route for routes in FRONT.values() for route in routes]
    routes += [route for section in SECTIONS for route in section.routes]
    assert not [route for route in routes if not any(fits(route, address) for address in addresses)]


# The staff pages -------------------------------------------------------------------------


def behind_the_staff_door():
    return [address for address in staff_addresses() if section_of(address) is not None]


def test_a_visitor_is_asked_to_sign_in_at_every_staff_address(world, browser_of):
    browser = browser_of("visitor")
    answers = {
        str(address): says(browser.get(filled(address, world.real)))
        for address in behind_the_staff_door()
        if address.route != "admin/^.*/$"
    }
    assert not {address: answer for address, answer in answers.items() if answer != "sign in"}


@pytest.mark.parametrize("actor", LEARNERS)
def test_a_learner_is_refused_at_every_staff_address(actor, world, browser_of):
    browser = browser_of(actor)
    # They differ in their places on courses, of which the staff door knows nothing.
    addresses = behind_the_staff_door() if actor == "learner" else behind_the_staff_door()[::20]
    opened = {}
    for address in addresses:
        if address.name == "wagtailadmin_logout":
            continue
        if (answer := says(browser.get(filled(address, world.real)))) != "refused":
            opened[str(address)] = answer
    assert not opened


def test_staff_without_a_second_factor_open_nothing_of_the_staff_pages(world, browser_of, settings):
    browsers = {actor: browser_of(actor) for actor in STAFF}
    settings.STAFF_NEED_SECOND_FACTOR = True
    for actor, browser in browsers.items():
        for address in behind_the_staff_door()[:: 1 if actor == "superuser" else 20]:
            if address.name == "wagtailadmin_logout":
                continue
            response = browser.get(filled(address, world.real))
            assert response.headers.get("Location") == reverse("mfa_index"), (actor, address)


# One or more real addresses of each section, and who opens them.
SAMPLES = [
    "admin/",
    "admin/account/",
    "admin/choose-page/",
    "admin/documents/chooser/create/",
    "admin/documents/delete/<int:document_id>/",
    "admin/reports/site-history/",
    "admin/pages/",
    "admin/pages/<int:parent_page_id>/",
    "admin/pages/<int:page_id>/edit/",
    "admin/pages/<int:page_id>/view_draft/",
    "admin/pages/<int:page_id>/history/",
    "admin/pages/<int:page_id>/copy/",
    "admin/pages/<int:page_id>/delete/",
    "admin/pages/<int:page_id>/unpublish/",
    "admin/pages/<int:page_id>/privacy/",
    "admin/pages/<int:page_to_move_id>/move/",
    "admin/reports/locked/",
    "admin/reports/workflow/",
    "admin/reports/page-types-usage/",
    "admin/pages/workflow/preview/<int:page_id>/<int:task_id>/",
    "admin/translation/submit/page/<int:page_id>/",
    "admin/snippets/",
    "admin/questions/",
    "admin/questions/add/",
    "admin/questions/languages/",
    "admin/questions/<int:pk>/words/<str:language>/",
    "admin/snippets/assessments/singlechoice/edit/<str:pk>/",
    "admin/snippets/assessments/singlechoice/inspect/<str:pk>/",
    "admin/snippets/assessments/singlechoice/preview/<str:pk>/",
    "admin/snippets/assessments/singlechoice/unpublish/<str:pk>/",
    "admin/snippets/assessments/singlechoice/delete/<str:pk>/",
    "admin/snippets/assessments/quiz/",
    "admin/snippets/assessments/quiz/edit/<int:pk>/",
    "admin/snippets/courses/glossaryword/",
    "admin/snippets/courses/glossaryword/edit/<int:pk>/",
    "admin/snippets/courses/glossaryword/unpublish/<int:pk>/",
    "admin/snippets/courses/glossaryword/delete/<int:pk>/",
    "admin/snippets/practice/conversation/",
    "admin/snippets/practice/conversationwords/",
    "admin/snippets/practice/conversation/edit/<int:pk>/",
    "admin/snippets/practice/conversationwords/edit/<int:pk>/",
    "admin/snippets/practice/conversation/unpublish/<int:pk>/",
    "admin/snippets/practice/conversationwords/unpublish/<int:pk>/",
    "admin/snippets/practice/conversation/delete/<int:pk>/",
    "admin/snippets/practice/conversationwords/delete/<int:pk>/",
    "admin/snippets/practice/conversation/inspect/<int:pk>/",
    "admin/snippets/practice/conversationwords/inspect/<int:pk>/",
    "admin/snippets/practice/conversationset/",
    "admin/snippets/practice/conversationset/inspect/<int:pk>/",
    "admin/snippets/practice/conversationset/edit/<int:pk>/",
    "admin/snippets/choose/practice/conversationset/create/",
    "admin/conversations/take-in/",
    "admin/conversations/<int:pk>/lines/",
    "admin/conversations/<int:pk>/chosen/",
    "admin/conversations/words/",
    "admin/conversations/words/<int:pk>/lines/",
    "admin/attempts/",
    "admin/attempts/<uuid:attempt_id>/",
    "admin/attempts/<uuid:attempt_id>/paper/",
    "admin/learners/",
    "admin/learners/results/",
    "admin/learners/<int:learner_id>/",
    "admin/attempts/places/<uuid:enrolment_id>/end/",
    "admin/attempts/places/<uuid:enrolment_id>/quizzes/<int:quiz_id>/",
    "admin/attempts/quizzes/<int:quiz_id>/",
    "admin/competencies/",
    "admin/translations/",
    "admin/translations/<int:translation_id>/",
    "admin/documents/",
    "admin/images/",
    "admin/media/",
    "admin/documents/edit/<int:document_id>/",
    "admin/images/<int:image_id>/",
    "admin/credentials/",
    "admin/credentials/<uuid:credential_id>/",
    "admin/credentials/issue/",
    "admin/credentials/^(?P<credential_id>[0-9a-f-]{36})/(?P<name>suspend|restore|revoke|reinstate)/$",
    "admin/credentials/<uuid:credential_id>/replace/",
    "admin/awards/edit/<int:pk>/",
    "admin/awards/delete/<int:pk>/",
    "admin/statement-texts/<int:pk>/",
    "admin/re-marks/",
    "admin/re-marks/question/<int:question_id>/",
    "admin/re-marks/quiz/<int:quiz_id>/",
    "admin/re-marks/<uuid:remarking_id>/",
    "admin/credential-reviews/",
    "admin/credential-reviews/<int:review_id>/",
    "admin/credential-requests/",
    "admin/changes/",
    "admin/credential-requests/<uuid:request_id>/",
    "admin/credential-notes/",
    "admin/credentials/<uuid:credential_id>/note/",
    "admin/renewal-evidence/",
    "admin/renewal-evidence/<uuid:evidence_id>/",
    "admin/renewal-rules/",
    "admin/renewal-rules/<int:award_id>/",
    "admin/letters/",
    "admin/bulk-issues/",
    "admin/bulk-changes/",
    "admin/credential-proposals/",
    "admin/acts/",
    "admin/users/",
    "admin/users/edit/<int:pk>/",
    "admin/users/delete/<int:pk>/",
    "admin/groups/",
    "admin/settings/<slug:app_name>/<slug:model_name>/",
    "admin/collections/",
    "admin/workflows/list/",
    "admin/redirects/",
    "admin/sites/",
    "admin/locales/",
]


@pytest.mark.parametrize("actor", STAFF)
def test_each_role_opens_its_own_sections_and_no_others(actor, world, browser_of):
    browser = browser_of(actor)
    by_route = {address.route: address for address in staff_addresses()}
    answers, expected = {}, {}
    for route in SAMPLES:
        address = by_route[route]
        expected[route] = "ok" if actor in section_of(address).opens_to else "refused"
        answers[route] = says(browser.get(filled(address, world.real)))
    assert answers == expected


def test_the_samples_reach_into_every_section_that_shows_something():
    by_route = {address.route: address for address in staff_addresses()}
    reached = {section_of(by_route[route]).right for route in SAMPLES}
    rights = {section.right for section in SECTIONS}
    assert rights - reached == {
        "Wagtail's samples of its own error pages",
        "Wagtail asks for the right when the answer is sent",
        "add_media",
    }


@pytest.mark.parametrize("actor", ["trainer", "assessor", "registrar"])
def test_whoever_may_not_move_a_page_does_not_move_it(actor, world, browser_of):
    """Wagtail shows the question to all staff; only the answer is checked."""
    destination = world.other_lesson.get_parent()
    address = reverse("wagtailadmin_pages:move_confirm", args=[world.lesson.pk, destination.pk])
    assert says(browser_of(actor).post(address)) == "refused"
    assert type(world.lesson).objects.get(pk=world.lesson.pk).get_parent() == world.module.page_ptr


@pytest.mark.parametrize("actor", ["trainer", "lead trainer", "assessor", "registrar"])
def test_the_history_of_the_site_tells_no_one_about_people(actor, world, browser_of):
    log(world.people["classmate"], "wagtail.edit", user=world.people["superuser"])
    page = browser_of(actor).get("/admin/reports/site-history/").content.decode()
    assert world.people["classmate"].full_name not in page
    assert world.people["classmate"].email not in page


# The front: pages -------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ACTORS)
def test_everyone_is_shown_the_pages_and_those_with_a_place_the_lessons(actor, world, browser_of):
    browser = browser_of(actor)
    urls = ["/", *(p.url for p in (world.course, world.module, world.lesson, world.quiz_page))]
    urls += ["/search/", "/verify/", "/accent.css", "/livez"]
    assert {url: says(browser.get(url)) for url in urls} == dict.fromkeys(urls, "ok")
    reads = LESSON_WORDS in browser.get(world.lesson.url).content.decode()
    # Whoever may edit a lesson reads it as it is published; everyone else needs a place.
    assert reads == (actor in {"learner", "classmate"} | WRITERS)


@pytest.mark.parametrize("actor", ACTORS)
def test_ones_own_pages_are_for_whoever_is_signed_in(actor, world, browser_of):
    browser = browser_of(actor)
    urls = [
        "/learn/",
        "/learn/reflections/",
        "/learn/reflections/download/",
        "/learn/notes/",
        f"/certificates/statements/{world.statement.slug}/",
        "/accounts/profile/",
        "/accounts/email/",
        "/accounts/sessions/",
        "/accounts/2fa/",
    ]
    expected = "sign in" if actor == "visitor" else "ok"
    assert {url: says(browser.get(url)) for url in urls} == dict.fromkeys(urls, expected)


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_sees_what_the_demonstration_would_have_mailed(actor, world, browser_of):
    assert says(browser_of(actor).get("/demonstration/mail/")) == "not there"


def test_nobody_signs_in_past_the_one_door(world, browser_of):
    browser = browser_of("visitor")
    person = world.people["superuser"]
    form = {"username": person.email, "login": person.email, "password": make.PASSWORD}
    for url in ("/_util/login/", "/_util/login", "/admin/login/", "/admin/password_reset/"):
        browser.post(url, form, follow=True)
        assert "_auth_user_id" not in browser.session, url
    assert says(browser.get("/_util/login/")) == "not there"


@pytest.mark.parametrize("actor", ACTORS)
def test_only_the_watching_machine_is_told_how_the_site_is(actor, world, browser_of):
    for url in ("/readyz", "/readyz?strict", "/metrics"):
        assert browser_of(actor).get(url, REMOTE_ADDR="203.0.113.9").status_code == 404, url


# The front: records -----------------------------------------------------------------------


def about(world, name):
    """The addresses of one learner's records, to be read."""
    return {
        "the open attempt": reverse("assessments:attempt", args=[world.still_open[name].pk]),
        "looking it over": reverse("assessments:finish", args=[world.still_open[name].pk]),
        "a result": reverse("assessments:result", args=[world.handed_in[name].pk]),
        "the certificate": reverse("certificates:pdf", args=[world.credentials[name].number]),
        "the holder's page": reverse("certificates:held", args=[world.credentials[name].number]),
        "asking for a name": reverse("certificates:correct", args=[world.credentials[name].number]),
        "the checklist": reverse("certificates:renewal", args=[world.credentials[name].number]),
        "entering hours": reverse(
            "certificates:enter_evidence", args=[world.credentials[name].number, "hours"]
        ),
    }


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("owner", ["learner", "ended", "withdrawn"])
def test_a_record_is_there_for_its_owner_alone(actor, owner, world, browser_of):
    browser = browser_of(actor)
    answers = {record: says(browser.get(url)) for record, url in about(world, owner).items()}
    if actor == "visitor":
        assert answers == dict.fromkeys(answers, "sign in")
    elif actor == owner:
        goes_on = "ok" if owner == "learner" else "refused"
        assert answers == {
            "the open attempt": goes_on,
            "looking it over": goes_on,
            "a result": "ok",
            "the certificate": "ok",
            "the holder's page": "ok",
            # The learner asked already, and is told so on the page of the certificate.
            "asking for a name": "elsewhere" if owner == "learner" else "ok",
            "the checklist": "ok",
            "entering hours": "ok",
        }
    else:
        certificate = "ok" if actor in {"registrar", "superuser"} else "not there"
        assert answers == {**dict.fromkeys(answers, "not there"), "the certificate": certificate}


def doing(world):
    """Everything of the learner's that can be done by a POST, and what nothing answers to."""
    attempt = world.still_open["learner"].pk
    return {
        "save answers": (reverse("assessments:save_attempt", args=[attempt]), {"base": "0"}),
        "save the page": (reverse("assessments:attempt", args=[attempt]), {"base": "0"}),
        "hand in": (reverse("assessments:submit", args=[attempt]), {"base": "0"}),
        "answer the offer of a talk": (
            reverse("assessments:answer_talk", args=[attempt]),
            {"wants_talk": "yes"},
        ),
        "take it again": (reverse("courses:take_again", args=[world.places["learner"].pk]), {}),
        "leave the course": (reverse("courses:withdraw", args=[world.places["learner"].pk]), {}),
        "delete the note": (
            reverse("courses:delete_note", args=[world.real["note_id"]]),
            {},
        ),
        "delete the reflection": (
            reverse("courses:delete_reflection", args=[world.real["reflection_id"]]),
            {},
        ),
        "let a form go": (reverse("account_let_go", args=[world.real["form_id"]]), {}),
    }


@pytest.mark.parametrize("actor", [other for other in ACTORS if other != "learner"])
def test_what_is_not_yours_is_not_there_to_be_changed(actor, world, browser_of):
    browser = browser_of(actor)
    answers = {}
    for deed, (url, form) in doing(world).items():
        response = browser.post(url, form)
        answers[deed] = "sign in" if response.status_code == 401 else says(response)
    assert answers == dict.fromkeys(answers, "sign in" if actor == "visitor" else "not there")
    attempt = type(world.still_open["learner"]).objects.get(pk=world.still_open["learner"].pk)
    assert attempt.is_open
    assert attempt.save_number == 0
    assert world.people["learner"].reflections.count() == 1
    assert world.people["learner"].part_notes.count() == 1
    world.places["learner"].refresh_from_db()
    assert world.places["learner"].withdrawn_at is None
    assert world.places["learner"].retaken_at is None


@pytest.mark.parametrize(
    "actor", [other for other in ACTORS if other not in {"learner", "classmate"}]
)
def test_without_an_open_place_nothing_of_the_course_can_be_done(actor, world, browser_of):
    """Those whose place closed are told; for those who never had one there is nothing there."""

    def records():
        return (
            Attempt.objects.count(),
            Completion.objects.count(),
            sorted(Reflection.objects.values_list("text", flat=True)),
        )

    before = records()
    browser = browser_of(actor)
    posts = [
        (reverse("assessments:start_attempt", args=[world.quiz_page.translation_key]), {}),
        (reverse("courses:complete_lesson"), {"lesson": world.lesson.pk}),
        (
            reverse("courses:save_reflection"),
            {
                "lesson": world.lesson.pk,
                "block": world.lesson.body[1].id,
                f"text-{world.lesson.body[1].id}": "x",
                f"number-{world.lesson.body[1].id}": "1",
            },
        ),
    ]
    answers = [says(browser.post(url, form)) for url, form in posts]
    if actor == "visitor":
        assert answers == ["sign in"] * 3
    elif actor in {"ended", "withdrawn"}:
        assert answers == ["elsewhere", "elsewhere", "not there"]
    else:
        assert answers == ["not there"] * 3
    assert records() == before
