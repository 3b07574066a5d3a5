"""Rehearsal: conversations that answer back, what a learner played, and what they reached."""

from practice.models.conversations import Conversation, ConversationSet
from practice.models.pages import ConversationPage
from practice.models.plays import FrozenSound, Play, ReachedEnding, ScriptVersion, Turn
from practice.models.returns import DueReturn, ReturnItem, ReturnWish
from practice.models.words import ConversationWords, WordsVersion

__all__ = [
    "Conversation",
    "ConversationPage",
    "ConversationSet",
    "ConversationWords",
    "DueReturn",
    "FrozenSound",
    "Play",
    "ReachedEnding",
    "ReturnItem",
    "ReturnWish",
    "ScriptVersion",
    "Turn",
    "WordsVersion",
]
