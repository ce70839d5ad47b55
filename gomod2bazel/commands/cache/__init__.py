"""What is kept for later builds: filled ahead of them, and removed."""
