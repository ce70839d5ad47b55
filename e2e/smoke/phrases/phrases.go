// Package phrases has greetings that a program of another module wrote.
package phrases

// First returns the first of them.
func First() string { return All[0] }
