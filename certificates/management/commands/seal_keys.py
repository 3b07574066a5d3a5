"""`manage.py seal_keys`: making, rotating, retiring and taking back the keys of the seal."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from certificates.models import SIGNING_ROLES, Issuer, SealKey
from certificates.sealing import keys
from certificates.sealing.due import due, ends_at
from certificates.sealing.stores import (
    ED25519,
    P256,
    KeyCannotBeUsed,
    KeysInTwoPlaces,
    KeyStore,
    KeysWouldBeCopied,
    checked_signature,
    folder_store,
    key_store,
)
from certificates.sealing.stores.opening import OPENERS


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
        steps.add_parser(
            "try", help="Make a key of each kind where keys are kept, sign with it, and destroy it."
        )
        ended = steps.add_parser(
            "destroy-ended", help="Destroy private halves that were left when their keys ended."
        )
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
        for step in (start, add, rotate, issuing, retire, compromised, publish, ended):
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
            "try": self.rehearse,
            "destroy-ended": self.destroy_ended,
        }
        try:
            steps[step](options, at=at)
        except (keys.CannotChangeKeys, KeyCannotBeUsed, KeysWouldBeCopied) as reason:
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
            "destroy-ended": "Would destroy what is left of the private halves of ended keys.",
        }[step]

    def start(self, options: dict[str, Any], *, at: datetime) -> None:
        issuer = Issuer.objects.order_by("pk").first()
        organisation = options["organisation"] or (issuer.name if issuer else settings.SITE_NAME)
        root, issuing, seal = keys.start(str(organisation), at=at, root_store=root_store(options))
        self.say_made([root, issuing, seal, *keys.add_signing_keys(at=at)])
        store = root_store(options) or key_store()
        self.stdout.write(
            f"The root's private half is {root.name} in {place_of(store, root.name)}. Keep it off this "
            "machine, at two places that are safe: it is needed again to rotate the authority, and "
            "when one is compromised. Backups hold none of these keys."
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
            self.stdout.write(f"{key.name:<18} {key.state:<12} {until}  {where(key.name)}")
        for line in [*due(rows, at=at), *left_behind()]:
            self.stdout.write(line)

    def rehearse(self, options: dict[str, Any], *, at: datetime) -> None:
        """Raises KeyCannotBeUsed, which says what to do."""
        store = key_store()
        for curve in (P256, ED25519):
            name = f"try-{secrets.token_hex(4)}"
            public_key = store.make(name, curve)
            try:
                place, before = place_of(store, name), perf_counter()
                checked_signature(store, name, b"Words to sign.", public_key)
                took = round((perf_counter() - before) * 1000)
            finally:
                store.destroy(name)
            self.stdout.write(
                f"{curve}: made in {place}, signed in {took} ms, checked, and destroyed."
            )

    def destroy_ended(self, options: dict[str, Any], *, at: datetime) -> None:
        destroyed, left = keys.destroy_ended()
        for name in destroyed:
            self.stdout.write(f"Destroyed the private half of {name}.")
        if left:
            raise CommandError(f"Still there: {', '.join(left)}. The log says why.")
        if not destroyed:
            self.stdout.write("Nothing is left of any. Nothing was changed.")

    def say_made(self, made: list[SealKey]) -> None:
        for key in made:
            place = signing_keys_address() if key.signs else keys.public_address(key, "pem")
            self.stdout.write(f"Made {key.name}: {place}")


def what_it_did(key: SealKey) -> str:
    return "signed" if key.signs else "sealed"


def signing_keys_address() -> str:
    return settings.BASE_URL + reverse("certificates:jwks")


def root_store(options: dict[str, Any]) -> KeyStore | None:
    return folder_store(options["root"]) if options["root"] else None


def where(name: str) -> str:
    """Where a private half is, as far as the store can be asked."""
    try:
        store = key_store()
        if not store.has(name):
            return "private half not here"
        return f"private half in {place_of(store, name)}"
    except KeyCannotBeUsed as reason:
        return f"private half out of reach: {reason}"


def place_of(store: KeyStore, name: str) -> str:
    is_in_folder = isinstance(store, KeysInTwoPlaces) and store.folder.has(name)
    return str(store.folder if is_in_folder else store)  # type: ignore[attr-defined]  # it is KeysInTwoPlaces there


def left_behind() -> list[str]:
    """What is to be done about private halves that are not where new ones are made."""
    store = key_store()
    lines = []
    with suppress(KeyCannotBeUsed):
        for key in SealKey.objects.ended():
            if store.has(key.name):
                lines.append(f"{key.name} has ended and is still there: `seal_keys destroy-ended`.")
    if isinstance(store, KeysInTwoPlaces) and settings.SEAL_KEY_STORE in OPENERS:
        for key in SealKey.objects.active():
            stays = key.signs and settings.SIGNING_KEYS_IN_FOLDER
            if store.folder.has(key.name) and not stays:
                lines.append(f"{key.name} is in {store.folder}: its next rotation is in {store}.")
    return lines
