"""Elements, tables and the frame of HTML pages."""
