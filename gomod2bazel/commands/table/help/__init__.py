"""Help: the overview, a page for each command, topics, completions and manual pages, all from the table of commands."""
