"""What a privacy office asks and does: what is used where, who was told, what to stop, whom to answer."""
