// Explain says where two files that should be equal differ first: in which section, and in which symbol of it.
//
// Usage: explain OURS THEIRS
//
// It prints one line: "section" or "symbol" or "bytes", a tab, and a sentence. Executables and objects are read by the
// standard library's own packages, so that this is right about what the same toolchain has written.
package main

import (
	"bytes"
	"debug/elf"
	"debug/gosym"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"os"
	"sort"
	"strings"
)

// A section is a part of a file that has a name.
type section struct {
	name string
	addr uint64
	data []byte
}

// A symbol is a range of addresses in the section with number section; size is 0 where the format has none.
type symbol struct {
	name       string
	section    int
	addr, size uint64
}

type image struct {
	sections []section
	symbols  []symbol
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: explain OURS THEIRS")
		os.Exit(2)
	}
	ours, theirs := read(os.Args[1]), read(os.Args[2])
	kind, text := explain(ours, theirs)
	fmt.Printf("%s\t%s\n", kind, text)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return data
}

func explain(ours, theirs []byte) (kind, text string) {
	a, b := parse(ours), parse(theirs)
	if a == nil || b == nil {
		return "bytes", plain(ours, theirs)
	}
	for i := range max(len(a.sections), len(b.sections)) {
		switch {
		case i >= len(a.sections):
			return "section", fmt.Sprintf("section %s is missing", b.sections[i].name)
		case i >= len(b.sections):
			return "section", fmt.Sprintf("section %s, which go's has not", a.sections[i].name)
		case a.sections[i].name != b.sections[i].name:
			return "section", fmt.Sprintf("section %s where go's has %s", a.sections[i].name, b.sections[i].name)
		}
	}
	for i := range a.sections {
		if !bytes.Equal(a.sections[i].data, b.sections[i].data) {
			return inside(a, b, i)
		}
	}
	return "bytes", "headers alone: " + plain(ours, theirs)
}

// inside tells where section number i differs.
func inside(a, b *image, i int) (kind, text string) {
	x, y := a.sections[i], b.sections[i]
	if inner, innerText := explain(x.data, y.data); parse(x.data) != nil && parse(y.data) != nil {
		return inner, x.name + ": " + innerText
	}
	head := "section " + x.name
	ours, theirs := a.of(i), b.of(i)
	// Code that has grown moves all that follows, so the first symbol of another length says more than the first byte.
	for n := range min(len(ours), len(theirs)) {
		p, q := ours[n], theirs[n]
		if p.name != q.name {
			return "symbol", fmt.Sprintf("%s: symbol %s where go's has %s", head, p.name, q.name)
		}
		if p.size != q.size {
			return "symbol", fmt.Sprintf("%s: symbol %s has %d bytes, %d in go's", head, p.name, p.size, q.size)
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
		return fmt.Sprintf("line %d: %q, %q in go's", 1+bytes.Count(x[:at], []byte("\n")), lineAt(x, at), lineAt(y, at))
	}
	if len(x) != len(y) {
		return fmt.Sprintf("byte %#x; %d bytes, %d in go's", at, len(x), len(y))
	}
	return fmt.Sprintf("byte %#x: % x, % x in go's", at, x[at:min(at+8, len(x))], y[at:min(at+8, len(y))])
}

func isText(data []byte) bool {
	return bytes.IndexByte(data, 0) < 0
}

func lineAt(data []byte, at int) string {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	line, _, _ := bytes.Cut(data[start:], []byte("\n"))
	return string(line)
}

func parse(data []byte) *image {
	switch {
	case bytes.HasPrefix(data, []byte(elf.ELFMAG)):
		return parseELF(data)
	case bytes.HasPrefix(data, []byte("MZ")):
		return parsePE(data)
	case bytes.HasPrefix(data, []byte("\x00asm")):
		return parseWasm(data[8:])
	case bytes.HasPrefix(data, []byte("!<arch>\n")):
		return parseArchive(data[8:])
	}
	return parseMachO(data)
}

func parseELF(data []byte) *image {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	im := &image{}
	for _, s := range file.Sections {
		content := []byte(fmt.Sprint(s.Size))
		if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL {
			content, _ = s.Data()
		}
		im.sections = append(im.sections, section{s.Name, s.Addr, content})
	}
	symbols, _ := file.Symbols()
	for _, s := range symbols {
		if int(s.Section) < len(file.Sections) && elf.ST_TYPE(s.Info) != elf.STT_SECTION {
			im.symbols = append(im.symbols, symbol{s.Name, int(s.Section), s.Value, s.Size})
		}
	}
	im.functions()
	return im
}

func parseMachO(data []byte) *image {
	file, err := macho.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	im := &image{}
	for _, s := range file.Sections {
		content, _ := s.Data()
		im.sections = append(im.sections, section{s.Seg + "," + s.Name, s.Addr, content})
	}
	if file.Symtab != nil {
		for _, s := range file.Symtab.Syms {
			if s.Sect > 0 {
				im.symbols = append(im.symbols, symbol{s.Name, int(s.Sect) - 1, s.Value, 0})
			}
		}
	}
	im.functions()
	return im
}

func parsePE(data []byte) *image {
	file, err := pe.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	im := &image{}
	for _, s := range file.Sections {
		content, _ := s.Data()
		im.sections = append(im.sections, section{s.Name, uint64(s.VirtualAddress), content})
	}
	for _, s := range file.Symbols {
		if n := int(s.SectionNumber); n > 0 && n <= len(file.Sections) {
			addr := uint64(file.Sections[n-1].VirtualAddress) + uint64(s.Value)
			im.symbols = append(im.symbols, symbol{s.Name, n - 1, addr, 0})
		}
	}
	return im
}

// parseWasm reads the sections that follow a module's version (WebAssembly specification, "Binary Format").
func parseWasm(data []byte) *image {
	names := []string{
		"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data",
	}
	im := &image{}
	for len(data) > 0 {
		id := int(data[0])
		size, n := binary.Uvarint(data[1:])
		if n <= 0 || uint64(len(data)-1-n) < size {
			return nil
		}
		content := data[1+n : 1+n+int(size)]
		data = data[1+n+int(size):]
		name := fmt.Sprint("number ", id)
		if id < len(names) {
			name = names[id]
		}
		if length, m := binary.Uvarint(content); id == 0 && m > 0 && length <= uint64(len(content)-m) {
			name = string(content[m : m+int(length)])
		}
		im.sections = append(im.sections, section{name, 0, content})
	}
	return im
}

// parseArchive reads the members that follow an archive's first line (ar(5)).
func parseArchive(data []byte) *image {
	im := &image{}
	for len(data) >= 60 {
		var size int
		if _, err := fmt.Sscan(string(data[48:58]), &size); err != nil || size > len(data)-60 {
			return nil
		}
		name := strings.TrimSpace(string(data[:16]))
		im.sections = append(im.sections, section{"member " + name, 0, data[60 : 60+size]})
		data = data[min(60+size+size%2, len(data)):]
	}
	return im
}

// functions takes the names of functions from Go's own table where the symbols were stripped.
func (im *image) functions() {
	if len(im.symbols) > 0 {
		return
	}
	text, table := -1, -1
	for i, s := range im.sections {
		switch s.name {
		case ".text", "__TEXT,__text":
			text = i
		case ".gopclntab", ".data.rel.ro.gopclntab", "__TEXT,__gopclntab", "__DATA_CONST,__gopclntab":
			table = i
		}
	}
	if text < 0 || table < 0 {
		return
	}
	found, err := gosym.NewTable(nil, gosym.NewLineTable(im.sections[table].data, im.sections[text].addr))
	if err != nil {
		return
	}
	for _, f := range found.Funcs {
		im.symbols = append(im.symbols, symbol{f.Name, text, f.Entry, f.End - f.Entry})
	}
}
