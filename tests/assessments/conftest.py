"""What several tests of assessment lean on."""

import pytest

from tests import make


@pytest.fixture
def page(db):
    """A quiz of four single choice questions; the first has a wrong key."""
    course = make.course(order="free")
    questions = [make.single_choice(code=f"K{n}") for n in range(4)]
    return make.quiz_page(make.module(course), make.quiz(questions), title="Boundaries")
