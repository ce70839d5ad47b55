"""Find the tools the driver runs, and set up what is missing in its own cache folder; nothing else is touched."""
