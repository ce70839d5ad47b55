// Count prints how often the letter l is in each of its arguments.
package main

import (
	"fmt"
	"os"

	"example.org/smoke/tally"
)

func main() {
	for _, word := range os.Args[1:] {
		fmt.Println(tally.Count(word, 'l'))
	}
}
