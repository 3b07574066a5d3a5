"""What is changed with a second reader alone, and the changes that wait for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from courses.exceptions import SecondReaderNeeded
from people.models import User

_agreed: ContextVar[bool] = ContextVar("a second reader agreed to what is saved", default=False)


@contextmanager
def without_second_reader() -> Iterator[None]:
    """Let what is saved within be saved: a second reader agreed to it, or it is what comes with
    the site. Whoever else saves one of these rows alone is refused."""
    token = _agreed.set(True)
    try:
        yield
    finally:
        _agreed.reset(token)


class SecondReadQuerySet(models.QuerySet[Any]):
    """Refuses to change many rows at once, by which a single save would be gone round."""

    def update(self, **values: Any) -> int:
        if not _agreed.get() and set(values) & set(self.model.names_read_twice()):
            raise SecondReaderNeeded(self.model._meta.verbose_name)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_the_whole()
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        self._refuse_the_whole()
        return super().bulk_create(*args, **kwargs)

    def _refuse_the_whole(self) -> None:
        if self.model.read_twice_as_a_whole and not _agreed.get():
            raise SecondReaderNeeded(self.model._meta.verbose_name)


class SecondReadModel(models.Model):
    """Something that one person alone does not change, since hours or certificates rest on it.

    `read_twice` names the fields that a second reader has to agree to, and `rows_read_twice` the
    lists of rows; where it is read twice as a whole, adding and deleting wait for one as well.
    Every way of saving it raises SecondReaderNeeded, but what `courses.proposing` does once
    somebody agreed.
    """

    read_twice: ClassVar[tuple[str, ...]] = ()
    rows_read_twice: ClassVar[tuple[str, ...]] = ()
    read_twice_as_a_whole: ClassVar[bool] = True
    edit_url_name: ClassVar[str] = ""
    """The address of its own page among the staff pages, by name; empty where it has none."""

    objects: ClassVar[Any] = SecondReadQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not _agreed.get() and self._is_changed_alone():
            raise SecondReaderNeeded(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.read_twice_as_a_whole and not _agreed.get():
            raise SecondReaderNeeded(self)
        return super().delete(*args, **kwargs)

    @classmethod
    def names_read_twice(cls) -> list[str]:
        """The fields by both of the names that Django knows each by."""
        fields = [cls._meta.get_field(name) for name in cls.read_twice]
        return [name for field in fields for name in (field.name, field.attname)]  # type: ignore[union-attr]  # none is a relation backwards

    def _is_changed_alone(self) -> bool:
        names = [type(self)._meta.get_field(name).attname for name in self.read_twice]  # type: ignore[union-attr]  # as above
        stored = type(self)._base_manager.filter(pk=self.pk).values(*names).first()
        if stored is None:
            return self.read_twice_as_a_whole
        return any(stored[name] != getattr(self, name) for name in names)


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def waiting(self) -> Self:
        """Those that nobody decided about yet."""
        return self.filter(state=ProposedChange.State.WAITING)

    def sent_back(self) -> Self:
        """Those that a second reader sent back, and whose proposer did not answer yet."""
        return self.filter(state=ProposedChange.State.SENT_BACK)

    def about(self, subject: models.Model) -> Self:
        """Those of one thing."""
        return self.filter(kind=subject._meta.label_lower, subject_key=str(subject.pk))

    def settle(self, key: int, *, before: list[str], **values: Any) -> bool:
        """Give one its next state, if it is still in one of some. Of two who decide, one wins."""
        return bool(self.filter(pk=key, state__in=before).update(**values))


class ProposedChange(models.Model):
    """What somebody would add, change or delete, and why; and what became of it.

    It takes effect when somebody else agreed. `before` and `after` are what was and what would be,
    as values; nothing of it is edited but its state. Erasure leaves who proposed and who decided,
    by number, as of every decision.
    """

    class Act(models.TextChoices):
        ADD = "add", _("Add")
        CHANGE = "change", _("Change")
        DELETE = "delete", _("Delete")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second reader")
        AGREED = "agreed", _("Agreed, and in effect")
        ALONE = "alone", _("In effect without a second reader")
        SENT_BACK = "sent_back", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(max_length=60, editable=False)
    # The primary key; for what is not there yet, what it would be called by.
    subject_key = models.CharField(max_length=80, editable=False)
    name = models.CharField(_("what"), max_length=255, editable=False)
    act = models.CharField(max_length=10, choices=Act.choices, editable=False)
    before = models.JSONField(default=dict, editable=False)
    after = models.JSONField(default=dict, editable=False)
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    words = models.TextField(_("words of the second reader"), blank=True)

    objects: ClassVar[Any] = ProposedChangeQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering: ClassVar[list[str]] = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_key"],
                condition=Q(state="waiting"),
                name="one_waiting_change_of_a_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | ~Q(decided_by=F("proposed_by")),
                name="a_change_is_agreed_to_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.name}"

    @property
    def kind_name(self) -> str:
        """What the thing is, as staff call it."""
        return capfirst(str(apps.get_model(self.kind)._meta.verbose_name))

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
