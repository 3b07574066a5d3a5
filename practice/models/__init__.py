"""Rehearsal: conversations that answer back, what a learner played, and what they reached."""

from practice.models.conversations import Conversation, ConversationSet
from practice.models.pages import ConversationPage
from practice.models.plays import Play, ReachedEnding, ScriptVersion, Turn

__all__ = [
    "Conversation",
    "ConversationPage",
    "ConversationSet",
    "Play",
    "ReachedEnding",
    "ScriptVersion",
    "Turn",
]
