"""Go's own side: module proxies and what their files must hash to, and the go command with what it prints."""
