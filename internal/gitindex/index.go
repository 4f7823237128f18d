// Package gitindex reads git's index and writes it back with a few entries
// changed and all others as they were, byte for byte.
//
// The format is gitformat-index(5), versions 2, 3 and 4 with SHA-1. An entry is
// a path at a stage (0, or 1 to 3 while it is unmerged) with mode, object name,
// the file's stat data and flags. The version is kept. The cached tree (TREE)
// is kept and carried forward where the caller can prove the new tree; the
// untracked cache (UNTR) is kept but made to start afresh; undo information
// (REUC) is kept; caches that git rebuilds (FSMN, EOIE, IEOT and unknown
// optional extensions) are left out.
//
// The package does not touch the disk. It refuses an index that is split or
// sparse, one with an unknown required extension and one that is damaged.
package gitindex

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// Hash is the name of an object.
type Hash = [20]byte

// Reasons for which Parse refuses a sound index.
var (
	ErrSplit  = errors.New("the index is split (core.splitIndex)")
	ErrSparse = errors.New("the index is sparse (index.sparse)")
)

// Stat is the stat data of an entry, as git truncates it.
type Stat struct {
	CTimeSec, CTimeNsec uint32
	MTimeSec, MTimeNsec uint32
	Dev, Ino            uint32
	UID, GID            uint32
	Size                uint32
}

// Entry is one entry of an index.
type Entry struct {
	// Path is valid until the iteration goes on.
	Path  []byte
	Stage int
	Mode  uint32
	Hash  Hash
	Stat  Stat
	// AssumeValid, SkipWorktree and IntentToAdd are the user's flags.
	AssumeValid, SkipWorktree, IntentToAdd bool
}

// Index is a parsed index; the zero Index is the empty one of a new repository.
type Index struct {
	data    []byte
	version uint32
	count   int
	// end is where the entries end.
	end  int
	exts []extension
}

type extension struct {
	sig  string
	body []byte
}

const (
	headerSize = 12
	fixedSize  = 62 // of an entry, up to and with its flags
	hashSize   = 20

	flagAssume   = 0x8000
	flagExtended = 0x4000
	nameMask     = 0x0fff
	flagSkip     = 0x4000 // in the extended flags
	flagIntent   = 0x2000
)

// Parse reads an index, and checks all of it. It keeps data.
func Parse(data []byte) (*Index, error) {
	if len(data) < headerSize+hashSize || string(data[:4]) != "DIRC" {
		return nil, errors.New("not an index")
	}
	x := &Index{data: data, version: binary.BigEndian.Uint32(data[4:])}
	if x.version < 2 || x.version > 4 {
		return nil, fmt.Errorf("index version %d is unknown", x.version)
	}
	n := binary.BigEndian.Uint32(data[8:])
	if uint64(n)*(fixedSize+2) > uint64(len(data)) {
		return nil, errors.New("index: more entries than bytes")
	}
	x.count = int(n)
	body := data[:len(data)-hashSize]
	var zero Hash
	// git 2.40 and later may leave the sum out (index.skipHash).
	if sum := Hash(data[len(body):]); sum != zero && sum != sha1.Sum(body) {
		return nil, errors.New("index: the checksum is wrong")
	}
	nameless, err := x.scan(body)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	if err := x.extensions(body); err != nil {
		return nil, err
	}
	if nameless {
		return nil, errors.New("index: an entry without a path")
	}
	return x, nil
}

// scan walks over all entries, checks their order and finds their end. Only in a
// split index, which the extensions will tell, may entries be nameless.
func (x *Index) scan(body []byte) (nameless bool, err error) {
	c := cursor{body: body, pos: headerSize, version: x.version}
	var prev []byte
	prevStage := 0
	for i := range x.count {
		if err := c.next(); err != nil {
			return false, fmt.Errorf("entry %d: %w", i, err)
		}
		if len(c.name) == 0 {
			nameless = true
		} else if i > 0 {
			order := bytes.Compare(prev, c.name)
			if order > 0 || order == 0 && prevStage >= c.stage() {
				return false, fmt.Errorf("entry %d is out of order", i)
			}
		}
		prev, prevStage = append(prev[:0], c.name...), c.stage()
	}
	x.end = c.pos
	return nameless, nil
}

// extensions splits what follows the entries.
func (x *Index) extensions(body []byte) error {
	for rest := body[x.end:]; len(rest) > 0; {
		if len(rest) < 8 {
			return errors.New("index: a cut extension")
		}
		sig, size := string(rest[:4]), binary.BigEndian.Uint32(rest[4:])
		if uint64(size) > uint64(len(rest)-8) {
			return errors.New("index: a cut extension")
		}
		switch {
		case sig == "link":
			return ErrSplit
		case sig == "sdir":
			return ErrSparse
		case sig[0] < 'A' || sig[0] > 'Z':
			return fmt.Errorf("index: unknown extension %q", sig)
		}
		x.exts = append(x.exts, extension{sig, rest[8 : 8+size]})
		rest = rest[8+size:]
	}
	return nil
}

// Len is the number of entries.
func (x *Index) Len() int { return x.count }

// All lists the entries in their order: by path, then by stage.
func (x *Index) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		c := x.cursor()
		for range x.count {
			// scan has passed over the same bytes without an error.
			if c.next() != nil || !yield(c.entry()) {
				return
			}
		}
	}
}

func (x *Index) cursor() cursor {
	if x.data == nil {
		return cursor{version: 2}
	}
	return cursor{body: x.data[:x.end], pos: headerSize, version: x.version}
}
