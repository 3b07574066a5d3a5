"""What a holder lets the check of a certificate tell strangers who have its number."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicView(models.TextChoices):
    """How the check answers whoever has the number, and nothing else."""

    PRINTED = "printed", _("All that is printed")
    TYPED = "typed", _("All but the name: they type the name, and read whether it fits")
    STANDING = "standing", _("Only whether it counts today")
