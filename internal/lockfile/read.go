package lockfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads a lock file in any layout of its JSON. It refuses, with an *Error
// that names the place: a file over MaxSize, git's conflict markers, a newer
// format, anything that is not well-formed, an address or a whole file named
// twice, a path that safepath refuses or reserves, and a digest, mode, ownership
// or commit in no known form.
func Parse(src []byte) (*Lock, error) {
	if len(src) > MaxSize {
		return nil, &Error{1, 1, fmt.Sprintf("is larger than %d MiB", MaxSize>>20)}
	}
	r := reader{scanner: scanner{text: string(src)}}
	l, err := r.lock()
	if err == nil || !utf8.ValidString(r.text) {
		return l, err
	}
	// Markers are never JSON, so only a file that cannot be read can have them.
	if at := markerAt(r.text); at >= 0 {
		return nil, r.fault(at, "has git conflict markers: run `mlops lock --resolve`")
	}
	return nil, err
}

// markerAt is where git's first conflict marker stands; -1 when there is none.
func markerAt(text string) int {
	for at := 0; at < len(text); {
		line, _, more := strings.Cut(text[at:], "\n")
		for _, c := range []string{"<", "|", "=", ">"} {
			mark := strings.Repeat(c, 7)
			if rest, is := strings.CutPrefix(strings.TrimSuffix(line, "\r"), mark); is && (rest == "" || rest[0] == ' ') {
				return at
			}
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return -1
}

// reader turns the scanner's JSON into a Lock.
type reader struct {
	scanner
	// Where each component and each object starts, in the order of the file.
	components, objects []int
	// loose lets pass what stands twice.
	loose bool
}

func (r *reader) firstInvalid() int {
	for i, c := range r.text {
		if c == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(r.text[i:]); n == 1 {
				return i
			}
		}
	}
	return 0
}

func (r *reader) lock() (*Lock, error) {
	if !utf8.ValidString(r.text) {
		return nil, r.corrupt(r.firstInvalid(), "the text is not valid UTF-8")
	}
	var l Lock
	// A stanza takes about 400 bytes; the cap keeps a hostile file from more.
	l.Objects = make([]Object, 0, min(len(r.text)/400, 50_000))
	err := r.object(func(key string, at int) error {
		switch key {
		case "version":
			return r.version(&l.Version, at)
		case "components":
			return r.array(func() error { return r.component(&l.Components) })
		case "objects":
			return r.array(func() error { return r.managed(&l.Objects) })
		}
		return r.extra(&l.Extra, key)
	})
	switch {
	case err != nil:
		return nil, err
	case r.peek() != 0 || r.pos < len(r.text):
		return nil, r.unexpected("the end of the file")
	case l.Version == 0:
		return nil, r.corrupt(0, "it states no version")
	}
	if err := r.sortExtra(l.Extra, 0); err != nil {
		return nil, err
	}
	if len(l.Objects) == 0 {
		l.Objects = nil
	}
	if r.loose {
		return &l, nil
	}
	return &l, r.finish(&l)
}

func (r *reader) version(v *int, at int) error {
	text, err := r.number()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || *v != 0 {
		return r.corrupt(at, "the version must be one whole number from 1 up")
	}
	if n > Version {
		return r.fault(at, fmt.Sprintf("was written by a newer mlops (format %d, this one reads %d): upgrade mlops", n, Version))
	}
	*v = n
	return nil
}

func (r *reader) component(list *[]Component) error {
	r.peek()
	start := r.pos
	var c Component
	err := r.object(func(key string, at int) error {
		switch key {
		case "address":
			return r.attr(&c.Address, key, at)
		case "source":
			return r.attr(&c.Source, key, at)
		case "version":
			return r.attr(&c.Version, key, at)
		case "commit":
			return r.attr(&c.Commit, key, at)
		case "digest":
			return r.attr(&c.Digest, key, at)
		case "time":
			return r.attr(&c.Time, key, at)
		case "seed":
			return r.attr(&c.Seed, key, at)
		case "hooks":
			return r.attr(&c.Hooks, key, at)
		}
		return r.extra(&c.Extra, key)
	})
	if err == nil {
		err = r.sortExtra(c.Extra, start)
	}
	switch {
	case err != nil:
		return err
	case c.Address == "" || c.Source == "":
		return r.corrupt(start, "a component states no address or no source")
	case c.Digest != "" && !isDigest(c.Digest), c.Hooks != "" && !isDigest(c.Hooks):
		return r.corrupt(start, "%s has a digest that is not sha256: and 64 hex digits", quote(c.Address))
	case c.Commit != "" && !isHex(c.Commit, 40) && !isHex(c.Commit, 64):
		return r.corrupt(start, "%s has a commit that is no git object id", quote(c.Address))
	case c.Time != "" && !isTime(c.Time):
		return r.corrupt(start, "%s has a time that is not like 2026-01-02T15:04:05Z", quote(c.Address))
	case c.Seed != "" && !isHex(c.Seed, 16):
		return r.corrupt(start, "%s has a seed that is not 16 hex digits", quote(c.Address))
	}
	*list = append(*list, c)
	r.components = append(r.components, start)
	return nil
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

func (r *reader) managed(list *[]Object) error {
	r.peek()
	start := r.pos
	var o Object
	err := r.object(func(key string, at int) error {
		switch key {
		case "address":
			return r.attr(&o.Address, key, at)
		case "path":
			return r.attr(&o.Path, key, at)
		case "kind":
			return r.attr(&o.Kind, key, at)
		case "mode":
			return r.attr(&o.Mode, key, at)
		case "ownership":
			return r.attr(&o.Ownership, key, at)
		case "rendered":
			return r.attr(&o.Rendered, key, at)
		case "applied":
			return r.attr(&o.Applied, key, at)
		case "prevent_destroy":
			return r.flag(&o.PreventDestroy, key, at)
		case "created":
			return r.flag(&o.Created, key, at)
		case "keys", "inputs":
			return r.inputs(map[string]*[]Input{"keys": &o.Keys, "inputs": &o.Inputs}[key], key, at)
		}
		return r.extra(&o.Extra, key)
	})
	if err == nil {
		err = r.sortExtra(o.Extra, start)
	}
	if err == nil {
		err = r.check(&o, start)
	}
	if err != nil {
		return err
	}
	if o.Applied == "" {
		o.Applied = o.Rendered
	}
	*list = append(*list, o)
	r.objects = append(r.objects, start)
	return nil
}

// attr reads a string attribute, which may stand once.
func (r *reader) attr(dst *string, key string, at int) error {
	text, err := r.string()
	if err != nil {
		return err
	}
	if *dst != "" || text == "" {
		return r.corrupt(at, "%s is empty or stands twice", key)
	}
	*dst = text
	return nil
}

// flag reads an attribute that is true where it stands.
func (r *reader) flag(dst *bool, key string, at int) error {
	r.peek()
	if *dst || !r.take("true") {
		return r.corrupt(at, "%s is not true or stands twice", key)
	}
	*dst = true
	return nil
}

func (r *reader) inputs(dst *[]Input, key string, at int) error {
	if *dst != nil {
		return r.corrupt(at, "%s stands twice", key)
	}
	list := make([]Input, 0, 4)
	err := r.object(func(name string, at int) error {
		digest, err := r.string()
		if err == nil && !isDigest(digest) && !isHex(digest, 16) {
			err = r.corrupt(at, "the %s has a digest that is not 16 hex digits, nor sha256: and 64", strings.TrimSuffix(key, "s"))
		}
		list = append(list, Input{name, digest})
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(list); i++ {
		if list[i].Name == list[i-1].Name {
			return r.corrupt(at, "the %s %s stands twice", strings.TrimSuffix(key, "s"), quote(list[i].Name))
		}
	}
	if len(list) > 0 {
		*dst = list
	}
	return nil
}

// extra keeps an attribute under an unknown name.
func (r *reader) extra(list *[]Extra, name string) error {
	w := writer{}
	err := r.value(&w)
	*list = append(*list, Extra{name, string(w.buf)})
	return err
}

// sortExtra puts unknown attributes in order and refuses two of one name.
func (r *reader) sortExtra(list []Extra, at int) error {
	slices.SortFunc(list, func(a, b Extra) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(list); i++ {
		if list[i].Name == list[i-1].Name {
			return r.corrupt(at, "%s stands twice", quote(list[i].Name))
		}
	}
	return nil
}
