"""Compare the steps and the bytes of builds with those of the go command, for one Go release."""
