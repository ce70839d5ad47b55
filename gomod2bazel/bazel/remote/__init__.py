"""The remote cache and the remote executor that the user names."""
