"""News that other apps may act on."""

from django.dispatch import Signal

arrived = Signal()
"""Somebody signed up or in, and is sent to an address of this site. Sent with the `request`, the
`user`, the `url` as it was asked for, and `at`. A receiver returns
what to tell them, in a sentence, or nothing."""

page_named = Signal()
"""Something is kept of a page of this site, which is to be named. Sent with the `request` and the
`path`. A receiver returns the title of the page that it knows there, or nothing."""
