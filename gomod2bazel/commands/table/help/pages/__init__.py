"""The texts of the pages: what a command does, its arguments and examples."""
