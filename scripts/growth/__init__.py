"""Odd traffic in any amount, and what analysing it costs. `scripts/check-growth` is the way in."""
