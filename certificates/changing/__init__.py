"""Changing the standing of many credentials at once."""
