"""Sayso: nobody's words train a model without their say-so."""

__version__ = "0.1.0"
