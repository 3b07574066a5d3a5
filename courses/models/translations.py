"""What is on record of a page as a translation of another, and of who has read it over."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision


class PageTranslation(models.Model):
    """A page as the translation of another: what it was made from, and who has read it over.

    `source_revision` is the source as it was when this page last said the same. Where nobody is
    on record here, a page drafted by a program says to its readers that nobody has reviewed it.
    """

    page = models.OneToOneField(Page, models.CASCADE, related_name="translation_record")
    source = models.ForeignKey(
        Page, models.SET_NULL, null=True, editable=False, related_name="translation_records"
    )
    source_revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    is_drafted = models.BooleanField(_("drafted by a program"), default=False, editable=False)
    reviewed_by = models.CharField(
        _("who has reviewed the translation"),
        max_length=200,
        blank=True,
        help_text=_(
            "Their name or role, and how they know the language. Empty where nobody has: readers "
            "are told so."
        ),
    )

    class Meta:
        verbose_name = _("translation of a page")
        verbose_name_plural = _("translations of pages")

    def __str__(self) -> str:
        return str(self.page)

    @property
    def awaits_review(self) -> bool:
        """Whether no person is on record who has read it over."""
        return self.is_drafted and not self.reviewed_by


def word_fields(model: type[Page]) -> list[str]:
    """The fields of a kind of page that hold words to be translated."""
    own = {"title", "seo_title", "search_description"}
    of_every_page = {field.name for field in Page._meta.get_fields()} - own
    return [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
        and _holds_words(field)
        and field.name not in of_every_page
    ]


NO_WORDS = frozenset({"code", "version"})


def _holds_words(field: Any) -> bool:
    texts = (models.CharField, models.TextField)
    is_text = isinstance(field, texts) and not isinstance(field, models.EmailField)
    is_blocks = field.get_internal_type() == "JSONField"
    return (is_text and not field.choices and field.name not in NO_WORDS) or is_blocks
