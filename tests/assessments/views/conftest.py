"""A learner before a paper."""

import pytest

from tests import make


@pytest.fixture
def attempt(client):
    """An open attempt, and a client that its learner is signed in to."""
    attempt = make.attempt()
    client.force_login(attempt.enrolment.learner)
    return attempt


@pytest.fixture
def right(attempt):
    return make.right_responses(attempt)
