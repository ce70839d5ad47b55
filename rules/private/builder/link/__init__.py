"""The jobs of linking, and of archives that are taken as they are."""
