"""What comes with the site is put there once, whole, and is the editors' from then on."""

from __future__ import annotations

import pytest
from django.test import TestCase
from wagtail.models import Page, Site

from certificates.models import Award
from courses.declaring import declare_edition
from courses.models import CourseEdition, CourseIndexPage, CoursePage, Edition, LessonPage
from lms.models import HomePage, ShippedPiece, SiteSettings, StandardPage
from lms.shipped.award import statement_html
from lms.shipped.building import build_site
from lms.shipped.pieces import blocks, key_of
from lms.shipped.questions import question_from, where_to_read_again
from practice.models import Conversation, ConversationPage, ConversationSet, ReturnItem
from tests import make
from tests.make import DAY, NOON
from tests.shipped import content


class TestABuiltSite(TestCase):
    """One site, built once; each test may do with it what it likes."""

    @classmethod
    def setUpTestData(cls):
        cls.lines = []
        make.remove_home()
        cls.made = build_site(at=NOON, say=cls.lines.append)
        cls.standing_pages = StandardPage.objects.count()

    def test_every_piece_is_remembered_and_counted(self):
        pieces = ShippedPiece.objects.exclude(key__startswith="address:")
        assert pieces.count() == self.made
        assert content.course()["title"] in self.lines

    def test_every_page_is_published_with_a_version_to_go_back_to(self):
        pages = Page.objects.filter(depth__gt=1).exclude(title="Root")
        assert pages.count() > 20
        assert not pages.filter(live=False).exists()
        assert not pages.filter(latest_revision=None).exists()

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
        Award.objects.get().requirements.all().delete()
        build_site(at=NOON + DAY)
        assert StandardPage.objects.count() == self.standing_pages - 1
        assert not Award.objects.get().requirements.exists()

    def test_a_page_that_an_editor_moved_is_found_again_by_its_key(self):
        home = HomePage.objects.get()
        page = StandardPage.objects.last()
        first = StandardPage.objects.first()
        page.move(first, pos="last-child")
        build_site(at=NOON + DAY)
        assert StandardPage.objects.child_of(first).get().pk == page.pk
        assert home.translation_key == key_of("home")

    @pytest.mark.drill
    def test_a_later_release_brings_what_is_new_and_nothing_else(self):
        """A piece that this site has not had is made in its place."""
        page = StandardPage.objects.last()
        key, above = page.translation_key, page.get_parent()
        [piece] = [p for p in ShippedPiece.objects.all() if key_of(p.key) == key]
        page.delete()
        piece.delete()
        assert build_site(at=NOON + DAY) == 1
        assert StandardPage.objects.get(translation_key=key).get_parent().pk == above.pk
        assert StandardPage.objects.count() == self.standing_pages

    def without(self, codes):
        """The site as it was before some conversations came, with its edition."""
        for page in ConversationPage.objects.filter(conversation__code__in=codes):
            page.delete()
        Conversation.objects.filter(code__in=codes).delete()
        pieces = [
            f"{kind}:{code}" for code in codes for kind in ("conversation", "conversation page")
        ]
        pieces += [f"return:{code}.{number}" for code in codes for number in (1, 2)]
        ShippedPiece.objects.filter(key__in=pieces).delete()
        Edition.begin_new()
        return declare_edition(CoursePage.objects.get(), by=None, at=NOON)

    def declared(self):
        edition = CourseEdition.objects.of_courses([key_of("course")])[0]
        return edition, set(edition.steps.values_list("key", flat=True))

    def test_conversations_of_a_later_release_are_declared_so_that_they_count(self):
        codes = ["LC1", "BC2"]
        before = self.without(codes)
        keys = {key_of(f"conversation page:{code}") for code in codes}
        assert not keys & self.declared()[1]
        build_site(at=NOON + DAY)
        edition, steps = self.declared()
        assert edition.number == before.number + 1
        assert keys <= steps
        assert not edition.steps.filter(key__in=keys, required=True).exists()
        listening = ConversationSet.objects.get(title="Conversations about listening")
        assert {row.code for row in listening.conversations.all()} == {"LC1", "LC2", "LC3"}
        assert ReturnItem.objects.filter(code="LC1.1").exists()
        build_site(at=NOON + 2 * DAY)
        assert self.declared()[0] == edition

    def test_where_trainers_changed_something_since_nothing_is_declared_in_their_name(self):
        before = self.without(["LC1"])
        lesson = LessonPage.objects.get(translation_key=key_of("lesson:1.1"))
        lesson.required = not lesson.required
        lesson.save_revision().publish()
        build_site(at=NOON + DAY)
        edition, steps = self.declared()
        assert edition == before
        assert key_of("conversation page:LC1") not in steps
        assert ConversationPage.objects.get(translation_key=key_of("conversation page:LC1")).live

    def test_the_front_page_stands_in_place_of_the_page_of_welcome(self):
        site = Site.objects.get(is_default_site=True)
        assert site.root_page.specific == HomePage.objects.get()
        assert Page.objects.filter(depth=2).count() == 1
        assert CourseIndexPage.objects.get().get_parent().pk == site.root_page_id


def test_two_sites_give_the_same_piece_the_same_key_and_no_two_pieces_share_one():
    pieces = [f"lesson:{code}" for code in content.lessons()]
    assert len({key_of(piece) for piece in pieces}) == len(pieces)
    assert key_of("home") != key_of("home ")


# Records and texts ------------------------------------------------------------------------


def test_a_record_of_an_unknown_kind_is_refused_by_its_name():
    with pytest.raises(ValueError, match="Z-1 is of a kind we do not have: hologram"):
        question_from({"id": "Z-1", "type": "hologram"})


@pytest.mark.django_db
def test_what_a_record_says_is_text_and_no_markup():
    record = {
        "id": "X-1",
        "type": "truefalse",
        "stem": "Is 2 < 3 & true? <script>x</script>",
        "why": "Count.",
        "answer": True,
        "feedback": {"true": "", "false": ""},
    }
    stem = question_from(record).stem
    assert stem == "<p>Is 2 &lt; 3 &amp; true? &lt;script&gt;x&lt;/script&gt;</p>"


@pytest.mark.django_db
@pytest.mark.parametrize("record", [{}, {"leads_to": "99.9.1"}, {"lesson": "99.9"}])
def test_a_record_leads_to_no_lesson_that_is_not_there(record):
    assert where_to_read_again(record) == (None, None)


@pytest.mark.parametrize(
    ("shipped", "expected"),
    [
        ([], []),
        ([{"key_point": " Stay. \n"}], [("key_point", {"text": "Stay."})]),
        ([{"content_note": "Hard things."}], [("content_note", {"text": "Hard things."})]),
        ([{"part": " One "}], [("part", {"heading": "One"})]),
        ([{"prose": "<p>Be.</p>"}], [("prose", "<p>Be.</p>")]),
        ([{"steps": {"title": "A"}}], [("steps", {"title": "A"})]),
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
