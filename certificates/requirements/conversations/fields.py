"""The column of a requirement that asks for endings of conversations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from practice.models import ConversationSet


class ConversationsFields(models.Model):
    """The conversations, and in how many of them a strong or okay ending is to be reached."""

    conversations = models.ForeignKey(
        ConversationSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("set of conversations"),
    )

    class Meta:
        abstract = True
