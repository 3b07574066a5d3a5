"""What practice adds to Wagtail. Hooks only register; the rules are elsewhere."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from courses.admin.work import WORK_HOOK
from courses.declaring import DONE_HOOK
from courses.file_access import FILE_PAGES_HOOK
from courses.models.steps import PAGE_CONTEXT_HOOK
from courses.publishable import PROBLEMS_HOOK
from courses.wagtail_hooks import SHORTCUTS_HOOK
from practice.admin import urls
from practice.admin.conversations import PracticeGroup
from practice.admin.words import words_behind
from practice.checking import problems_of_return_sounds, problems_of_script, problems_of_words
from practice.done_steps import find_done_steps
from practice.hearing import pages_with_sound
from practice.models import Conversation, ConversationPage, ConversationWords
from practice.models.words import wording_of
from practice.page_context import page_context

hooks.register(PAGE_CONTEXT_HOOK, page_context)
hooks.register(DONE_HOOK, find_done_steps)
hooks.register(WORK_HOOK, words_behind)
hooks.register(FILE_PAGES_HOOK, pages_with_sound)
register_snippet(PracticeGroup)


@hooks.register("register_admin_urls")
def register_pages() -> list[URLPattern | URLResolver]:
    return [path("conversations/", include(urls))]


@hooks.register(SHORTCUTS_HOOK)
def practice_shortcuts(user: Any) -> list[dict[str, Any]]:
    """The conversations, for those who write them and for those who read them."""
    policy = policy_registry.get_by_type(Conversation)
    writes = policy.user_has_any_permission(user, {"add", "change"})
    if not writes and not user.has_perm("practice.view_conversation"):
        return []
    return [
        {
            "title": _("Conversations"),
            "text": _("Write and improve the conversations that learners rehearse")
            if writes
            else _("Read and play each conversation that learners rehearse"),
            "url": reverse(Conversation.snippet_viewset.get_url_name("list")),
            "icon": "comment",
        }
    ]


@hooks.register(PROBLEMS_HOOK)
def problems_of_a_conversation(subject: Any) -> list[str]:
    """A conversation is published once it can be played; its page and its words in
    another language, once it is published."""
    if isinstance(subject, Conversation):
        problems = problems_of_script(subject.script)
        problems += problems_of_return_sounds(wording_of(subject).returns, subject.return_sounds)
        return [str(problem) for problem in problems]
    if isinstance(subject, ConversationWords):
        return problems_of_some_words(subject)
    if not isinstance(subject, ConversationPage) or not subject.conversation_id:
        return []
    if subject.conversation.live:
        return []
    return [_("It stays a draft: its conversation is not published yet.")]


def problems_of_some_words(words: ConversationWords) -> list[str]:
    """Why the words of a conversation cannot be published as they are, in sentences."""
    if not words.conversation.live:
        return [_("It stays a draft: its conversation is not published yet.")]
    source = words.read_source(words.conversation)
    wording = words.wording
    problems = problems_of_words(source.script, wording.script)
    problems += problems_of_return_sounds(wording.returns, words.return_sounds)
    return [str(problem) for problem in problems]
