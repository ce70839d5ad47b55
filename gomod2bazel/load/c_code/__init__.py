"""What the C files of a package need: headers, files around the module, flags that are safe."""
