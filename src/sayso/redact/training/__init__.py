"""Training of the taggers, for the extra ``neural``: texts and labels in, a file of weights out."""
