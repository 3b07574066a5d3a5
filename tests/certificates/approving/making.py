"""What a site asks to be approved, and what waits for it."""

from __future__ import annotations

from certificates.approving.performing import of_list, of_table, on_credential
from certificates.approving.proposing import do_or_propose
from certificates.models import ApprovalSettings, Proposal
from tests.certificates.changing_many import stored
from tests.make import NOON

REASON = "A complaint by a colleague, file 17."
EXPLANATION = "A form is missing. Please send it."


def approve_from_now_on(*acts):
    """Tick these acts, and no others."""
    chosen = {act.value: act.value in acts for act in Proposal.Act}
    ApprovalSettings.objects.update_or_create(pk=1, defaults=chosen)


def wish(act, credential, by, **fields):
    words = {"explanation": EXPLANATION} if act in {"suspend", "revoke"} else {}
    return on_credential(act, credential, by=by, **{"reason": REASON, **words, **fields})


def proposed(act, credential, by, *, at=NOON, **fields):
    """What a registrar proposes, where it has to be approved."""
    proposal = do_or_propose(wish(act, credential, by, **fields), at=at)
    assert isinstance(proposal, Proposal)
    return proposal


def proposed_list(registrar, *credentials, at=NOON, **fields):
    return do_or_propose(of_list(stored(registrar, *credentials, **fields), by=registrar), at=at)


def proposed_table(registrar, bulk, *, at=NOON, confirmed=()):
    return do_or_propose(of_table(bulk, by=registrar, confirmed=set(confirmed)), at=at)


def state_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def kinds_of(credential):
    return list(credential.events.order_by("number").values_list("kind", flat=True))
