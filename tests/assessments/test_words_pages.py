"""Writing the words of a question in another language, beside its own, and what is lacking."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.search.index import insert_or_update_object
from wagtail.test.utils.form_data import inline_formset, rich_text

from assessments.admin.words import what_is_lacking
from assessments.kinds import KINDS
from assessments.models import Question, QuestionWords, Quiz, QuizWords
from assessments.wording import freeze_with_words, states_of, texts_to_translate
from assessments.writing_words import content_of, save_words, state_in
from tests import make
from tests.assessments.staff_forms import draw_form, quiz_form
from tests.assessments.staff_forms import url as staff_url
from tests.assessments.worded import ES, SIGN, content_in_spanish, put_spanish, spanish_of

pytestmark = pytest.mark.django_db

LIST = "/admin/questions/languages/"
BEHIND = "still says what the question said before"


def page_of(question, language=ES):
    return reverse("questions:words", args=[question.pk, language])


def fresh(question):
    return type(question).objects.get(pk=question.pk)


def sent(question, *, publish=False, confirmed=(), **others):
    """What the form of the page sends for words in every text, but for what `others` has by name."""
    draft = fresh(question).get_latest_revision_as_object()
    version = fresh(question).latest_revision_id
    fields = {"seen": str(version or ""), "reviewed_by": ""}
    for number, text in enumerate(texts_to_translate(draft)):
        words = others.get(text.name, spanish_of(text))
        fields[f"text-{number}"] = rich_text(words) if text.is_rich else words
        if text.name in confirmed:
            fields[f"same-{number}"] = "on"
    fields["publish" if publish else "save"] = "1"
    return fields


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_a_kind_stands_beside_a_field_for_it(kind, editor):
    question = make.question(kind, rationale="Why it is so.")
    page = editor.get(page_of(question)).content.decode()
    texts = texts_to_translate(question)
    for number, text in enumerate(texts):
        assert f'name="text-{number}"' in page, text.label
    assert page.count('class="words-row"') == len(texts)
    assert "Still missing:" in page
    assert "Why it is so." in page


@pytest.mark.parametrize("kind", KINDS)
def test_words_that_are_published_are_asked(kind, editor):
    question = make.question(kind)
    answer = editor.post(page_of(question), sent(question, publish=True), follow=True)
    assert "Published. The words are whole." in answer.content.decode()
    question = fresh(question)
    assert [state.name for state in states_of(question)] == ["shown"]
    assert SIGN in freeze_with_words(question).in_language(ES).stem


def test_a_draft_of_words_is_kept_and_asked_of_nobody(editor):
    question = make.single_choice()
    answer = editor.post(page_of(question), sent(question, stem=""), follow=True)
    page = answer.content.decode()
    assert "Saved as a draft. 1 text is missing" in page
    question = fresh(question)
    assert question.has_unpublished_changes
    assert not question.other_words.exists()
    draft = question.get_latest_revision_as_object()
    [state] = states_of(draft)
    assert [text.label for text in state.missing] == ["Question"]
    assert SIGN in editor.get(page_of(question)).content.decode()


def test_words_are_drafted_published_edited_and_published_again(editor):
    question = make.single_choice()
    for publish in (False, False, True, False, True, True):
        editor.post(page_of(question), sent(question, publish=publish, feedback="Bien."))
        assert fresh(question).has_unpublished_changes != publish
    [row] = QuestionWords.objects.filter(question=question)
    assert "Bien." in {words["text"] for words in row.content.values()}
    assert [state.name for state in states_of(fresh(question))] == ["shown"]
    actions = ModelLogEntry.objects.filter(object_id=question.pk).values_list("action", flat=True)
    assert {"wagtail.edit", "wagtail.publish"} <= set(actions)


def test_saving_the_question_itself_keeps_its_words(editor):
    question = make.true_false()
    put_spanish(question)
    question = fresh(question)
    question.code = "T-again"
    question.save_revision().publish()
    question = fresh(question)
    assert [state.name for state in states_of(question)] == ["shown"]
    older = question.revisions.first().as_object()
    assert older.other_words.count() == 1


def test_a_text_that_changed_is_behind_until_somebody_says_it_still_fits(editor):
    question = make.single_choice(rationale="Because.")
    editor.post(page_of(question), sent(question, publish=True))
    question = fresh(question)
    question.rationale = "Because of this."
    question.save_revision().publish()
    question = fresh(question)
    [state] = states_of(question)
    assert (state.name, [text.name for text in state.behind]) == ("behind", ["rationale"])
    page = editor.get(page_of(question)).content.decode()
    assert "Behind: the text beside it says something else now." in page
    assert "What it said when this was translated" in page
    was = f"{SIGN} Because."
    # Saved as it was, it is behind as it was.
    editor.post(page_of(question), sent(question, publish=True, rationale=was))
    assert [state.name for state in states_of(fresh(question))] == ["behind"]
    confirmed = sent(question, publish=True, rationale=was, confirmed=["rationale"])
    editor.post(page_of(question), confirmed)
    assert [state.name for state in states_of(fresh(question))] == ["shown"]


def test_words_that_are_written_anew_translate_what_stands_there_now():
    question = make.single_choice(rationale="Now.")
    path = next(text.path for text in texts_to_translate(question) if text.name == "rationale")
    before = {path: {"text": "Antes", "of": "Before."}}
    kept = content_of(question, {path: "Antes"}, before, confirmed=frozenset())
    assert kept == before
    anew = content_of(question, {path: "Ahora"}, before, confirmed=frozenset())
    assert anew == {path: {"text": "Ahora", "of": "Now."}}
    confirmed = content_of(question, {path: "Antes"}, before, confirmed=frozenset({path}))
    assert confirmed == {path: {"text": "Antes", "of": "Now."}}
    assert content_of(question, {path: ""}, before, confirmed=frozenset()) == {}


def test_whoever_publishes_the_question_is_told_which_words_are_behind(editor):
    question = make.true_false()
    put_spanish(question)
    fields = {
        "code": question.code,
        "stem": rich_text("<p>It says something else.</p>"),
        "note": "",
        "is_true": "True",
        "feedback_true": question.feedback_true,
        "feedback_false": question.feedback_false,
        "rationale": "",
        "retry_text": "",
        "pair": "",
        "tags": "",
        "action-publish": "1",
    }
    answer = editor.post(staff_url(question, "edit", question.pk), fields, follow=True)
    said = answer.content.decode()
    assert BEHIND in said
    assert page_of(question) in said
    assert [state.name for state in states_of(fresh(question))] == ["behind"]


def test_nothing_is_overwritten_that_the_writer_did_not_see(editor):
    question = make.single_choice()
    fields = sent(question, publish=True)
    question = fresh(question)
    question.rationale = "Added meanwhile."
    question.save_revision().publish()
    answer = editor.post(page_of(question), fields)
    page = answer.content.decode()
    assert "Somebody changed the question while you wrote." in page
    assert SIGN in page
    assert not QuestionWords.objects.exists()
    version = fresh(question).latest_revision_id
    assert f'name="seen" value="{version}"' in page


def test_words_in_which_nobody_could_answer_are_kept_and_said(editor):
    question = make.single_choice()
    answer = editor.post(
        page_of(question), sent(question, publish=True, text="Lo mismo"), follow=True
    )
    page = answer.content.decode()
    assert "Nobody could answer it rightly in these words." in page
    assert "“Lo mismo” is here twice." in page
    assert freeze_with_words(fresh(question)).translations == {}


def test_who_reviewed_the_words_is_written_beside_them(editor):
    question = make.single_choice()
    put_spanish(question, is_drafted=True, reviewed_by="")
    question.save_revision().publish()
    page = editor.get(page_of(question)).content.decode()
    assert "translated by a program, reviewed by nobody" in page
    editor.post(page_of(question), {**sent(question, publish=True), "reviewed_by": "Ana, peer"})
    [row] = QuestionWords.objects.all()
    assert (row.reviewed_by, row.is_drafted, row.awaits_review) == ("Ana, peer", True, False)
    assert [state.name for state in states_of(fresh(question))] == ["shown"]


def test_an_unpublished_draft_of_the_question_is_named_before_it_is_published_along(editor):
    question = make.single_choice()
    question.save_revision().publish()
    question = fresh(question)
    question.rationale = "Half written."
    question.save_revision()
    page = editor.get(page_of(question)).content.decode()
    assert "publishing here" in page
    assert "Half written." in page


def test_a_language_that_the_site_has_not_or_that_is_its_own_is_not_there(editor):
    question = make.single_choice()
    for language in ("en", "fr", "xx"):
        assert editor.get(page_of(question, language)).status_code == 404


def test_whoever_may_not_publish_saves_a_draft(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    question = make.single_choice()
    client.force_login(make.staff("assessments.change_singlechoice"))
    page = client.get(page_of(question)).content.decode()
    assert 'name="save"' in page
    assert 'name="publish"' not in page
    client.post(page_of(question), sent(question, publish=True))
    question = fresh(question)
    assert question.has_unpublished_changes
    assert not question.other_words.exists()


@pytest.mark.parametrize("permissions", [[], ["assessments.view_question"]])
def test_whoever_may_not_change_a_question_does_not_write_its_words(client, settings, permissions):
    settings.STAFF_NEED_SECOND_FACTOR = False
    question = make.single_choice()
    client.force_login(make.staff(*permissions))
    client.post(page_of(question), sent(question))
    assert not fresh(question).has_unpublished_changes
    assert bool(client.get(LIST).status_code == 200) == bool(permissions)


# In the question's editor -------------------------------------------------------------------


def test_the_editor_of_a_question_says_how_it_stands_in_each_language(editor):
    question = make.single_choice()
    edit = staff_url(question, "edit", question.pk)
    assert "no words yet" in editor.get(edit).content.decode()
    put_spanish(question)
    shown = editor.get(edit).content.decode()
    assert re.search(rf'href="{page_of(question)}">Español</a>:\s*whole', shown)
    add = editor.get(staff_url(type(question), "add")).content.decode()
    assert "Once it is saved, it can have words in other languages" in add


def test_the_history_compares_the_words(editor):
    question = make.single_choice()
    first = question.save_revision(log_action=True)
    draft = fresh(question).get_latest_revision_as_object()
    second = save_words(draft, ES, content_in_spanish(draft), reviewed_by="", by=None)
    url = staff_url(question, "revisions_compare", question.pk, first.pk, second.pk)
    page = editor.get(url).content.decode()
    assert "In other languages: Español" in page
    assert SIGN in page


def test_the_preview_offers_each_language_that_is_whole(editor):
    question = make.single_choice()
    assert question.preview_modes == [("", "English")]
    put_spanish(question)
    question = fresh(question)
    assert question.preview_modes == [("", "English"), (ES, "Español")]
    request = RequestFactory().get("/")
    for mode, is_spanish in ((ES, True), ("", False)):
        item = question.get_preview_context(request, mode)["item"]
        assert (SIGN in item.stem) == is_spanish


# What is lacking ----------------------------------------------------------------------------


def test_the_list_names_what_each_question_lacks(editor):
    none, whole, half = make.single_choice(), make.true_false(), make.ordering()
    put_spanish(whole)
    content = content_in_spanish(half)
    del content["stem"]
    put_spanish(half, content)
    page = editor.get(LIST).content.decode()
    for question in (none, whole, half):
        assert page_of(question) in page
    assert "No words yet: the question is asked in its own language." in page
    assert "1 text is missing, so the question is asked in its own language." in page
    assert page.index(half.code) < page.index(none.code) < page.index(whole.code)
    only = editor.get(f"{LIST}?state=none").content.decode()
    assert page_of(none) in only
    assert page_of(whole) not in only
    assert editor.get(f"{LIST}?state=nonsense&p=x").status_code == 200
    assert LIST in editor.get("/admin/questions/").content.decode()


def test_the_list_costs_the_same_for_more_questions(editor):
    put_spanish(make.single_choice())
    editor.get(LIST)
    with CaptureQueriesContext(connection) as first:
        editor.get(LIST)
    for _ in range(3):
        put_spanish(make.single_choice())
    editor.get(LIST)  # what is cached is read again after something was written
    with CaptureQueriesContext(connection) as more:
        editor.get(LIST)
    assert len(more) == len(first)


def test_what_is_lacking_is_one_sentence():
    question = make.single_choice(rationale="Why.")
    words = put_spanish(question)
    assert what_is_lacking(state_in(question, ES)) == ""
    for entry in list(words.content.values())[:2]:
        entry["of"] = "Before."
    words.save()
    assert what_is_lacking(state_in(fresh(question), ES)).startswith("2 texts say something else")
    assert state_in(question, "fr") is None


# Quizzes ------------------------------------------------------------------------------------


def test_a_quiz_has_its_title_in_another_language(editor):
    question = make.single_choice()
    words = {"language": ES, "title": "Escuchar", "talk_words": "Sam está los lunes."}
    rows = [draw_form(question=str(question.pk))]
    form = quiz_form(rows, talk_words="Sam is there.", other_words=inline_formset([words]))
    editor.post(staff_url(Quiz, "add"), form)
    quiz = Quiz.objects.get()
    assert quiz.title_in(ES) == "Escuchar"
    assert quiz.talk_words_in(ES) == "Sam está los lunes."
    assert QuizWords.objects.count() == 1
    assert "Quizzes without words of their own" not in editor.get(LIST).content.decode()
    QuizWords.objects.all().delete()
    page = editor.get(LIST).content.decode()
    assert f"{quiz.title}: Español" in page


def test_one_language_is_worded_once(editor):
    question = make.single_choice()
    words = {"language": ES, "title": "Escuchar", "talk_words": ""}
    form = quiz_form(
        [draw_form(question=str(question.pk))], other_words=inline_formset([words, words])
    )
    assert editor.post(staff_url(Quiz, "add"), form).status_code == 200
    assert not Quiz.objects.exists()


def test_words_name_their_question(db):
    question = make.single_choice(code="L01")
    assert str(put_spanish(question)) == "L01 (es)"
    assert str(QuizWords(title="Escuchar")) == "Escuchar"
    assert Question.objects.get().other_words.count() == 1


@pytest.mark.parametrize("query", ["uspir", "silencio", "que escuch"])
def test_a_search_finds_a_question_by_its_words_in_another_language(db, query):
    question, other = make.single_choice(code="L01"), make.single_choice(code="L02")
    content = content_in_spanish(question)
    first = next(iter(content))
    content[first]["text"] = "<p>Qué escuchas cuando alguien suspira en <b>silencio</b></p>"
    question.other_words = [QuestionWords(language=ES, content=content)]
    question.save()
    for each in (question, other):
        insert_or_update_object(each)
    found = Question.objects.saying(query)
    assert list(found.values_list("code", flat=True)) == (["L01"] if query != "uspir" else [])
