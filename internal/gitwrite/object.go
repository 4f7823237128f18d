package gitwrite

import (
	"crypto/sha1"
	"fmt"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
)

// Kind is the type of an object, as its header spells it.
type Kind string

// The kinds of object this package writes.
const (
	Blob   Kind = "blob"
	Tree   Kind = "tree"
	Commit Kind = "commit"
)

// EmptyTree is the name of the tree without entries.
var EmptyTree = plumbing.NewHash("4b825dc642cb6eb9a060e54bf8d69288fbee4904")

// Object is an object that may have to be written.
type Object struct {
	Kind Kind
	Hash plumbing.Hash
	// Load returns the content. It is called at most once, from any goroutine.
	Load func() ([]byte, error)
	// Loose, if set, returns what the function Loose does, computed ahead. It is
	// used, in place of Load, when the object gets a file of its own.
	Loose func() []byte
	// Unsure is true when Load may by now return other bytes than were hashed;
	// writing then fails instead.
	Unsure bool
}

// NewObject returns the object with the given content, which must not change
// any more.
func NewObject(kind Kind, content []byte) Object {
	return Object{
		Kind: kind, Hash: HashOf(kind, content),
		Load: func() ([]byte, error) { return content, nil },
	}
}

// Loose is an object as a file of its own holds it.
func Loose(kind Kind, content []byte) []byte {
	return new(deflater).deflate(header(kind, len(content)), content)
}

// HashOf is the name git gives to an object.
func HashOf(kind Kind, content []byte) (h plumbing.Hash) {
	s := sha1.New()
	s.Write(header(kind, len(content)))
	s.Write(content)
	s.Sum(h[:0])
	return h
}

func header(kind Kind, size int) []byte {
	b := append(make([]byte, 0, 32), kind...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(size), 10)
	return append(b, 0)
}

// load returns the content and makes sure that it is still the right one.
func (o *Object) load() ([]byte, error) {
	b, err := o.Load()
	if err != nil {
		return nil, err
	}
	if o.Unsure && HashOf(o.Kind, b) != o.Hash {
		return nil, fmt.Errorf("%s %s: the content changed while it was saved", o.Kind, o.Hash)
	}
	return b, nil
}
