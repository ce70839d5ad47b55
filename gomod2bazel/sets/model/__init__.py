"""The model: weights of hints, trees, and what they decide."""
