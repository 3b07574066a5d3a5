"""What a registrar would do to credentials, where the site asks for a second pair of eyes."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from certificates.approval_form import ApprovalForm
from certificates.models.awards import Award
from certificates.models.bulk import BulkIssue
from certificates.models.bulk_changes import BulkChange
from certificates.models.credentials import Credential
from certificates.models.reviews import CredentialReview
from people.models import User


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        """Those that nobody decided about yet."""
        return self.filter(state=Proposal.State.WAITING)

    def to_decide(self, user: User) -> Self:
        """Those that wait for this person: neither proposed by them, nor about them."""
        return self.waiting().exclude(proposed_by=user).exclude(holder=user)

    def not_told(self) -> Self:
        """Those whose proposer is still to be written to."""
        decided = [Proposal.State.APPROVED, Proposal.State.DECLINED]
        return self.filter(state__in=decided, told_at=None, proposed_by__is_active=True)


class Proposal(models.Model):
    """An act that one registrar asks for and another has to approve; and what became of it.

    Frozen when it is proposed; only its state is added. Nothing happens to a credential, and nobody
    but registrars learns of it, before it is approved. Erasure blanks what was written about a
    holder and leaves who proposed and who decided, by number.
    """

    class Act(models.TextChoices):
        """What has to be approved where `ApprovalSettings` says so, by the name of its field."""

        ISSUE = "issue", _("Issue by hand")
        SUSPEND = "suspend", _("Suspend")
        RESTORE = "restore", _("Restore")
        REVOKE = "revoke", _("Revoke")
        REINSTATE = "reinstate", _("Undo the revocation")
        REPLACE = "replace", _("Replace")
        RENEW = "renew", _("Renew")
        ISSUE_MANY = "issue_many", _("Issue to many")
        SUSPEND_MANY = "suspend_many", _("Suspend many")
        RESTORE_MANY = "restore_many", _("Restore many")
        REVOKE_MANY = "revoke_many", _("Revoke many")
        REINSTATE_MANY = "reinstate_many", _("Undo the revocation of many")
        RENEW_MANY = "renew_many", _("Renew many")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved, and done")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    act = models.CharField(_("what"), max_length=20, choices=Act.choices, editable=False)
    # What it is to be done to: one of these, and of an issue by hand an award for somebody.
    credential = models.ForeignKey(
        Credential, models.PROTECT, null=True, related_name="proposals", editable=False
    )
    award = models.ForeignKey(Award, models.PROTECT, null=True, related_name="+", editable=False)
    bulk_issue = models.ForeignKey(
        BulkIssue, models.CASCADE, null=True, related_name="proposals", editable=False
    )
    bulk_change = models.ForeignKey(
        BulkChange, models.CASCADE, null=True, related_name="proposals", editable=False
    )
    # The review on the registrars' list that is decided by it.
    review = models.ForeignKey(
        CredentialReview, models.SET_NULL, null=True, related_name="+", editable=False
    )
    # Whom it concerns; of many nobody.
    holder = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="proposals", editable=False
    )
    reason = models.TextField(_("reason"), editable=False)
    explanation = models.TextField(_("what the holder reads"), blank=True, editable=False)
    # What else was filled in, as its verb takes it, and what a list came to, line by line.
    terms = models.JSONField(default=dict, editable=False)
    # The last event of the credential. A later one makes this stale.
    last_seen = models.PositiveSmallIntegerField(null=True, editable=False)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("proposed by"), editable=False
    )
    proposed_at = models.DateTimeField(_("proposed"), editable=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    # Why not, in words for whoever proposed it.
    answer = models.TextField(blank=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar[list[str]] = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_of_a_credential",
            ),
            models.UniqueConstraint(
                fields=["award", "holder"],
                condition=Q(state="waiting", act="issue"),
                name="one_waiting_proposal_of_an_issue",
            ),
            models.UniqueConstraint(
                fields=["bulk_issue"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_of_a_table",
            ),
            models.UniqueConstraint(
                fields=["bulk_change"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_of_a_list",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
                name="a_proposal_is_approved_by_somebody_else",
            ),
        ]
        indexes = [
            # A sweep asks for these each minute. Nearly always there are none.
            models.Index(
                fields=["decided_at"],
                condition=Q(told_at=None) & ~Q(decided_at=None),
                name="proposers_not_told",
            )
        ]

    def __str__(self) -> str:
        return str(self.Act(self.act).label)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


def _to_approve(label: Any, help_text: Any = "") -> Any:
    return models.BooleanField(label, default=False, help_text=help_text)


@register_setting(icon="group", order=210)
class ApprovalSettings(BaseGenericSetting):
    """Which acts of registrars another registrar has to approve: a field for each `Proposal.Act`."""

    issue = _to_approve(
        _("Issue by hand"), _("Then issuing to many is approved, too. Nobody issues to themselves.")
    )
    suspend = _to_approve(_("Suspend"), _("Then suspending many is approved, too."))
    restore = _to_approve(
        _("Restore"),
        _("Then restoring many is approved, too. Nobody restores their own certificate."),
    )
    revoke = _to_approve(_("Revoke"), _("Then revoking many is approved, too."))
    reinstate = _to_approve(
        _("Undo a revocation"),
        _(
            "Always done by another registrar than those who revoked it, whatever you choose "
            "here. Ticked, two others are needed: one proposes it, and one approves."
        ),
    )
    replace = _to_approve(_("Replace"), _("Nobody replaces their own certificate."))
    renew = _to_approve(
        _("Renew"), _("Then renewing many is approved, too. Nobody renews their own certificate.")
    )
    issue_many = _to_approve(_("Issue to many, from a table"))
    suspend_many = _to_approve(_("Suspend many"))
    restore_many = _to_approve(_("Restore many"))
    revoke_many = _to_approve(_("Revoke many"))
    reinstate_many = _to_approve(_("Undo the revocation of many"))
    renew_many = _to_approve(_("Renew many"))

    base_form_class = ApprovalForm
    panels: ClassVar[list[Any]] = [
        HelpPanel(template="certificates/admin/approval_help.html"),
        MultiFieldPanel(
            [
                *map(FieldPanel, ("issue", "suspend", "restore", "revoke")),
                *map(FieldPanel, ("reinstate", "replace", "renew")),
            ],
            heading=_("One certificate"),
        ),
        MultiFieldPanel(
            [
                *map(FieldPanel, ("issue_many", "suspend_many", "restore_many")),
                *map(FieldPanel, ("revoke_many", "reinstate_many", "renew_many")),
            ],
            heading=_("Many at once"),
        ),
    ]

    class Meta:
        verbose_name = _("what a second registrar approves")
