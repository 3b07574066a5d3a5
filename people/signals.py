"""News that other apps may act on."""

from django.dispatch import Signal

arrived = Signal()
"""Somebody signed up or in, and is sent to an address of this site. Sent with the `request`, the
`user`, the `url` as it was asked for, and `at`. A receiver returns
what to tell them, in a sentence, or nothing."""
