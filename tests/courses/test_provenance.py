"""Where a lesson comes from, and who stands behind a module: filled in by editors, read by all."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import LessonPage, ModulePage
from courses.outlines import outline_of
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.courses.staff import lesson_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

NOT_YET = {
    "lived_experience": "Not yet reviewed by people with lived experience.",
    "supervisor": "Not yet reviewed by a supervisor of peer workers.",
    "local_law": "Not yet reviewed for the law of any place.",
}
BY = {
    "lived_experience": "Reviewed by people with lived experience",
    "supervisor": "Reviewed by supervisors of peer workers",
    "local_law": "Reviewed for the law of a place",
}
NOT_READ_BY_ANYONE = "Nobody with lived experience has reviewed this lesson yet."
SOURCE = {
    "claim": "Asking does not plant the idea",
    "references": [
        {"text": "Dazzi and others (2014)", "url": "https://doi.org/10.1/x", "read": "excerpt"},
        {"text": "A handbook we only heard of", "url": "", "read": "unopened"},
    ],
}


def review(reviewer="lived_experience", **fields):
    return {
        "reviewer": reviewer,
        "name": "Ana Ruiz",
        "role": "Peer supporter",
        "place": "Leeds",
        "read_on": date(2026, 12, 3),
        "version": "2.0",
        "changes": "Two sentences on staying were put right.",
        **fields,
    }


def module_with(*reviews, **fields):
    return make.module(
        make.course(), reviews=[("review", one) for one in reviews], version="2.0", **fields
    )


def words_of(page, **headers):
    """A page's words as a visitor reads them, with every space single."""
    answer = Client().get(page.url, headers=headers)
    return plain(text_of(answer))


def plain(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


# A module --------------------------------------------------------------------------------


def test_a_module_of_which_nothing_is_recorded_says_that_nothing_was_done():
    words = words_of(make.module(make.course()))
    assert "Who stands behind this" in words
    assert [sentence for sentence in NOT_YET.values() if sentence not in words] == []


@pytest.mark.parametrize("reviewer", NOT_YET)
def test_a_review_stands_in_place_of_the_sentence_that_there_was_none(reviewer):
    words = words_of(module_with(review(reviewer)))
    assert NOT_YET[reviewer] not in words
    assert BY[reviewer] in words
    others = NOT_YET.keys() - {reviewer}
    assert all(NOT_YET[other] in words and BY[other] not in words for other in others)


def test_a_review_says_who_where_when_which_version_and_what_changed():
    words = words_of(module_with(review()))
    assert "Ana Ruiz, Peer supporter, Leeds ." in words
    assert "Read in version 2.0 on 3 December 2026." in words
    assert "Two sentences on staying were put right." in words


def test_whoever_would_rather_not_be_named_is_not():
    words = words_of(module_with(review(name="", role="", place="")))
    assert "name withheld." in words
    assert "Ana Ruiz" not in words
    words = words_of(module_with(review(name="", place="")))
    assert "name withheld, Peer supporter ." in words


def test_a_new_version_takes_no_review_away_and_claims_none_for_itself():
    module = module_with(review(version="1.0"))
    module.version, module.version_on = "3.0", date(2027, 1, 9)
    module.save_revision().publish()
    words = words_of(module)
    assert "Version 3.0, 9 January 2027." in words
    assert "Read in version 1.0" in words


def test_what_an_editor_leaves_out_is_not_said():
    words = words_of(make.module(make.course()))
    assert "Version" not in words
    assert "Licence" not in words
    words = words_of(module_with(licence="CC BY 4.0", written_by="Written by Ana Ruiz."))
    assert "Version 2.0." in words
    assert "Licence: CC BY 4.0" in words
    assert "Written by Ana Ruiz." in words


def test_the_sentences_are_spanish_for_whoever_reads_spanish():
    module = module_with(
        written_by="Drafted with an AI writing assistant; no named author has taken it over yet."
    )
    words = words_of(module, **{"Accept-Language": "es"})
    assert "Quién responde de esto" in words
    assert "Todavía no lo han revisado personas con experiencia vivida." in words
    assert "Redactado con un asistente de escritura de inteligencia artificial" in words


def module_form(module, *reviews):
    return nested_form_data(
        {
            "title": module.title,
            "slug": module.slug,
            "code": "",
            "summary": "",
            "introduction": rich_text(""),
            "version": "2.1",
            "version_on": "2026-12-04",
            "written_by": "Written by Ana Ruiz.",
            "basis": "",
            "licence": "",
            "reviews": streamfield([("review", one) for one in reviews]),
            "comments": inline_formset([]),
            "action-publish": "1",
        }
    )


def test_an_editor_records_a_review(editor):
    module = make.module(make.course())
    edit = reverse("wagtailadmin_pages:edit", args=[module.pk])
    sent = {**review(), "read_on": "2026-12-03"}
    assert editor.post(edit, module_form(module, sent)).status_code == 302
    module = ModulePage.objects.get(pk=module.pk)
    assert module.version == "2.1"
    assert module.is_reviewed_by_lived_experience
    assert "Two sentences on staying were put right." in words_of(module)


def test_a_review_without_a_date_or_a_version_is_refused(editor):
    module = make.module(make.course())
    edit = reverse("wagtailadmin_pages:edit", args=[module.pk])
    sent = {**review(), "read_on": "", "version": ""}
    assert editor.post(edit, module_form(module, sent)).status_code == 200
    assert not ModulePage.objects.get(pk=module.pk).is_reviewed_by_lived_experience


# A lesson --------------------------------------------------------------------------------


def crisis_lesson(*reviews, **fields):
    module = module_with(*reviews)
    body = [("prose", "<p>Ask by name.</p>")]
    return make.lesson(module, body=body, show_help=True, **fields)


def read_as_learner(lesson):
    place = make.enrolment(course=lesson.get_parent().get_parent().specific)
    return text_of(signed_in(place.learner).get(lesson.url))


@pytest.mark.parametrize(
    ("reviews", "is_said"),
    [((), True), ((review("supervisor"),), True), ((review("lived_experience"),), False)],
)
def test_a_lesson_on_a_crisis_says_until_then_that_nobody_who_lived_it_read_it(reviews, is_said):
    lesson = crisis_lesson(*reviews)
    assert (NOT_READ_BY_ANYONE in plain(read_as_learner(lesson))) is is_said


def test_an_everyday_lesson_leaves_that_to_its_module():
    lesson = make.lesson(module_with(), body=[("prose", "<p>Wait.</p>")])
    assert NOT_READ_BY_ANYONE not in plain(read_as_learner(lesson))


def test_an_outline_knows_whether_someone_who_lived_it_has_read_a_module():
    course = make.course()
    unread = make.module(course, "First")
    read = make.module(course, "Second", reviews=[("review", review())])
    outline = outline_of(course)
    assert not outline.module(unread.translation_key).reviewed_by_lived_experience
    assert outline.module(read.translation_key).reviewed_by_lived_experience


def test_the_sources_are_a_closed_list_under_the_lesson_with_how_far_each_was_read():
    lesson = crisis_lesson(sources=[("source", SOURCE)])
    html = read_as_learner(lesson)
    assert '<details class="disclosure sources">' in html
    assert '<a href="https://doi.org/10.1/x">Dazzi and others (2014)</a>' in html
    words = plain(html)
    assert words.index("Ask by name.") < words.index("Where this comes from")
    assert "Asking does not plant the idea" in words
    assert "Dazzi and others (2014) (Seen only as an abstract or an excerpt)" in words
    assert "A handbook we only heard of (Not opened yet: known from notes or in general)" in words


def test_a_lesson_without_sources_shows_no_empty_list():
    assert "Where this comes from" not in read_as_learner(crisis_lesson())


def test_sources_are_for_those_who_may_read_the_lesson():
    lesson = crisis_lesson(sources=[("source", SOURCE)])
    assert "Where this comes from" not in words_of(lesson)


def test_an_editor_names_a_source_and_must_say_how_far_it_was_read(editor):
    module = make.module(make.course())
    lesson = make.lesson(module, body=[("prose", "<p>Wait.</p>")])
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])

    def form(read):
        work = {"text": "Dazzi and others (2014)", "url": "", "read": read}
        row = {"claim": "Asking does not plant the idea", "references": streamfield_list(work)}
        return {**lesson_form(sources=streamfield([("source", row)])), "action-publish": "1"}

    assert editor.post(edit, form("")).status_code == 200
    assert editor.post(edit, form("excerpt")).status_code == 302
    [source] = LessonPage.objects.get(pk=lesson.pk).sources
    assert source.value["references"][0].how_far_read == "Seen only as an abstract or an excerpt"


def streamfield_list(*values):
    """What a form sends of a list of blocks."""
    rows = {
        str(place): {"value": value, "id": "", "order": str(place), "deleted": ""}
        for place, value in enumerate(values)
    }
    return {"count": str(len(values)), **rows}
