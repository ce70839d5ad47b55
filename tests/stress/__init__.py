"""Long trials of many runs: at once, and one after the other."""
