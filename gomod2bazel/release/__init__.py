"""Release files: archives, checksums, SBOMs, provenance, licences, images."""
