package gitindex

import (
	"bytes"
	"encoding/binary"
	"errors"
)

var errCut = errors.New("cut short")

// cursor walks over encoded entries without allocating.
type cursor struct {
	body    []byte
	version uint32
	// pos is where the next entry starts, at where the current one does.
	pos, at int
	// name is the current path. In version 4 it is put together in place.
	name []byte
}

// next goes to the next entry.
func (c *cursor) next() error {
	c.at = c.pos
	if len(c.body)-c.at < fixedSize+1 {
		return errCut
	}
	p := c.at + fixedSize
	if c.flags()&flagExtended != 0 {
		if c.version < 3 {
			return errors.New("extended flags in version 2")
		}
		p += 2
	}
	if c.version == 4 {
		return c.packedName(p)
	}
	return c.paddedName(p)
}

// paddedName reads a name of version 2 or 3: NUL-padded to a multiple of 8.
func (c *cursor) paddedName(p int) error {
	if p > len(c.body) {
		return errCut
	}
	n := bytes.IndexByte(c.body[p:], 0)
	if n < 0 {
		return errCut
	}
	if want := c.flags() & nameMask; n < nameMask && n != want || n >= nameMask && want != nameMask {
		return errors.New("bad length of a path")
	}
	c.name = c.body[p : p+n]
	c.pos = c.at + padded(p+n-c.at)
	if c.pos > len(c.body) {
		return errCut
	}
	return nil
}

// padded is the size of an entry with n bytes before its padding, which is of
// one to eight bytes.
func padded(n int) int { return (n + 8) &^ 7 }

// packedName reads a name of version 4: how much of the last name to drop, and
// what to put there.
func (c *cursor) packedName(p int) error {
	drop, size := varint(c.body[min(p, len(c.body)):])
	if size == 0 || drop > uint64(len(c.name)) {
		return errCut
	}
	p += size
	n := bytes.IndexByte(c.body[p:], 0)
	if n < 0 {
		return errCut
	}
	c.name = append(c.name[:len(c.name)-int(drop)], c.body[p:p+n]...)
	c.pos = p + n + 1
	return nil
}

func (c *cursor) flags() int {
	return int(binary.BigEndian.Uint16(c.body[c.at+fixedSize-2:]))
}

func (c *cursor) stage() int { return c.flags() >> 12 & 3 }

// extended are the flags that only versions 3 and 4 have.
func (c *cursor) extended() int {
	if c.flags()&flagExtended == 0 {
		return 0
	}
	return int(binary.BigEndian.Uint16(c.body[c.at+fixedSize:]))
}

// head is the entry without its name.
func (c *cursor) head() []byte {
	n := fixedSize
	if c.flags()&flagExtended != 0 {
		n += 2
	}
	return c.body[c.at : c.at+n]
}

func (c *cursor) hash() Hash { return Hash(c.body[c.at+40:]) }

func (c *cursor) stat() Stat { return decodeStat(c.body[c.at:]) }

func (c *cursor) entry() Entry {
	ext := c.extended()
	return Entry{
		Path:         c.name,
		Stage:        c.stage(),
		Mode:         binary.BigEndian.Uint32(c.body[c.at+24:]),
		Hash:         c.hash(),
		Stat:         c.stat(),
		AssumeValid:  c.flags()&flagAssume != 0,
		SkipWorktree: ext&flagSkip != 0,
		IntentToAdd:  ext&flagIntent != 0,
	}
}

// sizeOffset is where the size stands in an entry.
const sizeOffset = 36

func decodeStat(b []byte) Stat {
	u := func(off int) uint32 { return binary.BigEndian.Uint32(b[off:]) }
	return Stat{
		CTimeSec: u(0), CTimeNsec: u(4), MTimeSec: u(8), MTimeNsec: u(12),
		Dev: u(16), Ino: u(20), UID: u(28), GID: u(32), Size: u(sizeOffset),
	}
}

// appendHead appends an entry up to its name.
func appendHead(out []byte, e *Entry) []byte {
	s := &e.Stat
	for _, v := range [...]uint32{
		s.CTimeSec, s.CTimeNsec, s.MTimeSec, s.MTimeNsec,
		s.Dev, s.Ino, e.Mode, s.UID, s.GID, s.Size,
	} {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	out = append(out, e.Hash[:]...)
	flags := min(len(e.Path), nameMask) | e.Stage<<12
	var ext int
	if e.AssumeValid {
		flags |= flagAssume
	}
	if e.SkipWorktree {
		ext |= flagSkip
	}
	if e.IntentToAdd {
		ext |= flagIntent
	}
	if ext == 0 {
		return binary.BigEndian.AppendUint16(out, uint16(flags))
	}
	out = binary.BigEndian.AppendUint16(out, uint16(flags|flagExtended))
	return binary.BigEndian.AppendUint16(out, uint16(ext))
}

// varint decodes git's offset encoding; size is 0 when it is cut or too long.
func varint(b []byte) (v uint64, size int) {
	for i, c := range b {
		if i > 5 {
			return 0, 0
		}
		if i > 0 {
			v++
		}
		v = v<<7 | uint64(c&0x7f)
		if c&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// appendVarint is the inverse of varint.
func appendVarint(out []byte, v uint64) []byte {
	var buf [10]byte
	i := len(buf) - 1
	buf[i] = byte(v & 0x7f)
	for v >>= 7; v != 0; v >>= 7 {
		v--
		i--
		buf[i] = 0x80 | byte(v&0x7f)
	}
	return append(out, buf[i:]...)
}
