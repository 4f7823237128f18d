// Package plancache remembers, in the git directory, what an apply left behind,
// so that the plan of an unchanged project need not evaluate it again.
//
// A Cache holds the finished plan, which changes nothing, with everything it
// depends on: the files the evaluation read, the listings and existence
// questions it asked, and the managed files as they were written. A stamp is the
// stat data of one file; it proves that a file is unchanged unless the file is
// so young that a later write could have left the stat data as they are (git's
// "racy" rule). What is not proven by a stamp is read and compared by digest.
//
// The package is never an authority: a cache that is missing, damaged, of
// another version or no longer true only means that the plan is computed. Plan
// never writes it.
package plancache

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// format is raised when the layout or its meaning changes.
const format = "mlops-plancache 2"

// MaxBytes bounds a cache file.
const MaxBytes = 256 << 20

// Cache is what one apply remembers.
type Cache struct {
	// Key stands for everything that is not a file: version, variables, options.
	Key string
	// Written is when the stamps were taken, in nanoseconds since 1970.
	Written int64
	// Head is the commit that holds every managed path, in hex.
	Head string
	// Builtin is the digest of the built-in components, where the plan depends on
	// them.
	Builtin string
	// Plan is the document of the plan that changes nothing.
	Plan []byte
	// Names are the spec and variable files in the project root, sorted.
	Names []string
	// Inputs are the files the evaluation read, by SHA-256 in hex.
	Inputs []File
	// Globs map a pattern to the digest of its listing; Probes a path to whether
	// it exists.
	Globs  map[string]string
	Probes map[string]bool
	// Managed are the managed files, by their blob id in hex.
	Managed []File
}

// File is a file that was there, with its stamp and a digest of its content.
type File struct {
	Path   string
	Digest string
	Exec   bool
	Stamp  Stamp
}

// Stamp is the stat data of a file.
type Stamp struct {
	Size, MTime, CTime int64
	Ino                uint64
}

// Bytes is the cache as a file: a line a fact, fields separated by spaces, names
// last and quoted where needed.
func (c *Cache) Bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nkey %s\nwritten %d\nhead %s\nbuiltin %s\nplan %d\n", format, c.Key, c.Written, c.Head, c.Builtin, len(c.Plan))
	b.Write(c.Plan)
	b.WriteByte('\n')
	for _, n := range c.Names {
		fmt.Fprintf(&b, "n %s\n", strconv.Quote(n))
	}
	for pattern, digest := range c.Globs {
		fmt.Fprintf(&b, "g %s %s\n", digest, strconv.Quote(pattern))
	}
	for p, ok := range c.Probes {
		fmt.Fprintf(&b, "p %t %s\n", ok, strconv.Quote(p))
	}
	writeFiles(&b, 'i', c.Inputs)
	writeFiles(&b, 'm', c.Managed)
	b.WriteString("end\n")
	return b.Bytes()
}

func writeFiles(b *bytes.Buffer, kind byte, files []File) {
	var line []byte
	for i := range files {
		f := &files[i]
		line = append(line[:0], kind, ' ')
		line = append(line, f.Digest...)
		for _, n := range []int64{f.Stamp.Size, f.Stamp.MTime, f.Stamp.CTime, int64(f.Stamp.Ino)} {
			line = append(line, ' ')
			line = strconv.AppendInt(line, n, 10)
		}
		line = append(line, ' ', '-', ' ')
		if f.Exec {
			line[len(line)-2] = 'x'
		}
		line = strconv.AppendQuote(line, f.Path)
		b.Write(append(line, '\n'))
	}
}

var errDamaged = errors.New("damaged")

// Parse reads what Bytes wrote, of this format and key. Any other file is an
// error, which only means that there is no cache.
func Parse(src []byte, key string) (*Cache, error) {
	r := &reader{src: src}
	c := &Cache{Globs: map[string]string{}, Probes: map[string]bool{}}
	if r.next() != format || r.field("key ") != key {
		return nil, errDamaged
	}
	c.Key = key
	c.Written = r.number("written ")
	c.Head = r.field("head ")
	c.Builtin = r.field("builtin ")
	c.Plan = r.block(r.number("plan "))
	for r.err == nil {
		line := r.next()
		if line == "end" && len(r.src) == 0 {
			return c, r.err
		}
		r.fact(c, line)
	}
	return nil, r.err
}

type reader struct {
	src []byte
	err error
}

func (r *reader) next() string {
	i := bytes.IndexByte(r.src, '\n')
	if i < 0 {
		r.err = errDamaged
		return ""
	}
	line := string(r.src[:i])
	r.src = r.src[i+1:]
	return line
}

func (r *reader) field(name string) string {
	value, ok := strings.CutPrefix(r.next(), name)
	if !ok {
		r.err = errDamaged
	}
	return value
}

func (r *reader) number(name string) int64 {
	n, err := strconv.ParseInt(r.field(name), 10, 64)
	if err != nil {
		r.err = errDamaged
	}
	return n
}

func (r *reader) block(size int64) []byte {
	if r.err != nil || size < 0 || size >= int64(len(r.src)) || r.src[size] != '\n' {
		r.err = errDamaged
		return nil
	}
	block := r.src[:size]
	r.src = r.src[size+1:]
	return block
}

func (r *reader) fact(c *Cache, line string) {
	kind, rest, ok := strings.Cut(line, " ")
	if !ok {
		r.err = errDamaged
		return
	}
	switch kind {
	case "n":
		c.Names = append(c.Names, r.name(rest))
	case "g":
		digest, pattern, _ := strings.Cut(rest, " ")
		c.Globs[r.name(pattern)] = digest
	case "p":
		yes, p, _ := strings.Cut(rest, " ")
		c.Probes[r.name(p)] = yes == "true"
	case "i":
		c.Inputs = append(c.Inputs, r.file(rest))
	case "m":
		c.Managed = append(c.Managed, r.file(rest))
	default:
		r.err = errDamaged
	}
}

func (r *reader) name(quoted string) string {
	// A name without escapes, the usual case, is a slice of the line.
	if n := len(quoted); n >= 2 && quoted[0] == '"' && quoted[n-1] == '"' && !strings.ContainsAny(quoted[1:n-1], `\"`) {
		return quoted[1 : n-1]
	}
	name, err := strconv.Unquote(quoted)
	if err != nil {
		r.err = errDamaged
	}
	return name
}

func (r *reader) file(rest string) File {
	var f File
	var fields [6]string
	for i := range fields {
		var ok bool
		if fields[i], rest, ok = strings.Cut(rest, " "); !ok {
			r.err = errDamaged
			return f
		}
	}
	f.Digest, f.Exec, f.Path = fields[0], fields[5] == "x", r.name(rest)
	var ino int64
	for i, n := range []*int64{&f.Stamp.Size, &f.Stamp.MTime, &f.Stamp.CTime, &ino} {
		v, err := strconv.ParseInt(fields[i+1], 10, 64)
		if err != nil {
			r.err = errDamaged
		}
		*n = v
	}
	f.Stamp.Ino = uint64(ino)
	if _, err := hex.DecodeString(f.Digest); err != nil {
		r.err = errDamaged
	}
	return f
}
