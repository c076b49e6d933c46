"""Deliveries to licensees: handing over, the revocation feed, acknowledgements, and how each delivery stands."""
