"""Language models under members' counts, for the extra ``neural``: loaded from local files, never from a network.

PyTorch and the libraries around it are imported where they are needed, and not before.
"""
