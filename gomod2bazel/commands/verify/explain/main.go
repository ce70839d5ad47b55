// Explain says where two files that should be equal differ first: in which section, and in which symbol of it.
//
// Usage:
//
//	explain compare NAME OURS THEIRS
//	explain describe FILE
//
// The first prints one line: "signature", "section", "symbol" or "bytes", a tab, and a sentence in which NAME is the
// other file. The second prints what a Go executable says of its build, as JSON. Executables and objects are read by the
// standard library's own packages, so that this is right about what the same toolchain has written.
package main

import (
	"bytes"
	"fmt"
	"os"
	"sort"
)

// theirs is what the other file is called: "go's" for the file of go build.
var theirs string

func main() {
	switch {
	case len(os.Args) == 5 && os.Args[1] == "compare":
		theirs = os.Args[2]
		kind, text := explain(read(os.Args[3]), read(os.Args[4]))
		fmt.Printf("%s\t%s\n", kind, text)
	case len(os.Args) == 3 && os.Args[1] == "describe":
		describe(os.Args[2])
	default:
		fmt.Fprintln(os.Stderr, "usage: explain compare NAME OURS THEIRS, explain describe FILE")
		os.Exit(2)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return data
}

func explain(ours, other []byte) (kind, text string) {
	a, b := parse(ours), parse(other)
	if a == nil || b == nil {
		return "bytes", plain(ours, other)
	}
	if bytes.Equal(unsigned(ours), unsigned(other)) {
		return "signature", "the code signature: all else is equal"
	}
	if kind, text := sections(a, b); kind != "" {
		if loaded(a, b) {
			text += " (all sections that are loaded are equal: one of the files was changed after it was linked)"
		}
		return kind, text
	}
	return "bytes", "headers alone: " + plain(ours, other)
}

// sections tells which section differs first, or nothing.
func sections(a, b *image) (kind, text string) {
	for i := range max(len(a.sections), len(b.sections)) {
		switch {
		case i >= len(a.sections):
			return "section", fmt.Sprintf("section %s is missing", b.sections[i].name)
		case i >= len(b.sections):
			return "section", fmt.Sprintf("section %s, which %s has not", a.sections[i].name, theirs)
		case a.sections[i].name != b.sections[i].name:
			return "section", fmt.Sprintf("section %s where %s has %s", a.sections[i].name, theirs, b.sections[i].name)
		}
	}
	for i := range a.sections {
		if !bytes.Equal(a.sections[i].data, b.sections[i].data) {
			return inside(a, b, i)
		}
	}
	return "", ""
}

// loaded reports whether the sections that a program has in memory are equal, and there are any.
func loaded(a, b *image) bool {
	x, y := a.loaded(), b.loaded()
	for i := range x {
		if len(x) != len(y) || x[i].name != y[i].name || x[i].addr != y[i].addr || !bytes.Equal(x[i].data, y[i].data) {
			return false
		}
	}
	return len(x) > 0
}

// inside tells where section number i differs.
func inside(a, b *image, i int) (kind, text string) {
	x, y := a.sections[i], b.sections[i]
	if inner, innerText := explain(x.data, y.data); parse(x.data) != nil && parse(y.data) != nil {
		return inner, x.name + ": " + innerText
	}
	head := "section " + x.name
	ours, others := a.of(i), b.of(i)
	// Code that has grown moves all that follows, so the first symbol of another length says more than the first byte.
	for n := range min(len(ours), len(others)) {
		p, q := ours[n], others[n]
		if p.name != q.name {
			return "symbol", fmt.Sprintf("%s: symbol %s where %s has %s", head, p.name, theirs, q.name)
		}
		if p.size != q.size {
			return "symbol", fmt.Sprintf("%s: symbol %s has %d bytes, %d in %s", head, p.name, p.size, q.size, theirs)
		}
	}
	at := firstDifference(x.data, y.data)
	if name := a.at(i, x.addr+uint64(at)); name != "" {
		return "symbol", fmt.Sprintf("%s: symbol %s, %s", head, name, plain(x.data, y.data))
	}
	return "section", head + ": " + plain(x.data, y.data)
}

// of returns the symbols of section number i by address, each name without what differs from link to link.
func (im *image) of(i int) []symbol {
	var found []symbol
	for _, s := range im.symbols {
		if s.section == i && s.name != "" {
			found = append(found, s)
		}
	}
	sort.SliceStable(found, func(n, m int) bool {
		if found[n].addr != found[m].addr {
			return found[n].addr < found[m].addr
		}
		return found[n].name < found[m].name
	})
	return found
}

// at returns the name of the symbol that an address of section number i belongs to, or nothing.
func (im *image) at(i int, addr uint64) string {
	name := ""
	for _, s := range im.of(i) {
		if s.addr <= addr && (s.size == 0 || addr < s.addr+s.size) {
			name = s.name
		}
	}
	return name
}

func firstDifference(x, y []byte) int {
	n := min(len(x), len(y))
	for i := range n {
		if x[i] != y[i] {
			return i
		}
	}
	return n
}

// plain tells where two contents differ first: by line where both are text.
func plain(x, y []byte) string {
	at := firstDifference(x, y)
	if isText(x) && isText(y) {
		line := 1 + bytes.Count(x[:at], []byte("\n"))
		return fmt.Sprintf("line %d: %q, %q in %s", line, lineAt(x, at), lineAt(y, at), theirs)
	}
	if len(x) != len(y) {
		return fmt.Sprintf("byte %#x; %d bytes, %d in %s", at, len(x), len(y), theirs)
	}
	return fmt.Sprintf("byte %#x: % x, % x in %s", at, x[at:min(at+8, len(x))], y[at:min(at+8, len(y))], theirs)
}

func isText(data []byte) bool {
	return bytes.IndexByte(data, 0) < 0
}

func lineAt(data []byte, at int) string {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	line, _, _ := bytes.Cut(data[start:], []byte("\n"))
	return string(line)
}
