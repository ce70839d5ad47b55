"""Run the go command and read what it prints."""
