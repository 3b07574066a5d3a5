"""Who sees what in the staff pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from assessments.kinds.single_choice.model import SingleChoice
from assessments.models import Quiz
from tests import make
from tests.assessments.staff_forms import single_choice_form
from tests.courses.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


def menu_of(client):
    """The names of what is in the main menu, with what is in its submenus."""
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    names = {}
    for item in admin_menu.menu_items_for_request(request):
        submenu = getattr(item, "menu", None)
        names[item.name] = (
            {entry.name for entry in submenu.menu_items_for_request(request)} if submenu else set()
        )
    return names


TEACHING = {"competencies", "competency-groups"}
ASSESSMENT = {"question-bank", "quizzes", "attempts"}


@pytest.mark.parametrize("role", ["Trainers", "Lead trainers"])
def test_a_trainer_sees_the_pages_and_the_teaching_and_no_machinery(client, role):
    menu = menu_of(sign_in(client, role))
    assert menu["teaching"] == TEACHING
    assert menu["assessment"] == ASSESSMENT
    assert "learners" in menu
    assert {"explorer", "images", "documents"} <= set(menu)
    assert not {"settings", "help", "snippets", "users"} & set(menu)
    assert not {"aging-pages", "page-types-usage", "site-history"} & menu.get("reports", set())


def test_a_registrar_sees_no_content_to_write(client):
    menu = menu_of(sign_in(client, "Registrars"))
    assert not {"explorer", "teaching", "assessment", "settings", "help", "reports"} & set(menu)
    assert {"learners", "certificates"} <= set(menu)


def test_an_assessor_may_read_the_bank_and_change_nothing(client):
    question = make.single_choice(code="READ-ME")
    menu = menu_of(sign_in(client, "Assessors"))
    assert menu["assessment"] == {"question-bank"}
    assert not {"teaching", "learners"} & set(menu)
    page = client.get("/admin/questions/").content.decode()
    edit = reverse(question.snippet_viewset.get_url_name("edit"), args=[question.pk])
    assert "READ-ME" in page
    assert edit not in page
    assert "Add a question" not in page
    assert client.get(edit).status_code == 302
    assert client.get("/admin/questions/add/").status_code == 302


def test_an_administrator_sees_everything(editor):
    assert {"settings", "reports", "help", "teaching", "assessment"} <= set(menu_of(editor))


def test_a_learner_never_reaches_the_bank(client):
    client.force_login(make.user())
    assert client.get("/admin/questions/").status_code in {302, 403}
    client.logout()
    assert client.get("/admin/questions/").url.startswith("/accounts/login/")


def test_a_trainer_begins_with_what_trainers_come_to_do(client):
    course = make.course(title="Foundations")
    page = sign_in(client, "Trainers").get(reverse("wagtailadmin_home")).content.decode()
    for address in [
        reverse("wagtailadmin_explore", args=[course.pk]),
        "/admin/questions/",
        reverse(Quiz.snippet_viewset.get_url_name("list")),
    ]:
        assert f'href="{address}"' in page
    assert "Welcome, Ada" in page


def test_a_trainer_writes_a_question_and_a_lead_trainer_makes_it_ready(client):
    add = reverse(SingleChoice.snippet_viewset.get_url_name("add"))
    sign_in(client, "Trainers").post(add, {**single_choice_form(), "action-publish": "1"})
    question = SingleChoice.objects.get()
    assert question.status == "draft"
    edit = reverse(SingleChoice.snippet_viewset.get_url_name("edit"), args=[question.pk])
    sign_in(client, "Lead trainers").post(edit, {**single_choice_form(), "action-publish": "1"})
    assert SingleChoice.objects.get().status == "ready"
