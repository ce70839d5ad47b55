"""What lists, starts and measures tests."""
