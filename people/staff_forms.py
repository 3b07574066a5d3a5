"""The forms with which an administrator adds and changes a person."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from people.forms import NAME_ERRORS, AddressField, NameField
from people.models import User


class PersonForm(forms.ModelForm):
    """One full name and one email address. Nobody sets another person's password."""

    first_name = None
    last_name = None
    full_name = NameField(
        label=_("Full name"),
        help_text=_("As it should be printed on a certificate."),
        error_messages={**NAME_ERRORS, "required": _("Type the full name of this person.")},
    )

    email = AddressField(label=_("Email address"))

    def save(self, commit: bool = True) -> User:
        """Save the person. They confirm a new address when they next sign in by code."""
        user: User = super().save(commit)
        if commit:
            addresses = EmailAddress.objects.filter(user=user)
            addresses.exclude(email=user.email).delete()
            if not addresses.exists():
                EmailAddress.objects.create(user=user, email=user.email, primary=True)
        return user


ERROR_MESSAGES = {
    **UserCreationForm.error_messages,
    "duplicate_username": _("There is already an account with this email address."),
}


class PersonCreationForm(PersonForm, UserCreationForm):
    error_messages: ClassVar[dict[str, Any]] = ERROR_MESSAGES

    class Meta(UserCreationForm.Meta):
        fields: ClassVar[list[str]] = ["email", "full_name", "language", "is_superuser", "groups"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class PersonEditForm(PersonForm, UserEditForm):
    error_messages: ClassVar[dict[str, Any]] = ERROR_MESSAGES

    class Meta(UserEditForm.Meta):
        fields: ClassVar[list[str]] = [
            "email",
            "full_name",
            "language",
            "is_active",
            "is_superuser",
            "groups",
        ]
