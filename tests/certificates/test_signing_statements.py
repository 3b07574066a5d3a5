"""A statement is signed once, under the text that was read."""

import pytest

from certificates import exceptions as cannot
from certificates.models import Attestation, Credential
from certificates.signing_statements import same_name, sign_statement
from tests import make
from tests.make import DAY, NOON

REASON = "The file was read again."


class TestSigning:
    @pytest.fixture(autouse=True)
    def _db(self, db):
        self.version = make.statement()
        self.learner = make.user(full_name="Siân O’Brien-Núñez")

    @pytest.mark.parametrize(
        ("typed", "same"),
        [
            ("Siân O’Brien-Núñez", True),
            ("siân o'brien-núñez", True),
            ("  SIÂN   O’BRIEN–NÚÑEZ ", True),
            ("Sia\u0302n O’Brien-Núñez", True),
            ("Sian O’Brien-Nunez", False),
            ("Siân", False),
            ("", False),
        ],
    )
    def test_the_typed_name_is_compared_kindly(self, typed, same):
        assert same_name(typed, self.learner.full_name) == same

    def test_another_name_is_not_a_signature(self):
        with pytest.raises(cannot.NamesDiffer) as differ:
            sign_statement(self.learner, self.version, typed_name="Ada Okafor", at=NOON)
        assert self.learner.full_name in str(differ.value)
        assert not Attestation.objects.exists()

    def test_signing_again_changes_nothing(self):
        first = sign_statement(
            self.learner, self.version, typed_name=self.learner.full_name, at=NOON
        )
        again = sign_statement(
            self.learner, self.version, typed_name=self.learner.full_name.upper(), at=NOON + DAY
        )
        assert again == first
        assert again.signed_at == NOON

    def test_a_text_that_changed_must_be_read_before_it_is_signed(self):
        newest = self.version.statement.versions.create(
            version="2", text="<p>New.</p>", published_at=NOON
        )
        with pytest.raises(cannot.TextChanged) as changed:
            sign_statement(self.learner, self.version, typed_name=self.learner.full_name, at=NOON)
        assert changed.value.newest == newest

    def test_the_last_signature_issues_the_award(self):
        award = make.award(statement=self.version)
        sign_statement(self.learner, self.version, typed_name=self.learner.full_name, at=NOON)
        assert Credential.objects.get().award == award
