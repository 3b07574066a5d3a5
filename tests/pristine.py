"""Puts the test database back as the migrations left it.

A test that commits cannot be rolled back, and Django would empty every table after it. Ours
are not empty to begin with: migrations make the groups, the root of the page tree, the first
locale. So the whole database is put back instead, which is also quicker.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from psycopg import sql
from wagtail.models import Site


def keep_a_copy(name: str = "pristine") -> Callable[[], None]:
    """Remember the database as it is now, by a name; what is returned puts it back."""
    put_back = _keep_sqlite() if connection.vendor == "sqlite" else _keep_postgres(name)

    def restore() -> None:
        connections.close_all()
        put_back()
        ContentType.objects.clear_cache()
        Site.clear_site_root_paths_cache()

    return restore


def _keep_sqlite() -> Callable[[], None]:
    file = connection.settings_dict["NAME"]
    connections.close_all()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(file)) as database:
        database.backup(copy)

    def put_back() -> None:
        with closing(sqlite3.connect(file, timeout=20)) as database:
            copy.backup(database)

    return put_back


def _keep_postgres(copy_name: str) -> Callable[[], None]:
    name = connection.settings_dict["NAME"]
    copy = f"{name}_{copy_name}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")

    def make(new: str, old: str) -> None:
        parameters = connection.get_connection_params() | {"dbname": "postgres"}
        given = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname")}
        connections.close_all()
        with psycopg.connect(**given, autocommit=True) as server:
            server.execute(drop.format(sql.Identifier(new)))
            server.execute(create.format(sql.Identifier(new), sql.Identifier(old)))

    make(copy, name)
    return lambda: make(name, copy)
