"""Groups of options that a stage reads."""
