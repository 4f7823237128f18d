package cookiecutter

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// random is the source of one variable or file. Each has its own, so that a
// change in one leaves what is drawn for the others.
func (in Input) random(scope string) *rand.Rand {
	seed := binary.BigEndian.AppendUint64([]byte("mlops cookiecutter\x00"), in.Seed)
	return rand.New(rand.NewChaCha8(sha256.Sum256(append(seed, scope...))))
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func randomASCII(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	p, err := bind("random_ascii_string", args, "length", "punctuation")
	if err != nil {
		return nil, err
	}
	n, ok := pyvalue.Int64Of(p["length"])
	if !ok {
		return nil, pyvalue.Raise("TypeError", "random_ascii_string() needs the length as an int")
	}
	corpus := letters
	if x := p["punctuation"]; x != nil {
		more, err := pyvalue.Truth(c.Budget(), x)
		if err != nil {
			return nil, err
		}
		if more {
			corpus += "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
		}
	}
	n = max(n, 0)
	if err := c.Budget().Alloc(n); err != nil {
		return nil, err
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = corpus[c.Random().IntN(len(corpus))]
	}
	return pyvalue.String(out), nil
}

func uuid4(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	if _, err := bind("uuid4", args); err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint64(nil, c.Random().Uint64())
	b = binary.BigEndian.AppendUint64(b, c.Random().Uint64())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return pyvalue.String(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])), nil
}

// bind gives the arguments their names; what was not given is missing.
func bind(function string, args pyvalue.Args, names ...string) (map[string]pyvalue.Value, error) {
	if len(args.Pos) > len(names) {
		return nil, pyvalue.Raise("TypeError", "%s() takes at most %d arguments (%d given)", function, len(names), len(args.Pos))
	}
	known := map[string]bool{}
	out := map[string]pyvalue.Value{}
	for i, n := range names {
		known[n] = true
		if i < len(args.Pos) {
			out[n] = args.Pos[i]
		}
	}
	for _, k := range args.Kw {
		if !known[k.Name] {
			return nil, pyvalue.Raise("TypeError", "%s() got an unexpected keyword argument '%s'", function, k.Name)
		}
		if out[k.Name] != nil {
			return nil, pyvalue.Raise("TypeError", "%s() got multiple values for argument '%s'", function, k.Name)
		}
		out[k.Name] = k.Value
	}
	return out, nil
}
