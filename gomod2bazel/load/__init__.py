"""Turn INPUT into a verified module, and that into what the go command lists of it."""
