package shout

// Add returns the sum of two numbers.
func Add(a, b int) int
