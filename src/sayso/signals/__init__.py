"""Other people's machine-readable signals: text in, what it says about uses out; and the other way round."""
