// Shout says in capitals what package shout has to say, and adds up its arguments.
package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/words"
	"example.org/smoke/phrases"
	"example.org/smoke/shout"
)

// punctuation is set by the linker.
var punctuation = "?"

func main() {
	hello, _ := words.In("en")
	fmt.Println(strings.ToUpper(hello+", "+shout.Name) + punctuation)
	sum := 0
	for _, word := range os.Args[1:] {
		var number int
		if _, err := fmt.Sscan(word, &number); err != nil {
			fmt.Fprintln(os.Stderr, "shout:", err)
			os.Exit(2)
		}
		sum = shout.Add(sum, number)
	}
	fmt.Println(sum)
	fmt.Println(phrases.First())
}
