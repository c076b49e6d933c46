"""Models that forget exactly: a function of sums over members, so that taking a member out is a subtraction."""
