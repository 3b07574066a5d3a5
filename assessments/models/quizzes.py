"""The rules of an assessment."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, PreviewableMixin
from wagtail.search import index

from assessments.bank import Question
from assessments.blueprint import Row
from assessments.drawing import sample_paper
from courses.models import Competency
from courses.models.competencies import words_in
from people.saved_values import WatchedForm


class Feedback(models.TextChoices):
    """What a learner sees of a marked paper."""

    FULL = "full", _("Everything: marks, the right answers and the reasons")
    AFTER_PASSING = (
        "after_passing",
        _("The score, and feedback on what was given; what fits best, with the marks, once passed"),
    )
    SKILLS = "skills", _("How each skill went and what to read again; no single question")
    SCORE = "score", _("The result alone")


SAFE_WHEN_HELD_BACK = [Feedback.SKILLS, Feedback.SCORE]
"""What a quiz of held-back questions may tell: nothing that shows which answer is right."""


class QuizForm(WatchedForm):
    """Refuses a row that names a question of the other bank."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        held_back = self.cleaned_data["held_back"]
        refused = [
            form
            for form in self.formsets["draws"].forms
            if not form.cleaned_data.get("DELETE")
            and (question := form.cleaned_data.get("question")) is not None
            and question.held_back != held_back
        ]
        for form in refused:
            form.add_error("question", NOT_HELD_BACK if held_back else HELD_BACK)
        return not refused


NOT_HELD_BACK = _(
    "This one is not held back: other quizzes show its answer. A final of held-back questions "
    "asks only those that nobody has been shown."
)
HELD_BACK = _(
    "This one is held back for a final, so no other quiz asks it. Choose an open question, or "
    "copy it and write another like it."
)


class Quiz(PreviewableMixin, index.Indexed, ClusterableModel):
    """The rules of an assessment: what is drawn, what passes, how often it may be sat.

    A quiz page shows it to learners. The page may move and be translated; the quiz, and
    every attempt at it, stays.
    """

    title = models.CharField(_("title"), max_length=200)
    pass_percent = models.DecimalField(
        _("pass mark (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(75),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("tries allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for as many as the learner wants."),
    )
    held_back = models.BooleanField(
        _("asks held-back questions alone"),
        default=False,
        help_text=_(
            "For a final. It never asks a question of the open bank, and its questions stand in "
            "no other quiz. Choose a feedback that shows no single question."
        ),
    )
    wait_minutes = models.PositiveIntegerField(
        _("wait between tries (minutes)"),
        default=0,
        help_text=_("Counted from handing in one try to starting the next."),
    )
    opens_at = models.DateTimeField(
        _("opens"),
        null=True,
        blank=True,
        help_text=_("Leave empty unless it must not begin before a date."),
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("What is saved by then is handed in. Leave empty unless there is a need."),
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Leave empty: people answer better without a clock. With a limit, what is saved "
            "when it ends is handed in. A change counts at once, also for tries under way."
        ),
    )
    tries_before_pause = models.PositiveSmallIntegerField(
        _("pause after this many tries that did not pass"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "From then on each further try waits, and a talk is offered, which the learner takes "
            "or declines. Leave empty for no pause."
        ),
    )
    pause_hours = models.PositiveSmallIntegerField(
        _("hours of the pause"), default=12, help_text=_("Twelve is a night.")
    )
    tries_before_talk = models.PositiveSmallIntegerField(
        _("a talk is needed after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "After this many tries that did not pass, the next opens when somebody has talked "
            "with the learner and noted it as an exception. Leave empty never to ask for one."
        ),
    )
    talk_words = models.TextField(
        _("what the offer of a talk says"),
        blank=True,
        help_text=_("A kind word of your own, such as who will be there. Empty: ours."),
    )
    feedback = models.CharField(
        _("feedback"), max_length=20, choices=Feedback.choices, default=Feedback.FULL
    )
    base_form_class = QuizForm
    panels = [
        FieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("pass_percent"),
                FieldRowPanel([FieldPanel("attempts_allowed"), FieldPanel("wait_minutes")]),
                FieldPanel("held_back"),
                FieldPanel("feedback"),
            ],
            heading=_("Rules"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("tries_before_pause"), FieldPanel("pause_hours")]),
                FieldPanel("tries_before_talk"),
                FieldPanel("talk_words"),
            ],
            heading=_("When tries do not pass"),
            help_text=_(
                "A try that misses nothing but red lines is nearly there: it is never counted "
                "here, and never has to wait."
            ),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("time_limit_minutes"),
            ],
            heading=_("Dates and time limit"),
            classname="collapsed",
        ),
        InlinePanel(
            "draws",
            label=_("Row"),
            heading=_("What is on the paper, in order"),
            help_text=_(
                "Each row is one fixed question, or a number of questions drawn at random. "
                "No question is asked twice on one paper."
            ),
            min_num=1,
        ),
        InlinePanel(
            "other_words",
            label=_("Language"),
            heading=_("In other languages"),
            help_text=_(
                "What a learner reads of the quiz itself. The page that it stands on has a title "
                "and an introduction of its own in each language, and so has each question."
            ),
        ),
    ]
    search_fields = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.FilterField("title"),
        index.FilterField("pass_percent"),
    ]

    class Meta:
        ordering = ["title"]
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None)
                | Q(closes_at=None)
                | Q(closes_at__gt=models.F("opens_at")),
                name="quiz_closes_after_it_opens",
                violation_error_message=_("It has to close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(held_back=False) | Q(feedback__in=SAFE_WHEN_HELD_BACK),
                name="held_back_quiz_shows_no_key",
                violation_error_message=_(
                    "A quiz of held-back questions never shows which answer is right: choose how "
                    "each skill went, or the result alone."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def title_in(self, language: str | None) -> str:
        """Its title in a language; its own, where it has none in it. One query."""
        words = words_in(self.other_words, language or "")
        return words.title if words else self.title

    def talk_words_in(self, language: str | None) -> str:
        """What the offer of a talk says to readers of a language.

        Empty, for ours, where it says nothing of its own, or is worded in the language and says
        nothing in it. One query, where it says something.
        """
        if not self.talk_words:
            return ""
        words = words_in(self.other_words, language or "")
        return words.talk_words if words else self.talk_words

    @property
    def limits_something(self) -> bool:
        """Whether its rules hold anybody back, so that somebody may be given more."""
        return self.held_back or any(
            (
                self.attempts_allowed,
                self.wait_minutes,
                self.opens_at,
                self.closes_at,
                self.time_limit_minutes,
                self.tries_before_pause,
                self.tries_before_talk,
            )
        )

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "assessments/quiz_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        paper = sample_paper(
            self.blueprint(),
            pass_percent=self.pass_percent or Decimal(0),
            random=Random(),  # noqa: S311  a sample that counts for nothing
        )
        return {**context, "quiz": self, "paper": paper}

    def blueprint(self) -> list[Row]:
        """Its rows as a paper is drawn by them, in order."""
        draws = list(self.draws.all().select_related("module"))
        named = [draw.question_id for draw in draws if draw.question_id]
        questions = Question.objects.non_polymorphic().filter(pk__in=named)
        facts = {pk: facts for pk, *facts in questions.values_list(*NAMED_FACTS)} if named else {}
        return [draw.row(*facts.get(draw.question_id, (False, self.held_back))) for draw in draws]


NAMED_FACTS = ("pk", "red_line", "held_back")


class DrawForm(WagtailAdminModelForm):
    """One row of a quiz. A number is asked for only where questions are drawn at random."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count"].required = False
        if not self.instance.draws_at_random:
            self.initial["count"] = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        draws_at_random = not (cleaned.get("question") or cleaned.get("all_red_lines"))
        if cleaned.get("count") is None and "count" not in self.errors:
            cleaned["count"] = 1
            if draws_at_random:
                self.add_error("count", _("Say how many to draw at random."))
        return cleaned


class Draw(Orderable):
    """One row of a quiz: a fixed question, or some drawn at random from part of the bank."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="draws")
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="draws",
        verbose_name=_("this question"),
    )
    count = models.PositiveSmallIntegerField(
        _("or this many at random"), default=1, validators=[MinValueValidator(1)]
    )
    module = models.ForeignKey(
        "courses.ModulePage",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from the module"),
    )
    competency = models.ForeignKey(
        Competency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on the competency"),
    )
    tag = models.CharField(_("with the tag"), max_length=100, blank=True)
    all_red_lines = models.BooleanField(
        _("or every red line"),
        default=False,
        help_text=_("Every paper carries all the red lines that fit what is chosen below."),
    )
    worth = models.DecimalField(
        _("marks for each"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )

    base_form_class = DrawForm
    panels = [
        FieldPanel("question"),
        FieldRowPanel([FieldPanel("count"), FieldPanel("worth")]),
        FieldPanel("all_red_lines"),
        FieldPanel("module"),
        FieldRowPanel([FieldPanel("competency"), FieldPanel("tag")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None)
                | Q(module=None, competency=None, tag="", count=1, all_red_lines=False),
                name="draw_is_fixed_or_random",
                violation_error_message=_(
                    "Choose one question, or say what to draw at random; not both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(worth__gt=0, count__gt=0), name="draw_is_worth_something"
            ),
        ]

    def __str__(self) -> str:
        if self.all_red_lines:
            return str(_("every red line"))
        return str(self.question or _("%(count)s at random") % {"count": self.count})

    @property
    def draws_at_random(self) -> bool:
        """Whether it takes a number of questions, and not one that it names or every red line."""
        return self.question_id is None and not self.all_red_lines

    def row(self, names_red_line: bool = False, names_held_back: bool | None = None) -> Row:
        """This row as a paper is drawn by it. Whoever asks knows what the question that it names is.

        Without `names_held_back` it is taken to name one that its quiz may ask. Reads its quiz
        and its module.
        """
        held_back = self.quiz.held_back
        return Row(
            count=self.count or 1,
            question=self.question_id,
            names_red_line=names_red_line,
            names_held_back=held_back if names_held_back is None else names_held_back,
            held_back=held_back,
            module=self.module.translation_key if self.module else None,
            competency=self.competency_id,
            tag=self.tag,
            all_red_lines=self.all_red_lines,
            worth=self.worth or Decimal(1),
        )

    def clean(self) -> None:
        super().clean()
        draws_by = self.module_id or self.competency_id or self.tag
        if self.question_id and (draws_by or self.all_red_lines):
            raise ValidationError(
                _("Choose one question, or say what to draw at random; not both.")
            )
        if not self.question_id and not (draws_by or self.all_red_lines):
            raise ValidationError(
                _("Choose one question, or a module, competency or tag to draw from.")
            )
        if self.question_id or self.all_red_lines:
            self.count = 1
