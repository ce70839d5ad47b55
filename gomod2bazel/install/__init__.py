"""Put built files in place, and write the result file."""
