"""Reads the pages of the documentation: their blocks of commands, and the site that is built from them."""
