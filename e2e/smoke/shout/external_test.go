package shout_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"example.org/smoke/loud"
	"example.org/smoke/shout"
)

func TestMain(m *testing.M) {
	fmt.Println("language:", os.Getenv("SHOUT_LANGUAGE"))
	m.Run()
}

func TestTestdata(t *testing.T) {
	text, err := os.ReadFile("testdata/name.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.TrimSpace(string(text)); shout.Name != want {
		t.Errorf("shout.Name = %q, want %q", shout.Name, want)
	}
}

// What package loud sees is the package under test, with its test files.
func TestLoud(t *testing.T) {
	defer func(name string) { shout.Name = name }(shout.Name)
	shout.Unset()
	if got := loud.Twice(); got != "nobodynobody" {
		t.Errorf("loud.Twice() = %q", got)
	}
}

func ExampleAdd() {
	fmt.Println(shout.Add(1, 2))
	// Output: 3
}
