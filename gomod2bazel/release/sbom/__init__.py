"""SBOMs: what is in the binaries of a release, as SPDX or CycloneDX documents."""
