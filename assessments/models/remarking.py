"""Re-marking: what was put right, for whom, and what came of it for each attempt.

All of it is evidence. A re-marking is decided once and never edited; what it does to one
attempt is added, and the frozen paper stays as it was. Erasure keeps the rows and takes the
person out of the enrolment.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from assessments.bank import Question
from assessments.corrections import Correction, Way
from assessments.items import Item, item_from_json
from assessments.models.attempts import Attempt, PaperItem, Result
from assessments.models.quizzes import Quiz

WAYS = [
    (Way.VERSION, _("The key was wrong: mark by the question as it is published now")),
    (Way.FULL_MARK, _("The question was flawed: everybody earns its whole mark")),
    (Way.LEFT_OUT, _("The question was flawed: leave it out")),
    (Way.PASS_MARK, _("The pass mark was too high: apply a lower one")),
]


class RemarkingQuerySet(models.QuerySet["Remarking"]):
    def unfinished(self) -> Self:
        """Those with attempts that are still to be marked again."""
        return self.filter(finished_at=None)


class Remarking(models.Model):
    """One decision to mark papers again: what was wrong, who decided, and why.

    `content` is the corrected question as it was on that day, whole. `quiz` is the one quiz
    that it is for; None is every quiz. With `keep_better` nobody ends with less than before.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    way = models.CharField(max_length=20, choices=WAYS, editable=False)
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, related_name="remarkings", editable=False
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="+", editable=False
    )
    content = models.JSONField(null=True, editable=False)
    quiz = models.ForeignKey(
        Quiz, models.PROTECT, null=True, related_name="remarkings", editable=False
    )
    pass_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    keep_better = models.BooleanField(default=True, editable=False)
    reason = models.TextField(editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Remarking]] = RemarkingQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at"]
        verbose_name = _("re-marking")
        verbose_name_plural = _("re-markings")
        constraints = [
            models.CheckConstraint(
                condition=Q(way="pass_mark", question=None, pass_percent__isnull=False)
                & Q(quiz__isnull=False)
                | ~Q(way="pass_mark") & Q(question__isnull=False, pass_percent=None),
                name="remarking_is_of_a_question_or_a_pass_mark",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="remarking_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.id}"

    @property
    def subject(self) -> str:
        """The code of the question, or the title of the quiz whose pass mark it was."""
        if self.content is not None:
            return str(self.content["code"])
        return str(self.quiz)

    @cached_property
    def correction(self) -> Correction:
        """What it changes, as a value."""
        return Correction(
            way=Way(self.way),
            question=self.question_id,
            version=item_from_json(self.content) if self.content else None,
            pass_percent=self.pass_percent,
            keep_better=self.keep_better,
        )


class RemarkedAttemptQuerySet(models.QuerySet["RemarkedAttempt"]):
    def owed(self) -> Self:
        """Those that are still to be marked again."""
        return self.filter(outcome=RemarkedAttempt.Outcome.OWED)

    def applied(self) -> Self:
        """Those whose attempt is marked by the correction from then on."""
        return self.filter(outcome__in=APPLIED)

    def with_new_result(self) -> Self:
        return self.exclude(new_result=None)


class RemarkedAttempt(models.Model):
    """What one re-marking is to do, or did, to one attempt.

    `old_result` is what counted before. There is a new one only where something changed for
    the learner. An attempt that was still open is marked by the correction when it is handed in.
    """

    class Outcome(models.TextChoices):
        OWED = "owed", _("to be marked again")
        CHANGED = "changed", _("new result")
        UNCHANGED = "unchanged", _("same marks")
        KEPT = "kept", _("kept the better result")
        OPEN = "open", _("still open: marked by the new key when it is handed in")
        REFUSED = "refused", _("could not be marked again")
        NOT_NEEDED = "not_needed", _("nothing to do")

    remarking = models.ForeignKey(Remarking, models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="remarkings")
    outcome = models.CharField(
        max_length=20, choices=Outcome.choices, default=Outcome.OWED, editable=False
    )
    refusal = models.TextField(blank=True, editable=False)
    old_result = models.ForeignKey(
        Result, models.PROTECT, null=True, related_name="+", editable=False
    )
    new_result = models.OneToOneField(
        Result, models.PROTECT, null=True, related_name="remarked", editable=False
    )
    done_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[RemarkedAttempt]] = RemarkedAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt marked again")
        verbose_name_plural = _("attempts marked again")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["remarking", "attempt"], name="one_remark_per_attempt_and_remarking"
            )
        ]
        indexes = [
            # A sweep asks this each minute, over all there ever were.
            models.Index(fields=["remarking"], condition=Q(outcome="owed"), name="remarks_owed")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.outcome}"


APPLIED = [
    RemarkedAttempt.Outcome.CHANGED,
    RemarkedAttempt.Outcome.UNCHANGED,
    RemarkedAttempt.Outcome.OPEN,
]


class CorrectedItem(models.Model):
    """An item of a paper as it is marked since a re-marking, frozen whole. Never edited.

    The newest of an item counts. The paper itself keeps what was asked and the key it had.
    """

    item = models.ForeignKey(PaperItem, models.PROTECT, related_name="corrections")
    remarked = models.ForeignKey(RemarkedAttempt, models.PROTECT, related_name="corrected_items")
    content = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("corrected item")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["remarked", "item"], name="one_correction_per_item_and_remarking"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}"

    @classmethod
    def from_item(cls, row: PaperItem, item: Item, remarked: RemarkedAttempt) -> CorrectedItem:
        return cls(item=row, remarked=remarked, content=item.to_json())

    @cached_property
    def corrected(self) -> Item:
        """The item that was frozen."""
        frozen: dict[str, Any] = self.content
        return item_from_json(frozen)


class RemarkNoticeQuerySet(models.QuerySet["RemarkNotice"]):
    def due(self) -> Self:
        """Those to be sent: everything of that learner in the re-marking is done."""
        owed = RemarkedAttempt.objects.owed().filter(
            remarking=OuterRef("remarking"), attempt__enrolment__learner=OuterRef("learner")
        )
        return self.filter(~Exists(owed), notified_at=None, learner__is_active=True)

    def not_leased(self, at: Any) -> Self:
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=at))


class RemarkNotice(models.Model):
    """That one learner is to be told, in one email, that a re-marking changed a result of theirs.

    Only the lease and `notified_at` are added later. Erasure keeps the row.
    """

    remarking = models.ForeignKey(Remarking, models.PROTECT, related_name="notices")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    # A worker that writes to a learner takes a lease first. After it another may begin.
    leased_until = models.DateTimeField(null=True, editable=False)
    notified_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[RemarkNotice]] = RemarkNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of a re-marking")
        verbose_name_plural = _("notices of re-markings")
        constraints = [
            models.UniqueConstraint(
                fields=["remarking", "learner"], name="one_notice_per_learner_and_remarking"
            )
        ]
        indexes = [
            models.Index(
                fields=["learner"], condition=Q(notified_at=None), name="remark_notices_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}"
