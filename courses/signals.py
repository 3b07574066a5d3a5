"""News that other apps may act on."""

from django.dispatch import Signal

evidence_landed = Signal()
"""A piece of evidence about a learner has landed. Sent inside its transaction, with
`learner` and `at`, so that what it completes can be recorded with it or not at all."""

enrolment_retaken = Signal()
"""A learner began a course once more. Sent inside the transaction, with the `enrolment` that
is now a record, and `at`."""
