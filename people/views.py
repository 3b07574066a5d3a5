"""The views of an account that allauth does not have, and the choice of language."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailVerificationCodeView
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.views.account import (
    AccountView,
    AvatarSettingsPanel,
    BaseSettingsPanel,
    LocaleSettingsPanel,
    NameEmailSettingsPanel,
)

from people import joining
from people.adapter import has_second_factor
from people.doors import passkeys_are_flooding
from people.forms import OwnSettingsForm, ProfileForm
from people.http import SignedInRequest, get_next_url, is_site_url, login_required
from people.language_change import choose_language, set_language_cookie
from people.mailbox import read_newest_emails
from people.models import SetAsideForm
from people.set_aside import (
    find_newer_version,
    forget,
    readable_texts,
    remember_in_session,
    title_of_page,
    without_same,
)

EMAILS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def profile(request: SignedInRequest) -> HttpResponse:
    """The page of an account: name, language, time zone, and links to its other settings."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        user = form.save()
        response = redirect("account_profile")
        set_language_cookie(response, user.language)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return response
    return render(
        request,
        "account/profile.html",
        {"form": form, "has_second_factor": has_second_factor(request.user)},
        status=422 if form.errors else 200,
    )


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language, in this browser and in the account of whoever is signed in.

    It needs no CSRF token, which would be a cookie for every visitor: see decision 0008.
    """
    response = redirect(get_next_url(request, "/"))
    choose_language(request, response, request.POST.get("language", ""))
    return response


class PasskeyView(LoginWebAuthnView):
    """Signs in by a passkey. Only wrong ones are counted, so that a right one always works."""

    def form_invalid(self, form: Form) -> HttpResponse:
        if passkeys_are_flooding(self.request):
            return cast(HttpResponse, respond_429(self.request))
        return cast(HttpResponse, super().form_invalid(form))


class ConfirmEmailView(ConfirmEmailVerificationCodeView):
    """Asks for the code that confirms an address, and sends another code on request.

    It sends whether or not the address had an account before, so that nobody learns which.
    """

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super()._resend_form_valid(form)
        if self._process and "user_id" not in self._process.state:
            # allauth would not send a second time to an address that already has an account,
            # and the shorter answer would tell so.
            get_adapter().send_account_already_exists_mail(self._process.email)
        return response


@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Begin a sign-up or a sign-in anew, with what was typed and towards the same page."""
    name, next_url = joining.start_again(request)
    next_url = next_url or get_next_url(request, "")
    return redirect(reverse(name) + (f"?{urlencode({'next': next_url})}" if next_url else ""))


def confirm_email(request: HttpRequest) -> HttpResponse:
    return cast(HttpResponse, ConfirmEmailView.as_view()(request))


def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect Wagtail's sign-in page to the one that everybody uses."""
    next_url = request.GET.get("next", "")
    query = urlencode({"next": next_url if is_site_url(next_url) else "/admin/"})
    return redirect(f"{reverse('account_login')}?{query}")


@require_safe
@login_required
@never_cache
def set_aside_forms(request: SignedInRequest) -> HttpResponse:
    """What this person sent from pages while they were signed out, to send again or to let go."""
    forms = without_same(SetAsideForm.objects.filter(owner=request.user).newest_first())
    waiting = [
        {
            "form": form,
            "title": title_of_page(request, form.page),
            "texts": readable_texts(form.fields),
            "newer": find_newer_version(form),
        }
        for form in forms
    ]
    remember_in_session(request, is_any=bool(waiting))
    if not waiting:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "people/set_aside.html", {"waiting": waiting})


@require_safe
@never_cache
def whose_page(request: HttpRequest) -> HttpResponse:
    """Whether the page that asks was made for whoever is signed in now, or nobody is.

    Where somebody else is signed in, what asks of every request whose page sent it has answered.
    """
    return JsonResponse({"state": "own" if request.user.is_authenticated else "signed_out"})


@require_POST
@login_required
def let_go(request: SignedInRequest, form_id: UUID) -> HttpResponse:
    """Delete what was set aside."""
    own = SetAsideForm.objects.filter(owner=request.user)
    forget(request, get_object_or_404(own, pk=form_id))
    messages.success(request, _("That is deleted."))
    return redirect("account_set_aside")


class StaffAccountView(AccountView):
    """Wagtail's settings of its own pages, without the name, which is in the profile.

    Language and time zone are the person's own, the same here as in their account.
    """

    def get_panels(self) -> list[Any]:
        removed = (NameEmailSettingsPanel, AvatarSettingsPanel, LocaleSettingsPanel)
        panels = [panel for panel in super().get_panels() if not isinstance(panel, removed)]
        request = self.request
        return [OwnSettingsPanel(request, request.user, panels[0].profile), *panels]


class OwnSettingsPanel(BaseSettingsPanel):
    """The language and the time zone of whoever is signed in."""

    name = "locale"
    title = gettext_lazy("Language and time zone")
    order = 400
    form_class = OwnSettingsForm


@require_safe
@never_cache
def demonstration_mail(request: HttpRequest) -> HttpResponse:
    """The emails that the demonstration did not send. Only the demonstration has this page."""
    if not settings.DEMONSTRATION:
        raise Http404
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    emails = read_newest_emails(folder, EMAILS_SHOWN)
    return render(request, "people/demonstration_mail.html", {"emails": emails})
