// Package loud repeats what package shout knows.
package loud

import "example.org/smoke/shout"

// Twice returns the name twice.
func Twice() string { return shout.Name + shout.Name }
