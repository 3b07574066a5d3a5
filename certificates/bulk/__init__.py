"""Issuing an award to many people from a table."""
