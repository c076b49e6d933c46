"""Gathers from a project what the reports are made of."""
