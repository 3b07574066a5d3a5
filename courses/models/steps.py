"""What a course is made of: pages that a reader is shown, and the steps that are done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.core.validators import MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from courses.closures import keep_closed, read_closures
from courses.languages import is_shown_in_another_language
from courses.parts import Part
from courses.publishable import PublishableMixin, ReaderPageForm
from courses.steps import StepKind

PAGE_CONTEXT_HOOK = "build_page_context"
"""The Wagtail hook by which each app adds what it has to say of a page to one reader.

A hook function takes the request and the page, and returns names and values for the template.
"""


class ReaderPage(PublishableMixin, Page):
    """A page that readers are shown. Every app may add to what its template is given.

    Pages are for reading: nothing is sent to one.
    """

    allowed_http_methods: ClassVar[list[str]] = ["GET", "HEAD", "OPTIONS"]
    admin_default_ordering = "ord"
    """Editors are listed pages in the order in which readers meet them."""
    read_with: ClassVar[tuple[str, ...]] = ("locale",)
    """The rows that its template also needs; they are cached with it."""
    base_form_class = ReaderPageForm
    is_unrestricted = False
    """Set on a page of which it is known that nothing restricts who may be shown it."""

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, but what stands below a page that is not published waits for it.

        Unless readers are shown that page in another of its languages.
        """
        if path_components and not self.live and not is_shown_in_another_language(self):
            raise Http404
        found: RouteResult = super().route(request, path_components)
        return found

    def clean(self) -> None:
        """As Wagtail's; rich text without a word is empty, and not a paragraph of nothing."""
        super().clean()
        for field in self._meta.get_fields():
            if isinstance(field, RichTextField):
                text = getattr(self, field.name)
                setattr(self, field.name, text if strip_tags(text).strip() else "")

    def get_view_restrictions(self) -> Iterable[PageViewRestriction]:
        """As Wagtail's, with those of the same page in other languages and of what it is an alias of.

        At no cost where it is known that there are none.
        """
        if self.is_unrestricted:
            return ()
        closing = [each.restriction for each in read_closures() if each.covers(self.path)]
        return PageViewRestriction.objects.filter(pk__in=closing)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Wagtail's. An alias that becomes a page of its own stays closed."""
        source = self._source_of_alias(kwargs.get("update_fields"))
        super().save(*args, **kwargs)
        if source is not None:
            keep_closed(source, self, by=None)

    def _source_of_alias(self, update_fields: Iterable[str] | None) -> Page | None:
        """The page that this was an alias of, where it is about to be one no more."""
        is_told = update_fields is None or "alias_of_id" in update_fields
        if self.pk is None or self.alias_of_id is not None or not is_told:
            return None
        return Page.objects.filter(aliases=self.pk).first()

    def copy(self, *args: Any, **kwargs: Any) -> Page:
        """As Wagtail's. What was closed stays closed, wherever the copy is put."""
        copied: Page = super().copy(*args, **kwargs)
        keep_closed(self, copied, by=kwargs.get("user"))
        return copied

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's context, and what each app adds by the hook `build_page_context`."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        for build_context in hooks.get_hooks(PAGE_CONTEXT_HOOK):
            context.update(build_context(request, self))
        return context


class OriginMixin(models.Model):
    """A page whose copies are told to belong together: each keeps the key of the first of them.

    A copy has a translation key of its own, under which its learners’ work is kept. What stands
    beside the pages, such as a question, names a page of the original: a copy of it, in whatever
    language, is found by its `origin`. However a page is copied, the field is copied with it.
    """

    origin_key = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True

    translation_key: Any

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.origin_key = self.origin
        super().save(*args, **kwargs)

    @property
    def origin(self) -> UUID:
        """The translation key of the page from which this and its other copies came, or its own."""
        return self.origin_key or self.translation_key

    def with_content_json(self, content: Any) -> Any:
        """As Wagtail's. No earlier version changes where a page came from."""
        version = super().with_content_json(content)  # type: ignore[misc]  # Wagtail's page has it
        version.origin_key = self.origin
        return version


class StepPage(ReaderPage):
    """A step of a course: something that a learner does and that can be completed.

    An outline and `Progress` know of a step only what is here. Each app adds its own kinds
    by extending it: a lesson is completed by saying that one has finished, a quiz by passing.
    """

    kind: ClassVar[StepKind]

    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("About how long it takes. It is never a time limit."),
    )
    required = models.BooleanField(
        _("must be done"),
        default=True,
        help_text=_("Untick for practice: nothing in the course waits for it."),
    )

    step_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("required")])
    ]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is divided into, in order; nothing where its kind has no parts."""
        return ()

    @property
    def subject_id(self) -> int | None:
        """The primary key of what the step presents, such as its quiz; None if it is all here."""
        return None


def step_types() -> list[type[StepPage]]:
    """Every kind of step page that the installed apps bring."""
    return [model for model in apps.get_models() if issubclass(model, StepPage)]
