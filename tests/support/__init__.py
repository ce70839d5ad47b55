"""What several test folders share: modules packed for a goproxy, and the driver run as a user runs it."""
