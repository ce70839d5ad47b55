package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
)

// A variable is a string variable that the linker set: -X NAME=VALUE.
type variable struct {
	Name, Value string
	addr        uint64
}

// A description is what an executable says of its build.
type description struct {
	*debug.BuildInfo
	// The go command's build ID; empty where the file has none.
	BuildID string
	// ELF, Mach-O, PE, or nothing.
	Format string
	// Whether the file has a symbol table, and debugging information.
	HasSymbols, HasDWARF bool
	// The GNU build ID of an ELF file, in hexadecimal; empty where it has none.
	HostBuildID string
	// What -X set; known only with a symbol table.
	Variables []variable
	// What the C compilers wrote about themselves, in an ELF file.
	Compilers []string
	// The files that main.main and runtime.main were compiled from.
	MainFile, RuntimeFile string
}

// describe prints a description as JSON.
func describe(path string) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, strings.TrimPrefix(err.Error(), path+": "))
		os.Exit(1)
	}
	data := read(path)
	d := description{BuildInfo: info, BuildID: buildID(data)}
	switch {
	case bytes.HasPrefix(data, []byte(elf.ELFMAG)):
		d.Format = "ELF"
	case bytes.HasPrefix(data, []byte("MZ")):
		d.Format = "PE"
	case bytes.HasPrefix(data, []byte("\xcf\xfa\xed\xfe")):
		d.Format = "Mach-O"
	}
	if im := parse(data); im != nil && d.Format != "" {
		d.HasSymbols, d.Variables = im.hasTable, im.variables()
		d.MainFile, d.RuntimeFile = im.file("main.main"), im.file("runtime.main")
		for _, s := range im.sections {
			name := s.name[strings.LastIndex(s.name, ",")+1:]
			d.HasDWARF = d.HasDWARF || strings.HasSuffix(name, "debug_info")
			if name == ".note.gnu.build-id" && d.Format == "ELF" && len(s.data) > 16 {
				// After the lengths, the type and the owner (elf(5), Notes).
				d.HostBuildID = hex.EncodeToString(s.data[16:])
			}
			if name == ".comment" && d.Format == "ELF" {
				d.Compilers = comments(s.data)
			}
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// buildID returns the go command's build ID (cmd/internal/buildid, ReadFile).
func buildID(data []byte) string {
	if file, err := elf.NewFile(bytes.NewReader(data)); err == nil {
		section := file.Section(".note.go.buildid")
		if section == nil {
			return ""
		}
		note, err := section.Data()
		if err != nil || len(note) < 16 || string(note[12:16]) != "Go\x00\x00" {
			return ""
		}
		size := file.ByteOrder.Uint32(note[4:])
		if uint64(size) > uint64(len(note)-16) {
			return ""
		}
		return string(note[16:][:size])
	}
	_, after, found := bytes.Cut(data, []byte("\xff Go build ID: "))
	quoted, _, closed := bytes.Cut(after, []byte("\n \xff"))
	if !found || !closed {
		return ""
	}
	id, _ := strconv.Unquote(string(quoted))
	return id
}

// variables returns what -X set, by address: the linker keeps the order of values of one length (cmd/link, addstrdata).
func (im *image) variables() []variable {
	var found []variable
	if !im.hasTable {
		return nil
	}
	byName := map[string]symbol{}
	for _, s := range im.symbols {
		byName[s.name] = s
	}
	for _, s := range im.symbols {
		name, isValue := strings.CutSuffix(s.name, ".str")
		header, isVariable := byName[name]
		// What the linker and the go command set themselves is in the runtime.
		if !isValue || !isVariable || strings.HasPrefix(name, "runtime.") {
			continue
		}
		length, ok := im.length(header)
		if !ok {
			continue
		}
		if value := im.bytesAt(s.addr, length); value != nil {
			found = append(found, variable{plainName(name), string(value), s.addr})
		}
	}
	sort.Slice(found, func(i, j int) bool {
		return found[i].addr < found[j].addr || (found[i].addr == found[j].addr && found[i].Name < found[j].Name)
	})
	return found
}

// length returns the length of a string, which its header has after an address.
func (im *image) length(header symbol) (uint64, bool) {
	data := im.bytesAt(header.addr, uint64(2*im.pointer))
	switch {
	case data == nil:
		return 0, false
	case im.pointer == 4:
		return uint64(im.order.Uint32(data[4:])), true
	}
	return im.order.Uint64(data[8:]), true
}

// plainName returns the name of a variable as -X takes it: in symbols, some letters of paths are escaped.
func plainName(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// comments returns the texts of a section that has several, each once.
func comments(data []byte) []string {
	var found []string
	for text := range strings.SplitSeq(string(data), "\x00") {
		if text != "" && (len(found) == 0 || found[len(found)-1] != text) {
			found = append(found, text)
		}
	}
	return found
}

// file returns the file that a function was compiled from, by Go's own table, or nothing.
func (im *image) file(function string) string {
	if _, table := im.table(); table != nil {
		if f := table.LookupFunc(function); f != nil {
			name, _, _ := table.PCToLine(f.Entry)
			return name
		}
	}
	return ""
}
