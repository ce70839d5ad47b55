"""C compilers, and what finds their flags."""
