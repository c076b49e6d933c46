"""Hypothesis for the whole suite: what a property takes, in time or in draws, is never its verdict; machines are noisy.

``make test`` draws the same examples each time, so that it says the same of the same code everywhere; ``make test-deep`` draws others
each time (the profile ``drawn``), and so does ``pytest --hypothesis-profile=drawn``.

What is compiled is kept, whatever the machine says of that: tests start the program dozens of times, and each start would compile
all of it anew.
"""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

from postgres_server import postgres_database as postgres_database
from postgres_server import postgres_server as postgres_server
from s3_server import bucket as bucket
from s3_server import s3_server as s3_server
from spark_session import spark as spark

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PATIENT = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("sayso", derandomize=True, **PATIENT)
settings.register_profile("drawn", **PATIENT)
settings.load_profile("sayso")
