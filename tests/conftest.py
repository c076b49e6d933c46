"""Hypothesis for the whole suite: what a property takes is never its verdict, machines are noisy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("sayso", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sayso")
