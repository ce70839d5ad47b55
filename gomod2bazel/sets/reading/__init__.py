"""Read a module as evidence: its files, its main packages, the words in them."""
