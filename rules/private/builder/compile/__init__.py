"""The job of an action GoCompile: one package."""
