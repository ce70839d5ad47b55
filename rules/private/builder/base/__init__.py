"""What every job of the builder uses."""
