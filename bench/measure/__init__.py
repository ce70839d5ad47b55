"""Running commands, and what they use: wall time, processor time, memory."""
