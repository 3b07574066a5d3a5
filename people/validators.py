from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMONSTRATION_PASSWORD = "peerwork-demo"  # noqa: S105  public on purpose, refused elsewhere


class DemonstrationPasswordValidator:
    """Refuses the demonstration's password, which our documentation prints, everywhere else."""

    def validate(self, password: str, user: object = None) -> None:
        if password == DEMONSTRATION_PASSWORD and not settings.DEMONSTRATION:
            raise ValidationError(
                _("This password is printed in our documentation. Choose another.")
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be the one from our demonstration.")
