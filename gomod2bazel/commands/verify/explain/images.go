package main

import (
	"bytes"
	"debug/elf"
	"debug/gosym"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"strings"
)

// A section is a part of a file that has a name.
type section struct {
	name string
	addr uint64
	data []byte
	// Whether a program has it in memory, where the format says so.
	isLoaded bool
}

// A symbol is a range of addresses in the section with number section; size is 0 where the format has none.
type symbol struct {
	name       string
	section    int
	addr, size uint64
}

// An image is a file that has sections.
type image struct {
	sections []section
	symbols  []symbol
	// The size of an address, and the order of its bytes; 0 where a file has no addresses.
	pointer int
	order   binary.ByteOrder
	// Whether the file has a symbol table; symbols may come from Go's table of functions.
	hasTable bool
}

// loaded returns the sections that a program has in memory.
func (im *image) loaded() []section {
	var found []section
	for _, s := range im.sections {
		if s.isLoaded {
			found = append(found, s)
		}
	}
	return found
}

// bytesAt returns n bytes at an address, or nothing.
func (im *image) bytesAt(addr, n uint64) []byte {
	for _, s := range im.sections {
		if size := uint64(len(s.data)); s.isLoaded && addr >= s.addr && addr-s.addr <= size && n <= size-(addr-s.addr) {
			return s.data[addr-s.addr:][:n]
		}
	}
	return nil
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
	im := &image{pointer: 4, order: file.ByteOrder}
	if file.Class == elf.ELFCLASS64 {
		im.pointer = 8
	}
	for _, s := range file.Sections {
		content := []byte(fmt.Sprint(s.Size))
		if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL {
			content, _ = s.Data()
		}
		im.sections = append(im.sections, section{s.Name, s.Addr, content, s.Flags&elf.SHF_ALLOC != 0})
	}
	symbols, err := file.Symbols()
	im.hasTable = err == nil
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
	im := &image{pointer: 8, order: file.ByteOrder}
	if file.Magic == macho.Magic32 {
		im.pointer = 4
	}
	for _, s := range file.Sections {
		content, _ := s.Data()
		isLoaded := s.Seg != "__DWARF"
		im.sections = append(im.sections, section{s.Seg + "," + s.Name, s.Addr, content, isLoaded})
	}
	if file.Symtab != nil {
		for _, s := range file.Symtab.Syms {
			if s.Sect > 0 {
				im.hasTable = true
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
	im := &image{pointer: 8, order: binary.LittleEndian, hasTable: len(file.Symbols) > 0}
	if _, is32 := file.OptionalHeader.(*pe.OptionalHeader32); is32 {
		im.pointer = 4
	}
	for _, s := range file.Sections {
		content, _ := s.Data()
		isLoaded := s.Characteristics&pe.IMAGE_SCN_MEM_DISCARDABLE == 0 && s.Name != ".symtab"
		im.sections = append(im.sections, section{s.Name, uint64(s.VirtualAddress), content, isLoaded})
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
		im.sections = append(im.sections, section{name, 0, content, true})
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
		im.sections = append(im.sections, section{"member " + name, 0, data[60 : 60+size], false})
		data = data[min(60+size+size%2, len(data)):]
	}
	return im
}

// functions takes the names of functions from Go's own table where the symbols were stripped.
func (im *image) functions() {
	if len(im.symbols) > 0 {
		return
	}
	text, found := im.table()
	if found == nil {
		return
	}
	for _, f := range found.Funcs {
		im.symbols = append(im.symbols, symbol{f.Name, text, f.Entry, f.End - f.Entry})
	}
}

// table returns Go's own table of functions and lines, and the number of the section that has their code.
func (im *image) table() (int, *gosym.Table) {
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
		return 0, nil
	}
	found, err := gosym.NewTable(nil, gosym.NewLineTable(im.sections[table].data, im.sections[text].addr))
	if err != nil {
		return 0, nil
	}
	return text, found
}
