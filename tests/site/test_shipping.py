"""What comes with the site is put there once, whole, and is the editors' from then on."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.test import TestCase
from lms.shipping import (
    FOUNDATIONS,
    SHIPPED,
    blocks,
    build_site,
    key_of,
    lesson_to_read_again,
    load,
    question_from,
    statement_html,
)
from wagtail.models import Page, Site

from assessments.models import Question, Quiz, QuizPage
from certificates.models import Award, Issuer, Statement, StatementVersion
from courses.models import (
    Competency,
    CourseIndexPage,
    CoursePage,
    Edition,
    HourScheme,
    LessonPage,
    ModulePage,
)
from lms.models import HomePage, ShippedPiece, SiteSettings, StandardPage
from tests.make import DAY, NOON

COURSE = load(FOUNDATIONS / "course.yaml")
SITE = load(SHIPPED / "site.yaml")
LESSONS = [load(path) for path in sorted((FOUNDATIONS / "lessons").glob("*.yaml"))]
RECORDS = [
    json.loads(line)
    for path in sorted((FOUNDATIONS / "questions").glob("*.jsonl"))
    for line in path.read_text().splitlines()
]


class TestABuiltSite(TestCase):
    """One site, built once; each test may do with it what it likes."""

    @classmethod
    def setUpTestData(cls):
        cls.lines = []
        cls.made = build_site(at=NOON, say=cls.lines.append)

    def test_everything_that_is_shipped_is_there(self):
        assert LessonPage.objects.count() == len(LESSONS)
        assert ModulePage.objects.count() == len(COURSE["modules"])
        assert Question.objects.count() == len(RECORDS)
        assert StandardPage.objects.count() == len(SITE["pages"])
        assert Competency.objects.count() == len(load(FOUNDATIONS / "competencies.yaml"))
        assert Quiz.objects.count() == 1 + sum("quiz" in each for each in COURSE["modules"])
        assert Award.objects.count() == Issuer.objects.count() == Statement.objects.count() == 1

    def test_every_piece_is_remembered_and_counted(self):
        pieces = ShippedPiece.objects.exclude(key__startswith="address:")
        assert pieces.count() == self.made
        assert COURSE["title"] in self.lines

    def test_every_page_is_published_with_a_version_to_go_back_to(self):
        pages = Page.objects.filter(depth__gt=1).exclude(title="Root")
        assert pages.count() > 20
        assert not pages.filter(live=False).exists()
        assert not pages.filter(latest_revision=None).exists()

    def test_every_question_is_ready_filed_and_tests_something(self):
        assert not Question.objects.filter(live=False).exists()
        assert not Question.objects.filter(module=None).exists()
        for question in Question.objects.prefetch_related("competencies"):
            assert question.competencies.all(), question.code

    def test_a_second_run_makes_nothing_and_begins_a_new_edition_all_the_same(self):
        counts = [model.objects.count() for model in (Page, Question, Quiz, Award, Competency)]
        before = Edition.current()
        assert build_site(at=NOON + DAY) == 0
        after = [model.objects.count() for model in (Page, Question, Quiz, Award, Competency)]
        assert after == counts
        assert Edition.current() != before

    def test_what_an_editor_changed_stays_as_they_left_it(self):
        course = CoursePage.objects.get()
        course.title = "Our own name"
        course.save_revision().publish()
        settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        settings.name = "House of peers"
        settings.save()
        build_site(at=NOON + DAY)
        assert CoursePage.objects.get().title == "Our own name"
        settings.refresh_from_db()
        assert settings.name == "House of peers"

    def test_what_an_editor_deleted_does_not_come_back(self):
        StandardPage.objects.first().delete()
        lesson = LessonPage.objects.filter(questions=None).first()
        lesson.delete()
        Award.objects.get().requirements.all().delete()
        build_site(at=NOON + DAY)
        assert StandardPage.objects.count() == len(SITE["pages"]) - 1
        assert not LessonPage.objects.filter(translation_key=lesson.translation_key).exists()
        assert not Award.objects.get().requirements.exists()

    def test_a_page_that_an_editor_moved_is_found_again_by_its_key(self):
        home = HomePage.objects.get()
        page = StandardPage.objects.last()
        first = StandardPage.objects.first()
        page.move(first, pos="last-child")
        build_site(at=NOON + DAY)
        assert StandardPage.objects.child_of(first).get().pk == page.pk
        assert home.translation_key == key_of("home")

    def test_a_later_release_brings_what_is_new_and_nothing_else(self):
        """A piece that this site has not had is made in its place."""
        lesson = LessonPage.objects.filter(questions=None).first()
        key = lesson.translation_key
        module = lesson.get_parent()
        [piece] = [p for p in ShippedPiece.objects.all() if key_of(p.key) == key]
        lesson.delete()
        piece.delete()
        assert build_site(at=NOON + DAY) == 1
        lesson = LessonPage.objects.get(translation_key=key)
        assert lesson.get_parent().pk == module.pk

    def test_the_award_asks_for_the_course_its_final_and_the_signed_code(self):
        award = Award.objects.get()
        by_kind = {row.kind: row for row in award.requirements.all()}
        assert set(by_kind) == {"course", "quiz", "statement"}
        assert by_kind["course"].course.translation_key == key_of("course")
        final = QuizPage.objects.get(translation_key=key_of("quiz:final"))
        assert by_kind["quiz"].quiz_id == final.quiz_id
        assert by_kind["statement"].statement.slug == "code-of-ethics"
        assert award.active
        assert StatementVersion.objects.get().published_at == NOON

    def test_every_hour_belongs_to_a_domain_of_its_scheme(self):
        scheme = HourScheme.objects.get()
        assert [domain.name for domain in scheme.domains.all()] == COURSE["hours"]["domains"]
        for lesson in LessonPage.objects.all():
            shipped = COURSE["hours"]["lessons"][lesson.code]
            stored = {row.domain.name: row.minutes for row in lesson.domain_minutes.all()}
            assert stored == shipped, lesson.code

    def test_the_quizzes_are_drawn_from_their_modules_and_can_be_filled(self):
        call_command("build_site")  # by its command, as an operator does
        for page in QuizPage.objects.exclude(translation_key=key_of("quiz:final")):
            modules = {draw.module_id for draw in page.quiz.draws.all()}
            assert modules == {page.get_parent().pk}

    def test_the_front_page_stands_in_place_of_the_page_of_welcome(self):
        site = Site.objects.get(is_default_site=True)
        assert site.root_page.specific == HomePage.objects.get()
        assert Page.objects.filter(depth=2).count() == 1
        assert CourseIndexPage.objects.get().get_parent().pk == site.root_page_id


def test_two_sites_give_the_same_piece_the_same_key_and_no_two_pieces_share_one():
    pieces = [f"lesson:{lesson['code']}" for lesson in LESSONS]
    assert len({key_of(piece) for piece in pieces}) == len(pieces)
    assert str(key_of("home")) == str(key_of("home"))
    assert key_of("home") != key_of("home ")


# Records of the bank ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_every_shipped_record_makes_a_question_that_may_be_published(record):
    question = question_from(record)
    question.validate_publishable()
    item = question.freeze()
    assert question.code == record["id"]
    assert question.rationale == record["why"]
    assert item.fraction(item.right_response()) == 1


def test_a_record_of_an_unknown_kind_is_refused_by_its_name():
    with pytest.raises(ValueError, match="Z-1 is of a kind we do not have: hologram"):
        question_from({"id": "Z-1", "type": "hologram"})


@pytest.mark.django_db
def test_what_a_record_says_is_text_and_no_markup():
    record = RECORDS[0] | {"stem": "Is 2 < 3 & true? <script>x</script>"}
    stem = question_from(record).stem
    assert stem == "<p>Is 2 &lt; 3 &amp; true? &lt;script&gt;x&lt;/script&gt;</p>"


@pytest.mark.django_db
def test_a_record_without_a_lesson_leads_to_none():
    assert lesson_to_read_again({}) is None
    assert lesson_to_read_again({"lesson": "4.5.1"}) is None  # it does not have to be right
    assert lesson_to_read_again({"must": True}) is None
    assert lesson_to_read_again({"leads_to": "99.9.1"}) is None  # there is no such lesson


@pytest.mark.parametrize(
    ("shipped", "expected"),
    [
        ([], []),
        ([{"key_point": " Stay. \n"}], [("key_point", {"text": "Stay."})]),
        ([{"content_note": "Hard things."}], [("content_note", {"text": "Hard things."})]),
        ([{"prose": "<p>Be.</p>"}], [("prose", "<p>Be.</p>")]),
        ([{"steps": {"title": "A"}}], [("steps", {"title": "A"})]),
        (
            [{"prose": "a"}, {"key_point": "b"}, {"prose": "c"}],
            [("prose", "a"), ("key_point", {"text": "b"}), ("prose", "c")],
        ),
    ],
)
def test_blocks_are_written_shortly_and_read_in_their_order(shipped, expected):
    assert blocks(shipped) == expected


def test_a_code_of_ethics_is_escaped_and_keeps_every_point_in_order():
    code = {
        "preamble": " I meet <each> person. ",
        "points": [{"title": "Equal", "text": " As R&D. "}, {"title": "Kind", "text": "Always."}],
        "closing": "I sign.",
    }
    text = statement_html(code)
    assert text == (
        "<p>I meet &lt;each&gt; person.</p>"
        "<ol><li><b>Equal.</b> As R&amp;D.</li><li><b>Kind.</b> Always.</li></ol>"
        "<p>I sign.</p>"
    )
