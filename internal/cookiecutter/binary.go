package cookiecutter

import (
	"bytes"
	"unicode/utf8"
)

// isBinary is the rule of binaryornot 0.4, which looks at the first 1,024
// bytes, with its guess of the encoding answered for UTF-8 only: text in
// another encoding is no text here, and refused later.
func isBinary(content []byte) bool {
	head := content[:min(len(content), 1024)]
	if len(head) == 0 {
		return false
	}
	var odd, low int
	for _, c := range head {
		if (c < 32 || c > 126) && bytes.IndexByte([]byte("\n\r\t\f\b"), c) < 0 {
			odd++
		}
		if c < 127 {
			low++
		}
	}
	oddly, lowly := float64(odd)/float64(len(head)), float64(low)/float64(len(head))
	likely := oddly > 0.3 && lowly < 0.05 || oddly > 0.8 && lowly > 0.8
	if surelyUTF8(head) {
		return false
	}
	return likely || bytes.IndexByte(head, 0) >= 0 || bytes.IndexByte(head, 0xff) >= 0
}

// surelyUTF8 says whether chardet is more than 90 % sure of UTF-8: valid, and
// with a mark or at least four characters beyond ASCII.
func surelyUTF8(head []byte) bool {
	if !utf8.Valid(head) {
		return false
	}
	wide := 0
	for _, c := range head {
		if c >= 0xc0 {
			wide++
		}
	}
	return wide >= 4 || bytes.HasPrefix(head, []byte("\xef\xbb\xbf"))
}

// newline is the line ending of a file as Python's io sees it after its first
// line: what the chunks of 8 KiB up to the first line's end hold.
func newline(content []byte) string {
	var lf, cr, crlf bool
	held := false
	for len(content) > 0 && !lf && !cr && !crlf {
		chunk := content[:min(len(content), 8192)]
		content = content[len(chunk):]
		if held {
			chunk = append([]byte{'\r'}, chunk...)
		}
		if held = len(content) > 0 && chunk[len(chunk)-1] == '\r'; held {
			chunk = chunk[:len(chunk)-1]
		}
		pairs := bytes.Count(chunk, []byte("\r\n"))
		crlf = pairs > 0
		lf = bytes.Count(chunk, []byte("\n")) > pairs
		cr = bytes.Count(chunk, []byte("\r")) > pairs
	}
	switch {
	case cr:
		return "\r"
	case lf:
		return "\n"
	case crlf:
		return "\r\n"
	}
	return "\n"
}
