"""`manage.py seal_keys`: making, rotating, retiring and taking back the keys of the seal."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from certificates.models import SIGNING_ROLES, Issuer, SealKey
from certificates.sealing import keys
from certificates.sealing.authorities import REVOCATIONS_LAST
from certificates.sealing.stores import (
    KeyIsMissing,
    KeyStore,
    KeysWouldBeCopied,
    folder_store,
    key_store,
)

ROTATE_AFTER = timedelta(days=365)
SOON = timedelta(days=60)


class Command(BaseCommand):
    help = (
        "The keys that certificates are sealed with. Private halves are in SEAL_KEYS and never in "
        "a backup; docs/operators.md says where to keep them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("status", help="Which keys there are, and what is due.")
        start = steps.add_parser("start", help="Make a root, an issuing authority and a seal.")
        add = steps.add_parser(
            "add", help="Make the keys that sign badges and receipts, where there are none yet."
        )
        start.add_argument("--organisation", help="Who seals. The first issuer, if left out.")
        rotate = steps.add_parser("rotate", help="Make a new seal. What the old one sealed stays.")
        retired_roles = [SealKey.Role.SEAL, *SIGNING_ROLES]
        issuing = steps.add_parser(
            "rotate-issuing", help="Make a new issuing authority, and a new seal under it."
        )
        retire = steps.add_parser("retire", help="Seal no more, until the next rotation.")
        compromised = steps.add_parser(
            "compromised", help="Take a key back that somebody else may have, and replace it."
        )
        compromised.add_argument("name", help="The key, such as seal-2026-1.")
        publish = steps.add_parser(
            "publish", help="Sign the lists of what was taken back anew. Each is good for a year."
        )
        for step in (start, issuing, compromised, publish):
            step.add_argument(
                "--root",
                metavar="FOLDER",
                type=Path,
                help="Where the root's private half is, such as a stick. SEAL_KEYS, if left out.",
            )
        for step in (rotate, retire):
            step.add_argument(
                "role",
                nargs="?",
                default=SealKey.Role.SEAL.value,
                choices=[role.value for role in retired_roles],
                help="Which key: the seal, if left out; or the one that signs badges or receipts.",
            )
        for step in (retire, compromised):
            step.add_argument("--reason", required=True, help="Why. It stays on record.")
        for step in (start, add, rotate, issuing, retire, compromised, publish):
            step.add_argument("--dry-run", action="store_true", help="Only say what would be done.")

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        at = timezone.now()
        if options.get("dry_run"):
            self.stdout.write(self.intention(step, options))
            return
        steps = {
            "status": self.status,
            "start": self.start,
            "add": self.add,
            "rotate": self.rotate,
            "rotate-issuing": self.rotate_issuing,
            "retire": self.retire,
            "compromised": self.compromised,
            "publish": self.publish,
        }
        try:
            steps[step](options, at=at)
        except (keys.CannotChangeKeys, KeyIsMissing, KeysWouldBeCopied) as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"The keys cannot be written: {error}") from error

    def intention(self, step: str, options: dict[str, Any]) -> str:
        place = options.get("root") or settings.SEAL_KEYS
        return {
            "start": f"Would make a root in {place}, and an authority, a seal and two keys that sign "
            f"in {settings.SEAL_KEYS}.",
            "add": "Would make the keys that sign badges and receipts, where there are none yet.",
            "rotate": "Would make a new key, and destroy the private half of the one in use.",
            "rotate-issuing": f"Would make a new authority and seal, vouched for by the root in {place}.",
            "retire": "Would destroy the private half of the key in use; nothing is sealed or signed by "
            "such a key then.",
            "compromised": f"Would take {options.get('name')} back, publish that, and replace it.",
            "publish": "Would sign the lists anew.",
        }[step]

    def start(self, options: dict[str, Any], *, at: datetime) -> None:
        issuer = Issuer.objects.order_by("pk").first()
        organisation = options["organisation"] or (issuer.name if issuer else settings.SITE_NAME)
        root, issuing, seal = keys.start(str(organisation), at=at, root_store=root_store(options))
        self.say_made([root, issuing, seal, *keys.add_signing_keys(at=at)])
        place = options["root"] or settings.SEAL_KEYS
        self.stdout.write(
            f"The root's private half is {Path(place) / root.name}.pem. Take it off this machine, to "
            "two places that are safe: it is needed again to rotate the authority, and when one is "
            "compromised. Backups hold none of these keys."
        )

    def add(self, options: dict[str, Any], *, at: datetime) -> None:
        new_keys = keys.add_signing_keys(at=at)
        self.say_made(new_keys)
        if not new_keys:
            self.stdout.write("They are there already. Nothing was changed.")

    def rotate(self, options: dict[str, Any], *, at: datetime) -> None:
        role = SealKey.Role(options["role"])
        is_seal = role == SealKey.Role.SEAL
        self.say_made([keys.rotate_seal(at=at) if is_seal else keys.rotate_signing(role, at=at)])

    def rotate_issuing(self, options: dict[str, Any], *, at: datetime) -> None:
        self.say_made([keys.rotate_issuing(at=at, root_store=root_store(options))])

    def retire(self, options: dict[str, Any], *, at: datetime) -> None:
        role = SealKey.Role(options["role"])
        key = keys.retire_seal(at=at, reason=options["reason"], role=role)
        self.stdout.write(f"{key.name} is retired. What it {what_it_did(key)} stays good.")

    def compromised(self, options: dict[str, Any], *, at: datetime) -> None:
        key = SealKey.objects.filter(name=options["name"]).first()
        if key is None:
            raise CommandError(f"There is no key {options['name']}. `seal_keys status` lists them.")
        successors = keys.declare_compromised(
            key, at=at, reason=options["reason"], root_store=root_store(options)
        )
        self.stdout.write(
            f"{key.name} is taken back. The check page says so of all that it {what_it_did(key)}; the "
            "entries in the register stand."
        )
        self.say_made(successors)
        if key.role == SealKey.Role.ROOT:
            self.stdout.write("All keys have ended. `seal_keys start` makes new ones.")

    def publish(self, options: dict[str, Any], *, at: datetime) -> None:
        authorities = (SealKey.Role.ROOT, SealKey.Role.ISSUING)
        for key in SealKey.objects.filter(role__in=authorities).exclude(
            state=SealKey.State.COMPROMISED
        ):
            is_root = key.role == SealKey.Role.ROOT
            store = (root_store(options) or key_store()) if is_root else key_store()
            if store.has(key.name):
                keys.publish_revocations(key, store, at=at)
                self.stdout.write(f"Published {keys.public_address(key, 'crl')}")
            else:
                self.stdout.write(f"Left out {key.name}: its private half is not here.")

    def status(self, options: dict[str, Any], *, at: datetime) -> None:
        rows = list(SealKey.objects.all())
        if not rows:
            self.stdout.write("There are no keys: certificates are not sealed.")
        for key in rows:
            until = "rotated yearly" if key.signs else f"until {ends_at(key):%Y-%m-%d}"
            here = "here" if key_store().has(key.name) else "not here"
            self.stdout.write(f"{key.name:<18} {key.state:<12} {until}  private half {here}")
        for line in due(rows, at=at):
            self.stdout.write(line)

    def say_made(self, made: list[SealKey]) -> None:
        for key in made:
            place = signing_keys_address() if key.signs else keys.public_address(key, "pem")
            self.stdout.write(f"Made {key.name}: {place}")


def what_it_did(key: SealKey) -> str:
    return "signed" if key.signs else "sealed"


def ends_at(key: SealKey) -> datetime:
    return keys.x509_of(key).not_valid_after_utc


def signing_keys_address() -> str:
    return settings.BASE_URL + reverse("certificates:jwks")


def root_store(options: dict[str, Any]) -> KeyStore | None:
    return folder_store(options["root"]) if options["root"] else None


def due(rows: list[SealKey], *, at: datetime) -> list[str]:
    """What an operator should do about the keys soon, a line each."""
    lines = []
    yearly = (SealKey.Role.SEAL, *SIGNING_ROLES)
    if rows and not any(key.signs for key in rows):
        lines.append("No key signs badges and receipts yet: `seal_keys add` makes them.")
    for key in rows:
        if key.state == SealKey.State.ACTIVE:
            if key.role in yearly and key.made_at + ROTATE_AFTER < at:
                lines.append(f"{key.name} is a year old: rotate it.")
            elif not key.signs and ends_at(key) - SOON < at:
                lines.append(f"{key.name} ends soon: rotate it.")
        if key.revocations and published_until(key) - SOON < at:
            lines.append(f"The list of {key.name} ends soon: `seal_keys publish`.")
    return lines


def published_until(key: SealKey) -> datetime:
    listed = keys.x509.load_der_x509_crl(bytes(key.revocations))
    return listed.next_update_utc or listed.last_update_utc + REVOCATIONS_LAST
