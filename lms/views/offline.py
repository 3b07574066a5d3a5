"""A module kept on a phone: what its copy is made of, and the pages of it.

Nothing here is about anybody but for the stamp that says whose page it is, and each page is for
whoever may read the lesson itself. See docs/decisions/0136.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from courses.editions import cached, edition_for
from courses.models import LessonPage
from courses.privacy import refuse_closed
from courses.progress import StepOutline
from lms.context import look_for
from lms.offline.copies import (
    CopiedPage,
    CopySize,
    copied_body,
    copied_steps,
    neighbours,
    size_up,
)
from lms.open_module import OpenModule, open_module
from people.http import SignedInRequest, login_required
from practice.in_language import said_in
from practice.models import ConversationPage
from practice.playing import digest_of
from practice.portraits import portrait
from practice.scripts import FACES, OKAY, STRONG, TRY_AGAIN
from practice.sounds import addresses_of

private = cache_control(private=True, no_store=True)
Context = dict[str, Any]


# For programs -----------------------------------------------------------------------------


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the site where there is no connection."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    path = finders.find("js/worker.js")
    return Path(str(path)).read_text(encoding="utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone asks of a site that somebody puts among their apps."""
    name = look_for(request).site_settings.name or "Peerwork"
    response = JsonResponse(
        {
            "name": name,
            "short_name": name[:12],
            "lang": get_language(),
            "start_url": reverse("learn"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf6ef",
            "theme_color": "#faf6ef",
            "icons": [
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {
                    "src": static("img/apple-touch-icon.png"),
                    "sizes": "180x180",
                    "type": "image/png",
                },
            ],
        },
        content_type="application/manifest+json",
    )
    response["Cache-Control"] = "no-cache"
    return response


# Find -------------------------------------------------------------------------------------


def find_step(copy: OpenModule, key: UUID, kind: str) -> StepOutline:
    """A step of the copy. Raises Http404 for one that is not in it."""
    step = next((step for step in steps_of(copy) if step.key == key), None)
    if step is None or step.kind.name != kind:
        raise Http404
    return step


def steps_of(copy: OpenModule) -> list[StepOutline]:
    return copied_steps(copy.module, copy.progress)


def context_of(copy: OpenModule, **more: Any) -> Context:
    return {"outline": copy.outline, "module": copy.module, "is_copy": True, **more}


def render_page(copy: OpenModule, template: str, context: Context) -> str:
    return render_to_string(f"lms/offline/{template}.html", context, copy.request)


# The pages of a copy ------------------------------------------------------------------------


def module_page(copy: OpenModule) -> str:
    keys = {step.key for step in steps_of(copy)}
    steps = [(step, step.key in keys) for step in copy.module.steps]
    return render_page(copy, "module", context_of(copy, steps=steps, language=copy.module.language))


def lesson_page(copy: OpenModule, step: StepOutline) -> str:
    page = get_object_or_404(LessonPage.objects.live(), pk=step.page_id)
    refuse_closed(copy.request, page)
    before, after = neighbours(copy.module, copy.progress, step.key)
    context = context_of(
        copy,
        step=step,
        lesson_id=page.pk,
        body=copied_body(page, edition_for(copy.request)),
        language=step.language,
        before=before,
        after=after,
        is_hard=page.is_hard or copy.module.is_hard,
    )
    return render_page(copy, "lesson", context)


def conversation_page(copy: OpenModule, step: StepOutline) -> str:
    pages = ConversationPage.objects.live().select_related("conversation")
    page = get_object_or_404(pages, pk=step.page_id)
    refuse_closed(copy.request, page)
    own = step.subject_language or step.language
    said = said_in(page.conversation, get_language() or "", own, edition_for(copy.request))
    script = said.script
    before, after = neighbours(copy.module, copy.progress, step.key)
    sounds = addresses_of(script)
    context = context_of(
        copy,
        step=step,
        script=script,
        script_values={
            **script.to_json(),
            "digest": digest_of(page.conversation),
            "addresses": sounds,
        },
        sounds=sorted(set(sounds.values())),
        faces=[(name, face, portrait(name, face)) for name in script.speakers for face in FACES],
        signs=[
            (2, "check", _("That fits here")),
            (1, "arrow", _("On the way")),
            (0, "leaf", _("Something to notice")),
        ],
        endings=[
            (STRONG, _("A strong ending")),
            (OKAY, _("An okay ending")),
            (TRY_AGAIN, _("Worth another try")),
        ],
        language=said.language,
        before=before,
        after=after,
        is_hard=script.help,
    )
    return render_page(copy, "conversation", context)


RENDER = {"lesson": lesson_page, "conversation": conversation_page}


@private
@login_required
@require_safe
def not_kept(request: SignedInRequest) -> HttpResponse:
    """What is shown without a connection in place of a page that is not on the phone."""
    return HttpResponse(render_not_kept(request))


def render_not_kept(request: HttpRequest) -> str:
    return render_to_string("lms/offline/not_kept.html", {"is_copy": True}, request)


@private
@login_required
@require_safe
def module_copy(request: SignedInRequest, module_key: UUID) -> HttpResponse:
    return HttpResponse(module_page(open_module(request, module_key)))


@private
@login_required
@require_safe
def lesson_copy(request: SignedInRequest, module_key: UUID, step_key: UUID) -> HttpResponse:
    copy = open_module(request, module_key)
    return HttpResponse(lesson_page(copy, find_step(copy, step_key, "lesson")))


@private
@login_required
@require_safe
def conversation_copy(request: SignedInRequest, module_key: UUID, step_key: UUID) -> HttpResponse:
    copy = open_module(request, module_key)
    return HttpResponse(conversation_page(copy, find_step(copy, step_key, "conversation")))


@private
@login_required
@require_safe
def contents(request: SignedInRequest, module_key: UUID) -> HttpResponse:
    """What the copy of a module is made of, how large it is, and which version that is."""
    copy = open_module(request, module_key)
    others = other_addresses(copy)
    size = size_of_copy(copy, others)
    pages = [
        CopiedPage(
            copy.module.url, reverse("offline_module", args=[module_key]), others[module_key]
        ),
        *(
            CopiedPage(
                step.url,
                reverse(f"offline_{step.kind.name}", args=[module_key, step.key]),
                others[step.key],
            )
            for step in steps_of(copy)
        ),
    ]
    return JsonResponse(
        {
            "title": copy.module.title,
            "url": copy.module.url,
            "language": get_language(),
            "version": size.digest,
            "edition": str(edition_for(request)),
            "bytes": size.bytes,
            "frame": reverse("offline"),
            "pages": [asdict(page) for page in pages],
            "files": list(size.files),
        }
    )


def other_addresses(copy: OpenModule) -> dict[UUID, tuple[str, ...]]:
    """Where each page of a copy is found in the other languages in which it is published, by its
    key. One query."""
    own = {copy.module.key: copy.module.url} | {step.key: step.url for step in steps_of(copy)}
    pages = Page.objects.live().filter(translation_key__in=own).order_by("path")
    others: dict[UUID, list[str]] = {key: [] for key in own}
    for page in pages:
        url = page.get_url(copy.request)
        if url and url != own[page.translation_key]:
            others[page.translation_key].append(url)
    return {key: tuple(urls) for key, urls in others.items()}


def size_of_copy(copy: OpenModule, others: dict[UUID, tuple[str, ...]]) -> CopySize:
    """What a copy comes to. It is worked out once for an edition and for those who are as far."""
    addresses = [url for urls in others.values() for url in urls]
    key = (copy.module.key, get_language(), [str(step.key) for step in steps_of(copy)])

    def build() -> CopySize:
        pages = [RENDER[step.kind.name](copy, step) for step in steps_of(copy)]
        return size_up([render_not_kept(copy.request), module_page(copy), *pages], addresses)

    return cached(edition_for(copy.request), ("offline_copy", *key), build)
