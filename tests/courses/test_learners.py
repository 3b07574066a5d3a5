"""The list of learners: whose they are, how far, when seen; and what it costs and exports."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale

from assessments.attempting import save_responses
from assessments.models import QuizPage
from courses.access import courses_seen_by, enrolments_seen_by, may_see_learners
from courses.enrolling import complete_lesson, take_again, withdraw
from courses.learners import QUIET_AFTER, learner_rows, module_lines, quiet
from courses.models import Completion, CourseTrainer, Enrolment, LessonPage, PlaceState, Reflection
from courses.outlines import outline_of
from courses.progress import Progress
from tests import make
from tests.log_of_acts import COST_OF_AN_ACT
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

CANARY = "canary: what I never told my brother"
LIST = "/admin/learners/"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def member_of(*groups):
    person = make.user()
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=2, order="free", title="Listening well")


@pytest.fixture
def other_course():
    return make.full_course(modules=1, lessons=1, order="free", title="Boundaries")


@pytest.fixture
def lead():
    return browser_of(member_of("Lead trainers"))


def lessons_of(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def quiz_of(course):
    return QuizPage.objects.descendant_of(course).order_by("path").first()


def place_on(course, name="Sam Adeyemi", at=NOON):
    return make.enrolment(make.user(full_name=name), course, at=at)


def row_of(place, at=NOON + DAY):
    (row,) = learner_rows([place], at)
    return row


def page_of(browser, url=LIST, **query):
    response = browser.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


# Whose learners -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "sees"),
    [
        ([], False),
        (["Assessors"], False),
        (["Trainers"], True),
        (["Lead trainers"], True),
        (["Registrars"], True),
    ],
)
def test_who_sees_learners_at_all(groups, sees):
    person = member_of(*groups)
    assert may_see_learners(person) is sees
    person.is_active = False
    assert not may_see_learners(person)


def test_a_trainer_sees_the_learners_of_the_courses_that_name_them(course, other_course):
    own, other = place_on(course), place_on(other_course)
    trainer = make.trainer_of(course)
    assert list(courses_seen_by(trainer)) == [course]
    assert list(enrolments_seen_by(trainer)) == [own]
    for group in ("Lead trainers", "Registrars"):
        assert set(enrolments_seen_by(member_of(group))) == {own, other}


def test_writing_a_course_shows_nobody_its_learners(course):
    """Every trainer may write every course, so that cannot be what decides."""
    place_on(course)
    writer = member_of("Trainers")
    assert course.permissions_for_user(writer).can_edit()
    assert not enrolments_seen_by(writer).exists()


def test_being_named_is_nothing_without_the_role(course):
    place_on(course)
    person = make.user()
    CourseTrainer.objects.create(course=course, trainer=person)
    assert not enrolments_seen_by(person).exists()


def test_a_trainer_names_themselves_only_in_a_draft(course):
    """A course shows its learners to those whom a lead trainer published on it."""
    place_on(course)
    trainer = member_of("Trainers")
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    draft = course.copy_for_translation(spanish, copy_parents=True)
    CourseTrainer.objects.create(course=draft, trainer=trainer)
    assert not draft.live
    assert not enrolments_seen_by(trainer).exists()
    draft.save_revision().publish()
    assert enrolments_seen_by(trainer).exists()


# What a row says ----------------------------------------------------------------------------


def test_a_row_says_how_far_and_when_last_seen(course):
    place = place_on(course)
    for number, lesson in enumerate(lessons_of(course)[:3], 1):
        complete_lesson(place, lesson, at=NOON + number * HOUR)
    row = row_of(place)
    assert (row.progress.done_count, row.progress.total_count) == (3, 6)
    assert row.seen_at == NOON + 3 * HOUR
    assert row.state == PlaceState.UNDER_WAY
    assert row.counts == {"tries": 0}
    assert row.course == "Listening well"


def test_tries_count_and_saving_an_answer_is_a_sign(course):
    place = place_on(course)
    attempt = make.attempt(place, quiz_of(course), at=NOON + HOUR)
    assert row_of(place).seen_at == NOON + HOUR
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON + 2 * HOUR)
    row = row_of(place)
    assert row.seen_at == NOON + 2 * HOUR
    assert row.counts == {"tries": 1}


def test_what_the_site_hands_in_for_somebody_is_no_sign_of_them(course):
    place = place_on(course)
    attempt = make.attempt(place, quiz_of(course), at=NOON + HOUR)
    type(attempt).objects.filter(pk=attempt.pk).update(
        state="handed_in", submitted_at=NOON + 9 * DAY, handed_in_by_site=True
    )
    assert row_of(place).seen_at == NOON + HOUR


def completed(place, course):
    Completion.objects.create(
        enrolment=place, page=course, page_key=course.translation_key, completed_at=NOON
    )


def placed_in_every_state(course):
    places = {state: place_on(course, state.name.title()) for state in PlaceState}
    first = lessons_of(course)[0]
    for state in (PlaceState.UNDER_WAY, PlaceState.COMPLETE, PlaceState.ENDED, PlaceState.LEFT):
        complete_lesson(places[state], first, at=NOON)
    completed(places[PlaceState.COMPLETE], course)
    ended = Enrolment.objects.filter(pk=places[PlaceState.ENDED].pk)
    ended.update(ends_at=NOON + HOUR)
    withdraw(places[PlaceState.LEFT], at=NOON + HOUR)
    return {state: Enrolment.objects.get(pk=place.pk) for state, place in places.items()}


def test_the_filter_by_state_and_the_word_in_the_row_agree(course):
    at = NOON + DAY
    places = placed_in_every_state(course)
    for state, place in places.items():
        assert list(Enrolment.objects.in_state(state, at)) == [place], state
        assert row_of(place, at).state == state


def test_quiet_are_those_who_may_go_on_and_were_not_seen_for_two_weeks(course):
    at = NOON + 30 * DAY
    waiting, lately = place_on(course, "Waiting"), place_on(course, "Lately")
    complete_lesson(lately, lessons_of(course)[0], at=at - QUIET_AFTER + HOUR)
    done = place_on(course, "Done")
    completed(done, course)
    gone = place_on(course, "Gone")
    withdraw(gone, at=NOON)
    answering = place_on(course, "Answering")
    make.attempt(answering, quiz_of(course), at=at - DAY)
    assert list(quiet(Enrolment.objects.all(), at)) == [waiting]


def test_a_step_that_need_not_be_done_counts_for_nothing_and_is_still_shown(course):
    extra = make.lesson(lessons_of(course)[0].get_parent().specific, "More", required=False)
    place = place_on(course)
    complete_lesson(place, extra, at=NOON)
    first, *_rest = module_lines(Progress(outline_of(course), {extra.translation_key: NOON}))
    assert (first.done, first.of) == (0, 3)
    assert first.finished == [("More", NOON)]


# The list -----------------------------------------------------------------------------------


def test_a_trainer_is_shown_their_own_and_finds_by_name_and_address(course, other_course):
    own = place_on(course, "Ama Mensah")
    place_on(course, "Kofi Boateng")
    place_on(other_course, "Elsewhere Person")
    browser = browser_of(make.trainer_of(course))
    page = page_of(browser)
    assert "Ama Mensah" in page
    assert "Kofi Boateng" in page
    assert "Elsewhere Person" not in page
    for typed in ("mensah ama", own.learner.email):
        found = page_of(browser, q=typed)
        assert "Ama Mensah" in found
        assert "Kofi Boateng" not in found
    assert "Elsewhere Person" not in page_of(browser, q="Elsewhere")


def test_the_list_is_narrowed_to_a_course_and_a_state(lead, course, other_course):
    place_on(course, "Ama Mensah")
    begun = place_on(other_course, "Kofi Boateng")
    complete_lesson(begun, lessons_of(other_course)[0], at=NOON)
    for query in ({"course": other_course.pk}, {"state": "under_way"}):
        page = page_of(lead, **query)
        assert "Kofi Boateng" in page
        assert "Ama Mensah" not in page


def test_a_trainer_may_not_choose_a_course_of_others(course, other_course):
    place_on(other_course, "Elsewhere Person")
    browser = browser_of(make.trainer_of(course))
    page = page_of(browser, course=other_course.pk)
    assert "Boundaries" not in page
    assert "Elsewhere Person" not in page


def test_the_quiet_are_a_filter(lead, course):
    place_on(course, "Long Ago", at=timezone.now() - 30 * DAY)
    place_on(course, "Just Now", at=timezone.now() - HOUR)
    page = page_of(lead, seen="quiet")
    assert "Long Ago" in page
    assert "Just Now" not in page


def test_the_list_is_put_in_order_by_name_and_by_last_seen(lead, course):
    early = place_on(course, "Zofia Early", at=NOON)
    place_on(course, "Adam Later", at=NOON + HOUR)
    complete_lesson(early, lessons_of(course)[0], at=NOON + DAY)
    for ordering, first in [
        ("learner__full_name", "Adam Later"),
        ("-learner__full_name", "Zofia Early"),
        ("seen_at", "Adam Later"),
        ("-seen_at", "Zofia Early"),
        ("enrolled_at", "Zofia Early"),
    ]:
        page = page_of(lead, ordering=ordering)
        names = sorted(["Adam Later", "Zofia Early"], key=page.index)
        assert names[0] == first, ordering


def test_an_earlier_run_is_on_the_persons_page_and_not_in_the_list(lead, course):
    place = place_on(course, "Ama Mensah", at=NOON)
    completed(place, course)
    take_again(place, at=NOON + DAY)
    url = reverse("learners:learner", args=[place.learner_id])
    assert page_of(lead).count(url) == 1
    page = page_of(lead, url)
    assert page.count("<dt>Enrolled</dt>") == 2
    assert "time 1" in page


def test_there_are_pages_of_fifty(lead, course):
    learners = [make.user(full_name=f"Learner {number:02}") for number in range(52)]
    Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            course=course,
            course_key=course.translation_key,
            enrolled_at=NOON + number * HOUR,
        )
        for number, person in enumerate(learners)
    )
    first, second = page_of(lead), page_of(lead, p=2)
    assert [name for name in ("Learner 51", "Learner 02") if name in first] == [
        "Learner 51",
        "Learner 02",
    ]
    assert "Learner 00" in second
    assert "Learner 00" not in first


# As a file ----------------------------------------------------------------------------------


def rows_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_what_the_list_shows_and_no_more(course, other_course):
    place = place_on(course, "Ama Mensah")
    place_on(other_course, "Elsewhere Person")
    complete_lesson(place, lessons_of(course)[0], at=NOON)
    make.attempt(place, quiz_of(course), at=NOON)
    browser = browser_of(make.trainer_of(course))
    (row,) = rows_of(browser.get(LIST, {"export": "csv"}))
    assert list(row) == [
        "Learner",
        "Email",
        "Course",
        "Steps done",
        "Of steps",
        "State",
        "Last seen",
        "Tries",
        "Enrolled",
    ]
    assert row["Learner"] == "Ama Mensah"
    assert row["Email"] == place.learner.email
    assert (row["Steps done"], row["Of steps"], row["Tries"]) == ("1", "6", "1")
    assert row["State"] == "Under way"
    response = browser.get(LIST, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [cell.value for cell in list(sheet.rows)[1]][:5] == [
        "Ama Mensah",
        place.learner.email,
        "Listening well",
        1,
        6,
    ]


def test_the_file_is_of_what_was_searched_and_goes_past_the_first_page(lead, course):
    people = [make.user(full_name=f"Learner {number}") for number in range(60)]
    Enrolment.objects.bulk_create(
        Enrolment(
            learner=person, course=course, course_key=course.translation_key, enrolled_at=NOON
        )
        for person in people
    )
    place_on(course, "Somebody Else")
    assert len(rows_of(lead.get(LIST, {"export": "csv"}))) == 61
    assert len(rows_of(lead.get(LIST, {"export": "csv", "q": "Learner"}))) == 60


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"])
def test_a_name_is_no_formula_in_a_file(lead, course, name):
    place_on(course, name)
    (row,) = rows_of(lead.get(LIST, {"export": "csv"}))
    assert row["Learner"] == f"'{name}"


# A person -----------------------------------------------------------------------------------


def test_a_person_is_not_found_by_a_trainer_of_another_course(course, other_course):
    place = place_on(other_course, "Elsewhere Person")
    browser = browser_of(make.trainer_of(course))
    url = reverse("learners:learner", args=[place.learner_id])
    assert browser.get(url).status_code == 404
    assert browser_of(make.trainer_of(other_course)).get(url).status_code == 200


def test_of_a_person_on_two_courses_a_trainer_sees_their_own(course, other_course):
    place = place_on(course, "Ama Mensah")
    make.enrolment(place.learner, other_course, at=NOON)
    url = reverse("learners:learner", args=[place.learner_id])
    page = page_of(browser_of(make.trainer_of(course)), url)
    assert "Listening well" in page
    assert "Boundaries" not in page


def test_someone_without_a_place_has_an_empty_page_for_those_who_see_everybody(lead, course):
    person = make.user(full_name="No Place")
    url = reverse("learners:learner", args=[person.pk])
    assert "No place on a course." in page_of(lead, url)
    assert browser_of(make.trainer_of(course)).get(url).status_code == 404
    assert lead.get(reverse("learners:learner", args=[10**9])).status_code == 404


def test_a_reflection_is_nowhere(lead, course):
    lesson = make.lesson(
        lessons_of(course)[0].get_parent().specific,
        body=[("reflection", {"prompt": "When were you quiet?"})],
    )
    place = place_on(course)
    Reflection.objects.create(
        learner=place.learner,
        lesson_key=lesson.translation_key,
        block_id=lesson.body[0].id,
        prompt="When were you quiet?",
        text=CANARY,
        saved_at=NOON + 9 * DAY,
    )
    urls = [LIST, reverse("learners:learner", args=[place.learner_id])]
    for browser in (lead, browser_of(make.trainer_of(course)), browser_of(member_of("Registrars"))):
        for url in urls:
            page = page_of(browser, url)
            assert CANARY not in page
            assert "When were you quiet?" not in page
        for kind in ("csv", "xlsx"):
            content = b"".join(browser.get(LIST, {"export": kind}).streaming_content)
            assert CANARY.encode() not in content
    assert row_of(place).seen_at == NOON, "when somebody reflected is theirs too"


# What it costs ------------------------------------------------------------------------------


def queries_of(browser, url, **query):
    browser.get(url, query)
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(url, query)
        if response.streaming:
            list(response.streaming_content)
    return len(captured)


def test_the_list_costs_the_same_with_more_learners(course, other_course):
    trainer = browser_of(make.trainer_of(course, other_course))
    costs = []
    for _ in range(3):
        for one in (course, other_course):
            place = place_on(one)
            complete_lesson(place, lessons_of(one)[0], at=NOON)
            make.attempt(place, quiz_of(one), at=NOON)
        costs.append(
            [
                queries_of(trainer, LIST),
                queries_of(trainer, LIST, ordering="-seen_at", state="under_way", q="sam"),
                queries_of(trainer, LIST, export="csv"),
            ]
        )
    assert costs[0] == costs[1] == costs[2]
    assert costs[0] == [18, 18, 17 + COST_OF_AN_ACT]  # of them 7 for the letter and the limit


def titles_in(language):
    places = Enrolment.objects.select_related("learner")
    with translation.override(language):
        return [row.course for row in learner_rows(places, NOON)]


@pytest.fixture
def in_two_languages():
    """A course with a learner, and its translation."""
    course = make.course(title="Listening")
    make.lesson(make.module(course))
    make.edition(course)
    make.enrolment(make.user(), course)
    return make.translation_of(course)


def test_staff_read_the_title_of_a_course_in_their_own_language(in_two_languages):
    assert titles_in("es") == ["Listening (es)"]
    assert titles_in("en") == ["Listening"]


def test_the_list_is_in_the_language_of_whoever_reads_it(in_two_languages):
    spanish, english = (
        browser_of(make.user(is_superuser=True, language=language)).get(LIST).content.decode()
        for language in ("es", "en")
    )
    # Once in the filter, which names every page of a course, and once in the list.
    assert spanish.count("Listening (es)") == english.count("Listening (es)") + 1


def test_a_title_that_is_not_published_in_a_language_stays_as_it_is(in_two_languages):
    in_two_languages.unpublish()
    assert titles_in("es") == ["Listening"]
