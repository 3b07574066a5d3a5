"""The words of conversations as a site is given them: beside each, where its source stands, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.enrolling import enrol
from courses.models import CoursePage
from lms.shipped.translated import build_translation
from practice.models import Conversation, ConversationPage, ConversationWords
from tests import make
from tests.make import DAY, NOON
from tests.shipped.in_spanish import EN, ES, body, come_again, page, reader


@pytest.fixture(autouse=True)
def on_the_loaded_site(shipped_in_both_languages, db):
    """Every test here reads what was loaded."""


def test_every_conversation_has_words_and_stands_where_its_source_stands():
    rows = ConversationWords.objects.filter(language=ES)
    assert rows.count() == 18
    assert all(row.live and row.awaits_review for row in rows)
    for row in rows.select_related("conversation"):
        source = row.read_source(row.conversation)
        assert row.missing_places(source) == []
        assert row.stale_places(source) == set()
        assert len(row.returns) == len(source.returns) == 2
    for talk in ConversationPage.objects.filter(locale__language_code=ES):
        source = ConversationPage.objects.get(
            translation_key=talk.translation_key, locale__language_code=EN
        )
        before, other = talk.get_prev_sibling(), source.get_prev_sibling()
        assert before.translation_key == other.translation_key, talk.title


def test_words_of_a_conversation_that_was_changed_wait_as_a_draft():
    conversation = Conversation.objects.get(code="LC1")
    script = conversation.script
    first = replace(script.moments[0], words="“Something else.”")
    extra = replace(script.endings[0], name="e9")
    conversation.put_script(
        replace(script, moments=(first, *script.moments[1:]), endings=(*script.endings, extra))
    )
    conversation.save()
    ConversationWords.objects.filter(conversation=conversation).delete()
    assert come_again("words of a conversation:LC1", "words of its returns:LC1") == 2
    row = ConversationWords.objects.get(conversation=conversation)
    source = row.read_source(conversation)
    assert not row.live
    assert row.missing_places(source) == ["e:words:e9", "e:debrief:e9"]
    assert row.stale_places(source) == {f"n:words:{first.name}"}


def test_words_that_somebody_wrote_are_left_alone():
    row = ConversationWords.objects.get(conversation__code="LC3")
    row.script["title"] = "Otro título"
    row.save()
    assert come_again("words of its returns:LC3") == 1
    row.refresh_from_db()
    assert row.script["title"] == "Otro título"
    ConversationWords.objects.filter(conversation__code="LC3").delete()
    assert build_translation(ES, at=NOON + DAY) == 0


def test_the_award_leads_to_conversations_in_the_readers_language():
    learner = make.user()
    enrol(learner, page(CoursePage, "course", ES), at=NOON)
    talk = page(ConversationPage, "conversation page:FC1", ES)
    html = body(reader(ES, learner).get("/learn/"))
    assert talk.title in html
    assert page(ConversationPage, "conversation page:FC1").title not in html


def test_a_site_of_before_is_given_the_words_with_the_next_release():
    """As an older site comes: its pages and lessons in Spanish, and conversations in English."""
    ConversationWords.objects.all().delete()
    ConversationPage.objects.filter(locale__language_code=ES).delete()
    pieces = [
        f"{kind}:{row.code}"
        for row in Conversation.objects.all()
        for kind in ("words of a conversation", "words of its returns", "conversation page")
    ]
    assert come_again(*pieces) == len(pieces) == 54
    assert ConversationWords.objects.filter(live=True).count() == 18
    assert ConversationPage.objects.filter(locale__language_code=ES, live=True).count() == 18
    assert build_translation(ES, at=NOON + DAY) == 0
