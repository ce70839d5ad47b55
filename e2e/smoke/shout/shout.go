// Package shout knows a name and can add.
package shout

import (
	_ "embed"
	"strings"
)

//go:embed name.txt
var name string

// Name is whom to greet.
var Name = strings.TrimSpace(name)
