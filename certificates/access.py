"""Who may. A holder sees their own through `Credential.objects.held_by`; registrars by permission."""

from __future__ import annotations

from people.models import User


def may_see_credentials(user: User) -> bool:
    """Whether this person reads everybody's credentials, with their history."""
    return bool(user.is_active and user.has_perm("certificates.view_credential"))


def may_issue(user: User) -> bool:
    """Whether this person issues awards by hand."""
    return may_see_credentials(user) and user.has_perm("certificates.add_credential")


def may_see_awards(user: User) -> bool:
    """Whether this person manages what can be earned."""
    return bool(user.is_active and user.has_perm("certificates.view_award"))


def may_change_standing(user: User) -> bool:
    """Whether this person suspends, restores and revokes."""
    return may_see_credentials(user) and user.has_perm("certificates.change_credential")


def may_see_signed_text(user: User) -> bool:
    """Whether this person manages the statements that learners sign."""
    return bool(user.is_active and user.has_perm("certificates.view_statement"))


def may_replace(user: User) -> bool:
    """Whether this person replaces and renews, which ends one credential and issues another."""
    return may_issue(user) and may_change_standing(user)


def may_see_letters(user: User) -> bool:
    """Whether this person sees the letters that could not be sent."""
    return bool(user.is_active and user.has_perm("people.view_letter"))


def may_send_letters(user: User) -> bool:
    """Whether this person has such a letter sent again."""
    return may_see_letters(user) and user.has_perm("people.change_letter")


def may_see_renewal_rules(user: User) -> bool:
    """Whether this person reads by which rules awards are renewed."""
    return bool(user.is_active and user.has_perm("certificates.view_renewalrule"))


def may_set_renewal_rules(user: User) -> bool:
    """Whether this person decides by which rules awards are renewed."""
    return may_see_renewal_rules(user) and user.has_perm("certificates.add_renewalrule")


def may_decide_evidence(user: User) -> bool:
    """Whether this person accepts what holders bring for a renewal, or asks for it again."""
    return may_replace(user)


def may_act(user: User, act: str) -> bool:
    """Whether this person does an act of `Proposal.Act`, or approves that another does it."""
    if act.startswith("issue"):
        return may_issue(user)
    if act.startswith(("replace", "renew")):
        return may_replace(user)
    return may_change_standing(user)


def may_see_proposals(user: User) -> bool:
    """Whether this person reads what registrars propose to each other."""
    return may_change_standing(user)
