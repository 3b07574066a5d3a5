from __future__ import annotations

import pytest

from tests.browser import learners


@pytest.fixture(scope="session")
def outline(site_server):
    return learners.outline(site_server)


@pytest.fixture
def bring(site_server):
    """A learner who is where the test begins: `bring("ada", begun="quiz:FPS-1")`."""

    def bring(*arguments, **options):
        return learners.bring(site_server, *arguments, **options)

    return bring


@pytest.fixture
def page_of(open_page, site_server):
    """A page in a browser where someone is signed in: `page_of(learner, **PHONE)`."""

    def page_of(learner, **options):
        page = open_page(**options)
        learner.sign_in(page, site_server)
        return page

    return page_of
