"""What a run read, and whether it changed since: the state of files, and the outline of those that are edited."""
