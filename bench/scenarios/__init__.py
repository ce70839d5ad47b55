"""What is timed: the steps that all sides do in each round."""
