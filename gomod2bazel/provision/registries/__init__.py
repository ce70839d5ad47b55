"""What package registries serve, through their own clients."""
