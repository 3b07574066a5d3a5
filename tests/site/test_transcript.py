"""A learner's transcript: what was earned and passed, for its learner alone, on page and paper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import override as in_zone

from assessments.models import Result
from certificates.models import Credential
from certificates.revoking import revoke, suspend
from courses.enrolling import complete_lesson, withdraw
from courses.models import LessonPage, ModulePage, Reflection, StudiedPart
from courses.studied import edition_of
from lms.transcript.reading import CourseLines, passed_on, read_transcript
from lms.workbook.pdf import render_workbook
from lms.workbook.process import WorkbookNotRendered
from people.models import User
from practice.models import ReachedEnding
from tests import make
from tests.certificates.rendering import words_of
from tests.make import DAY, NOON
from tests.practice import making
from tests.verapdf import faults_of

pytestmark = pytest.mark.django_db

CANARY = "zqcanaryqz"


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=1, quizzes=True)


@pytest.fixture
def place(course):
    return make.enrolment(course=course, learner=make.user(full_name="Ada <b>Okafor"))


@pytest.fixture
def learner(place):
    return place.learner


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def read(learner, at=NOON + DAY):
    return read_transcript(learner, 0, at=at)


def course_of(learner, at=NOON + DAY):
    [lines] = read(learner, at).courses
    return lines


def page(client):
    response = client.get(reverse("transcript"))
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def quizzes_of(course):
    pages = [
        each.specific
        for module in ModulePage.objects.child_of(course)
        for each in module.get_children()
        if hasattr(each.specific, "quiz")
    ]
    return [each.quiz for each in pages]


class TestWhatWasPassed:
    def test_each_quiz_once_with_the_first_day_in_the_order_of_the_course(self, course, learner):
        first, second = quizzes_of(course)
        make.passed_quiz(learner, second, at=NOON)
        make.passed_quiz(learner, first, at=NOON + 3 * DAY)
        make.passed_quiz(learner, first, at=NOON + 9 * DAY)
        days = [line.day for line in course_of(learner, NOON + 20 * DAY).passed]
        assert days == ["26 November 2026", "23 November 2026"]

    def test_no_try_that_failed(self, course, learner):
        first, second = quizzes_of(course)
        make.passed_quiz(learner, first, passed=False)
        make.passed_quiz(learner, second, at=NOON)
        [line] = course_of(learner).passed
        assert line.day == "23 November 2026"
        assert passed_on(learner, course.translation_key) == {second.pk: NOON}

    def test_a_pass_that_was_corrected_away_is_none(self, course, learner):
        [quiz, other] = quizzes_of(course)
        result = make.passed_quiz(learner, quiz)
        make.passed_quiz(learner, other)
        Result.objects.create(
            attempt=result.attempt,
            number=2,
            score=Decimal(1),
            out_of=Decimal(10),
            passed=False,
            marked_at=NOON + DAY,
        )
        assert list(passed_on(learner, course.translation_key)) == [other.pk]

    def test_another_learners_passes_are_theirs(self, course, learner):
        make.passed_quiz(make.user(), quizzes_of(course)[0])
        assert read(learner).courses == []

    def test_a_quiz_that_stands_on_the_course_no_more_is_told_by_its_own_title(
        self, course, learner
    ):
        quiz = quizzes_of(course)[0]
        make.passed_quiz(learner, quiz)
        other = make.quiz(title="An older final")
        result = make.passed_quiz(learner, quiz, at=NOON + DAY)
        type(result.attempt).objects.filter(pk=result.attempt_id).update(quiz=other)
        assert [line.title for line in course_of(learner).passed][-1] == "An older final"

    def test_neither_scores_nor_tries_are_on_the_page(self, course, learner):
        quiz = quizzes_of(course)[0]
        for _ in range(3):
            make.passed_quiz(learner, quiz, passed=False)
        make.passed_quiz(learner, quiz)
        text = page(signed_in(learner))
        for words in ("80%", "8 of 10", "3 tries", "4 tries", "not passed"):
            assert words not in text


class TestWhatWasDone:
    def test_modules_are_told_when_they_are_complete(self, place, course, learner):
        [first, _second] = ModulePage.objects.child_of(course)
        place.completions.create(page=first, page_key=first.translation_key, completed_at=NOON)
        lines = course_of(learner)
        assert [(line.title, line.day) for line in lines.modules] == [
            (first.title, "23 November 2026")
        ]
        assert lines.completed_on == ""
        assert "Not completed yet." in page(signed_in(learner))

    def test_a_course_that_was_completed_has_its_day(self, course, learner):
        make.completion(learner, course, at=NOON)
        assert course_of(learner).completed_on == "23 November 2026"
        assert "Completed 23 November 2026." in page(signed_in(learner))

    def test_a_conversation_is_told_once_and_not_how(self, place, learner):
        talk = making.conversation()
        for outcome, at in (("strong", NOON + DAY), ("okay", NOON)):
            ReachedEnding.objects.create(
                enrolment=place, conversation=talk, outcome=outcome, reached_at=at
            )
        [line] = course_of(learner).reached
        assert (line.title, line.day) == (talk.title, "23 November 2026")
        text = page(signed_in(learner))
        assert talk.title in text
        assert "Nobody watched it." in text

    def test_hours_are_those_of_the_rule_in_its_own_words(self, place, learner, course):
        lesson = LessonPage.objects.descendant_of(course).first()
        StudiedPart.objects.create(
            enrolment=place,
            part_key=lesson.translation_key,
            lesson_key=lesson.translation_key,
            words=120 * 60,
            seconds=3600,
            language="en",
            done_at=NOON,
            opened_at=NOON,
            first_opened_at=NOON,
        )
        hours = course_of(learner).hours
        assert hours.sentence == "Self-paced study, time estimated by the issuer: about 1 hour"
        text = page(signed_in(learner))
        assert hours.sentence in text
        assert hours.sum in text
        assert "How hours are counted" in text

    def test_less_than_half_an_hour_is_no_time_at_all(self, learner, course):
        make.passed_quiz(learner, quizzes_of(course)[0])
        assert course_of(learner).hours is None
        assert "time estimated" not in page(signed_in(learner))

    def test_only_what_own_papers_met_is_assessed(self, learner, course, monkeypatch):
        make.passed_quiz(learner, quizzes_of(course)[0])
        assert course_of(learner).assessed == []
        rows = [
            {"code": "A", "name": "Be present", "group": "Listening"},
            {"code": "B", "name": "Ask well", "group": "Listening"},
            {"code": "C", "name": "Explain", "group": "Telling"},
        ]
        edition = edition_of(learner, course.translation_key)
        type(edition).objects.filter(pk=edition.pk).update(competencies=rows)
        monkeypatch.setattr("certificates.studied.competencies_met", lambda *_who: {"B"})
        [group] = course_of(learner).assessed
        assert (group.name, group.assessed) == ("Listening", ("Ask well",))
        text = page(signed_in(learner))
        assert "Ask well" in text
        assert "Explain" not in text
        assert "It was not seen at work." in text

    def test_a_course_on_which_nothing_was_done_is_left_out(self, learner):
        assert read(learner).courses == []
        assert not CourseLines("x", "en", "today")
        assert not read(learner)
        assert "There is nothing on it yet." in page(signed_in(learner))

    def test_a_course_that_was_left_keeps_what_was_done(self, place, learner, course):
        make.passed_quiz(learner, quizzes_of(course)[0])
        withdraw(place, at=NOON + DAY)
        assert course_of(learner).passed

    def test_days_are_those_of_the_reader(self, learner, course):
        make.passed_quiz(learner, quizzes_of(course)[0], at=NOON + timedelta(hours=11))
        with in_zone("Asia/Tokyo"):
            assert course_of(learner).passed[0].day == "24 November 2026"
        with in_zone("America/Denver"):
            assert course_of(learner).passed[0].day == "23 November 2026"


class TestCertificates:
    @pytest.fixture
    def credential(self, learner):
        return make.credential(make.award(valid_months=24), learner)

    def test_number_award_standing_and_days(self, learner, credential):
        [line] = read(learner).certificates
        assert line.number == credential.number
        assert (line.standing, line.issued_on) == ("Current", "23 November 2026")
        assert line.expires_on == "23 November 2028"
        with time_machine.travel(NOON + DAY, tick=False):
            text = page(signed_in(learner))
        assert "Current. Issued 23 November 2026. Valid until 23 November 2028." in text
        assert credential.number in text
        assert "/verify/" in text

    @pytest.mark.parametrize(("verb", "label"), [(suspend, "Suspended"), (revoke, "Revoked")])
    def test_one_that_counts_no_more_is_told_as_well(self, learner, credential, verb, label):
        verb(credential, by=make.registrar(), reason=CANARY, explanation=CANARY, at=NOON)
        [line] = read(learner).certificates
        assert line.standing == label
        assert CANARY not in page(signed_in(learner))

    def test_one_that_ran_out_and_one_that_never_does(self, learner, credential):
        make.credential(make.award(name="Other"), learner, at=NOON + DAY)
        assert [line.standing for line in read(learner, NOON + 900 * DAY).certificates] == [
            "Expired",
            "Current",
        ]
        assert "It does not expire." in page(signed_in(learner))

    def test_the_name_on_paper_is_not_told_which_may_be_a_former_one(self, learner, credential):
        User.objects.filter(pk=learner.pk).update(full_name="Ada Bello")
        learner.refresh_from_db()
        text = page(signed_in(learner))
        assert Credential.objects.get().name == "Ada <b>Okafor"
        assert "Okafor" not in text
        assert "Ada Bello" in text


class TestForWhom:
    @pytest.fixture
    def done(self, place, learner, course):
        lesson = LessonPage.objects.descendant_of(course).first()
        complete_lesson(place, lesson, at=NOON)
        make.passed_quiz(learner, quizzes_of(course)[0])
        Reflection.objects.create(
            learner=learner,
            block_id=lesson.translation_key,
            lesson_key=lesson.translation_key,
            prompt=CANARY,
            text=CANARY,
            saved_at=NOON,
        )
        return learner

    @pytest.mark.parametrize("name", ["transcript", "transcript_file"])
    def test_a_visitor_signs_in_first(self, name):
        make.home()
        args = ["a4"] if name == "transcript_file" else []
        response = Client().get(reverse(name, args=args))
        assert response.status_code == 302
        assert "login" in response["Location"]

    def test_it_is_of_whoever_asks_and_cached_nowhere(self, done):
        other = make.user(full_name="Bo Lind")
        assert "Okafor" not in page(signed_in(other))
        for address in (reverse("transcript"), reverse("transcript_file", args=["a4"])):
            response = signed_in(done).get(address)
            assert "no-store" in response["Cache-Control"]
            assert "private" in response["Cache-Control"]
            assert signed_in(done).post(address).status_code == 405

    def test_a_reflection_is_on_neither(self, done):
        client = signed_in(done)
        assert CANARY not in client.get(reverse("transcript")).content.decode()
        content = client.get(reverse("transcript_file", args=["a4"])).content
        assert CANARY not in words_of(content)

    def test_a_name_is_text_and_nothing_else(self, done):
        assert "Ada &lt;b&gt;Okafor" in signed_in(done).get(reverse("transcript")).content.decode()

    def test_it_says_what_it_is_not(self, done):
        text = page(signed_in(done))
        assert "It is not a licence, and not a certificate." in text
        assert "it is not sealed" in text

    def test_the_learners_pages_lead_to_it(self, done):
        link = f'href="{reverse("transcript")}"'
        credential = make.credential(holder=done)
        client = signed_in(done)
        assert link in client.get(reverse("learn")).content.decode()
        held = reverse("certificates:held", args=[credential.number])
        assert link in client.get(held).content.decode()

    def test_somebody_without_a_course_is_not_led_to_an_empty_page(self):
        make.home()
        link = f'href="{reverse("transcript")}"'
        assert link not in signed_in(make.user()).get(reverse("learn")).content.decode()


class TestOnPaper:
    @pytest.fixture
    def client(self, learner, course):
        make.passed_quiz(learner, quizzes_of(course)[0])
        make.completion(learner, course)
        make.credential(make.award(valid_months=24), learner)
        return signed_in(learner)

    def file(self, client, size="a4", **headers):
        return client.get(reverse("transcript_file", args=[size]), **headers)

    def test_it_says_what_the_page_says(self, client):
        response = self.file(client)
        assert response["Content-Type"] == "application/pdf"
        assert "transcript.pdf" in response["Content-Disposition"]
        text = " ".join(words_of(response.content).split())
        for words in ("Transcript", "Ada <b>Okafor", "Completed 23 November 2026", "not sealed"):
            assert words in text
        assert Credential.objects.get().number in text

    def test_an_unknown_sheet_and_an_empty_transcript_are_no_file(self, client):
        assert self.file(client, "a5").status_code == 404
        assert self.file(signed_in(make.user())).status_code == 404

    def test_where_it_cannot_be_made_the_reader_is_told_to_come_back(
        self, client, monkeypatch, caplog
    ):
        def fails(html, size):
            raise WorkbookNotRendered("others were being served")

        monkeypatch.setattr("lms.views.transcript.render_apart", fails)
        assert self.file(client).status_code == 503
        assert "others were being served" in caplog.text

    def test_it_opens_no_address(self, client, monkeypatch):
        seen = []
        monkeypatch.setattr(
            "lms.views.transcript.render_apart", lambda html, size: seen.append(html) or b"%PDF"
        )
        self.file(client)
        for mark in ("<img", "<script", "<link", "src="):
            assert mark not in seen[0]
        assert render_workbook(seen[0], "letter").startswith(b"%PDF-")

    def test_in_spanish(self, client, learner):
        User.objects.filter(pk=learner.pk).update(language="es")
        with translation.override("es"):
            response = self.file(client, headers={"accept-language": "es"})
        text = " ".join(words_of(response.content).split())
        assert "Historial de estudios" in text
        assert "No es una licencia" in text
        assert "licence" not in text

    def test_no_rule_of_pdf_ua_is_broken_in_any_size_or_language(self, client, learner, tmp_path):
        files = []
        for language in ("en", "es"):
            User.objects.filter(pk=learner.pk).update(language=language)
            for size in ("a4", "letter"):
                path = tmp_path / f"{language}-{size}.pdf"
                response = self.file(client, size, headers={"accept-language": language})
                path.write_bytes(response.content)
                files.append(path)
        faults = faults_of(*files)
        assert len(faults) == len(files)
        assert {name: broken for name, broken in faults.items() if broken} == {}
