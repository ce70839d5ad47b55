"""Go sources of .proto files."""
