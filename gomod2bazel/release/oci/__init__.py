"""Container images of a release: an OCI image layout on disk (https://github.com/opencontainers/image-spec, 1.1)."""
