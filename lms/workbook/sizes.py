"""The sheets that a workbook is made for."""

from __future__ import annotations

SIZES = {"a4": "A4", "letter": "Letter"}
"""What each is called, by what its address calls it."""
