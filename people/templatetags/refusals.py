"""What a page says of a form that was refused: in its title, and in a summary that leads to each field."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.forms import BaseForm, PasswordInput
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

register = template.Library()


@dataclass(frozen=True)
class Fault:
    """What stands in the way of one field, and where on the page that field is."""

    anchor: str
    label: str
    message: str


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """What the title of a page begins with where any form on it was refused; else nothing."""
    return _("Error: ") if context.get("is_refused") or has_refused_form(context) else ""


def has_refused_form(context: Context) -> bool:
    """Whether the view gave the template a form with faults, under whatever name.

    The type is looked at and not the value, which may be lazy and cost a query.
    """
    return any(
        issubclass(type(value), BaseForm) and value.is_bound and bool(value.errors)
        for layer in context.dicts
        for value in layer.values()
    )


@register.filter
def faults_of(form: BaseForm) -> list[Fault]:
    """Every fault of the fields that are seen, in the order of the page."""
    return [
        Fault(anchor_of(field), label_of(field), str(message))
        for field in form.visible_fields()
        for message in field.errors
    ]


@register.filter
def fields_with(faults: list[Fault]) -> int:
    """How many fields these faults are in: one password may be too short and too common."""
    return len({fault.anchor for fault in faults})


@register.filter
def faults_of_all(form: BaseForm) -> list[str]:
    """What is wrong with the form as a whole, or with what it carries unseen."""
    unseen = [str(message) for field in form.hidden_fields() for message in field.errors]
    return [*map(str, form.non_field_errors()), *unseen]


@register.filter
def asks_for_password(form: BaseForm) -> bool:
    """Whether a password is among what was typed. It is never sent back to the page."""
    return any(isinstance(field.field.widget, PasswordInput) for field in form.visible_fields())


def anchor_of(field: BoundField) -> str:
    """The id of what takes the focus: of choices, the first one."""
    return str(field.id_for_label or f"{field.auto_id}_0")


def label_of(field: BoundField) -> str:
    return strip_tags(str(field.label)).rstrip(".")
