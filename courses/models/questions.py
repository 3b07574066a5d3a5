"""The question bank: one list of many kinds.

A kind is a model here and an item in `papers.py`. The model is what an author edits; it
freezes itself into an item when a paper is drawn, and from then on nobody asks the
database what was asked. `docs/question-kinds.md` says how to add one.
"""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from random import Random
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from polymorphic.managers import PolymorphicManager
from polymorphic.models import PolymorphicModel
from polymorphic.query import PolymorphicQuerySet
from taggit.models import ItemBase, TagBase
from wagtail import blocks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from courses.models.competencies import Competency
from courses.papers import (
    Choice,
    Item,
    MatchingItem,
    MultipleResponseItem,
    Option,
    OrderingItem,
    SingleChoiceItem,
    Stem,
    Step,
    TrueFalseItem,
)

PROSE = ["bold", "italic", "ul", "ol", "link"]


class QuestionTag(TagBase):
    """A word to find questions by. Its own list, apart from the tags of images."""

    free_tagging = True

    class Meta:
        verbose_name = _("question tag")


class TaggedQuestion(ItemBase):
    tag = models.ForeignKey(QuestionTag, models.CASCADE, related_name="tagged_questions")
    content_object = ParentalKey(
        "courses.Question", on_delete=models.CASCADE, related_name="tagged_items"
    )


class QuestionQuerySet(PolymorphicQuerySet):
    def ready(self) -> Self:
        """Those that may be drawn: published, and not only a draft."""
        return self.filter(live=True)

    def on(self, competency: Any) -> Self:
        through = Question.competencies.through
        return self.filter(pk__in=through.objects.filter(competency=competency).values("question"))

    def tagged(self, tag: str) -> Self:
        """Those with a tag, whatever its capitals."""
        named = TaggedQuestion.objects.filter(tag__name__iexact=tag)
        return self.filter(pk__in=named.values("content_object"))

    def saying(self, words: str) -> Self:
        """Those in which all of some words stand, by code, question, option or reason."""
        found = get_search_backend().autocomplete(
            words, Question.objects.non_polymorphic().order_by(), order_by_relevance=False
        )
        if not hasattr(found, "get_queryset"):  # nothing that can be searched for
            return self.none()
        return self.filter(pk__in=found.get_queryset().values("pk"))


class QuestionForm(WagtailAdminModelForm):
    """Tells its question whether it is being kept as a draft."""

    def _post_clean(self) -> None:
        self.instance.is_checked_as_draft = self.is_deferred_validation
        super()._post_clean()


class Question(
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
    PolymorphicModel,
):
    """An entry in the bank. Published is ready to be drawn; a draft never is."""

    kind_name: ClassVar[Any] = ""
    kind_serves: ClassVar[Any] = ""
    """When to choose this kind, for an author who is about to write a question."""
    kind_icon: ClassVar[str] = "help"

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Short and lasting, such as L07. Reports and imports know the question by it."),
    )
    stem = RichTextField(_("question"), features=PROSE)
    note = models.CharField(
        _("shown before it"),
        max_length=255,
        blank=True,
        help_text=_("For example: This question talks about suicide."),
    )
    help = models.BooleanField(_("show the help lines beside it"), default=False)
    rationale = models.TextField(
        _("why"), blank=True, help_text=_("Shown with the feedback, whatever was given.")
    )
    module = models.ForeignKey(
        "courses.ModulePage",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("module"),
    )
    competencies = ParentalManyToManyField(
        Competency, blank=True, related_name="questions", verbose_name=_("competencies")
    )
    tags = ClusterTaggableManager(through=TaggedQuestion, blank=True, verbose_name=_("tags"))

    objects: ClassVar[Any] = PolymorphicManager.from_queryset(QuestionQuerySet)()

    base_form_class = QuestionForm
    about_panels: ClassVar[list[Any]] = [
        FieldPanel("code", required_on_save=True),
        FieldPanel("stem"),
    ]
    filing_panels: ClassVar[list[Any]] = [
        FieldPanel("rationale"),
        MultiFieldPanel(
            [
                FieldPanel("module"),
                FieldPanel("competencies", widget=CheckboxSelectMultiple),
                FieldPanel("tags"),
            ],
            heading=_("Where it belongs"),
            help_text=_("A quiz draws at random by these, and reports are made by them."),
        ),
        MultiFieldPanel(
            [FieldPanel("note"), FieldPanel("help")], heading=_("Care"), classname="collapsed"
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("code", boost=3),
        index.SearchField("stem"),
        index.SearchField("rationale"),
        index.SearchField("offered_words"),
        index.AutocompleteField("code"),
        index.AutocompleteField("stem"),
        index.AutocompleteField("rationale"),
        index.AutocompleteField("offered_words"),
        index.FilterField("live"),
        index.FilterField("module"),
    ]

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")

    def __str__(self) -> str:
        return f"{self.code}: {Truncator(self.words).chars(78)}"

    @property
    def words(self) -> str:
        """The question without its markup, on one line."""
        return " ".join(unescape(strip_tags(self.stem.replace("><", "> <"))).split())

    @property
    def status(self) -> str:
        """Whether it may be drawn: draft, ready, or changed since it was made ready."""
        if not self.live:
            return "draft"
        return "changed" if self.has_unpublished_changes else "ready"

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "courses/question_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {**context, "item": self.freeze(Random(0), worth=Decimal(1))}  # noqa: S311

    # A draft may lack what a question must have to be drawn: it is asked for on publishing.
    is_checked_as_draft = False

    def clean(self) -> None:
        super().clean()
        if not self.is_checked_as_draft:
            self.refuse_what_cannot_be_asked()

    # What a kind answers -------------------------------------------------------------

    def refuse_what_cannot_be_asked(self) -> None:
        """Raise ValidationError where nobody could answer this question rightly."""

    def freeze(self, random: Random, *, worth: Decimal) -> Item:
        """This question as an item, with everything it needs and its order decided."""
        raise NotImplementedError

    def offered_words(self) -> str:
        """The words of its options, pairs or steps, so that a search finds them too."""
        return ""

    def _shared(self, random: Random, worth: Decimal) -> dict[str, Any]:
        """What every kind's item holds."""
        return {
            "id": draw_id(random),
            "question": str(self.pk),
            "revision": self.live_revision_id or self.latest_revision_id,
            "code": self.code,
            "stem": self.stem,
            "note": self.note,
            "help": self.help,
            "rationale": self.rationale,
            "competencies": sorted(one.code for one in self.competencies.all()),
            "worth": worth,
        }


def draw_id(random: Random) -> str:
    """An id for something on one paper. It tells nothing of what it stands for."""
    return UUID(int=random.getrandbits(128), version=4).hex[:12]


def shuffled(choices: list[Any], random: Random) -> list[Any]:
    choices = list(choices)
    random.shuffle(choices)
    return choices


def _alike(text: str) -> str:
    return " ".join(text.casefold().split())


def refuse_twins(field: str, texts: list[str]) -> None:
    """Refuse two choices that read alike: nobody could tell which of them is meant."""
    seen = [_alike(text) for text in texts]
    for text, alike in zip(texts, seen, strict=True):
        if alike and seen.count(alike) > 1:
            raise ValidationError({field: _("“%(text)s” is here twice.") % {"text": text}})


class OptionBlock(blocks.StructBlock):
    """One option of a single choice question."""

    text = blocks.TextBlock(label=_("Option"), rows=2)
    fraction = blocks.ChoiceBlock(
        label=_("Earns"),
        choices=[("1", _("The whole mark")), ("0.5", _("Half")), ("0", _("Nothing"))],
        default="0",
    )
    feedback = blocks.TextBlock(
        label=_("Feedback"),
        required=False,
        rows=2,
        help_text=_("Say what the choice did for the person, and offer better words."),
    )

    class Meta:
        label = _("option")
        icon = "radio-full"


class TickBlock(blocks.StructBlock):
    """One option of a multiple response question."""

    text = blocks.TextBlock(label=_("Option"), rows=2)
    is_right = blocks.BooleanBlock(label=_("Should be ticked"), required=False)
    feedback = blocks.TextBlock(label=_("Feedback"), required=False, rows=2)

    class Meta:
        label = _("option")
        icon = "tick"


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.TextBlock(label=_("This"), rows=1)
    right = blocks.TextBlock(label=_("goes with this"), rows=1)
    feedback = blocks.TextBlock(label=_("Why"), required=False, rows=1)

    class Meta:
        label = _("pair")
        icon = "link"


class StepBlock(blocks.StructBlock):
    """One step, in its right place."""

    text = blocks.TextBlock(label=_("Step"), rows=1)
    feedback = blocks.TextBlock(label=_("Why here"), required=False, rows=1)

    class Meta:
        label = _("step")
        icon = "list-ol"


class SingleChoice(Question):
    """One option of several is best; others may earn half."""

    kind_name = _("Single choice")
    kind_serves = _(
        "One option is best; others may earn half. For judgement: what would you say or do first?"
    )
    kind_icon = "radio-full"

    options = StreamField([("option", OptionBlock())], verbose_name=_("options"), min_num=2)
    shuffle = models.BooleanField(_("shuffle the options"), default=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("options"),
        FieldPanel("shuffle"),
        *Question.filing_panels,
    ]

    class Meta:
        verbose_name = _("single choice question")

    def refuse_what_cannot_be_asked(self) -> None:
        whole = [block for block in self.options if Decimal(block.value["fraction"]) == 1]
        if self.options and not whole:
            raise ValidationError(
                {"options": _("Let one option earn the whole mark, or nobody can answer rightly.")}
            )
        refuse_twins("options", [block.value["text"] for block in self.options])

    def offered_words(self) -> str:
        return " ".join(block.value["text"] for block in self.options)

    def freeze(self, random: Random, *, worth: Decimal) -> SingleChoiceItem:
        options = [
            Option(
                id=draw_id(random),
                text=block.value["text"],
                fraction=Decimal(block.value["fraction"] or 0),
                feedback=block.value["feedback"],
            )
            for block in self.options
        ]
        return SingleChoiceItem(
            **self._shared(random, worth),
            options=shuffled(options, random) if self.shuffle else options,
        )


class TrueFalse(Question):
    """A statement that is true or false."""

    kind_name = _("True or false")
    kind_serves = _(
        "One statement. For clearing up a myth, with feedback that says why. Guessing earns half "
        "the time, so use few."
    )
    kind_icon = "check"

    is_true = models.BooleanField(
        _("the statement is true"), choices=[(True, _("True")), (False, _("False"))], default=True
    )
    feedback_true = models.TextField(_("feedback to “true”"), blank=True)
    feedback_false = models.TextField(_("feedback to “false”"), blank=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("is_true"),
        FieldPanel("feedback_true"),
        FieldPanel("feedback_false"),
        *Question.filing_panels,
    ]

    class Meta:
        verbose_name = _("true or false question")

    def freeze(self, random: Random, *, worth: Decimal) -> TrueFalseItem:
        return TrueFalseItem(
            **self._shared(random, worth),
            options=[
                Option(
                    id=draw_id(random),
                    text=text,
                    fraction=Decimal(int(self.is_true is value)),
                    feedback=feedback,
                )
                for value, text, feedback in [
                    (True, str(_("True")), self.feedback_true),
                    (False, str(_("False")), self.feedback_false),
                ]
            ],
        )


class MultipleResponse(Question):
    """Several options may fit, and each should be ticked."""

    kind_name = _("Multiple response")
    kind_serves = _(
        "Several options fit, and each should be ticked. For recognising all of what helps, and "
        "leaving what does not."
    )
    kind_icon = "tick-inverse"

    options = StreamField([("option", TickBlock())], verbose_name=_("options"), min_num=2)
    shuffle = models.BooleanField(_("shuffle the options"), default=True)

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("options"),
        FieldPanel("shuffle"),
        *Question.filing_panels,
    ]

    class Meta:
        verbose_name = _("multiple response question")

    def refuse_what_cannot_be_asked(self) -> None:
        if self.options and not any(block.value["is_right"] for block in self.options):
            raise ValidationError({"options": _("Mark at least one option as one to tick.")})
        refuse_twins("options", [block.value["text"] for block in self.options])

    def offered_words(self) -> str:
        return " ".join(block.value["text"] for block in self.options)

    def freeze(self, random: Random, *, worth: Decimal) -> MultipleResponseItem:
        options = [
            Option(
                id=draw_id(random),
                text=block.value["text"],
                fraction=Decimal(int(block.value["is_right"])),
                feedback=block.value["feedback"],
            )
            for block in self.options
        ]
        return MultipleResponseItem(
            **self._shared(random, worth),
            options=shuffled(options, random) if self.shuffle else options,
        )


class Matching(Question):
    """Things to pair with the choices that belong to them."""

    kind_name = _("Matching")
    kind_serves = _(
        "Things to pair with what belongs to them. For telling ideas apart, such as a feeling from "
        "what was done about it."
    )
    kind_icon = "link"

    pairs = StreamField([("pair", PairBlock())], verbose_name=_("pairs"), min_num=2)
    extra = StreamField(
        [("choice", blocks.TextBlock(label=_("choice"), rows=1))],
        verbose_name=_("choices that match nothing"),
        blank=True,
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("pairs"),
        FieldPanel("extra"),
        *Question.filing_panels,
    ]

    class Meta:
        verbose_name = _("matching question")

    def refuse_what_cannot_be_asked(self) -> None:
        refuse_twins("pairs", [block.value["left"] for block in self.pairs])
        refuse_twins(
            "extra",
            [
                *{_alike(block.value["right"]) for block in self.pairs},
                *(b.value for b in self.extra),
            ],
        )

    def offered_words(self) -> str:
        pairs = [f"{block.value['left']} {block.value['right']}" for block in self.pairs]
        return " ".join([*pairs, *(block.value for block in self.extra)])

    def freeze(self, random: Random, *, worth: Decimal) -> MatchingItem:
        texts = [block.value["right"] for block in self.pairs] + [b.value for b in self.extra]
        offered = {text: Choice(draw_id(random), text) for text in dict.fromkeys(texts)}
        stems = [
            Stem(
                id=draw_id(random),
                text=block.value["left"],
                matches=[offered[block.value["right"]].id],
                feedback=block.value["feedback"],
            )
            for block in self.pairs
        ]
        return MatchingItem(
            **self._shared(random, worth),
            stems=shuffled(stems, random),
            offered=shuffled(list(offered.values()), random),
        )


class Ordering(Question):
    """Steps to put in their right order."""

    kind_name = _("Ordering")
    kind_serves = _(
        "Steps to put in order. For a procedure in which the order matters, such as what to do in "
        "a crisis. A step out of place costs that step, not all that follow."
    )
    kind_icon = "list-ol"

    steps = StreamField(
        [("step", StepBlock())], verbose_name=_("steps, in the right order"), min_num=2
    )

    panels: ClassVar[list[Any]] = [
        *Question.about_panels,
        FieldPanel("steps"),
        *Question.filing_panels,
    ]

    class Meta:
        verbose_name = _("ordering question")

    def refuse_what_cannot_be_asked(self) -> None:
        refuse_twins("steps", [block.value["text"] for block in self.steps])

    def offered_words(self) -> str:
        return " ".join(block.value["text"] for block in self.steps)

    def freeze(self, random: Random, *, worth: Decimal) -> OrderingItem:
        steps = [
            Step(
                id=draw_id(random),
                text=block.value["text"],
                place=place,
                feedback=block.value["feedback"],
            )
            for place, block in enumerate(self.steps, start=1)
        ]
        drawn = shuffled(steps, random)
        if drawn == steps and len(steps) > 1:  # shown in the right order, it would answer itself
            drawn = [*steps[1:], steps[0]]
        return OrderingItem(**self._shared(random, worth), steps=drawn)


KINDS: tuple[type[Question], ...] = (SingleChoice, MultipleResponse, TrueFalse, Matching, Ordering)
