"""Random damage to what the driver reads from elsewhere: each input is read, or refused in its own words."""
