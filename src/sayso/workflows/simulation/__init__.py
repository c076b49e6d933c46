"""One community under many policies."""
