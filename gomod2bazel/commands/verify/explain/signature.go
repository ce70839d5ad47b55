package main

import (
	"bytes"
	"encoding/binary"
)

// unsigned returns a file without its code signature, and without what in its headers changes when it is signed.
func unsigned(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("MZ")):
		return unsignedPE(bytes.Clone(data))
	case bytes.HasPrefix(data, []byte("\xcf\xfa\xed\xfe")):
		return unsignedMachO(bytes.Clone(data))
	}
	return data
}

// unsignedMachO leaves out LC_CODE_SIGNATURE with what it names, and the size of the segment that has it
// (mach-o/loader.h: mach_header_64, segment_command_64, linkedit_data_command).
func unsignedMachO(data []byte) []byte {
	const header, codeSignature, segment64 = 32, 0x1d, 0x19
	if len(data) < header {
		return data
	}
	order := binary.LittleEndian
	count, size := order.Uint32(data[16:]), uint64(order.Uint32(data[20:]))
	if header+size > uint64(len(data)) {
		return data
	}
	commands, end := data[header:header+size], len(data)
	for range count {
		if len(commands) < 8 {
			return data
		}
		length := uint64(order.Uint32(commands[4:]))
		if length < 8 || length > uint64(len(commands)) {
			return data
		}
		command := commands[:length]
		switch kind := order.Uint32(command); {
		case kind == codeSignature && length >= 16:
			if at := order.Uint32(command[8:]); uint64(at) < uint64(end) {
				end = int(at)
			}
			clear(command)
			order.PutUint32(data[16:], count-1)
			order.PutUint32(data[20:], uint32(size-length))
		case kind == segment64 && length >= 72 && bytes.HasPrefix(command[8:], []byte("__LINKEDIT\x00")):
			clear(command[32:40])
			clear(command[48:56])
		}
		commands = commands[length:]
	}
	return bytes.TrimRight(data[:end], "\x00")
}

// unsignedPE leaves out the certificate table, and the checksum (Microsoft, "PE Format": the optional header).
func unsignedPE(data []byte) []byte {
	if len(data) < 0x40 {
		return data
	}
	order := binary.LittleEndian
	optional := uint64(order.Uint32(data[0x3c:])) + 24
	if optional+168 > uint64(len(data)) {
		return data
	}
	directories := optional + 96
	if order.Uint16(data[optional:]) == 0x20b {
		directories = optional + 112
	}
	certificates := data[directories+4*8:][:8]
	at := uint64(order.Uint32(certificates))
	clear(certificates)
	clear(data[optional+64:][:4])
	if at > 0 && at < uint64(len(data)) {
		data = data[:at]
	}
	return bytes.TrimRight(data, "\x00")
}
