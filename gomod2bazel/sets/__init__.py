"""Which binaries a module has, and which set each belongs to, with the evidence for it (design, "Sets")."""
