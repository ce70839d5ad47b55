"""The report of a build: what its stages had, collected as the data of the page."""
