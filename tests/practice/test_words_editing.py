"""Writing a conversation in another language in the staff pages: side by side, and what is behind."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import TaskState, Workflow, WorkflowContentType

from courses.exceptions import NotPublishable
from courses.models import Edition
from practice.admin.words import words_behind
from practice.models import ConversationWords
from practice.models.words import source_languages
from practice.word_forms import WordsComparison, stamp_of
from practice.word_lines import read_words
from practice.word_states import count_behind, states_of
from practice.wording import texts_of
from tests import make
from tests.practice import making
from tests.practice.in_spanish import ES, said, spanish_page, spanish_words
from tests.practice.writing import short_script, with_reply

pytestmark = pytest.mark.django_db

WORDS = "wagtailsnippets_practice_conversationwords"


@pytest.fixture
def staff(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False

    def sign_in(group):
        person = make.user()
        person.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(person)
        client.person = person
        return client

    return sign_in


@pytest.fixture
def conversation():
    row = making.conversation(code="X1")
    item = making.return_item(row)
    item.content["replies"] = [{**reply, "reaction": ""} for reply in item.content["replies"]]
    item.save()
    return row


def change(conversation, script):
    conversation.put_script(script)
    conversation.save_revision().publish()


def fields_for(subject, texts=None, **more):
    """What the form of the words sends: each text of the source said in Spanish."""
    source = ConversationWords.read_source(subject)
    given = {t.place: said(t.words) for t in texts_of(source)} if texts is None else texts
    return {
        "recordings-count": "0",
        "script-stamp": stamp_of(source),
        **{f"script-{place}": text for place, text in given.items()},
        "reviewed_by": "",
        **more,
    }


def edit_url(row):
    return reverse(f"{WORDS}:edit", args=[row.pk])


def newest(row):
    return ConversationWords.objects.get(pk=row.pk).get_latest_revision_as_object()


# Begun ------------------------------------------------------------------------------------------------


def test_a_trainer_begins_where_the_conversation_says_that_nothing_is_there(staff, conversation):
    trainer = staff("Trainers")
    page = trainer.get(
        reverse("wagtailsnippets_practice_conversation:edit", args=[conversation.pk])
    ).text
    url = f"{reverse(f'{WORDS}:add')}?conversation={conversation.pk}&amp;language=es"
    assert url in page
    assert "Not begun" in page
    form = trainer.get(url.replace("&amp;", "&")).text
    assert "“This is n1.”" in form
    assert 'name="script-r2:feedback:n1"' in form
    assert "At the gate." in form
    assert "texts are missing" in form


def test_what_is_written_is_a_draft_that_no_learner_is_shown(staff, conversation):
    trainer = staff("Trainers")
    sent = fields_for(conversation, conversation=conversation.pk, language=ES)
    response = trainer.post(reverse(f"{WORDS}:add"), sent)
    assert response.status_code == 302
    row = ConversationWords.objects.get()
    assert (row.language, row.live) == (ES, False)
    draft = newest(row)
    assert draft.title == said("At the door")
    assert draft.wording.script.moments[1].replies[1].feedback == said("It did something.")
    assert draft.wording.returns[0].setting == said("At the gate.")
    assert str(row).startswith("X1 · ")


def test_a_form_without_a_conversation_asks_for_one_and_then_begins(staff, conversation):
    trainer = staff("Trainers")
    assert 'name="script-stamp"' not in trainer.get(reverse(f"{WORDS}:add")).text
    response = trainer.post(
        reverse(f"{WORDS}:add"),
        {"conversation": conversation.pk, "language": ES, "recordings-count": "0"},
    )
    if response.status_code == 302:
        assert len(newest(ConversationWords.objects.get()).missing_places(
            ConversationWords.read_source(conversation)
        )) > 10  # fmt: skip
    else:  # the texts are there to be written, and nothing is lost
        assert 'name="script-stamp"' in response.text


def test_words_are_written_once_in_a_language_and_never_in_the_conversations_own(conversation):
    spanish_words(conversation)
    with pytest.raises(ValidationError, match="already"):
        ConversationWords(conversation=conversation, language=ES).full_clean()
    with pytest.raises(ValidationError, match="in this language already"):
        ConversationWords(conversation=conversation, language="en").full_clean()


def test_the_language_of_a_conversation_is_that_of_its_first_page_that_translates_no_other(
    conversation,
):
    course = make.course(order="free")
    page = making.conversation_page(make.module(course), conversation)
    spanish_page(page)
    other = making.conversation()
    assert source_languages([conversation, other]) == {conversation.pk: "en", other.pk: "en"}
    page.delete()
    assert ConversationWords(conversation=other, language=ES).clean() is None


# Published --------------------------------------------------------------------------------------------


def test_publishing_is_for_lead_trainers_and_shows_it(staff, conversation):
    row = spanish_words(conversation, without=["h:title:"])
    sent = fields_for(conversation, **{"action-publish": "1"})
    staff("Trainers").post(edit_url(row), sent)
    row.refresh_from_db()
    assert not row.live
    staff("Lead trainers").post(edit_url(row), sent)
    row.refresh_from_db()
    assert row.live
    assert row.title == said("At the door")


def test_what_is_missing_is_named_and_stays_a_draft(staff, conversation):
    row = spanish_words(conversation, without=["r2:feedback:n1"])
    texts = row.texts_for(ConversationWords.read_source(conversation))
    sent = fields_for(conversation, texts, **{"action-publish": "1"})
    response = staff("Lead trainers").post(edit_url(row), sent)
    assert escape("n1: Write: reply 2: feedback.") in response.text
    row.refresh_from_db()
    assert not row.live
    with pytest.raises(NotPublishable, match="reply 2: feedback"):
        row.save_revision().publish()


def test_words_wait_until_their_conversation_is_published():
    conversation = making.conversation(live=False)
    row = ConversationWords(conversation=conversation, language=ES, live=False)
    row.put_texts(row.read_source(conversation), {})
    row.save()
    with pytest.raises(NotPublishable, match="its conversation is not published yet"):
        row.save_revision().publish()


def test_they_are_sent_to_be_read_as_conversations_are(staff, conversation):
    kind = ContentType.objects.get_for_model(ConversationWords)
    WorkflowContentType.objects.create(workflow=Workflow.objects.get(), content_type=kind)
    row = spanish_words(conversation, without=["h:title:"])
    sent = fields_for(conversation, **{"action-submit": "1"})
    staff("Trainers").post(edit_url(row), sent)
    assert TaskState.objects.count() == 1
    row.refresh_from_db()
    assert row.workflow_in_progress


# Behind ------------------------------------------------------------------------------------------------


@pytest.fixture
def behind(conversation):
    row = spanish_words(conversation)
    change(conversation, with_reply(short_script(), 0, 1, feedback="Something else."))
    return row


def test_what_changed_since_is_named_with_what_it_was(staff, conversation, behind):
    html = staff("Trainers").get(edit_url(behind)).text
    assert "1 text was changed in the conversation since." in re.sub(r"\s+", " ", html)
    assert "<del>It did something.</del>" in html
    assert html.count('name="script-same-') == 1


def test_it_stays_behind_until_it_is_said_anew_or_said_to_be_the_same(staff, conversation, behind):
    source = ConversationWords.read_source(conversation)
    trainer = staff("Trainers")
    texts = behind.texts_for(source)
    trainer.post(edit_url(behind), fields_for(conversation, texts))
    assert newest(behind).stale_places(source) == {"r2:feedback:n1"}
    same = {"script-same-r2:feedback:n1": "on"}
    trainer.post(edit_url(behind), fields_for(conversation, texts, **same))
    assert newest(behind).stale_places(source) == set()


def test_saying_it_anew_is_enough(staff, conversation, behind):
    source = ConversationWords.read_source(conversation)
    texts = behind.texts_for(source) | {"r2:feedback:n1": "Otra cosa."}
    staff("Trainers").post(edit_url(behind), fields_for(conversation, texts))
    assert newest(behind).stale_places(source) == set()


def test_a_conversation_that_changed_while_somebody_wrote_is_not_mixed_up(staff, conversation):
    row = spanish_words(conversation)
    sent = fields_for(conversation, **{"script-n:words:n1": "Lo que escribí."})
    change(conversation, with_reply(short_script(), 0, 1, words="“Reply new.”"))
    response = staff("Trainers").post(edit_url(row), sent)
    assert "was changed while you wrote" in response.text
    assert "Lo que escribí." in response.text
    assert newest(row).wording.script.moments[0].words == said("“This is n1.”")


def test_a_text_that_is_too_long_is_refused_and_kept_in_the_form(staff, conversation):
    row = spanish_words(conversation)
    sent = fields_for(conversation, **{"script-n:words:n1": "largo " * 400})
    response = staff("Trainers").post(edit_url(row), sent)
    assert "1000 characters at most" in response.text
    assert "largo largo" in response.text


def test_the_list_names_every_language_of_every_conversation(staff, conversation, behind):
    making.conversation(code="X2")
    spanish_words(making.conversation(code="X3"), is_drafted=True)
    page = re.sub(r"\s+", " ", staff("Trainers").get(reverse("conversations:words")).text)
    assert "1 text behind" in page
    assert "Not begun" in page
    assert "Nobody yet" in page
    assert staff("Assessors").get(reverse("conversations:words")).status_code in (302, 403)


def test_the_list_asks_as_much_of_three_as_of_one(staff, conversation):
    spanish_words(conversation)
    trainer = staff("Trainers")

    def queries():
        trainer.get(reverse("conversations:words"))
        with CaptureQueriesContext(connection) as seen:
            trainer.get(reverse("conversations:words"))
        return len(seen)

    one = queries()
    for _ in range(2):
        spanish_words(making.conversation())
    assert queries() == one


def test_what_waits_at_the_front_counts_those_that_are_behind(staff, conversation, behind):
    trainer, registrar = staff("Trainers").person, staff("Registrars").person
    [item] = words_behind(trainer)
    assert (item.count, item.url) == (1, reverse("conversations:words"))
    assert words_behind(registrar) == []
    assert count_behind(Edition.current()) == 1
    [state] = states_of([conversation])
    assert (state.missing, state.stale, state.is_behind) == (0, 1, True)


# Looked at ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["map", "play", "text"])
def test_each_preview_is_in_the_language(staff, conversation, mode):
    row = spanish_words(conversation)
    trainer = staff("Trainers")
    url = reverse(f"{WORDS}:preview_on_edit", args=[row.pk])
    trainer.post(url, fields_for(conversation))
    html = trainer.get(f"{url}?mode={mode}").text
    assert {"map": "ES “This is", "play": said("“Reply 001.”"), "text": said("She stays.")}[
        mode
    ] in html
    assert mode == "map" or 'lang="es"' in html


def test_two_versions_are_compared_as_lines(conversation):
    row = spanish_words(conversation)
    other = ConversationWords(conversation=conversation, language=ES)
    compared = WordsComparison(ConversationWords._meta.get_field("script"), other, row)
    assert compared.has_changed()
    assert "n1 reply 2: feedback: ES It did something." in re.sub(
        r"<[^>]+>", "", str(compared.htmldiff())
    )


# As lines ----------------------------------------------------------------------------------------------


def lines_of(client, row):
    response = client.get(reverse("conversations:give_out_words", args=[row.pk]))
    assert 'filename="conversation-' in response["Content-Disposition"]
    return response.content.decode()


def test_what_is_given_out_is_taken_in_as_the_same_draft(staff, conversation):
    row = spanish_words(conversation)
    trainer = staff("Trainers")
    text = lines_of(trainer, row)
    assert json.loads(text.splitlines()[0])["language"] == ES
    [written] = read_words(text)
    assert written.wording == row.wording
    ConversationWords.objects.all().delete()
    response = trainer.post(reverse("conversations:bring_in"), {"lines": text, "language": ""})
    assert response.status_code == 302
    taken = newest(ConversationWords.objects.get())
    assert taken.wording == row.wording
    assert taken.stale_places(ConversationWords.read_source(conversation)) == set()
    assert not taken.live


def test_taking_in_changes_no_published_words_until_somebody_publishes(staff, conversation):
    row = spanish_words(conversation)
    trainer = staff("Trainers")
    text = lines_of(trainer, row).replace("ES She stays.", "Se queda.")
    trainer.post(reverse("conversations:bring_in"), {"lines": text, "language": ES})
    row.refresh_from_db()
    assert row.wording.script.endings[0].words == said("She stays.")
    assert newest(row).wording.script.endings[0].words == "Se queda."


def test_part_of_the_lines_leaves_the_rest_as_it_was(staff, conversation):
    row = spanish_words(conversation)
    trainer = staff("Trainers")
    returns = [line for line in lines_of(trainer, row).splitlines() if '"return"' in line]
    text = "\n".join(returns).replace("ES At the gate.", "En la puerta.")
    trainer.post(reverse("conversations:bring_in"), {"lines": text, "language": ES})
    draft = newest(row)
    assert draft.wording.returns[0].setting == "En la puerta."
    assert draft.wording.script == row.wording.script


@pytest.mark.parametrize(
    ("change_lines", "language", "sentence"),
    [
        (lambda text: text.replace('"X1"', '"X9"'), ES, "There is no conversation X9 here"),
        (lambda text: text.replace('"language": "es"', '"help": false'), "", "in it"),
        (lambda text: text.replace(', 2, "ES skill 2", "n2"', ', 1, "ES skill 2", "n2"'), ES,
         "other points, or leads elsewhere"),
        (lambda text: text.replace('"n1"', '"n8"'), ES, "no moment or ending of this name"),
        (lambda text: text.replace('"language": "es"', '"language": "en"'), "",
         "in this language already"),
        (lambda text: text.replace(', 2, "ES skill 2"]', ', 1, "ES skill 2"]'), ES,
         "other replies or points than the one-minute reply"),
        (lambda text: text.replace('"return": ', '"return": 3, "x": '), ES, ""),
        (lambda text: "{", ES, "Line 1 cannot be read"),
        (lambda text: "\n", ES, ""),
    ],
)  # fmt: skip
def test_lines_that_are_no_words_of_a_conversation_are_refused_whole(
    staff, conversation, change_lines, language, sentence
):
    row = spanish_words(conversation)
    trainer = staff("Trainers")
    text = change_lines(lines_of(trainer, row))
    response = trainer.post(
        reverse("conversations:bring_in"), {"lines": text, "language": language}
    )
    if sentence == "in it":  # without a language they are a conversation, and its return a riddle
        sentence = "Choose the language that X1 is in."
    assert response.status_code == 422
    assert escape(sentence) in response.text
    assert newest(row).wording == row.wording


def test_only_those_who_may_write_words_take_them_in(staff, conversation):
    row = spanish_words(conversation)
    text = lines_of(staff("Trainers"), row)
    assessor = staff("Assessors")
    assert assessor.post(reverse("conversations:bring_in"), {"lines": text}).status_code in (
        302,
        403,
    )
    assert newest(row).wording == row.wording
