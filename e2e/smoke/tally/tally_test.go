package tally

import "testing"

func TestCount(t *testing.T) {
	if got := Count("hello, hello", 'l'); got != 4 {
		t.Errorf("Count = %d, want 4", got)
	}
}
