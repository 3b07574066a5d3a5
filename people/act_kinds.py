"""Every act that counts, in one place: what is written into the log, and what is not, and why.

The words are shown to staff and are never stored; a kind that was ever stored keeps its value.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActKind(models.TextChoices):
    """What somebody did, or the site did by itself."""

    # Credentials: the same words as their events.
    ISSUED = "credential.issued", _("Credential issued")
    SUSPENDED = "credential.suspended", _("Credential suspended")
    RESTORED = "credential.restored", _("Suspension ended")
    REVOKED = "credential.revoked", _("Credential revoked")
    REINSTATED = "credential.reinstated", _("Revocation undone")
    REPLACED = "credential.replaced", _("Credential replaced")
    RENEWED = "credential.renewed", _("Credential renewed")
    WITHDRAWN = "credential.withdrawn", _("Credential withdrawn")
    REVIEW_DECIDED = "credential.review", _("Review of a credential decided")
    NOTED = "credential.noted", _("Note about a credential written")
    EVIDENCE_DECIDED = "credential.evidence", _("Evidence for a renewal accepted or asked back")
    REQUEST_DECLINED = "credential.declined", _("Request of a holder declined")

    PROPOSED = "proposal.made", _("Act proposed to another registrar")
    PROPOSAL_APPROVED = "proposal.approved", _("Proposed act approved by another registrar")
    PROPOSAL_DECLINED = "proposal.declined", _("Proposed act declined by another registrar")
    PROPOSAL_WITHDRAWN = "proposal.withdrawn", _("Proposed act taken back")

    BULK_STARTED = "credential.bulk", _("Issuing to many people started")
    BULK_CHANGED = "credential.bulk_change", _("Change of many credentials started")
    INVITED = "person.invited", _("Account made for somebody who is issued an award")

    # What certificates are sealed with.
    SEAL_KEY_MADE = "seal.key_made", _("Key of the seal made")
    SEAL_KEY_ENDED = "seal.key_ended", _("Key of the seal ended")

    # Courses, and what is beyond their rules.
    COURSE_DECLARED = "course.declared", _("Course declared")
    CHANGE_PROPOSED = "change.proposed", _("Change proposed")
    CHANGE_AGREED = "change.agreed", _("Change agreed to by a second reader")
    CHANGED_ALONE = "change.alone", _("Change made without a second reader")
    CHANGE_SENT_BACK = "change.sent_back", _("Change sent back by a second reader")
    CHANGE_WITHDRAWN = "change.withdrawn", _("Change withdrawn")
    END_MOVED = "course.end_moved", _("End of somebody’s time on a course moved")
    EXCEPTION_GIVEN = "quiz.exception", _("Exception given or taken back")
    REMARKING_DECIDED = "quiz.remarking", _("Marking again decided")
    RESULT_REMARKED = "quiz.remarked", _("New result after marking again")
    TALKED_THROUGH = "quiz.talked_through", _("Red line talked through")
    TALK_TAKEN_BACK = "quiz.talk_taken_back", _("Talk about a red line taken back")

    # What staff see of learners, and what leaves.
    READ = "learner.read", _("Learner’s record read")
    EXPORTED = "list.exported", _("List downloaded")
    COPY_MADE = "person.copied", _("Copy of a person’s data made")

    # Accounts.
    ROLE_GIVEN = "person.role_given", _("Role given")
    ROLE_TAKEN = "person.role_taken", _("Role taken away")
    RIGHT_GIVEN = "person.right_given", _("Permission given")
    RIGHT_TAKEN = "person.right_taken", _("Permission taken away")
    ADMINISTRATOR_MADE = "person.administrator", _("Made an administrator")
    ADMINISTRATOR_ENDED = "person.no_administrator", _("No longer an administrator")
    DEACTIVATED = "person.deactivated", _("Account made inactive")
    ACTIVATED = "person.activated", _("Account made active")
    SIGN_IN_CHANGED = "person.sign_in", _("Way of signing in changed")
    ERASURE_ASKED = "person.erasure_asked", _("Account closed")
    ERASURE_UNDONE = "person.erasure_undone", _("Closing an account undone")
    ERASED = "person.erased", _("Person erased")

    # Organisations that check certificates.
    ORGANISATION_MADE = "organisation.made", _("Organisation made")
    ORGANISATION_ENDED = "organisation.ended", _("Organisation ended")
    MEMBER_JOINED = "organisation.joined", _("Joined an organisation")
    MEMBER_CHANGED = "organisation.member", _("Role in an organisation changed")
    MEMBER_LEFT = "organisation.left", _("Left an organisation, or was removed")

    WEBHOOK_SET = "organisation.webhook_set", _("Webhook of an organisation set")
    WEBHOOK_ENDED = "organisation.webhook_ended", _("Webhook of an organisation ended")

    # Anything that staff write: an award, a quiz, a question, a page, an account, a group.
    CREATED = "thing.created", _("Added")
    CHANGED = "thing.changed", _("Changed")
    PUBLISHED = "thing.published", _("Published")
    UNPUBLISHED = "thing.unpublished", _("Taken down")
    MOVED = "thing.moved", _("Moved")
    DELETED = "thing.deleted", _("Deleted")
    APPROVED = "thing.approved", _("Approved by a second reader")
    REJECTED = "thing.rejected", _("Sent back by a second reader")
    PRIVACY_CHANGED = "thing.privacy", _("Who may see it changed")
    KEY_MADE = "thing.key_made", _("Key for machines made")
    KEY_ENDED = "thing.key_ended", _("Key for machines ended")

    # The log itself.
    TAKEN_OVER = "log.taken_over", _("Earlier events of credentials taken over")
    BACKUP_RESTORED = "log.backup_restored", _("Backup put back")


OF_WAGTAIL: dict[str, ActKind | str] = {
    "wagtail.create": ActKind.CREATED,
    "wagtail.copy": ActKind.CREATED,
    "wagtail.copy_for_translation": ActKind.CREATED,
    "wagtail.create_alias": ActKind.CREATED,
    "wagtail.edit": ActKind.CHANGED,
    "wagtail.convert_alias": ActKind.CHANGED,
    "wagtail.publish": ActKind.PUBLISHED,
    "wagtail.publish.scheduled": ActKind.PUBLISHED,
    "wagtail.unpublish": ActKind.UNPUBLISHED,
    "wagtail.unpublish.scheduled": ActKind.UNPUBLISHED,
    "wagtail.move": ActKind.MOVED,
    "wagtail.reorder": ActKind.MOVED,
    "wagtail.delete": ActKind.DELETED,
    "wagtail.workflow.approve": ActKind.APPROVED,
    "wagtail.workflow.reject": ActKind.REJECTED,
    "wagtail.view_restriction.create": ActKind.PRIVACY_CHANGED,
    "wagtail.view_restriction.edit": ActKind.PRIVACY_CHANGED,
    "wagtail.view_restriction.delete": ActKind.PRIVACY_CHANGED,
    "wagtail.apitoken.create": ActKind.KEY_MADE,
    "wagtail.apitoken.revoke": ActKind.KEY_ENDED,
    "peerwork.change": "the same save is an edit, which is written",
    "wagtail.rename": "a draft has another title; publishing it is written",
    "wagtail.revert": "a draft is as it was; publishing it is written",
    "wagtail.publish.schedule": "nobody sees it before it is published, which is written",
    "wagtail.schedule.cancel": "nothing was published",
    "wagtail.lock": "it keeps others from editing for a while, and changes nothing",
    "wagtail.unlock": "it lets others edit again, and changes nothing",
    "wagtail.moderation.approve": "Wagtail's way before workflows; this site has none",
    "wagtail.moderation.reject": "Wagtail's way before workflows; this site has none",
    "wagtail.workflow.start": "a reader is asked; what they decide is written",
    "wagtail.workflow.resume": "a reader is asked again",
    "wagtail.workflow.cancel": "nobody decided anything",
    "wagtail.comments.create": "editors talk to each other",
    "wagtail.comments.edit": "editors talk to each other",
    "wagtail.comments.delete": "editors talk to each other",
    "wagtail.comments.resolve": "editors talk to each other",
    "wagtail.comments.create_reply": "editors talk to each other",
    "wagtail.comments.edit_reply": "editors talk to each other",
    "wagtail.comments.delete_reply": "editors talk to each other",
}
"""What Wagtail's history knows, and the act that each of it is; or why it is none.

Whatever staff save, publish or delete in Wagtail's screens gets there, so it comes from there into
the log. A draft that is edited is no act: publishing it is.
"""
