"""What editors ask: the packages of a repository, from its BUILD files and locks (golang.org/x/tools/go/packages)."""
