"""Sentences of Wagtail that we say in words of our own, in each language.

Our catalogues come before Wagtail's, and `makemessages` finds these here. Wagtail puts the name of
a model into its sentences as if every language had one gender, speaks of moderation where our
trainers send a draft to be read, and has some sentences in English alone.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

SENDING = (
    gettext_noop("Page '%(page_title)s' has been submitted for moderation."),
    gettext_noop("Page '%(page_title)s' created and submitted for moderation."),
    gettext_noop("%(model_name)s '%(object)s' has been submitted for moderation."),
    gettext_noop("%(model_name)s '%(object)s' created and submitted for moderation."),
)
"""What is said once a draft was sent. In English as well: see `lms/locale/en`."""
