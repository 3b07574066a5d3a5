"""Which account an operator means, by its number or its address."""

from __future__ import annotations

from django.core.management.base import CommandError

from people.folding import plain_address
from people.models import User


def person_meant(words: str) -> User:
    """The one account of a number or an address. Raises CommandError where there is none."""
    by_number = User.objects.filter(pk=int(words)) if words.isdecimal() else User.objects.none()
    person = by_number.first() or User.objects.filter(email=plain_address(words)).first()
    if person is None:
        raise CommandError("There is no account of this number or address.")
    if person.erased_at is not None:
        raise CommandError("This account is erased already.")
    return person
