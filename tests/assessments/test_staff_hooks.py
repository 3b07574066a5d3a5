"""What assessment adds to the staff pages, and for whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from assessments import wagtail_hooks
from assessments.models import QUESTION_KINDS, Draw, Question, Quiz, QuizPage
from tests import make
from tests.assessments.staff_forms import BANK, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_at_once")]

ROLES = ["Trainers", "Lead trainers", "Assessors", "Registrars"]


def somebody(role):
    person = make.user()
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def staff_client(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False

    def sign_in(role):
        client.force_login(somebody(role) if role else make.user(is_superuser=True))
        return client

    return sign_in


# Ways in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("Trainers", ["Question bank", "Quizzes"]),
        ("Lead trainers", ["Question bank", "Quizzes"]),
        ("Assessors", ["Question bank"]),
        ("Registrars", []),
        (None, []),
    ],
)
def test_a_shortcut_is_for_whoever_may_write_what_it_leads_to(role, titles):
    shortcuts = wagtail_hooks.assessment_shortcuts(somebody(role))
    assert [shortcut["title"] for shortcut in shortcuts] == titles
    assert all(shortcut["text"] and shortcut["icon"] for shortcut in shortcuts)


def test_every_shortcut_leads_somewhere(staff_client):
    editor = staff_client(None)
    for shortcut in wagtail_hooks.assessment_shortcuts(make.user(is_superuser=True)):
        assert editor.get(shortcut["url"]).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_re_marks_stand_in_the_menu_of_those_who_may_read_them(staff_client, role):
    page = staff_client(role).get(reverse("wagtailadmin_home"))
    item = wagtail_hooks.register_remarking_menu_item()
    is_shown = item.is_shown(page.wsgi_request)
    opened = page.client.get(reverse("remarking:index")).status_code == 200
    assert is_shown == opened


# Deleting ---------------------------------------------------------------------------------


def test_a_question_that_two_rows_may_draw_is_held_by_each_quiz_once():
    question = make.true_false()
    question.tags.add("crisis")
    question.save()
    quiz, other = make.quiz([], title="First"), make.quiz([], title="Second")
    Draw.objects.create(quiz=quiz, tag="crisis")
    Draw.objects.create(quiz=quiz, count=2)
    Draw.objects.create(quiz=other, tag="crisis", count=3)
    holds = wagtail_hooks.quizzes_that_may_draw(question)
    assert [str(hold.at) for hold in holds] == ["First", "Second"]
    assert all("May be drawn at random" in hold.what for hold in holds)


def test_only_questions_are_drawn():
    make.quiz()
    assert wagtail_hooks.quizzes_that_may_draw(make.competency()) == []
    assert wagtail_hooks.quizzes_that_may_draw(make.quiz([])) == []


# Publishing -------------------------------------------------------------------------------


def publish(client, page):
    form = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "quiz": page.quiz_id,
            "required": "on",
            "introduction": rich_text(""),
            "minutes": "10",
            "domain_minutes": inline_formset([]),
            "comments": inline_formset([]),
            "action-publish": "yes",
        }
    )
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True)


def test_a_quiz_page_is_published_once_the_bank_can_fill_its_papers(staff_client):
    editor = staff_client(None)
    module = make.module(make.course())
    page = make.quiz_page(module, make.quiz([]), live=False, title="Close the module")
    Draw.objects.create(quiz=page.quiz, module=module, count=2)
    make.true_false(module=module)
    refused = publish(editor, page).content.decode()
    page.refresh_from_db()
    assert "It stays a draft: the bank cannot fill this quiz yet." in refused
    assert "Row 1 asks for 2, and the bank has 1 ready for it." in refused
    assert not page.live
    make.true_false(module=module)
    publish(editor, page)
    page.refresh_from_db()
    assert page.live


def test_any_other_page_is_published_without_asking_the_bank():
    lesson = make.lesson(make.module(make.course()))
    assert wagtail_hooks.problems_of_a_quiz_page(lesson) == []
    assert wagtail_hooks.problems_of_a_quiz_page(QuizPage(title="No quiz yet")) == []


# The bank ---------------------------------------------------------------------------------


def addresses_in(page, name):
    return [
        reverse(kind.snippet_viewset.get_url_name(name))
        for kind in QUESTION_KINDS
        if f'href="{reverse(kind.snippet_viewset.get_url_name(name))}"' in page
    ]


@pytest.mark.parametrize(("role", "may"), [("Trainers", True), ("Assessors", False)])
def test_a_question_leads_to_its_editor_for_whoever_may_edit_it(staff_client, role, may):
    question = make.single_choice(code="L01")
    page = staff_client(role).get(BANK).content.decode()
    assert "L01" in page
    for name in ("edit", "copy", "usage"):
        assert (f'href="{url(question, name, question.pk)}"' in page) is may


def test_whoever_may_not_write_questions_is_shown_no_kind_to_choose(staff_client):
    for role in ("Assessors", "Registrars"):
        response = staff_client(role).get(f"{BANK}add/")
        assert response.status_code == 302
        assert addresses_in(response.content.decode(), "add") == []


def test_somebody_who_may_write_one_kind_is_offered_that_one(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.staff("assessments.add_ordering", "assessments.change_ordering"))
    page = client.get(f"{BANK}add/").content.decode()
    assert addresses_in(page, "add") == ["/admin/snippets/assessments/ordering/add/"]
    make.ordering(code="ORD")
    make.matching(code="MAT")
    bank = client.get(BANK).content.decode()
    ordering, matching = Question.objects.get(code="ORD"), Question.objects.get(code="MAT")
    assert f'href="{url(ordering, "edit", ordering.pk)}"' in bank
    assert f'href="{url(matching, "edit", matching.pk)}"' not in bank


def test_an_address_of_a_question_that_is_gone_is_not_found(staff_client):
    assert staff_client(None).get(f"{BANK}edit/987654/").status_code == 404


def test_the_bank_counts_the_quizzes_that_may_ask_each_question(staff_client):
    named, drawn, _unused = (make.true_false(code=code) for code in ("A1", "B1", "C1"))
    drawn.tags.add("crisis")
    drawn.save()
    make.quiz([named])
    make.quiz([named])
    Draw.objects.create(quiz=make.quiz([]), tag="Crisis")
    table = staff_client(None).get(BANK).context["table"]
    quizzes = table.columns["quizzes"]
    counts = {row.instance.code: quizzes.get_value(row.instance) for row in table.rows}
    assert counts == {"A1": 2, "B1": 1, "C1": 0}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, {"A1", "B1", "C1"}),
        ({"kind": "ordering"}, {"B1"}),
        ({"q": "umbrella"}, {"A1"}),
        ({"q": "nothing says this"}, set()),
        ({"module": True}, {"C1"}),
        ({"module": True, "kind": "ordering"}, set()),
    ],
)
def test_a_row_of_a_quiz_is_chosen_from_what_is_asked_for(staff_client, fields, codes):
    module = make.module(make.course())
    make.single_choice(code="A1", options=[("An umbrella", "1", ""), ("Advice", "0", "")])
    make.ordering(code="B1")
    make.true_false(code="C1", module=module)
    query = {name: module.pk if value is True else value for name, value in fields.items()}
    page = staff_client(None).get(reverse("choose-question:choose_results"), query)
    shown = page.content.decode()
    assert {code for code in ("A1", "B1", "C1") if f"{code}:" in shown} == codes


# Quizzes in use ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "is_used", "may"),
    [
        ("Trainers", False, True),
        ("Trainers", True, False),
        ("Lead trainers", True, True),
    ],
)
def test_what_learners_sit_is_changed_by_those_who_publish(staff_client, role, is_used, may):
    quiz = make.quiz([make.true_false()], title="Before")
    if is_used:
        make.attempt(quiz=quiz)
    [row] = quiz.draws.all()
    form = nested_form_data(
        {
            "title": "After",
            "pass_percent": "80",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "pause_hours": "12",
            "feedback": "full",
            "other_words": inline_formset([]),
            "draws": inline_formset(
                [{"id": row.pk, "question": row.question_id, "count": "1", "worth": "1"}],
                initial=1,
            ),
        }
    )
    staff_client(role).post(url(quiz, "edit", quiz.pk), form)
    assert Quiz.objects.get(pk=quiz.pk).title == ("After" if may else "Before")
