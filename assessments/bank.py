"""The question bank: one list of many kinds.

A kind is a model here and an item in `papers.py`. The model is what an author edits; it
freezes itself into an item when a paper is drawn, and from then on nobody asks the
database what was asked. `docs/question-kinds.md` says how to add one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from html import unescape
from random import Random
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, When
from django.db.models.functions import Cast
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
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    PreviewableMixin,
    RevisionMixin,
    Workflow,
    WorkflowMixin,
    WorkflowState,
)
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from assessments.blueprint import BankEntry
from assessments.items import Item
from assessments.marking import mark_item
from assessments.panels import WordsPanel
from assessments.wording import FieldText, Texts, freeze_with_words, own_language, states_of
from courses.models import Competency, LessonPage
from courses.publishable import PublishableMixin, PublishFormMixin
from people.folding import fold, fold_for_search

PROSE = ["bold", "italic", "ul", "ol", "link"]


class QuestionTag(TagBase):
    """A word to find questions by. Its own list, apart from the tags of images."""

    free_tagging = True

    class Meta:
        verbose_name = _("question tag")
        verbose_name_plural = _("question tags")


class TaggedQuestion(ItemBase):
    tag = models.ForeignKey(QuestionTag, models.CASCADE, related_name="tagged_questions")
    content_object = ParentalKey(
        "assessments.Question", on_delete=models.CASCADE, related_name="tagged_items"
    )


class QuestionQuerySet(PolymorphicQuerySet):
    def ready(self) -> Self:
        """Those that may be drawn: published, and not only a draft."""
        return self.filter(live=True)

    def sent_back(self) -> Self:
        """Those whose last change was read and went back to its writer, who has the next word."""
        return self.filter(pk__in=self._pks_sent_back())

    def not_sent_back(self) -> Self:
        return self.exclude(pk__in=self._pks_sent_back())

    def marking_sent_back(self) -> Self:
        """Each with `is_sent_back`."""
        is_so = When(pk__in=self._pks_sent_back(), then=True)
        return self.annotate(
            is_sent_back=Case(is_so, default=False, output_field=models.BooleanField())
        )

    def _pks_sent_back(self) -> models.QuerySet[WorkflowState]:
        """A workflow keeps the key as text, which is not compared with a number."""
        sent_back = WorkflowState.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Question),
            status=WorkflowState.STATUS_NEEDS_CHANGES,
        )
        return sent_back.values(question=Cast("object_id", models.BigIntegerField()))

    def on(self, competency: Any) -> Self:
        through = Question.competencies.through
        return self.filter(pk__in=through.objects.filter(competency=competency).values("question"))

    def tagged(self, tag: str) -> Self:
        """Those with a tag, as `fold` reads it: a draw by the tag takes the same ones."""
        names = QuestionTag.objects.values_list("pk", "name")
        alike = [pk for pk, name in names if fold(name) == fold(tag)]
        named = TaggedQuestion.objects.filter(tag__in=alike)
        return self.filter(pk__in=named.values("content_object"))

    def bank_entries(self) -> list[BankEntry]:
        """The ready ones as a blueprint selects from them. Three queries, however many."""
        ready = self.ready().non_polymorphic()
        competencies: dict[int, set[int]] = defaultdict(set)
        for question, competency in Question.competencies.through.objects.values_list(
            "question_id", "competency_id"
        ):
            competencies[question].add(competency)
        tags: dict[int, set[str]] = defaultdict(set)
        for question, tag in TaggedQuestion.objects.values_list("content_object_id", "tag__name"):
            tags[question].add(fold(tag))
        return [
            BankEntry(
                question=pk,
                code=code,
                module=module,
                competencies=frozenset(competencies[pk]),
                tags=frozenset(tags[pk]),
                red_line=red_line,
                held_back=held_back,
                pair=pair,
            )
            for pk, code, module, red_line, held_back, pair in ready.order_by("pk").values_list(
                "pk", "code", "module__translation_key", "red_line", "held_back", "pair"
            )
        ]

    def saying(self, words: str) -> Self:
        """Those in which all of some words stand, by code, question, option or reason, in any
        language that it has words in."""
        matches = get_search_backend().autocomplete(
            words, Question.objects.non_polymorphic().order_by(), order_by_relevance=False
        )
        if not hasattr(matches, "get_queryset"):  # nothing that can be searched for
            return self.none()
        return self.filter(pk__in=matches.get_queryset().values("pk"))


class QuestionForm(PublishFormMixin, WagtailAdminModelForm):
    """Tells its question whether it is being kept as a draft."""

    def _post_clean(self) -> None:
        self.instance.is_checked_as_draft = self.is_deferred_validation
        super()._post_clean()


class Question(
    PublishableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
    PolymorphicModel,
):
    """An entry in the bank. Published is ready to be drawn; a draft never is."""

    kind_name: ClassVar[Any] = ""
    kind_purpose: ClassVar[Any] = ""
    """When to choose this kind, for an author who is about to write a question."""
    kind_icon: ClassVar[str] = "help"
    record_types: ClassVar[tuple[str, ...]] = ()
    """What a line of an interchange file calls this kind under "type"."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Short and lasting, such as L07. Reports and imports know the question by it."),
    )
    language = models.CharField(
        _("written in"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=settings.WAGTAIL_CONTENT_LANGUAGES,
        help_text=_("The language of the words below. Empty: that of the course that asks it."),
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
    red_line = models.BooleanField(
        _("red line"),
        default=False,
        help_text=_(
            "Must be right whatever the score, such as asking about suicide. Whoever misses it "
            "reads its lesson again and answers it again, as often as it takes."
        ),
    )
    retry_text = models.TextField(
        _("when it was missed"),
        blank=True,
        help_text=_("A kind word before it is answered again. Only for a red line."),
    )
    held_back = models.BooleanField(
        _("held back"),
        default=False,
        help_text=_(
            "Kept for a final that draws held-back questions alone. No other quiz ever asks it, "
            "and no learner is shown which of its answers is right."
        ),
    )
    pair = models.CharField(
        _("pair"),
        max_length=40,
        blank=True,
        help_text=_(
            "The same word on two questions with the same replies keeps them apart: one paper "
            "asks one of them, as far as the bank allows."
        ),
    )
    lesson = models.ForeignKey(
        LessonPage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("lesson to read again"),
    )
    lesson_part = models.PositiveSmallIntegerField(
        _("part of it"), null=True, blank=True, help_text=_("Empty: all of the lesson.")
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

    # Wagtail's own finds those of the parent model alone: what waits would outlive its question.
    _workflow_states = GenericRelation(
        WorkflowState,
        content_type_field="content_type",
        object_id_field="object_id",
        for_concrete_model=False,
    )

    objects: ClassVar[Any] = PolymorphicManager.from_queryset(QuestionQuerySet)()

    base_form_class = QuestionForm
    about_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("code", required_on_save=True), FieldPanel("language")]),
        FieldPanel("stem"),
    ]
    about_texts: ClassVar[Texts] = (FieldText("note"), FieldText("stem"))
    filing_texts: ClassVar[Texts] = (FieldText("rationale"), FieldText("retry_text"))
    texts: ClassVar[Texts] = (*about_texts, *filing_texts)
    """Which of its fields are words, and so may be in another language. Each kind says."""
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
        FieldRowPanel([FieldPanel("lesson"), FieldPanel("lesson_part")]),
        MultiFieldPanel([FieldPanel("red_line"), FieldPanel("retry_text")], heading=_("Red line")),
        MultiFieldPanel(
            [FieldPanel("held_back"), FieldPanel("pair")], heading=_("Kept for a final")
        ),
        MultiFieldPanel(
            [FieldPanel("note"), FieldPanel("help")], heading=_("Care"), classname="collapsed"
        ),
        WordsPanel(heading=_("In other languages")),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("code", boost=3),
        index.SearchField("stem"),
        index.SearchField("rationale"),
        index.SearchField("searchable_text"),
        index.SearchField("searchable_translations"),
        index.AutocompleteField("code"),
        index.AutocompleteField("stem"),
        index.AutocompleteField("rationale"),
        index.AutocompleteField("searchable_text"),
        index.AutocompleteField("searchable_translations"),
        index.FilterField("live"),
        index.FilterField("module"),
    ]

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        # Each kind gets this from Wagtail; those who hold it for all may change quizzes in use.
        permissions: ClassVar[list[Any]] = [("publish_question", "Can publish question")]

    def __str__(self) -> str:
        return f"{self.code}: {Truncator(self.words).chars(78)}"

    @property
    def words(self) -> str:
        """The question without its markup, on one line."""
        return " ".join(unescape(strip_tags(self.stem.replace("><", "> <"))).split())

    def bank_entry(self) -> BankEntry:
        """What a blueprint asks about it. Reads its competencies and tags."""
        return BankEntry(
            question=self.pk,
            code=self.code,
            module=self.module.translation_key if self.module else None,
            competencies=frozenset(competency.pk for competency in self.competencies.all()),
            tags=frozenset(fold(tagged.tag.name) for tagged in self.tagged_items.all()),
            red_line=self.red_line,
            held_back=self.held_back,
            pair=self.pair,
        )

    @property
    def status(self) -> str:
        """Whether it may be drawn: draft, ready, or changed since it was made ready."""
        if not self.live:
            return "draft"
        return "changed" if self.has_unpublished_changes else "ready"

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Its own language, and each that a learner may read it in."""
        names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
        shown = [state for state in states_of(self) if state.is_shown]
        return [
            ("", names[own_language(self)]),
            *((state.language, state.language_name) for state in shown),
        ]

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "assessments/question_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The item as it would be asked; once it is answered, or for a reader, marked as well."""
        item = freeze_with_words(self).in_language(mode_name).deal(Random(0))  # noqa: S311  a preview looks the same each time; nothing secret rests on it
        response = item.read(getattr(request, "answered_fields", {}))
        shows_key = response is not None or getattr(request, "shows_key", False)
        return {
            **super().get_preview_context(request, mode_name),
            "item": item,
            "given": response,
            "mark": mark_item(item, response) if shows_key else None,
        }

    @classmethod
    def get_default_workflow(cls) -> Workflow | None:
        """Who reads a draft before it is published: of its kind, or as for every page."""
        for_pages = Workflow.objects.filter(active=True, workflow_pages__page__depth=1)
        return super().get_default_workflow() or for_pages.first()

    # A draft may lack what a question must have to be drawn: it is asked for on publishing.
    is_checked_as_draft = False

    def clean(self) -> None:
        super().clean()
        if self.pk is not None:
            self.validate_bank()
        if not self.is_checked_as_draft:
            self.validate_publishable()

    def validate_bank(self) -> None:
        """Raise ValidationError where it moves between the banks, and something rests on where it is.

        What was asked where answers are shown is no secret any more. Two queries at most.
        """
        open_items = self.paper_items.filter(attempt__quiz__held_back=False).order_by("pk")
        if self.held_back and (row := open_items.select_related("attempt__quiz").first()):
            raise ValidationError(
                {
                    "held_back": _(
                        "“%(quiz)s” has asked it and shows what is right, so it is no secret any "
                        "more. Write another question for the final, and leave this one as it is."
                    )
                    % {"quiz": row.attempt.quiz}
                }
            )
        named_in = self.draws.exclude(quiz__held_back=self.held_back).select_related("quiz")
        if draw := named_in.first():
            raise ValidationError(
                {
                    "held_back": _(
                        "“%(quiz)s” names it on every paper, and a held-back question stands in "
                        "a final alone. Take it out of that quiz first."
                    )
                    % {"quiz": draw.quiz}
                }
            )

    # What a kind answers -------------------------------------------------------------

    def validate_publishable(self) -> None:
        """Raise ValidationError where nobody could answer this question rightly."""

    @classmethod
    def fields_from_record(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of this kind from a line of an interchange file. Raises KeyError."""
        raise NotImplementedError

    def freeze(self) -> Item:
        """This question as an item, whole, in the order that its author gave it."""
        raise NotImplementedError

    def searchable_text(self) -> str:
        """The words of its options, pairs or steps, so that a search finds them too."""
        return ""

    def searchable_translations(self) -> str:
        """All that it says in other languages, with and without accents, for a search to find."""
        texts = " ".join(
            strip_tags(text["text"])
            for words in self.other_words.all()
            for text in words.content.values()
        )
        return f"{texts} {fold_for_search(texts)}"

    def shared_fields(self) -> dict[str, Any]:
        """What the item of every kind holds."""
        return {
            "id": str(self.pk),
            "question": self.pk,
            "revision": self.live_revision_id or self.latest_revision_id,
            "code": self.code,
            "stem": self.stem,
            "note": self.note,
            "help": self.help,
            "rationale": self.rationale,
            "red_line": self.red_line,
            "retry_text": self.retry_text,
            "lesson_key": str(self.lesson.translation_key) if self.lesson else "",
            "lesson_part": self.lesson_part,
            "held_back": self.held_back,
            "language": self.language,
            "competencies": sorted(competency.code for competency in self.competencies.all()),
        }


def refuse_duplicates(field: str, texts: list[str]) -> None:
    """Refuse two choices that read alike: nobody could tell which of them is meant."""
    seen = [fold(text) for text in texts]
    for text, alike in zip(texts, seen, strict=True):
        if alike and seen.count(alike) > 1:
            raise ValidationError({field: _("“%(text)s” is here twice.") % {"text": text}})
