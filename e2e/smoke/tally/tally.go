// Package tally counts letters, in C.
package tally

/*
#include <stdlib.h>
#include "clib/tally.h"
*/
import "C"

import "unsafe"

// Count returns how often a letter is in a text.
func Count(text string, letter byte) int {
	held := C.CString(text)
	defer C.free(unsafe.Pointer(held))
	return int(C.tally(held, C.char(letter)))
}
