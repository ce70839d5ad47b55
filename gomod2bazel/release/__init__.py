"""What is released beside binaries: archives, checksums, SBOMs, provenance, licences, images."""
