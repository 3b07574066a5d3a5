"""News that other apps may act on."""

from django.dispatch import Signal

result_remarked = Signal()
"""A re-marking gave an attempt a new result. Sent inside its transaction, with `attempt`,
`before` and `after`, the two results as rows, `remarking`, and `at`."""
