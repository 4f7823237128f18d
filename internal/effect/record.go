package effect

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

const (
	// Dir is the folder of the records in a project, each in a file of its own.
	Dir = ".mlops/hooks"
	// MaxSize is the largest record, in bytes.
	MaxSize = 64 << 20
	// MaxChanges bounds the changes of one effect.
	MaxChanges = 20_000
	// maxEffects bounds the effects of one record.
	maxEffects = 1000

	format = 1
	// column is where base64 is broken.
	column = 76
)

// Record is the effects of one component's instances.
type Record struct{ Effects []Effect }

// Path is where the record with a digest lies in a project.
func Path(digest string) string {
	return Dir + "/" + strings.TrimPrefix(digest, "sha256:") + ".json"
}

// Digest is a record's, "sha256:<hex>": that of its text with line feeds, so that a
// checkout which changes line ends does not change it.
func Digest(src []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// What a record looks like: a text is the list of its lines.
type recordJSON struct {
	Version int          `json:"version"`
	Effects []effectJSON `json:"effects"`
}

type effectJSON struct {
	Before   string       `json:"before"`
	Hooks    []hookJSON   `json:"hooks"`
	Template []changeJSON `json:"template,omitempty"`
	Project  []changeJSON `json:"project"`
}

type hookJSON struct {
	Name   string `json:"name"`
	Path   string `json:"path"`
	Digest string `json:"digest"`
}

type changeJSON struct {
	Path   string   `json:"path"`
	Delete bool     `json:"delete,omitempty"`
	Copy   string   `json:"copy,omitempty"`
	Mode   string   `json:"mode,omitempty"`
	Text   []string `json:"text,omitempty"`
	Base64 []string `json:"base64,omitempty"`
}

// Bytes is the record's text. Equal records have equal texts, and Parse reads it back.
// The error is that of one that is too large.
func (r *Record) Bytes() ([]byte, error) {
	doc := recordJSON{Version: format, Effects: []effectJSON{}}
	for i := range r.Effects {
		e := &r.Effects[i]
		out := effectJSON{Before: e.Before, Hooks: []hookJSON{}, Template: written(e.Template), Project: written(e.Project)}
		for _, h := range e.Hooks {
			out.Hooks = append(out.Hooks, hookJSON(h))
		}
		if out.Project == nil {
			out.Project = []changeJSON{}
		}
		doc.Effects = append(doc.Effects, out)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	if b.Len() > MaxSize {
		return nil, fmt.Errorf("what the hooks did takes more than %d MiB to record, which is the limit", MaxSize>>20)
	}
	return b.Bytes(), nil
}

func written(changes []Change) []changeJSON {
	var out []changeJSON
	for _, c := range changes {
		w := changeJSON{Path: c.Path, Delete: c.Delete, Copy: c.Copy}
		if c.Executable {
			w.Mode = "0755"
		}
		switch {
		case c.Delete || c.Copy != "":
		case utf8.Valid(c.Content) && bytes.IndexByte(c.Content, 0) < 0:
			w.Text = strings.Split(string(c.Content), "\n")
		default:
			w.Base64 = broken(base64.StdEncoding.EncodeToString(c.Content))
		}
		out = append(out, w)
	}
	return out
}

func broken(text string) (out []string) {
	for len(text) > column {
		out, text = append(out, text[:column]), text[column:]
	}
	return append(out, text)
}

// Parse reads a record. The error is a reason without the file's name.
func Parse(src []byte) (*Record, error) {
	if len(src) > MaxSize {
		return nil, fmt.Errorf("is larger than %d MiB", MaxSize>>20)
	}
	var doc recordJSON
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("is no record of hooks: %w", err)
	}
	switch {
	case doc.Version > format:
		return nil, errors.New("was written by a newer mlops: upgrade mlops")
	case doc.Version != format, dec.More(), len(doc.Effects) > maxEffects:
		return nil, errors.New("is no record of hooks in the form that mlops writes")
	}
	out := &Record{}
	for _, e := range doc.Effects {
		read := Effect{Before: e.Before}
		for _, h := range e.Hooks {
			read.Hooks = append(read.Hooks, Hook(h))
		}
		var err error
		if read.Template, err = changes(e.Template); err == nil {
			read.Project, err = changes(e.Project)
		}
		if err != nil {
			return nil, err
		}
		out.Effects = append(out.Effects, read)
	}
	return out, nil
}

func changes(list []changeJSON) ([]Change, error) {
	if len(list) > MaxChanges {
		return nil, fmt.Errorf("holds more than %d changes, which is the limit", MaxChanges)
	}
	var out []Change
	last := ""
	for _, w := range list {
		if !fs.ValidPath(w.Path) || w.Path == "." || w.Path <= last {
			return nil, fmt.Errorf("%q is no clean path, or stands twice or out of order", w.Path)
		}
		last = w.Path
		c, err := w.change()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Path, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func (w *changeJSON) change() (Change, error) {
	said := 0
	for _, is := range []bool{w.Delete, w.Copy != "", w.Text != nil, w.Base64 != nil} {
		if is {
			said++
		}
	}
	if said != 1 || w.Mode != "" && w.Mode != "0755" || w.Delete && w.Mode != "" {
		return Change{}, errors.New("is not said to be one of deleted, a copy, a text or base64")
	}
	c := Change{Path: w.Path, Delete: w.Delete, Copy: w.Copy, Executable: w.Mode == "0755"}
	var err error
	switch {
	case w.Text != nil:
		c.Content = []byte(strings.Join(w.Text, "\n"))
	case w.Base64 != nil:
		c.Content, err = base64.StdEncoding.DecodeString(strings.Join(w.Base64, ""))
	}
	return c, err
}
