"""Who may hear the recording of a line: whoever may open the conversation that it is a line of."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ReferenceIndex
from wagtailmedia.models import Media

from practice.models import Conversation, ConversationPage, ConversationWords, FrozenSound


def pages_with_sound(file: Any) -> set[int]:
    """The pages whose conversation has a recording as a line, now or in a play that began when it
    had, by id. None for any other file."""
    if not isinstance(file, Media) or file.type != "audio":
        return set()
    conversations = set(
        FrozenSound.objects.filter(sound=file).values_list("conversation", flat=True)
    )
    conversations.update(_used_by(Conversation, file))
    words = ConversationWords.objects.filter(pk__in=_used_by(ConversationWords, file))
    conversations.update(words.values_list("conversation", flat=True))
    pages = ConversationPage.objects.filter(conversation__in=conversations)
    return set(pages.values_list("pk", flat=True))


def _used_by(model: type[Any], file: Media) -> list[int]:
    """The rows of a model that use a file, by id."""
    references = ReferenceIndex.get_references_to(file).filter(
        base_content_type=ContentType.objects.get_for_model(model)
    )
    return [int(pk) for pk in references.values_list("object_id", flat=True)]
