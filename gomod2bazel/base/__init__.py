"""What every stage may use: files, locks and scratch folders."""
