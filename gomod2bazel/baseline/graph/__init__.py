"""The requirement graph of modules, and the order that it sets for releases."""
