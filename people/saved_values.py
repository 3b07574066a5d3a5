"""Forms that notice what somebody else saved meanwhile, and a history that says what changed.

Pages and questions keep revisions, and Wagtail warns two editors of each other. What keeps none,
such as the rules of a quiz, is watched here: a form remembers the values it was opened with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.log_actions import log, registry

from people.moments import moment

Values = dict[str, str]
"""Each field of a form, and what it holds in the words of the person who reads it."""

CHANGE_ACTION = "peerwork.change"
"""The entry of the history that says which values changed."""

LONGEST_SHOWN = 200


class WatchedForm(WagtailAdminModelForm):
    """A form of something without revisions.

    It is refused when somebody else saved the same thing since it was opened, with both values
    of each field that differs. Saved again, it keeps what it holds. What a save changed stands
    in the history.
    """

    opened_with = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: Values = self.values_of(self.instance) if self.instance.pk else {}
        self.initial["opened_with"] = self.fields["opened_with"].initial = signing.dumps(
            self.stored
        )

    def values_of(self, instance: Any) -> Values:
        """What an instance holds, in words, for every field and list of rows of this form."""
        names = [name for name in self.fields if name in _field_names(instance)]
        values = {name: _in_words(instance, name) for name in names}
        for name in self.formsets:
            values[name] = "; ".join(_row_in_words(row) for row in getattr(instance, name).all())
        return values

    def label_of(self, name: str) -> str:
        if name in self.fields and self.fields[name].label:
            return str(self.fields[name].label)
        return capfirst(str(self.instance._meta.get_field(name).related_model._meta.verbose_name))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        opened = self._opened_values(cleaned.pop("opened_with", ""))
        changed = [name for name, value in self.stored.items() if opened.get(name, value) != value]
        if changed:
            self._show_stored_values_from_now_on()
            raise ValidationError([self._who_saved(), *map(self._both_values, changed)])
        return cleaned

    def _opened_values(self, signed: str) -> Values:
        """The values this form was opened with; none where it did not say."""
        try:
            values: Values = signing.loads(signed)
        except signing.BadSignature:
            return {}
        return values

    def _show_stored_values_from_now_on(self) -> None:
        """Whoever saves again has been told of what is there now."""
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("opened_with")] = signing.dumps(self.stored)

    def _who_saved(self) -> str:
        entry = registry.get_logs_for_instance(self.instance).select_related("user").first()
        words = _(
            "Somebody else saved this while you had it open, so nothing of yours is saved yet. "
            "Look at what differs, put right what you want here, and save again."
        )
        if entry is None or entry.user is None:
            return words
        at = moment(entry.timestamp)
        return _("%(name)s, %(at)s. %(words)s") % {
            "name": entry.user.get_full_name(),
            "at": at,
            "words": words,
        }

    def _both_values(self, name: str) -> str:
        if name in self.formsets:
            return _("%(label)s: there is now: %(stored)s") % {
                "label": self.label_of(name),
                "stored": shortened(self.stored[name]),
            }
        return _("%(label)s: there is now “%(stored)s”, and you have “%(yours)s”.") % {
            "label": self.label_of(name),
            "stored": shortened(self.stored[name]),
            "yours": shortened(_value_in_words(self.instance, name, self.cleaned_data.get(name))),
        }

    def save(self, commit: bool = True) -> Any:
        is_new = not self.instance.pk
        instance = super().save(commit=commit)
        if commit and not is_new:
            self._log_changes(type(instance)._base_manager.get(pk=instance.pk))
        return instance

    def _log_changes(self, saved: Any) -> None:
        changes = [
            [self.label_of(name), self.stored.get(name, ""), value]
            for name, value in self.values_of(saved).items()
            if self.stored.get(name, "") != value
        ]
        if changes:
            log(instance=saved, action=CHANGE_ACTION, user=self.for_user, data={"changes": changes})


def _field_names(instance: Any) -> set[str]:
    return {field.name for field in instance._meta.get_fields() if hasattr(field, "attname")}


def _in_words(instance: Any, name: str) -> str:
    field = instance._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        return ", ".join(sorted(map(str, getattr(instance, name).all())))
    return _value_in_words(instance, name, getattr(instance, name))


def _value_in_words(instance: Any, name: str, value: Any) -> str:
    field = instance._meta.get_field(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("nothing")
    if isinstance(value, models.QuerySet):
        return ", ".join(sorted(map(str, value)))
    if isinstance(field, models.DecimalField):
        return f"{value.normalize():f}"
    if isinstance(field, models.DateTimeField):
        return moment(value)
    return str(dict(field.flatchoices).get(value, value))


def _row_in_words(row: models.Model) -> str:
    """The values of one row of a list, without those that only hold it in its place."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and field.name != "sort_order"
    ]
    own = [field for field in fields if not isinstance(field, models.ForeignKey | models.JSONField)]
    related = [
        field
        for field in fields
        if isinstance(field, models.ForeignKey) and not isinstance(field, ParentalKey)
    ]
    words = [
        _value_in_words(row, field.name, getattr(row, field.name))
        for field in (*related, *own)
        if getattr(row, field.attname) not in (None, "", False)
    ]
    return ", ".join(words)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + " …"


def changes_in_words(changes: Iterable[tuple[str, str, str]]) -> str:
    """What a save changed, as the history says it."""
    return "; ".join(
        _("%(label)s: “%(before)s” became “%(after)s”")
        % {"label": label, "before": shortened(before), "after": shortened(after)}
        for label, before, after in changes
    )
