package hclfunc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func encodingEntries(e env) []entry {
	return []entry{
		{"base64decode", "Decodes Base64 to a string, which must be UTF-8.", textFunc(cty.String, []string{"string"}, base64Decode), copies},
		{"base64encode", "Encodes a string in Base64.", mapText("string", base64Encode), copies},
		{"csvdecode", "Reads CSV with a header line as a list of objects.", csvDecodeFunc(e), decodeCost},
		{"jsondecode", "Reads JSON as a value.", jsonDecodeFunc(e), decodeCost},
		{"jsonencode", "Writes a value as JSON, with sorted keys, on one line.", stdlib.JSONEncodeFunc, notation{}.cost},
		{"tomldecode", "Reads TOML as a value; dates become strings.", tomlDecodeFunc(e), decodeCost},
		{"tomlencode", "Writes an object as TOML, with sorted keys; null members are left out.", tomlEncodeFunc(), notation{path: true}.cost},
		{"urldecode", "Decodes percent-encoded text.", textFunc(cty.String, []string{"string"}, urlDecode), copies},
		{"urlencode", "Percent-encodes a string for the query part of a URL.", mapText("string", url.QueryEscape), func(c *call) error { return c.bytes(3 * c.total().text) }},
		{"yamldecode", "Reads a YAML document as a value.", yamlDecodeFunc(e), decodeCost},
		{"yamlencode", "Writes a value as a YAML document, with sorted keys.", yaml.YAMLEncodeFunc, notation{indent: 2}.cost},
	}
}

func base64Encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func base64Decode(a []string) (cty.Value, error) {
	data, err := base64.StdEncoding.DecodeString(a[0])
	if err != nil {
		return cty.NilVal, argError(0, fmt.Errorf("failed to decode base64 data: %w", err))
	}
	if !utf8.Valid(data) {
		return cty.NilVal, argError(0, errors.New("the result of decoding the provided string is not valid UTF-8"))
	}
	return cty.StringVal(string(data)), nil
}

func urlDecode(a []string) (cty.Value, error) {
	s, err := url.QueryUnescape(a[0])
	if err != nil {
		return cty.NilVal, argError(0, fmt.Errorf("failed to decode URL: %w", err))
	}
	if !utf8.ValidString(s) {
		return cty.NilVal, argError(0, errors.New("the result of decoding the provided string is not valid UTF-8"))
	}
	return cty.StringVal(s), nil
}

// maxDepth is the deepest nesting of values that are read or written as text.
const maxDepth = 200

var errDepth = fmt.Errorf("the value is nested more than %d levels deep", maxDepth)

// notation bounds the length of values written out.
type notation struct {
	indent int64 // bytes each level adds before a line
	path   bool  // tables are headed by their whole path
}

func (n notation) cost(c *call) error {
	if err := c.steps(2 * c.total().nodes); err != nil {
		return err
	}
	v, _ := c.args[0].UnmarkDeep()
	total, err := n.length(v, 0, 0)
	if err != nil {
		return argError(0, err)
	}
	return c.bytes(total)
}

// length bounds the bytes a value takes at a depth and under a path of so many
// bytes.
func (n notation) length(v cty.Value, depth, path int64) (int64, error) {
	if depth > maxDepth {
		return 0, errDepth
	}
	margin := n.indent * depth
	total := 16 + margin
	switch ty := v.Type(); {
	case !v.IsKnown() || v.IsNull():
	case ty == cty.String:
		s := v.AsString()
		total = add(total, escaped(s))
		if n.indent > 0 {
			total = add(total, mul(int64(strings.Count(s, "\n")), margin+2))
		}
	case ty == cty.Number:
		total = add(total, digits(v))
	case v.CanIterateElements():
		if n.path {
			total = add(total, path)
		}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			name := int64(0)
			if ty.IsMapType() || ty.IsObjectType() {
				name = 4 + escaped(k.AsString())
			}
			part, err := n.length(e, depth+1, add(path, name))
			if err != nil {
				return 0, err
			}
			total = add(total, add(part, name))
		}
	}
	return total, nil
}

// escaped bounds the bytes of a quoted string in JSON, YAML and TOML.
func escaped(s string) int64 {
	n := int64(2 + len(s))
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\t':
			n++
		case r < 0x20 || r == '<' || r == '>' || r == '&' || r >= 0x7f && r < 0xa0:
			n += 5
		case r >= 0x2000:
			n += 8
		}
	}
	return n
}
