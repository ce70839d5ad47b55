"""What messages about imports, go.mod, go.work, platforms and sources mean: where the mistake is, and what helps."""
