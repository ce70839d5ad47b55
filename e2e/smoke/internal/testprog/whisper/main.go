// Whisper says what it is told in small letters. The tests of package shout run it.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() { fmt.Println(strings.ToLower(strings.Join(os.Args[1:], " "))) }
