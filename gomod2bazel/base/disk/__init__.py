"""Files, folders and locks on this machine's disks."""
