"""Playing a conversation: begin, answer, look back, and read it as one text."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.access import is_editor
from courses.editions import edition_for
from courses.exceptions import CoursesError, EnrolmentClosed
from courses.outlines import enrolment_and_progress, outline_around, outline_for_reader
from courses.privacy import closed_in, refuse_closed, refuse_closed_since
from courses.progress import Progress
from people.http import SignedInRequest, int_or_none, login_required
from practice.exceptions import AnsweredAlready, PlayClosed, ReplyUnknown
from practice.in_language import names_in, said_in
from practice.models import ConversationPage, Play
from practice.page_context import subject_language
from practice.playing import begin_play, take_turn
from practice.sounds import addresses_of
from practice.walking import Walk

private = cache_control(private=True, no_store=True)
NOW = "#now"
"""Where on the page of a play it goes on."""


class SeeOther(HttpResponseRedirect):
    """Go and look there. A reload of that page sends nothing again."""

    status_code = 303


# Find -----------------------------------------------------------------------------------


def own_play(request: SignedInRequest, play_id: UUID) -> Play:
    """A play of whoever asks, with its script and its enrolment.

    Anybody else's is not found. Raises PermissionDenied where it was closed to them since.
    """
    plays = Play.objects.by(request.user).select_related("version", "words", "enrolment")
    play: Play = get_object_or_404(plays, pk=play_id)
    play.enrolment.learner = request.user
    refuse_closed_since(request, play.enrolment, "conversation", play.conversation_id)
    return play


def published_page(page_key: UUID, language: str) -> ConversationPage:
    """The page of a conversation in a language, or in whichever there is. Raises Http404."""
    pages = ConversationPage.objects.live().filter(translation_key=page_key)
    in_order = sorted(
        pages.select_related("conversation", "locale"),
        key=lambda page: page.locale.language_code != language,
    )
    if not in_order:
        raise Http404
    return in_order[0]


# Respond --------------------------------------------------------------------------------


def walk_for_reader(play: Play) -> Walk:
    """Where a play stands, in the reader's language if it began with words in it."""
    return play.read_walk(get_language() or "")


def play_context(request: HttpRequest, play: Play, walk: Walk) -> dict[str, Any]:
    """What the page of a play says: where it stands, and where that is on the course."""
    edition, reader = edition_for(request), get_language() or ""
    outline = closed_in(request, outline_for_reader(play.enrolment.course_id, edition))
    step = outline.step(play.page_key)
    own_language = (step and step.subject_language) or outline.language
    moment = walk.moment
    earlier, latest = walk.turns[:-1], walk.turns[-1] if walk.turns else None
    return {
        "play": play,
        "walk": walk,
        "script": walk.script,
        "sounds": addresses_of(walk.script),
        "outline": outline,
        "step": step,
        "module": outline.module_of(play.page_key),
        "language": reader if play.is_in(reader) else own_language,
        "is_unreviewed": not walk.turns and is_unreviewed(play, reader, edition),
        "began_before": began_before(play, reader, own_language, edition),
        "moment": moment,
        "replies": walk.shown_replies(moment) if moment else [],
        "earlier": [turn for turn in earlier if not turn.is_again],
        "latest": latest,
        "next": outline.around(play.page_key)[1],
        "is_first": not walk.turns,
        "show_help": walk.script.help or bool(moment and moment.help),
    }


def began_before(play: Play, language: str, own_language: str, edition: int) -> bool:
    """Whether a conversation has words in a language by now and had none when a play began."""
    if language == own_language or play.is_in(language):
        return False
    return play.conversation_id in names_in(language, edition)


def is_unreviewed(play: Play, language: str, edition: int) -> bool:
    """Whether a program wrote the words of a play in a language, and nobody has read them over."""
    if not play.is_in(language):
        return False
    names = names_in(language, edition).get(play.conversation_id)
    return names is not None and names.awaits_review


def show(request: HttpRequest, play: Play, walk: Walk, *, status: int = 200) -> HttpResponse:
    name = "debrief" if walk.ending else "play"
    context = play_context(request, play, walk)
    return render(request, f"practice/{name}.html", context, status=status)


def show_ended(request: HttpRequest, play: Play, refusal: EnrolmentClosed) -> HttpResponse:
    context = play_context(request, play, walk_for_reader(play))
    return render(request, "practice/ended.html", {**context, "refusal": refusal}, status=403)


# Do -------------------------------------------------------------------------------------


@private
@login_required
@require_POST
def start(request: SignedInRequest, page_key: UUID) -> HttpResponse:
    """Begin, or go on with what was begun; with `afresh`, from its beginning."""
    page, progress, enrolment = own_place(request, page_key)
    if enrolment is None:
        raise Http404
    try:
        play = begin_play(
            enrolment, page, progress, at=timezone.now(), afresh="afresh" in request.POST
        )
    except CoursesError as refusal:
        messages.warning(request, str(refusal))
        return SeeOther(page.get_url(request) or "/")
    return SeeOther(reverse("practice:play", args=[play.pk]))


def own_place(
    request: SignedInRequest, page_key: UUID
) -> tuple[ConversationPage, Progress | None, Any]:
    page = published_page(page_key, get_language() or "")
    outline = outline_around(page, edition_for(request))
    if outline is None:
        raise Http404
    refuse_closed(request, page)
    enrolment, progress = enrolment_and_progress(request.user, outline)
    return page, progress, enrolment


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def play(request: SignedInRequest, play_id: UUID) -> HttpResponse:
    """Where it stands. A reply that was sent is taken, and the page is shown afresh."""
    play, at = own_play(request, play_id), timezone.now()
    if play.is_open and not play.enrolment.is_open(at):
        return show_ended(request, play, EnrolmentClosed(play.enrolment))
    if request.method == "POST":
        return answer(request, play, at)
    return show(request, play, walk_for_reader(play))


def answer(request: SignedInRequest, play: Play, at: datetime) -> HttpResponse:
    number = int_or_none(request.POST.get("turn"))
    try:
        take_turn(play, number or 0, request.POST.get("reply", ""), at=at)
    except (AnsweredAlready, PlayClosed, ReplyUnknown) as refusal:
        messages.info(request, str(refusal))
    except EnrolmentClosed as ended:
        return show_ended(request, play, ended)
    return SeeOther(reverse("practice:play", args=[play.pk]) + NOW)


@private
@login_required
@require_safe
def text(request: SignedInRequest, page_key: UUID) -> HttpResponse:
    """All of a conversation as one text, for whoever may play it, and for its editors."""
    page, progress, _enrolment = own_place(request, page_key)
    may_play = progress is not None and progress.state_of(page_key) != "locked"
    if not may_play and not is_editor(request.user, page):
        return SeeOther(page.get_url(request) or "/")
    edition = edition_for(request)
    outline = outline_around(page, edition)
    step = outline.step(page_key) if outline else None
    reader = get_language() or ""
    said = said_in(page.conversation, reader, subject_language(page, step), edition)
    names = names_in(reader, edition).get(page.conversation_id) if said.is_in_words else None
    context = {
        "page": page,
        "outline": outline,
        "module": outline.module_of(page_key) if outline else None,
        "step": step,
        "script": said.script,
        "sounds": addresses_of(said.script),
        "language": said.language,
        "is_unreviewed": names is not None and names.awaits_review,
    }
    return render(request, "practice/text.html", context)
