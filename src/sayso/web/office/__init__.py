"""The office's pages: what is used where, whom to tell, what to stop, whom to answer, and what was made."""
