"""What every test may lean on."""

from __future__ import annotations

import os

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase
from playwright.sync_api import sync_playwright

from courses.editions import CONTENT
from tests import browsers, pristine, servers


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database for the tests. One that a test committed to is put back as it was."""
    with django_db_blocker.unblock():
        restore = pristine.keep_a_copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: restore())
        yield


@pytest.fixture(autouse=True)
def nothing_cached():
    """Each test starts with nothing cached, as a process that has just started."""
    caches[CONTENT].clear()


# A running site ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, request):
    """A folder that every process of this run of the suite shares."""
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
def browser():
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, site_server):
    """Opens watched pages: `open_page(**PHONE, java_script_enabled=False)`."""
    tabs = browsers.Tabs(browser, site_server.url)
    yield tabs
    tabs.close()
    assert not tabs.watch.faults, "\n".join(tabs.watch.faults)


@pytest.fixture
def phone(open_page):
    """A page at the width of a phone."""
    return open_page(**browsers.PHONE)


@pytest.fixture
def desktop(open_page):
    """A page at the width of a desk."""
    return open_page(**browsers.DESKTOP)
