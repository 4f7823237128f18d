package gitattr

import "bytes"

var crlf = []byte("\r\n")

// Clean returns the bytes that git would store for data, which is not changed
// and may be returned itself. inIndex tells whether the path's blob in the
// index has CR LF line endings (see HasCRLF); such a file is not converted on a
// guess. It is called at most once, and only when the answer matters; nil means
// that the path is not in the index. Filters, ident and encodings are not
// applied; see Rules.Filtered.
func (a Attrs) Clean(data []byte, inIndex func() bool) []byte {
	if !a.converts(data, inIndex) {
		return data
	}
	return bytes.ReplaceAll(data, crlf, crlf[1:])
}

// converts decides whether each CR LF becomes LF.
func (a Attrs) converts(data []byte, inIndex func() bool) bool {
	if a.action == keep || !bytes.Contains(data, crlf) {
		return false
	}
	if !a.action.guesses() {
		return true
	}
	return !gather(data).binary() && (inIndex == nil || !inIndex())
}

// Differ reports whether a blob and a file's bytes are different texts to a
// checkout with these attributes that has the blob in its index.
func (a Attrs) Differ(blob, data []byte) bool {
	inIndex := func() bool { return HasCRLF(blob) }
	return !bytes.Equal(a.Clean(blob, inIndex), a.Clean(data, inIndex))
}

// Irreversible says what a checkout would not give back after Clean, "" when
// nothing or when core.safecrlf is not true; git refuses to add such a file.
// inIndex is as for Clean.
func (a Attrs) Irreversible(data []byte, inIndex func() bool) string {
	if !a.strict || a.action == keep {
		return ""
	}
	before := gather(data)
	if a.action.guesses() && before.binary() {
		return ""
	}
	after := before
	if a.converts(data, inIndex) {
		after.lf, after.crlf = after.lf+after.crlf, 0
	}
	if a.addsCR(after) {
		after.lf, after.crlf = 0, after.lf+after.crlf
	}
	switch {
	case before.crlf > 0 && after.crlf == 0:
		return "CRLF would be replaced by LF"
	case before.lf > 0 && after.lf == 0:
		return "LF would be replaced by CRLF"
	}
	return ""
}

// addsCR decides whether a checkout turns each LF into CR LF.
func (a Attrs) addsCR(s stats) bool {
	switch a.action {
	case textCRLF:
		return s.lf > 0
	case autoCRLF:
		return s.lf > 0 && s.cr == 0 && s.crlf == 0 && !s.binary()
	case auto:
		return a.native && s.lf > 0 && s.cr == 0 && s.crlf == 0 && !s.binary()
	}
	return false
}

// HasCRLF reports whether a blob in the index counts as a text with CR LF line
// endings.
func HasCRLF(blob []byte) bool {
	if !bytes.Contains(blob, crlf) {
		return false
	}
	return !gather(blob).binary()
}

// stats are git's counts for telling text from binary.
type stats struct {
	cr, lf, crlf           int // alone, alone, together
	nul                    int
	printable, unprintable int
}

func gather(data []byte) stats {
	var s stats
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case c >= ' ' && c != 0x7f:
			s.printable++
		case c == '\n':
			s.lf++
		case c == '\r' && i+1 < len(data) && data[i+1] == '\n':
			s.crlf++
			i++
		case c == '\r':
			s.cr++
		case c == '\b' || c == '\t' || c == 0x1b || c == '\f':
			s.printable++
		default:
			if c == 0 {
				s.nul++
			}
			s.unprintable++
		}
	}
	if len(data) > 0 && data[len(data)-1] == 0x1a {
		s.unprintable-- // the end-of-file mark of DOS
	}
	return s
}

// binary is git's guess: a lone CR, a NUL, or one byte in 128 unprintable.
func (s stats) binary() bool {
	return s.cr > 0 || s.nul > 0 || s.printable>>7 < s.unprintable
}
