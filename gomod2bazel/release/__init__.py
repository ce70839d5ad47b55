"""What is released in addition to binaries: archives, checksums, SBOMs, provenance, licences, images."""
