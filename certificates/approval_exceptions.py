"""Why a proposal, or an act that waits for approval, cannot go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from certificates.exceptions import CannotBeDone

if TYPE_CHECKING:
    from certificates.models import Proposal


class ApprovalNeeded(CannotBeDone):
    """The site asks that another registrar approves this act before it is done."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act

    def __str__(self) -> str:
        return _(
            "On this site another registrar approves this before it is done. Propose it in the "
            "staff pages."
        )


class WaitsForApproval(CannotBeDone):
    """Something about the same waits for approval already."""

    def __init__(self, proposal: Proposal | None = None) -> None:
        super().__init__(proposal and proposal.pk)
        self.proposal = proposal

    def __str__(self) -> str:
        if self.proposal is None:
            return _("Something about this waits for approval already. Decide about that first.")
        return _(
            "%(name)s proposed something about this already (%(act)s), and it waits for approval. "
            "Decide about that first."
        ) % {"name": self.proposal.proposed_by.full_name, "act": self.proposal}


class WasProposed(CannotBeDone):
    """A list that was proposed is on record."""

    def __str__(self) -> str:
        return _("This was proposed to another registrar, so it stays on record for half a year.")


class YourOwnProposal(CannotBeDone):
    """Nobody approves or declines what they proposed."""

    def __str__(self) -> str:
        return _("You proposed this yourself, so another registrar decides. You can take it back.")


class NotYourProposal(CannotBeDone):
    """Only whoever proposed something takes it back."""

    def __str__(self) -> str:
        return _("Only whoever proposed this can take it back. You can decline it.")


class ProposalDecided(CannotBeDone):
    """The first who decides is the one who decides."""

    def __str__(self) -> str:
        return _("This was decided in the meantime.")


class ProposerMayNotAnyMore(CannotBeDone):
    """Whoever proposed it is no registrar any more."""

    def __str__(self) -> str:
        return _("Whoever proposed this may not do it any more.")


class ListChangedMeanwhile(CannotBeDone):
    """Lines come to something else than when the list was proposed."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers

    def __str__(self) -> str:
        return _("These lines come to something else than when it was proposed: %(numbers)s.") % {
            "numbers": ", ".join(map(str, self.numbers[:20]))
        }


class AwardChangedMeanwhile(CannotBeDone):
    """The certificate would say something else than when it was proposed."""

    def __str__(self) -> str:
        return _("The award says something else than when this was proposed.")


class Stale(CannotBeDone):
    """What was proposed cannot be done any more as it was proposed."""

    def __init__(self, problem: CannotBeDone) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return _(
            "%(problem)s So it cannot be done as it was proposed, and nothing was. Decline it or "
            "take it back, and propose it anew."
        ) % {"problem": self.problem}


class LineIsYours(CannotBeDone):
    """A line of a list is one about which this registrar may not decide."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(number, problem)
        self.number = number
        self.problem = problem

    def __str__(self) -> str:
        return _("Line %(number)s: %(problem)s Another registrar has to decide.") % {
            "number": self.number,
            "problem": self.problem,
        }
