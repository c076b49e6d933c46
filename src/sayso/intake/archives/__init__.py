"""Members' own export archives: one archive is one member and what is theirs."""
