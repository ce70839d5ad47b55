"""What the rules ask of the builder: one type a job."""
