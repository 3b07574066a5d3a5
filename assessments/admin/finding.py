"""Finding questions: by kind, status, module, competency, tag and words."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from assessments.models import Question, QuestionTag
from assessments.models.kinds import QUESTION_KINDS
from courses.models import Competency, ModulePage

BANK = "questions:index"
HOME_CRUMB = {"url": reverse_lazy("wagtailadmin_home"), "label": gettext_lazy("Home")}
BANK_CRUMB = {"url": reverse_lazy(BANK), "label": gettext_lazy("Question bank")}

KIND_CHOICES = [(kind._meta.model_name, kind.kind_name) for kind in QUESTION_KINDS]
STATUS_CHOICES = [
    ("ready", gettext_lazy("Ready")),
    ("changed", gettext_lazy("Ready, with changes not yet published")),
    ("draft", gettext_lazy("Draft")),
    ("sent_back", gettext_lazy("Sent back to its writer")),
]


class BankPermissionPolicy(ModelPermissionPolicy):
    """Who may do something with any kind of question may do it from the bank."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return super().user_has_permission(user, action) or any(
            policy_registry.get_by_type(kind).user_has_permission(user, action)
            for kind in QUESTION_KINDS
        )


# The bank has no permissions of its own to hand out; each kind keeps Wagtail's.
register_permission_policy(Question, BankPermissionPolicy(Question), exact_class=True)


# Finding questions ---------------------------------------------------------------------


def kind_of(question: Question) -> type[Question]:
    """The kind of a question of a list that was read without its kinds. At most one query."""
    content_types = ContentType.objects.get_for_models(*QUESTION_KINDS)
    return next(
        kind for kind in QUESTION_KINDS if content_types[kind].pk == question.polymorphic_ctype_id
    )


def of_kind(questions: QuerySet[Question], name: str) -> QuerySet[Question]:
    kind = {model._meta.model_name: model for model in QUESTION_KINDS}.get(name)
    return (
        questions.filter(polymorphic_ctype=ContentType.objects.get_for_model(kind))
        if kind
        else questions
    )


def of_status(questions: Any, status: str) -> Any:
    """Those of one status. A draft or a change that went back to its writer is of its own."""
    if status == "sent_back":
        return questions.sent_back()
    filters = {
        "draft": {"live": False},
        "ready": {"live": True, "has_unpublished_changes": False},
        "changed": {"live": True, "has_unpublished_changes": True},
    }
    if status in {"draft", "changed"}:
        questions = questions.not_sent_back()
    return questions.filter(**filters.get(status, {}))


class QuestionFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=KIND_CHOICES,
        method="by_kind",
        empty_label=gettext_lazy("All kinds"),
        widget=forms.RadioSelect,
    )
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=STATUS_CHOICES,
        method="by_status",
        empty_label=gettext_lazy("Any status"),
        widget=forms.RadioSelect,
    )
    marked = django_filters.ChoiceFilter(
        label=gettext_lazy("Marked as"),
        choices=[
            ("red_line", gettext_lazy("Red line")),
            ("held_back", gettext_lazy("Held back")),
            ("open", gettext_lazy("Open to every quiz")),
        ],
        method="by_mark",
        empty_label=gettext_lazy("Any"),
        widget=forms.RadioSelect,
    )
    module = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Module"),
        queryset=ModulePage.objects.order_by("path"),
        method="by_module",
        empty_label=gettext_lazy("All modules"),
    )
    competency = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Competency"),
        queryset=Competency.objects.all(),
        method="by_competency",
        empty_label=gettext_lazy("All competencies"),
    )
    tag = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Tag"),
        queryset=QuestionTag.objects.order_by("name"),
        to_field_name="slug",
        method="by_tag",
        empty_label=gettext_lazy("All tags"),
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def by_kind(self, questions: Any, name: str, value: str) -> Any:
        return of_kind(questions, value)

    def by_status(self, questions: Any, name: str, value: str) -> Any:
        return of_status(questions, value)

    def by_mark(self, questions: Any, name: str, value: str) -> Any:
        filters = {
            "red_line": {"red_line": True},
            "held_back": {"held_back": True},
            "open": {"held_back": False},
        }
        return questions.filter(**filters.get(value, {}))

    def by_module(self, questions: Any, name: str, value: ModulePage) -> Any:
        return questions.filter(module__translation_key=value.translation_key)

    def by_competency(self, questions: Any, name: str, value: Competency) -> Any:
        return questions.on(value)

    def by_tag(self, questions: Any, name: str, value: QuestionTag) -> Any:
        return questions.tagged(value.name)


class StatusColumn(Column):
    """Draft, ready, changed or sent back: in words, and never by colour alone."""

    cell_template_name = "assessments/admin/status_cell.html"


class TagsColumn(Column):
    cell_template_name = "assessments/admin/tags_cell.html"
