"""What a Go release changes for the driver: the steps of its builds beside those of the go command, and the bytes."""
