// Package takeover finds the files of an existing project that a spec can hold,
// and writes the blocks that say exactly those files.
//
// A file is "left out" when no block can say it byte for byte, or when it is too
// large to be read in a spec; it is listed with the reason. What git ignores, what
// is managed already and mlops's own files are passed over without a word.
//
// The package follows no symbolic link, enters no repository and no mlops project
// below the one it looks at, and writes nothing. Files whose names say that they
// hold credentials are left out unless they are named; beyond that it does not
// judge whether a file should be in a spec.
package takeover

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/zclconf/go-cty/cty"
)

// The limits of one call. A file beyond the first two is left out; more files, more
// text or more entries than the others is an error.
const (
	MaxFileBytes = 256 << 10
	MaxLines     = 1_000
	MaxFiles     = 5_000
	MaxBytes     = 8 << 20
	maxEntries   = 200_000
)

// Options say what to look at. All paths are relative to the project root.
type Options struct {
	FS  fs.FS // the project root
	Dir string
	// Ignored reports whether git leaves a path alone; of a directory also whether
	// nothing below it is tracked.
	Ignored func(p string, dir bool) bool
	// Foreign says what a directory is when it is not the project's, else "".
	Foreign func(dir string) string
	// Managed are the paths that the spec has already.
	Managed map[string]bool
	// Chosen reports whether the user asked for a path; Named says that he did so
	// by name, so that one which looks like a secret is meant.
	Chosen func(p string) bool
	Named  bool
	// Executable reports whether a file has the executable bit.
	Executable func(p string, info fs.FileInfo) bool
	// Clean returns the bytes git would store for a file.
	Clean func(p string, data []byte) []byte
	// Ownership of the objects: "spec", "shared" or "user".
	Ownership string
}

// File is one file to take over, and its object.
type File struct {
	Path    string         `json:"path"`
	Address string         `json:"address"`
	Mode    string         `json:"mode"`
	Size    int64          `json:"size"`
	Block   specedit.Block `json:"-"`
}

// LeftOut is a path that is not taken over. A directory stands for all below it.
type LeftOut struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// Found is sorted by path.
type Found struct {
	Files   []File
	LeftOut []LeftOut
	// Managed counts the files that the spec has already.
	Managed int
}

// Scan looks at a directory, or at one file, and everything below. The error names
// a path, or the limit.
func Scan(o Options) (*Found, error) {
	s := &scan{o: o, taken: map[string]string{}}
	for p := range o.Managed {
		s.taken[safepath.Fold(safepath.Path(p))] = p
	}
	err := fs.WalkDir(o.FS, o.Dir, s.visit)
	if err != nil {
		return nil, err
	}
	return &s.found, nil
}

// Append writes the blocks of head and of all files at the end of a spec. Files
// that HCL cannot say after all are left out.
func (f *Found) Append(spec []byte, head ...specedit.Block) ([]byte, error) {
	blocks := func() []specedit.Block {
		out := slices.Clone(head)
		for i := range f.Files {
			out = append(out, f.Files[i].Block)
		}
		return out
	}
	text, err := specedit.AppendBlocks(spec, blocks()...)
	if err == nil {
		return text, nil
	}
	f.Files = slices.DeleteFunc(f.Files, func(x File) bool {
		_, err := specedit.AppendBlocks(nil, x.Block)
		if err != nil {
			f.LeftOut = append(f.LeftOut, LeftOut{x.Path, "cannot be written in HCL"})
		}
		return err != nil
	})
	slices.SortFunc(f.LeftOut, func(a, b LeftOut) int { return strings.Compare(a.Path, b.Path) })
	return specedit.AppendBlocks(spec, blocks()...)
}

type scan struct {
	o       Options
	found   Found
	entries int
	bytes   int64
	// taken are the paths by the key under which they collide.
	taken map[string]string
}

func (s *scan) visit(p string, d fs.DirEntry, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", p, reason(err))
	}
	if s.entries++; s.entries > maxEntries {
		return fmt.Errorf("%s: more than %d entries are below it; name a smaller folder", s.o.Dir, maxEntries)
	}
	if d.IsDir() {
		return s.directory(p)
	}
	if s.own(p) || s.o.Ignored(p, false) || !s.o.Chosen(p) {
		return nil
	}
	if s.o.Managed[p] {
		s.found.Managed++
		return nil
	}
	why, err := s.file(p, d)
	if why != "" {
		s.found.LeftOut = append(s.found.LeftOut, LeftOut{p, why})
	}
	return err
}

func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// own reports what is git's or mlops's.
func (s *scan) own(p string) bool {
	return strings.EqualFold(path.Base(p), ".git") || safepath.Reserved(safepath.Path(p))
}

func (s *scan) directory(p string) error {
	if p == "." {
		return nil
	}
	if s.own(p) || s.o.Ignored(p, true) {
		return fs.SkipDir
	}
	if why := s.o.Foreign(p); why != "" {
		s.found.LeftOut = append(s.found.LeftOut, LeftOut{p, why})
		return fs.SkipDir
	}
	return nil
}

// file takes one file, or says why not.
func (s *scan) file(p string, d fs.DirEntry) (why string, err error) {
	info, err := d.Info()
	if err != nil {
		return "", fmt.Errorf("%s: %w", p, reason(err))
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return "is a symbolic link", nil
	case !info.Mode().IsRegular():
		return "is no regular file", nil
	case secret(path.Base(p)) && !s.o.Named && s.o.Dir != p:
		return "may hold secrets; name it with --include if it is to be in the spec", nil
	case info.Size() > MaxFileBytes:
		return fmt.Sprintf("is larger than %d KiB", MaxFileBytes>>10), nil
	}
	if _, err := safepath.Parse(p); err != nil {
		return strings.TrimPrefix(err.Error(), p+": "), nil
	}
	if other, clash := s.taken[safepath.Fold(safepath.Path(p))]; clash {
		return fmt.Sprintf("is one file with %s on systems that ignore case", other), nil
	}
	data, err := fs.ReadFile(s.o.FS, p)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p, reason(err))
	}
	data = s.stored(p, data)
	if why := unsayable(data); why != "" {
		return why, nil
	}
	return s.take(p, info, data)
}

// secret tells the names under which credentials are kept.
func secret(base string) bool {
	base = strings.ToLower(base)
	switch ext := path.Ext(base); {
	case strings.HasPrefix(base, ".env"):
		return !strings.Contains(base, "example") && !strings.Contains(base, "sample") && !strings.Contains(base, "template")
	case slices.Contains([]string{".pem", ".key", ".p12", ".pfx", ".keystore", ".jks"}, ext):
		return true
	}
	return slices.Contains([]string{
		"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pgpass", ".pypirc", ".npmrc", ".htpasswd",
		"credentials", "credentials.json", "secrets.yaml", "secrets.yml", "secrets.json", "secrets.toml", "service-account.json",
	}, base)
}

// stored has the line ends that git stores, where a checkout changed all of them.
func (s *scan) stored(p string, data []byte) []byte {
	if s.o.Clean == nil || bytes.Count(data, []byte("\r\n")) != bytes.Count(data, []byte("\n")) {
		return data
	}
	return s.o.Clean(p, data)
}

// unsayable says why no literal can hold a text.
func unsayable(data []byte) string {
	switch {
	case textdiff.IsBinary(data):
		return "is binary"
	case !utf8.Valid(data):
		return "is not UTF-8"
	case cty.NormalizeString(string(data)) != string(data):
		return "has characters in decomposed form (not Unicode NFC)"
	case bytes.Count(data, []byte("\n")) > MaxLines:
		return fmt.Sprintf("has more than %d lines", MaxLines)
	}
	return ""
}

// take makes the block of a file.
func (s *scan) take(p string, info fs.FileInfo, data []byte) (why string, err error) {
	f := File{Path: p, Mode: "0644", Size: int64(len(data))}
	if s.o.Executable(p, info) {
		f.Mode = "0755"
	}
	f.Block = s.block(f, data)
	f.Address = hclspec.Address(f.Block.Type, f.Block.Labels[0], nil)
	s.taken[safepath.Fold(safepath.Path(p))] = p
	s.found.Files = append(s.found.Files, f)
	s.bytes += f.Size
	switch {
	case len(s.found.Files) > MaxFiles:
		return "", fmt.Errorf("%s: holds more than %d files to take over; name a smaller folder, or use --include and --exclude", s.o.Dir, MaxFiles)
	case s.bytes > MaxBytes:
		return "", fmt.Errorf("%s: the files to take over hold more than %d MiB, the limit of a spec; name a smaller folder, or use --include and --exclude", s.o.Dir, MaxBytes>>20)
	}
	return "", nil
}

func (s *scan) block(f File, data []byte) specedit.Block {
	dir := path.Dir(f.Path)
	if path.Base(f.Path) == ".gitkeep" && len(data) == 0 && f.Mode == "0644" && dir != "." && s.o.Ownership == "spec" {
		return specedit.Block{Type: "directory", Labels: []string{dir}}
	}
	b := specedit.Block{Type: "file", Labels: []string{f.Path}}
	if f.Mode == "0755" {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: "mode", Value: cty.StringVal(f.Mode)})
	}
	if s.o.Ownership != "spec" {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: "ownership", Value: cty.StringVal(s.o.Ownership)})
	}
	b.Attributes = append(b.Attributes, specedit.Attr{Name: "content", Value: cty.StringVal(string(data))})
	return b
}
