"""What every test may lean on."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.urls import get_resolver
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from courses.editions import CONTENT
from tests import browsers, make, migrated, pristine, selecting, servers
from tests.shipped.copies import ShippedCopies

# No test is judged by a clock: a busy machine is no fault.
hypothesis_settings.register_profile(
    "steady",
    parent=hypothesis_settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("steady")
hypothesis_settings.register_profile("thorough", max_examples=2000)


def pytest_addoption(parser):
    parser.addoption(
        "--kills",
        type=int,
        default=2,
        help="how often the drills kill a process: few by themselves, 100 by `make drills`",
    )
    parser.addoption(
        "--every-case",
        action="store_true",
        help="on PostgreSQL too, run every case of a test, and not its first alone",
    )
    parser.addoption(
        "--share-out",
        action="store_true",
        help="on SQLite, leave to PostgreSQL what runs there and need not run on both",
    )


@pytest.fixture(scope="session")
def kills(request):
    """How often a drill kills a process."""
    return request.config.getoption("--kills")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """What takes long comes first. On each database runs what tests/selecting.py chooses for it.

    So no process is left with a long file when the others have ended.
    """
    for item in items:
        if selecting.opens_a_browser(item):
            item.add_marker("browser")
    yield  # pytest chooses by marks, and brings together what shares a fixture
    items.sort(key=selecting.turn_of)
    if config.pluginmanager.hasplugin("_cov"):
        for item in items:
            if not selecting.is_measured(item):
                item.add_marker("no_cover")
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        every_case = config.getoption("--every-case")
        items[:], others = selecting.split_by_database(items, every_case=every_case)
        config.hook.pytest_deselected(items=others)
    elif config.getoption("--share-out"):
        items[:], others = selecting.shared_out(items)
        config.hook.pytest_deselected(items=others)


def pytest_collection_finish():
    """What is there now stays to the end: it is not searched again for what could be let go.

    Python would search all of it, the tests and Django, again and again. How often it searches
    stays as it is: what a test leaves open is to be told of that test, and not of a later one.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """The database of the tests is there before Django would make it, and migrated."""
    database = settings.DATABASES["default"]
    name = database["TEST"].get("NAME") or f"test_{database['NAME']}"
    if not servers.postgres_url():
        migrated.fill_sqlite(Path(name))
        yield True
        return
    url = servers.with_database(name)
    migrated.fill_postgres(url)
    yield True
    migrated.drop_postgres(url)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database for the tests. One that a test committed to is put back as it was."""
    # As the server does before its first request: some of Wagtail's words stay in the language in
    # which its addresses were first read.
    assert get_resolver().url_patterns
    with django_db_blocker.unblock():
        make.catalogue()  # nearly every test stands on it, and it takes long to make
        restore = pristine.keep_a_copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: restore())
        yield restore


@pytest.fixture(scope="session")
def shipped_copies(django_db_setup, django_db_blocker):
    """The site as it ships, built once for all files of tests that begin with it."""
    return ShippedCopies(django_db_blocker, put_back=django_db_setup)


@pytest.fixture(scope="module")
def shipped_site(shipped_copies):
    """The site as it ships, for the tests of a file; how many pieces were made."""
    with shipped_copies.in_place("en") as made:
        yield made


@pytest.fixture(scope="module")
def shipped_in_both_languages(shipped_copies):
    """The same with its Spanish; how many pieces of that were made."""
    with shipped_copies.in_place("es") as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_cached():
    """Each test starts with nothing cached, as a process that has just started."""
    caches[CONTENT].clear()


# A running site ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, request):
    """A folder that every process of this run of the suite shares, on one kind of database."""
    if servers.SHARED in os.environ:
        folder = Path(os.environ[servers.SHARED], connection.vendor)
        folder.mkdir(exist_ok=True)
        return folder
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def site_template(shared_folder):
    return servers.site_template(shared_folder)


@pytest.fixture(scope="session")
def site_server(site_template, tmp_path_factory):
    """The demonstration on the production server, shared by all tests of this process."""
    with site_template.running_copy(tmp_path_factory.mktemp("site")) as server:
        yield server


@pytest.fixture
def fresh_site_server(site_template, tmp_path):
    """The same, for one test alone: it may break what it likes."""
    with site_template.running_copy(tmp_path) as server:
        yield server


# A browser --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def base_url():
    """None of its own: `open_page` says which site. The plugin's own fixture warns of itself."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, **browsers.launch_options()}


@pytest.fixture(scope="session")
def browser(browser):
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def open_page(new_context, site_server):
    """Opens watched pages: `open_page(**PHONE, java_script_enabled=False)`."""
    tabs = browsers.Tabs(new_context, site_server.url)
    yield tabs
    tabs.close()  # what a page still has to tell is told by then
    assert not tabs.watch.faults, "\n".join(tabs.watch.faults)


@pytest.fixture
def phone(open_page):
    """A page at the width of a phone."""
    return open_page(**browsers.PHONE)


@pytest.fixture
def desktop(open_page):
    """A page at the width of a desk."""
    return open_page(**browsers.DESKTOP)
