"""The forms of an account: to sign up, to sign in, and to change what it holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.devices import known_device
from people.doors import Door, may_ask_for_letter, paused
from people.folding import plain_address, plain_code
from people.joining import draft_to_show, keep_draft
from people.models import NAME_LENGTH, User
from people.names import clean_name
from people.time_zones import time_zone_choices

PRIVACY_URL = "/privacy/"
NEW_PASSWORD_HELP = _(
    "At least 10 characters. A few words that mean something only to you work well."
)
NAME_ERRORS = {
    "required": _("Tell us the name to print on your certificate."),
    "max_length": _("This name is longer than the 120 characters that a certificate has room for."),
}
EMAIL_LENGTH = 254  # of the database column
CODE_ATTRS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
"""Of a field for a code: a phone shows its number keys, and offers the code that was just sent."""


ADDRESS_ATTRS = {
    "inputmode": "email",
    "autocapitalize": "none",
    "autocorrect": "off",
    "spellcheck": "false",
}


def read_as(field: forms.Field, fold: Callable[[str], str]) -> None:
    """Have a field fold what was typed before anything judges it."""
    to_python = field.to_python
    # One field is changed, whatever its class: a subclass of each kind would say the same.
    field.to_python = lambda value: to_python(  # type: ignore[method-assign]
        fold(value) if isinstance(value, str) else value
    )


class AddressField(forms.EmailField):
    """An email address, of whatever width and without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_address(value) if isinstance(value, str) else value)


class PlainFieldsMixin:
    """Fields with our labels and help texts, and without placeholders, which vanish while typing."""

    labels: ClassVar[dict[str, Any]] = {}
    help_texts: ClassVar[dict[str, Any]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = self.labels[name]
            if isinstance(field.widget, forms.PasswordInput):
                field.help_text = self.help_texts.get(name, "")
            elif name in self.help_texts:
                field.help_text = self.help_texts[name]
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= CODE_ATTRS
            read_as(self.fields["code"], plain_code)
        for name in ("email", "login"):
            if name in self.fields:
                read_as(self.fields[name], plain_address)
                # A browser's own check of an address refuses what we can read, and in its words.
                self.fields[name].widget.input_type = "text"
                self.fields[name].widget.attrs |= ADDRESS_ATTRS
                self.fields[name].label = self.labels.get(name, _("Email address"))
                limit_email_length(self.fields[name])


def limit_email_length(field: forms.Field) -> None:
    """Refuse an address that is too long, with its length in the message.

    The browser must not cut it to fit: it would become another address, and nobody's.
    """
    field.validators = [
        *(rule for rule in field.validators if not isinstance(rule, MaxLengthValidator)),
        MaxLengthValidator(
            EMAIL_LENGTH,
            _(
                "An email address has no more than %(limit_value)s characters, and this has "
                "%(show_value)s. Please check it."
            ),
        ),
    ]
    field.max_length = EMAIL_LENGTH  # type: ignore[attr-defined]
    field.widget.attrs.pop("maxlength", None)


class SinglePasswordMixin:
    """A new password is typed once: whoever mistypes it can always sign in by a code by email."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]


class NameField(forms.CharField):
    """A name as it is printed: on one line, without invisible or reordering characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", NAME_LENGTH)
        kwargs.setdefault("error_messages", NAME_ERRORS)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")


# Signing up ----------------------------------------------------------------------------------


class SignupForm(PlainFieldsMixin, account_forms.SignupForm):
    """A new account: it asks for no more than is needed to make one."""

    help_texts: ClassVar[dict[str, Any]] = {
        "email": _("We send a code to it, to be sure that it is yours."),
        "password1": NEW_PASSWORD_HELP,
    }
    field_order: ClassVar[list[str]] = ["email", "full_name", "password1", "agreement"]

    account_already_exists: bool
    is_trapped = False
    """Whether something filled in the trap for robots. The form that says so has no trap."""

    full_name = NameField(
        label=_("Full name"),
        help_text=_("As it should be printed on your certificate; you can change it later."),
    )
    # Said by the browser where it has scripts; what no zone is called is left out.
    time_zone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )
    agreement = forms.BooleanField(
        error_messages={"required": _("Please read this and tick the box, so that you can join.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= draft_to_show(allauth_context.request, now=time.time())
        self.fields["agreement"].label = format_html(
            gettext(
                'I have read <a href="{}">how this site looks after what I tell it</a>, and I agree.'
            ),
            PRIVACY_URL,
        )
        # A trap for robots. Its template hides it, since our policy allows no style attribute.
        self.fields["website"].widget = forms.TextInput(
            attrs={"tabindex": "-1", "autocomplete": "off"}
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("website"):
            self.is_trapped = True
            raise forms.ValidationError(
                gettext(
                    "A hidden field was filled in, perhaps by a password manager, so we ask once "
                    "more. Type your password and press the button again."
                )
            )
        if cleaned.get("password1") and "password1" not in self.errors:
            user = User(email=cleaned.get("email") or "", full_name=cleaned.get("full_name") or "")
            try:
                get_adapter().clean_password(cleaned["password1"], user=user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; where there is one already, answer in the same words and time."""
        keep_draft(request, self.cleaned_data, now=time.time())
        if self.account_already_exists:
            # Hashing the password takes most of the time that a new account takes.
            make_password(self.cleaned_data["password1"])
        try:
            return super().try_save(request)
        except IntegrityError:
            # Another request with the same address was first.
            self.account_already_exists = True
            return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic():
            user: User = super().save(request)
        return user


# Signing in -------------------------------------------------------------------------------


STAY_SIGNED_IN = _("Stay signed in on this device")
STAY_SIGNED_IN_HELP = _("Leave this empty on a computer that others use, too.")


class LoginForm(PlainFieldsMixin, account_forms.LoginForm):
    labels: ClassVar[dict[str, Any]] = {"remember": STAY_SIGNED_IN}
    help_texts: ClassVar[dict[str, Any]] = {"remember": STAY_SIGNED_IN_HELP}


class RequestLoginCodeForm(PlainFieldsMixin, account_forms.RequestLoginCodeForm):
    remember = forms.BooleanField(
        label=STAY_SIGNED_IN, help_text=STAY_SIGNED_IN_HELP, required=False
    )

    def clean_email(self) -> str:
        count_letter(Door.CODE, self.cleaned_data["email"])
        email: str = super().clean_email()
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # The session goes on to where the code is typed, and from there into the account.
        age = settings.SESSION_COOKIE_AGE if cleaned.get("remember") else 0
        allauth_context.request.session.set_expiry(age)
        return cleaned


def count_letter(door: Door, address: str) -> None:
    """Count that somebody asks for a letter that lets them in.

    Raises ValidationError, which names the doors that work, where none may be sent now.
    """
    request = allauth_context.request
    if address and not may_ask_for_letter(request, door, address):
        raise paused(request, door, address)


class LimitedTriesMixin(PlainFieldsMixin):
    """A code may be tried five times, from however many windows at once, and then never again."""

    labels: ClassVar[dict[str, Any]] = {"code": _("Code")}

    def clean_code(self) -> str:
        request = allauth_context.request
        is_allowed = ratelimit.consume(
            request,
            app="allauth.account",
            action="code",
            key=f"{request.session.session_key}:{self.expected_code}",  # type: ignore[attr-defined]
        )
        if not is_allowed:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class ConfirmLoginCodeForm(LimitedTriesMixin, account_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(
    LimitedTriesMixin, account_forms.ConfirmEmailVerificationCodeForm
):
    pass


class ReauthenticateForm(PlainFieldsMixin, account_forms.ReauthenticateForm):
    pass


class AuthenticateForm(PlainFieldsMixin, mfa_forms.AuthenticateForm):
    """The second step. A known device has its own tries, when others have used up theirs."""

    help_texts: ClassVar[dict[str, Any]] = {
        "code": _("From your authenticator app, or one of your recovery codes.")
    }

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except forms.ValidationError as error:
            if error.code != "too_many_login_attempts" or not self.has_own_try():
                raise
            return self.check_code()
        return code

    def has_own_try(self) -> bool:
        device = known_device(allauth_context.request, self.user.email)
        key = f"second-step:{self.user.pk}:{device}"
        return bool(device) and bool(
            ratelimit.consume(
                allauth_context.request, app="allauth.account", action="known_device", key=key
            )
        )

    def check_code(self) -> str:
        code: str = self.cleaned_data["code"]
        factors = Authenticator.objects.filter(user=self.user)
        for factor in factors.exclude(type=Authenticator.Type.WEBAUTHN):
            if factor.wrap().validate_code(code):
                factor.user = self.user
                self.authenticator = factor
                return code
        raise get_mfa_adapter().validation_error("incorrect_code")


class MFAReauthenticateForm(PlainFieldsMixin, mfa_forms.ReauthenticateForm):
    help_texts: ClassVar[dict[str, Any]] = AuthenticateForm.help_texts


# Changing an account -----------------------------------------------------------------


class AddEmailForm(PlainFieldsMixin, account_forms.AddEmailForm):
    labels: ClassVar[dict[str, Any]] = {"email": _("New email address")}
    help_texts: ClassVar[dict[str, Any]] = {
        "email": _("We send a code to it. Until you type that code, nothing changes.")
    }


class ResetPasswordForm(PlainFieldsMixin, account_forms.ResetPasswordForm):
    def clean_email(self) -> str:
        count_letter(Door.RESET, self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


class ResetPasswordKeyForm(
    SinglePasswordMixin, PlainFieldsMixin, account_forms.ResetPasswordKeyForm
):
    labels: ClassVar[dict[str, Any]] = {"password1": _("New password")}
    help_texts: ClassVar[dict[str, Any]] = {"password1": NEW_PASSWORD_HELP}


class SetPasswordForm(SinglePasswordMixin, PlainFieldsMixin, account_forms.SetPasswordForm):
    help_texts: ClassVar[dict[str, Any]] = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(SinglePasswordMixin, PlainFieldsMixin, account_forms.ChangePasswordForm):
    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
    }
    help_texts: ClassVar[dict[str, Any]] = {"password1": NEW_PASSWORD_HELP}


class ActivateTOTPForm(PlainFieldsMixin, totp_forms.ActivateTOTPForm):
    labels: ClassVar[dict[str, Any]] = {"code": _("Code that the app shows")}


class AddWebAuthnForm(PlainFieldsMixin, webauthn_forms.AddWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {
        "name": _("A name for it"),
        "passwordless": _("Sign in with this alone, without a password"),
    }
    help_texts: ClassVar[dict[str, Any]] = {
        "name": _("Such as My phone, so that you can tell your keys apart."),
        "passwordless": _("Your device asks for a fingerprint, your face or its PIN."),
    }


class EditWebAuthnForm(PlainFieldsMixin, webauthn_forms.EditWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {"name": _("A name for it")}


class OwnSettingsForm(forms.ModelForm):
    """The language and the time zone of a person, on every page of the site."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("For the times and dates we show you.")
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zone_choices(self.instance.time_zone)  # type: ignore[attr-defined]


class ProfileForm(OwnSettingsForm):
    """The name to print, the language and the time zone of a person."""

    full_name = NameField(
        label=_("Full name"),
        help_text=_(
            "As it should be printed on your certificate. A certificate you already have keeps "
            "the name it was made with."
        ),
    )

    class Meta(OwnSettingsForm.Meta):
        fields: ClassVar[list[str]] = ["full_name", "language", "time_zone"]
