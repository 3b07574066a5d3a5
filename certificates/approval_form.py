"""The form of the setting that says what a second registrar approves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils.translation import gettext as _

from people.saved_values import WatchedForm

NEEDED = 2
"""How many registrars there must be, for one to propose and another to approve."""


class ApprovalForm(WatchedForm):
    """Which acts are approved. Refused where nobody could approve them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if any(value is True for value in cleaned.values()) and number_of_registrars() < NEEDED:
            self.add_error(
                None,
                _(
                    "Nobody could approve what another proposes: only one person here may change "
                    "the standing of credentials. Give somebody else the role of a registrar "
                    "first, and then tick what is to be approved."
                ),
            )
        return cleaned


def number_of_registrars() -> int:
    """How many people may change the standing of credentials, by a role, a right or as administrators."""
    people = ModelBackend().with_perm("certificates.change_credential")
    return int(people.distinct().count())
