"""What is written of a run: JSON, tables, charts, and the comparison with committed ratios."""
