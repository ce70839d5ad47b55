"""The command line of a command: which flags it takes, and what they and its INPUTs are."""
