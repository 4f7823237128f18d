package hclfunc

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
)

// digest is a hash function and how its sum is written.
type digest struct {
	hash   func() hash.Hash
	encode func([]byte) string
}

func digests() (md5Hex, sha1Hex, sha256Hex, sha512Hex, sha256Base64, sha512Base64 digest) {
	b64 := base64.StdEncoding.EncodeToString
	return digest{md5.New, hex.EncodeToString}, digest{sha1.New, hex.EncodeToString},
		digest{sha256.New, hex.EncodeToString}, digest{sha512.New, hex.EncodeToString},
		digest{sha256.New, b64}, digest{sha512.New, b64}
}

func (d digest) sum(text string) string {
	h := d.hash()
	// Hashes never fail to be written to.
	_, _ = io.WriteString(h, text)
	return d.encode(h.Sum(nil))
}

func hashEntries() []entry {
	md5Hex, sha1Hex, sha256Hex, sha512Hex, sha256Base64, sha512Base64 := digests()
	one := func(name, doc string, d digest) entry {
		return entry{name, doc, mapText("string", d.sum), func(c *call) error { return c.steps(c.total().text / 64) }}
	}
	return []entry{
		one("base64sha256", "Returns the SHA-256 digest of a string in Base64.", sha256Base64),
		one("base64sha512", "Returns the SHA-512 digest of a string in Base64.", sha512Base64),
		one("md5", "Returns the MD5 digest of a string in hexadecimal.", md5Hex),
		one("sha1", "Returns the SHA-1 digest of a string in hexadecimal.", sha1Hex),
		one("sha256", "Returns the SHA-256 digest of a string in hexadecimal.", sha256Hex),
		one("sha512", "Returns the SHA-512 digest of a string in hexadecimal.", sha512Hex),
	}
}
