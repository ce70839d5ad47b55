// Zipper writes the zip of a module version with golang.org/x/mod/zip, out of a folder or out of a git commit.
//
// It is compiled as a package of the module cmd of the Go SDK (see zipper.py), which has that library in its vendor
// folder: what rules hold for zips, and which bytes come of a file, are then those of the go command that is there.
//
// On standard output is a JSON object: "Omitted" holds the files that a module zip does not have, "Invalid" those that
// it must not have; each with "Path" and "Reason". "Invalid" files, and any other failure, make the exit status 1; what
// went wrong else is then on standard error.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

var (
	modulePath = flag.String("module", "", "module path")
	version    = flag.String("version", "", "its version")
	output     = flag.String("o", "", "zip to write")
	folder     = flag.String("dir", "", "folder to pack")
	license    = flag.String("license", "", "LICENSE for a folder that has none")
	git        = flag.String("git", "", "git repository to pack a commit of, in place of a folder")
	revision   = flag.String("rev", "", "the commit")
	subfolder  = flag.String("subdir", "", "the module's folder in the repository, relative to its root")
)

type remark struct{ Path, Reason string }

type report struct{ Omitted, Invalid []remark }

func main() {
	flag.Parse()
	var told report
	err := run(&told)
	json.NewEncoder(os.Stdout).Encode(told)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || len(told.Invalid) > 0 {
		os.Exit(1)
	}
}

func run(told *report) error {
	target, err := os.Create(*output)
	if err != nil {
		return err
	}
	version := module.Version{Path: *modulePath, Version: *version}
	if *git != "" {
		err = zip.CreateFromVCS(target, version, *git, *revision, *subfolder)
	} else {
		err = packFolder(target, version, told)
	}
	var invalid zip.FileErrorList
	if errors.As(err, &invalid) {
		told.Invalid, err = remarks(invalid), nil
	}
	return errors.Join(err, target.Close())
}

// packFolder packs the files that zip.CreateFromDir would, in the order that git archive has them in: goproxies pack
// what that command gives. A LICENSE of the repository's root comes last, as the go command has it.
func packFolder(target io.Writer, version module.Version, told *report) error {
	checked, err := zip.CheckDir(*folder)
	told.Omitted, told.Invalid = relative(checked.Omitted), relative(checked.Invalid)
	if err != nil {
		if len(told.Invalid) > 0 {
			return nil
		}
		return err
	}
	files := []zip.File{}
	licensed := false
	for _, path := range checked.Valid {
		name, err := filepath.Rel(*folder, path)
		if err != nil {
			return err
		}
		files = append(files, diskFile{path: path, name: filepath.ToSlash(name)})
		licensed = licensed || name == "LICENSE"
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Path() < files[j].Path() })
	if *license != "" && !licensed {
		data, err := os.ReadFile(*license)
		if err != nil {
			return err
		}
		files = append(files, licenseFile(data))
	}
	return zip.Create(target, version, files)
}

func relative(list []zip.FileError) []remark {
	found := remarks(list)
	for i := range found {
		if name, err := filepath.Rel(*folder, found[i].Path); err == nil {
			found[i].Path = filepath.ToSlash(name)
		}
	}
	return found
}

func remarks(list []zip.FileError) []remark {
	found := []remark{}
	for _, one := range list {
		found = append(found, remark{one.Path, one.Err.Error()})
	}
	return found
}

type diskFile struct{ path, name string }

func (f diskFile) Path() string                 { return f.name }
func (f diskFile) Lstat() (fs.FileInfo, error)  { return os.Lstat(f.path) }
func (f diskFile) Open() (io.ReadCloser, error) { return os.Open(f.path) }

type licenseFile []byte

func (f licenseFile) Path() string                 { return "LICENSE" }
func (f licenseFile) Lstat() (fs.FileInfo, error)  { return f, nil }
func (f licenseFile) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f)), nil }
func (f licenseFile) Name() string                 { return "LICENSE" }
func (f licenseFile) Size() int64                  { return int64(len(f)) }
func (f licenseFile) Mode() fs.FileMode            { return 0o644 }
func (f licenseFile) ModTime() time.Time           { return time.Time{} }
func (f licenseFile) IsDir() bool                  { return false }
func (f licenseFile) Sys() any                     { return nil }
