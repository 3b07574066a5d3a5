"""Organisations that check certificates: who belongs to them, and how they are asked to."""
