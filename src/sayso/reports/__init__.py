"""Reports: what regulators, buyers and journalists read, made from facts as values; nothing here reads or writes."""
