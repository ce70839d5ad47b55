// An example of package loud.
package main

import (
	"fmt"

	"example.org/smoke/loud"
)

func main() { fmt.Println(loud.Twice()) }
