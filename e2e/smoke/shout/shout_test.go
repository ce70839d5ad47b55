package shout

import "testing"

// Unset makes the name another, for tests outside of the package.
func Unset() { Name = "nobody" }

func TestAdd(t *testing.T) {
	if sum := Add(2, 40); sum != 42 {
		t.Errorf("Add(2, 40) = %d", sum)
	}
}

func BenchmarkAdd(b *testing.B) {
	for b.Loop() {
		Add(2, 40)
	}
}
