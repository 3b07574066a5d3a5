"""The roles of the staff pages. Each is a group whose permissions are written in code.

An app says in its module `permissions` what the roles may do, from the name of a role to
names of permissions:

    PERMISSIONS             with its models
    PAGE_PERMISSIONS        with every page
    COLLECTION_PERMISSIONS  with every collection of files

A name is a codename of the app itself, as `add_quiz`, or of another app, as
`wagtailadmin.access_admin`. After each `migrate` the groups are made so: see decision 0015.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import module_has_submodule

TRAINERS = "Trainers"
LEAD_TRAINERS = "Lead trainers"
ASSESSORS = "Assessors"
REGISTRARS = "Registrars"

logger = logging.getLogger(__name__)

Mappings = Mapping[str, Sequence[str]]


@dataclass
class Role:
    """Full names of the permissions that one role holds."""

    permissions: set[str] = field(default_factory=set)
    page_permissions: set[str] = field(default_factory=set)
    collection_permissions: set[str] = field(default_factory=set)


def codenames(models: Iterable[str], *actions: str) -> list[str]:
    """The codenames of some actions on some models, such as `add_quiz`."""
    return [f"{action}_{model}" for model in models for action in actions]


def read_roles() -> dict[str, Role]:
    """Every role by name, with what all installed apps of this project grant to it."""
    roles: dict[str, Role] = defaultdict(Role)
    for app_config in own_app_configs():
        module = import_module(f"{app_config.name}.permissions")
        for name, granted in module.PERMISSIONS.items():
            roles[name].permissions |= full_names(app_config, granted)
        for name, granted in getattr(module, "PAGE_PERMISSIONS", {}).items():
            roles[name].page_permissions |= full_names(app_config, granted)
        for name, granted in getattr(module, "COLLECTION_PERMISSIONS", {}).items():
            roles[name].collection_permissions |= full_names(app_config, granted)
    return dict(roles)


def own_app_configs() -> list[AppConfig]:
    """The apps that say what roles may do: those beside manage.py with a module `permissions`.

    Libraries have modules of this name too, for other ends.
    """
    return [
        app_config
        for app_config in apps.get_app_configs()
        if Path(app_config.path).parent == settings.BASE_DIR
        and module_has_submodule(app_config.module, "permissions")
    ]


def full_names(app_config: AppConfig, names: Iterable[str]) -> set[str]:
    return {name if "." in name else f"{app_config.label}.{name}" for name in names}


# Making the groups so ---------------------------------------------------------------------


def sync_roles_after_migrate(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """Receive `post_migrate`, and act when it is sent for the last time.

    Django sends it once for each app, and makes that app's permissions then. Before the last
    time, permissions of later apps are missing.
    """
    if app_config != last_app_with_models():
        return
    historical_apps = kwargs.get("apps", apps)
    try:
        sync = RoleSync(historical_apps, using)
    except LookupError:
        return  # Migrated back to a time without groups or pages.
    sync.run()


def last_app_with_models() -> AppConfig:
    return [config for config in apps.get_app_configs() if config.models_module][-1]


class RoleSync:
    """Gives each role's group exactly what the mappings say, and takes the rest away.

    Groups of other names are an administrator's own and stay as they are. So does what an
    administrator gives to a role for one part of the site: only the root of the pages and
    the root of the collections are ours. A permission that is not in the database is left
    out: after a migration backwards its model is gone.

    Raises LookupError where `apps`, perhaps historical, has no groups or pages.
    """

    def __init__(self, apps: Any, using: str) -> None:
        def rows(app_label: str, model: str) -> Any:
            return apps.get_model(app_label, model).objects.using(using)

        self.using = using
        self.groups = rows("auth", "Group")
        self.permissions = rows("auth", "Permission")
        self.pages = rows("wagtailcore", "Page")
        self.collections = rows("wagtailcore", "Collection")
        self.page_grants = rows("wagtailcore", "GroupPagePermission")
        self.collection_grants = rows("wagtailcore", "GroupCollectionPermission")

    def run(self) -> None:
        with transaction.atomic(using=self.using):
            self.names = self.permission_names()
            self.keys = {name: key for key, name in self.names.items()}
            root_page = self.pages.filter(depth=1).first()
            root_collection = self.collections.filter(depth=1).first()
            for name, role in sorted(read_roles().items()):
                group, _is_new = self.groups.get_or_create(name=name)
                self.set_permissions(group, role.permissions)
                if root_page is not None:
                    self.set_grants(self.page_grants, role.page_permissions, group, page=root_page)
                if root_collection is not None:
                    self.set_grants(
                        self.collection_grants,
                        role.collection_permissions,
                        group,
                        collection=root_collection,
                    )

    def permission_names(self) -> dict[int, str]:
        """The full name of every permission by its primary key."""
        rows = self.permissions.values_list("pk", "content_type__app_label", "codename")
        return {key: f"{label}.{codename}" for key, label, codename in rows}

    def set_permissions(self, group: Any, granted: set[str]) -> None:
        held = set(group.permissions.values_list("pk", flat=True))
        wanted = {self.keys[name] for name in granted if name in self.keys}
        if held != wanted:
            group.permissions.set(wanted)
            self.log_change(group, wanted - held, held - wanted)

    def set_grants(self, grants: Any, granted: set[str], group: Any, **root: Any) -> None:
        """Make a group hold `granted` at a root, as `page=` or `collection=` names it."""
        held = set(grants.filter(group=group, **root).values_list("permission", flat=True))
        wanted = {self.keys[name] for name in granted if name in self.keys}
        grants.filter(group=group, permission__in=held - wanted, **root).delete()
        for key in sorted(wanted - held):
            grants.create(group=group, permission_id=key, **root)
        if held != wanted:
            self.log_change(group, wanted - held, held - wanted)

    def log_change(self, group: Any, gained: set[int], lost: set[int]) -> None:
        logger.info(
            "The role %s gained [%s] and lost [%s].",
            group.name,
            ", ".join(sorted(self.names[key] for key in gained)),
            ", ".join(sorted(self.names[key] for key in lost)),
        )
