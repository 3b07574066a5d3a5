"""`manage.py erase_person`: close and erase an account, for a person who asked for it in writing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.erasure import (
    CannotClose,
    LetterWaits,
    ask_to_erase,
    carry_on,
    plan,
    refuse_last_administrator,
)
from people.finding import person_meant
from people.mentions import mentions
from people.models import User


class Command(BaseCommand):
    help = (
        "Closes an account as its person can: it is signed out, told so by letter, and erased after "
        "the pause unless they sign in. First be sure who asks, and look at --dry-run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="the number of the account, or its address")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be done.")
        parser.add_argument(
            "--now", action="store_true", help="Without the pause. It cannot be undone."
        )

    def handle(self, *args: Any, person: str, dry_run: bool, now: bool, **options: Any) -> None:
        account = person_meant(person)
        at = timezone.now()
        try:
            refuse_last_administrator(account)
            if dry_run:
                self.describe(account)
                return
            erasure = ask_to_erase(account, at=at)
            if now:
                carry_on(erasure, at=at)
        except CannotClose as refusal:
            raise CommandError(str(refusal)) from refusal
        except LetterWaits as waiting:
            raise CommandError(
                "All but the address is erased. It waits for a day at most, for the last letter "
                "that could not be sent; `forget_expired` goes on."
            ) from waiting
        done = "is erased" if now else f"is erased after {erasure.due_at:%Y-%m-%d %H:%M} UTC"
        self.stdout.write(f"Account {account.pk} {done}.")

    def describe(self, account: User) -> None:
        self.stdout.write(f"Dry run. Erasing account {account.pk} would do this:")
        for step in plan(account):
            self.stdout.write(f"  {step.fate.fate:<10} {step.rows:>6} {step.fate.label}")
        for mention in mentions(account):
            self.stdout.write(
                f"  named in   {mention.rows:>6} {mention.model}.{mention.field}: look whether it may stay"
            )
