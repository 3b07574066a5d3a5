"""Organisations that want to be told when the standing of a certificate changes."""
