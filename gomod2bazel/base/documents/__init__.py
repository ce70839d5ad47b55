"""Output for other programs: JSON documents with a schema each, and messages as JSON."""
