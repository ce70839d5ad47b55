"""What the builder would do: -n and -x."""
