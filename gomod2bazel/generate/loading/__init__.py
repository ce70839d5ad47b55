"""Load a repository: its folders, modules and packages, and which of them can be built."""
