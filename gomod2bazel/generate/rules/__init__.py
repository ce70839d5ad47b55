"""Turn packages into the rules of BUILD files."""
