"""Comparing every stored file with what the records say of it, and putting right what can be.

A certificate's hash stands in its credential. What is missing or differs is fetched from a backup,
where one is given, or rendered again; and only bytes with that very hash are stored. Of other files
the newest backup knows the hashes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from wagtail.images.models import AbstractRendition

from certificates.exceptions import CertificateCannotBeRendered, SealingFailed
from certificates.models import Credential
from certificates.preparing import made_again, public_url
from deploy import databases
from deploy.backups import restoring
from deploy.backups.manifest import (
    StoredFile,
    areas,
    as_json,
    by_place,
    files_in,
    known_files,
    place_of,
)
from deploy.backups.sealing import digest_of, private_keys, written_whole

log = logging.getLogger(__name__)

ORPHAN_AFTER = timedelta(days=7)
"""A file is stored before the row that names it, so a young one may only be waiting for its row."""
EVERY = timedelta(hours=24)

Place = tuple[str, str]


@dataclass
class Findings:
    """What was looked at, and what became of it. Each problem is a sentence."""

    files: int = 0
    made_again: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)
    collected: int = 0
    database: str = ""


class Source:
    """A backup that files may be fetched from; or none."""

    def __init__(self, folder: Path | None = None, key_file: Path | None = None) -> None:
        self.folder = folder
        self.files: dict[Place, StoredFile] = {}
        if folder is not None and key_file is not None:
            self.keys = private_keys(key_file)
            self.files = by_place(restoring.opened_manifest(folder, self.keys).files)

    def fetch(self, area: str, path: str, *, sha256: str = "") -> bool:
        """Put the file into its place, whole, where the backup has it with this hash."""
        file = self.files.get((area, path))
        if self.folder is None or file is None or (sha256 and file.sha256 != sha256):
            return False
        return restoring.fetch_file(self.folder, file, self.keys)


def check_files(
    source: Source, *, at: datetime, dry_run: bool = False, collect: bool = False
) -> Findings:
    """Look at every stored file, and put right what can be. With `dry_run`, only say so.

    `collect` deletes the files that no record names and that are older than a week.
    """
    findings = Findings()
    if databases.kind() == "sqlite":
        findings.database = databases.sqlite_problem(databases.sqlite_file())
    for credential in with_file():
        check_certificate(credential, source, findings, dry_run=dry_run)
    known = known_files() | source.files
    named = set(named_files())
    for model, pk, area, path in named:
        if model != Credential._meta.label:
            row = Row(model, pk, area, path)
            check_other(row, known.get((area, path)), source, findings, dry_run=dry_run)
    findings.orphans = list(orphans({(area, path) for _, _, area, path in named}, at=at))
    if collect and not dry_run:
        for place in findings.orphans:
            place.unlink(missing_ok=True)
            findings.collected += 1
    if not dry_run:
        note(findings, at=at)
    return findings


# Certificates -------------------------------------------------------------------------------


def with_file() -> Iterator[Credential]:
    stored = Credential.objects.exclude(pdf="").select_related(
        "holder", "issuer", "mark", "sealed_by__signed_by", "attached"
    )
    return stored.order_by("pk").iterator(chunk_size=500)


def check_certificate(
    credential: Credential, source: Source, findings: Findings, *, dry_run: bool
) -> None:
    findings.files += 1
    path = str(credential.pdf.name)
    place = place_of("certificates", path)
    state = state_of(place, credential.pdf_sha256)
    if not state:
        return
    what = f"The certificate {credential.number} {state}"
    if dry_run:
        findings.lost.append(f"{what}.")
    elif source.fetch("certificates", path, sha256=credential.pdf_sha256):
        findings.fetched.append(f"{what}, and was fetched from the backup.")
    elif render_again(credential, place):
        findings.made_again.append(f"{what}, and was made again, byte for byte.")
    else:
        findings.lost.append(f"{what}, and could not be made again as it was.")


def state_of(place: Path, sha256: str) -> str:
    """What is wrong with a file, in words; nothing where nothing is."""
    try:
        return "" if digest_of(place).sha256 == sha256 else "is not what it was"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def render_again(credential: Credential, place: Path) -> bool:
    """Render a certificate and store it in its place, where it comes out with the hash on record."""
    # The renderer takes 35 MB and half a second to load, which a check without a fault need not.
    render_certificate = import_string("certificates.pdf.render_certificate")
    try:
        rendered = render_certificate(credential, verify_url=public_url(credential))
        content = made_again(credential, rendered)
    except (CertificateCannotBeRendered, SealingFailed):
        return False
    if sha256(content).hexdigest() != credential.pdf_sha256:
        return False
    with written_whole(place) as file:
        file.write(content)
    return True


# Other files --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A record that names a file."""

    model: str
    pk: Any
    area: str
    path: str

    def __str__(self) -> str:
        return f"{self.path} ({self.model} {self.pk})"

    def is_made_on_demand(self) -> bool:
        return issubclass(apps.get_model(self.model), AbstractRendition)

    def forget(self) -> None:
        apps.get_model(self.model)._default_manager.filter(pk=self.pk).delete()


def check_other(
    row: Row, known: StoredFile | None, source: Source, findings: Findings, *, dry_run: bool
) -> None:
    findings.files += 1
    place = place_of(row.area, row.path)
    if known is not None:
        state = state_of(place, known.sha256)
    else:
        state = "" if place.is_file() else "is missing"
    if not state:
        return
    what = f"{row} {state}"
    if dry_run:
        findings.lost.append(f"{what}.")
    elif source.fetch(row.area, row.path):
        findings.fetched.append(f"{what}, and was fetched from the backup.")
    elif row.is_made_on_demand():
        row.forget()
        place.unlink(missing_ok=True)
        findings.made_again.append(f"{what}; it is made again when it is next asked for.")
    else:
        findings.lost.append(f"{what}.")


def named_files() -> Iterator[tuple[str, Any, str, str]]:
    """The model, the key, the area and the path of every file that a record names."""
    folders = {folder: area for area, folder in areas().items()}
    for model in apps.get_models():
        for each in model._meta.local_fields:
            if not isinstance(each, models.FileField):
                continue
            location = Path(getattr(each.storage, "location", ""))
            area = "certificates" if model is Credential else folders.get(location)
            if area is None:
                continue
            named = model._default_manager.exclude(**{each.name: ""}).exclude(**{each.name: None})
            for pk, path in named.order_by().values_list("pk", each.name).iterator():
                yield model._meta.label, pk, area, str(path)


def orphans(named: set[Place], *, at: datetime) -> Iterator[Path]:
    """The files that no record names, and that are old enough to be sure of it."""
    oldest = (at - ORPHAN_AFTER).timestamp()
    for area, folder in areas().items():
        for place in files_in(folder):
            path = place.relative_to(folder).as_posix()
            if (area, path) not in named and place.stat().st_mtime < oldest:
                yield place


# What was found last ------------------------------------------------------------------------


@dataclass(frozen=True)
class LastCheck:
    at: datetime
    lost: int
    database: str


def note(findings: Findings, *, at: datetime) -> None:
    summary = {"at": at.isoformat(), "lost": len(findings.lost), "database": findings.database}
    with written_whole(note_file()) as file:
        file.write(as_json(summary))


def last_check() -> LastCheck | None:
    """What the last check found; None where there was none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(note_file().read_text())
        return LastCheck(datetime.fromisoformat(noted["at"]), noted["lost"], noted["database"])
    return None


def is_due(*, at: datetime) -> bool:
    last = last_check()
    return last is None or at - last.at >= EVERY


def note_file() -> Path:
    return Path(settings.VAR_DIR) / "files.checked"
