// Check starts the program that it is given, and compares what that prints with the second argument.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	said, err := exec.Command(os.Args[1]).Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
	if got := strings.TrimSpace(string(said)); got != os.Args[2] {
		fmt.Fprintf(os.Stderr, "check: %s prints %q, want %q\n", os.Args[1], got, os.Args[2])
		os.Exit(1)
	}
}
