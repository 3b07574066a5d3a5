"""The words of questions and quizzes in other languages than they were written in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from assessments.bank import Question
from assessments.models.quizzes import Quiz
from courses.models.competencies import language_field


class QuestionWords(models.Model):
    """What a question says in another language. There is one key: it stays on the question.

    It is part of the question's versions, so it is drafted, read over and published with it.
    `content` has its texts as `assessments.wording` names them, each with the text that it
    translates: once that is another, the words are behind and no learner is shown them.
    """

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="other_words")
    language = language_field()
    content = models.JSONField(default=dict)
    is_drafted = models.BooleanField(_("drafted by a program"), default=False)
    reviewed_by = models.CharField(
        _("who has reviewed these words"),
        max_length=200,
        blank=True,
        help_text=_(
            "Their name or role, and what they know it from. Empty where nobody has: what a "
            "program translated says so to its readers."
        ),
    )

    class Meta:
        ordering = ["language"]
        verbose_name = _("words of a question")
        verbose_name_plural = _("words of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"], name="one_wording_of_a_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question.code} ({self.language})"

    @property
    def awaits_review(self) -> bool:
        """Whether a program wrote it, and no person is on record who read it over."""
        return self.is_drafted and not self.reviewed_by


class QuizWords(models.Model):
    """What a quiz is called, and what it says of a talk, in another language."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="other_words")
    language = language_field()
    title = models.CharField(_("title"), max_length=200)
    talk_words = models.TextField(
        _("what the offer of a talk says"),
        blank=True,
        help_text=_("Empty: ours, in this language."),
    )

    panels = [
        FieldRowPanel([FieldPanel("language"), FieldPanel("title")]),
        FieldPanel("talk_words"),
    ]

    class Meta:
        ordering = ["language"]
        verbose_name = _("words of a quiz")
        verbose_name_plural = _("words of quizzes")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "language"], name="one_wording_of_a_quiz")
        ]

    def __str__(self) -> str:
        return self.title
