"""go vet: what it asks about a package, and what becomes of its findings."""
