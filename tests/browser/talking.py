"""A learner in the middle of a conversation, for the browser."""

BEGIN = """
from django.utils import timezone
from courses.models import Enrolment
from lms.shipped.pieces import key_of
from practice.models import ConversationPage
from practice.playing import begin_play
place = Enrolment.objects.get(learner__email=arguments[0])
key = key_of("conversation page:" + arguments[1])
page = ConversationPage.objects.get(translation_key=key, locale__language_code="en")
answer = str(begin_play(place, page, at=timezone.now()).pk)
"""

TURNS = """
from practice.models import Turn
answer = list(Turn.objects.filter(play=arguments[0]).order_by("number").values_list("number", "moment"))
"""


def begin(site, learner, code):
    """The address of a play of a shipped conversation, which is begun for a learner."""
    play = site.ask(BEGIN, learner.email, code)
    return f"/practice/{play}/", play


def turns(site, play):
    """The turns of a play that the server has."""
    return site.ask(TURNS, play)
