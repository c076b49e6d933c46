"""Writing suggestions from counts of n-grams that can forget exactly: texts and numbers in, continuations out."""
