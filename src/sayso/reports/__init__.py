"""Reports: what regulators, buyers, members and journalists read, made from facts that were gathered elsewhere."""
