"""verify -binary FILE: a binary that somebody else built, rebuilt from its sources."""
