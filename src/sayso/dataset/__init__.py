"""Data sets: published rows, their digests, the funnel, the manifest and the card; rows in, bytes and values out."""
