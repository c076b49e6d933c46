"""Hypothesis for the whole suite: what a property takes, in time or in draws, is never its verdict; machines are noisy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "sayso", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("sayso")
