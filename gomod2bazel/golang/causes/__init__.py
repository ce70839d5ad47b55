"""What errors about imports, go.mod, go.work and platforms mean: where the mistake is, and what helps."""
