"""Variants of captures, and what must hold of the reports on them. `scripts/check-invariance` is the way in."""
