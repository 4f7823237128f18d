package block

import (
	"bytes"
	"strconv"
)

// Remove returns text without the regions of the addresses; an address that text
// does not have is none to remove. Remove after Put of a new region gives back the
// text there was, byte for byte; if somebody has ended the last line of the file in
// between, or taken that end away, the result ends likewise. The error is an *Error, as Find returns
// it. The time is linear in text and addresses together.
func Remove(text []byte, addresses ...string) ([]byte, error) {
	regions, err := Find(text)
	if err != nil {
		return nil, err
	}
	places := index(regions)
	gone := make([]bool, len(regions))
	for _, a := range addresses {
		if i, there := places[a]; there {
			gone[i] = true
		}
	}
	var splices []splice
	for i, r := range regions {
		if gone[i] {
			splices = append(splices, splice{r.start(), r.stop(), nil})
		}
	}
	out := apply(text, splices)
	if n := len(regions); n > 0 && regions[n-1].unended(text) { // one that stays has no line end to take away
		return out[:len(out)-separator(out)], nil
	}
	return out, nil
}

// unended reports whether the region is the end of text and its last line is not
// ended, which Put does where the last line was not ended before.
func (r *Region) unended(text []byte) bool {
	return r.stop() == len(text) && text[len(text)-1] != '\n'
}

// separator returns the length of the line end that ends out, which Put wrote.
func separator(out []byte) int {
	switch {
	case bytes.HasSuffix(out, []byte("\r\n")):
		return 2
	case bytes.HasSuffix(out, []byte("\n")):
		return 1
	}
	return 0
}

// Rename returns text with other addresses in the markers of its regions: from
// each key of names to its value, all at once, so that two may swap theirs. A key
// that text does not have is none to rename. All else stays as it is. The error is
// a *WantError when an address is none or would end the comment it stands in, or
// an *Error, as Find returns it or because two regions would have one address.
func Rename(text []byte, names map[string]string) ([]byte, error) {
	regions, err := Find(text)
	if err != nil {
		return nil, err
	}
	var splices []splice
	taken := make(map[string]int, len(regions))
	for i := range regions {
		r := &regions[i]
		to, renamed := names[r.Address]
		if !renamed {
			to = r.Address
		} else if err := r.mayBe(to); err != nil {
			return nil, err
		}
		if line, twice := taken[to]; twice {
			return nil, &Error{r.Line, "would be " + quote(to) + ", as the region on line " + strconv.Itoa(line) + " is"}
		}
		taken[to] = r.Line
		if to != r.Address {
			splices = append(splices, splice{r.open.at, r.open.till, []byte(to)}, splice{r.end.at, r.end.till, []byte(to)})
		}
	}
	return apply(text, splices), nil
}

// mayBe says why the region's markers cannot state an address.
func (r *Region) mayBe(address string) error {
	for _, m := range []marker{r.open, r.end} {
		if err := (Want{Address: address, Comment: m.comment}).Check(); err != nil {
			return err
		}
	}
	return nil
}
