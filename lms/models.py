"""The site itself: its front page, its standing pages, and what it is called and offers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable
from wagtail.search import index

from courses.blocks.prose import PROSE_BLOCKS
from courses.models import ReaderPage
from people.saved_values import WatchedForm

LANGUAGES = settings.LANGUAGES
hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Give a colour such as #2f6f62."))


class PromiseBlock(blocks.StructBlock):
    """Something a learner can rely on here."""

    title = blocks.CharBlock(label=_("title"))
    text = blocks.TextBlock(label=_("text"), rows=2)

    class Meta:
        label = _("promise")
        icon = "pick"


class HomePage(ReaderPage):
    """The front page: what this is, for whom, and where to begin."""

    heading = models.CharField(_("heading"), max_length=120)
    introduction = RichTextField(_("introduction"), features=["bold", "italic", "link"])
    promises = StreamField([("promise", PromiseBlock())], verbose_name=_("promises"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *ReaderPage.content_panels,
        FieldPanel("heading"),
        FieldPanel("introduction"),
        FieldPanel("promises"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *ReaderPage.search_fields,
        index.SearchField("introduction"),
    ]
    template = "lms/home_page.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["courses.CourseIndexPage", "lms.StandardPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class StandardPage(ReaderPage):
    """A standing page, such as About or Privacy. Its place in the footer is Wagtail's “show in menus”."""

    summary = models.CharField(_("summary"), max_length=255, blank=True)
    body = StreamField(PROSE_BLOCKS, verbose_name=_("text"))

    content_panels: ClassVar[list[Any]] = [
        *ReaderPage.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *ReaderPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    template = "lms/standard_page.html"
    parent_page_types: ClassVar[list[str]] = ["lms.HomePage", "lms.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["lms.StandardPage"]

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting, ClusterableModel):
    """What the site is called, how it looks, and whom to call when something is heavy."""

    name = models.CharField(_("name"), max_length=60, default="Peerwork")
    logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("Shown in place of the mark that comes with the site."),
    )
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[hex_colour],
        help_text=_("For buttons and links, such as #2f6f62. Leave empty for our own green."),
    )
    contact_email = models.EmailField(_("address for questions"), blank=True)
    help_introduction = models.CharField(
        _("above the help lines"),
        max_length=200,
        default="Is something heavy here? You matter too.",
    )
    emergency = models.CharField(
        _("in an emergency"),
        max_length=255,
        default=(
            "If you or someone near you may be in danger now, call your local emergency number."
        ),
    )
    exit_url = models.URLField(
        _("where “Exit this page” leads"),
        default="https://www.wikipedia.org/",
        validators=[RegexValidator(r"^https://", _("Begin with https://."))],
        help_text=_(
            "A site that says nothing of what was read here. Offered where content is hard."
        ),
    )
    card_reviewed_by = models.CharField(
        _("who has reviewed the crisis card"),
        max_length=200,
        blank=True,
        help_text=_(
            "Their name or role, and what they know it from. Empty where nobody has: the card says so."
        ),
    )
    course_cost = models.CharField(
        _("what a course costs"),
        max_length=120,
        blank=True,
        help_text=_("A sentence on the page of every course. Leave empty to say nothing."),
    )

    base_form_class = WatchedForm
    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("logo"), FieldPanel("accent")], heading=_("Look")),
        FieldPanel("contact_email"),
        FieldPanel("course_cost"),
        MultiFieldPanel(
            [
                FieldPanel("help_introduction"),
                FieldPanel("emergency"),
                FieldPanel("exit_url"),
                FieldPanel("card_reviewed_by"),
                InlinePanel("help_lines", label=_("Help line")),
            ],
            heading=_("Help"),
        ),
    ]

    class Meta:
        verbose_name = _("name, look and help lines")


class HelpLine(Orderable):
    """Whom to call, in one country."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="help_lines")
    country = models.CharField(_("where"), max_length=80)
    name = models.CharField(_("name"), max_length=80, blank=True)
    contact = models.CharField(_("number, as people say it"), max_length=80)
    href = models.CharField(
        _("link"),
        max_length=120,
        validators=[
            RegexValidator(r"^(tel:|sms:|https://)\S+$", _("Begin with tel:, sms: or https://."))
        ],
    )
    note = models.CharField(_("note"), max_length=160, blank=True)
    country_codes = models.CharField(
        _("codes of its countries"),
        max_length=120,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}( [A-Z]{2})*$", _("Two capitals for each, such as GB IE."))
        ],
        help_text=_("Such as GB IE. A reader who is in one of them sees this line first."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=LANGUAGES,
        help_text=_("Its readers see it before the others. Leave empty for a line for everyone."),
    )
    owner = models.CharField(
        _("who keeps it right"), max_length=120, blank=True, help_text=_("Not shown to learners.")
    )
    review_on = models.DateField(_("check it again on"), null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")

    def __str__(self) -> str:
        return f"{self.country}: {self.contact}"


class ShippedPiece(models.Model):
    """A piece of the shipped content that was put on this site once.

    What is here is never made again, so that an editor may change, move or delete any of it
    and a later run brings only what is new.
    """

    key = models.CharField(max_length=200, primary_key=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("shipped piece")

    def __str__(self) -> str:
        return self.key
