"""What distributions need: documents of modules, GNU build IDs, debug files."""
