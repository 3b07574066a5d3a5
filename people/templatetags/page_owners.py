"""Says in every form, and to every script, whose page it is."""

from __future__ import annotations

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.page_owners import FIELD, stamp_of
from people.set_aside import IN_SESSION, STILL_HERE

register = template.Library()


@register.simple_tag(takes_context=True)
def page_stamp(context: Context) -> str:
    """The stamp of whose page this is, for scripts; empty on a visitor's page."""
    # A part that is handed only what it shows still knows which request it answers.
    request = getattr(context, "request", None) or context.get("request")
    return stamp_of(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def page_stamp_field(context: Context) -> SafeString | str:
    """The field of a form that says whose page it is; nothing on a visitor's page."""
    stamp = page_stamp(context)
    return stamp and format_html('<input type="hidden" name="{}" value="{}">', FIELD, stamp)


@register.simple_tag(takes_context=True)
def has_words_set_aside(context: Context) -> bool:
    """Whether this page is to say that something of its person is set aside.

    Not where a message of the same page says so. It is read from the session, without a query.
    What an editor looks at before it is published is shown without a session.
    """
    request = context.get("request")
    if request is None or not getattr(request, "session", {}).get(IN_SESSION):
        return False
    if not stamp_of(request):
        return False
    return all(IN_SESSION not in each.tags for each in context.get("messages") or [])


def waiting_field(context: Context) -> SafeString | str:
    """The field that names what was set aside, where the form that was sent again is shown again."""
    waiting = getattr(context.get("request"), "sent_again", None)
    if waiting is None:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', STILL_HERE, waiting)


class OwnedTokenNode(CsrfTokenNode):
    """Django's token, whose page it is on, and what was set aside that it shows again."""

    def render(self, context: Context) -> SafeString:
        fields = (super().render(context), page_stamp_field(context), waiting_field(context))
        return SafeString("".join(fields))


@register.tag("csrf_token")
def owned_token(parser: Parser, token: Token) -> Node:
    """In place of Django's tag of this name, so that no form can lack the one or the other."""
    return OwnedTokenNode()
