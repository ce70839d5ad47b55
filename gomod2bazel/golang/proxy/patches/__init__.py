"""Where module files come from and what they must hash to; nothing here runs the go command."""
