"""BUILD files of a repository: generated from what the go command lists, merged into what exists already."""
