"""Deliveries to licensees: agreements, what is handed over, revocation feeds, and signed acknowledgements; values and bytes alone."""
