"""System calls of one run made to fail, one at a time: nothing is lost, and the driver has words for it."""
