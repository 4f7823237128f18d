package merge3

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConflict(t *testing.T) {
	t.Parallel()
	res, err := Merge([]byte("a\nb\nc\nd\n"), []byte("0\na\nx\nb1\nc\nd\n"), []byte("a\nx\nb2\nb3\nc\nd\ne\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Conflict{{
		Base:   Span{Line: 2, Lines: 1, Text: []byte("b\n")},
		Mine:   Span{Line: 4, Lines: 1, Text: []byte("b1\n")},
		Theirs: Span{Line: 3, Lines: 2, Text: []byte("b2\nb3\n")},
	}}
	if diff := cmp.Diff(want, res.Conflicts); diff != "" || res.Text != nil {
		t.Error(diff, res.Text)
	}
	const marked = "0\na\nx\n<<<<<<< you\nb1\n||||||| last apply\nb\n=======\nb2\nb3\n>>>>>>> spec\nc\nd\ne\n"
	if got := string(res.Marked(Labels{"last \napply", "you", "spec\x1b"})); got != marked {
		t.Errorf("%q", got)
	}
	if got := string(res.Both()); got != "0\na\nx\nb1\nb2\nb3\nc\nd\ne\n" {
		t.Errorf("%q", got)
	}
}

func TestTwoWay(t *testing.T) {
	t.Parallel()
	res, err := TwoWay([]byte("a\r\nb\r\nc"), []byte("a\r\nc\r\nd"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Conflict{{Mine: Span{2, 2, []byte("b\r\nc")}, Theirs: Span{2, 2, []byte("c\r\nd")}}}
	if diff := cmp.Diff(want, res.Conflicts); diff != "" {
		t.Error(diff)
	}
	if got := string(res.Marked(Labels{})); got != "a\r\n<<<<<<<\r\nb\r\nc\r\n=======\r\nc\r\nd\r\n>>>>>>>\r\n" {
		t.Errorf("%q", got)
	}
	if got := string(res.Both()); got != "a\r\nb\r\nc\r\nc\r\nd" {
		t.Errorf("%q", got)
	}
}

func TestBothKeepsOpenEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ base, mine, theirs, want string }{
		{"a\nb\n", "a\nc", "a\n", "a\nc"},
		{"a\nb\n", "a\n", "a\nc", "a\nc"},
		{"", "a", "b", "a\nb"},
		{"a", "", "b", "b"},
	} {
		res, err := Merge([]byte(tt.base), []byte(tt.mine), []byte(tt.theirs))
		if err != nil || len(res.Conflicts) != 1 || string(res.Both()) != tt.want {
			t.Errorf("%q: %v, %q", tt, err, res.Both())
		}
	}
}

func TestInputErrors(t *testing.T) {
	t.Parallel()
	ok, late := []byte("a\n"), []byte(strings.Repeat("a", 8000)+"\x00")
	long := bytes.Repeat([]byte("\n"), MaxLines)
	if err := check(Mine, long); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		in   triple
		want *InputError
		text string
	}{
		{triple{ok, ok, late}, nil, ""},
		{triple{[]byte("\x00"), []byte("\xff"), ok}, &InputError{Base, Binary, 0}, "base: binary, with a NUL among the first 8,000 bytes"},
		{triple{ok, []byte("\u00e9\n\ufffd\xe9\n"), ok}, &InputError{Mine, NotUTF8, 2}, "mine: line 2 is not UTF-8"},
		{triple{ok, ok, append(long, 'a')}, &InputError{Theirs, TooLong, 0}, "theirs: more than 4194304 lines"},
		{triple{ok, ok, bytes.Repeat([]byte("a"), MaxBytes+1)}, &InputError{Theirs, TooLarge, 0}, "theirs: larger than 67108864 bytes"},
	} {
		_, err := Merge(tt.in.base, tt.in.mine, tt.in.theirs)
		_, errTwo := TwoWay(tt.in.mine, tt.in.theirs)
		if tt.want == nil {
			if err != nil || errTwo != nil {
				t.Error(err, errTwo)
			}
			continue
		}
		var got *InputError
		if !errors.As(err, &got) || *got != *tt.want || err.Error() != tt.text {
			t.Errorf("got %v, want %v", err, tt.text)
		}
		if tt.want.Side != Base && (errTwo == nil || errTwo.Error() != tt.text) {
			t.Errorf("two-way: got %v, want %v", errTwo, tt.text)
		}
	}
}

func TestLeftover(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"":                                   0,
		"Title\n=======\n":                   0,
		"=======\n":                          0,
		"a\n<<<<<<<< eight\n":                0,
		"a\n <<<<<<< indented\n":             0,
		"cat <<<<<<<\n":                      0,
		"<<<<<<<b\n":                         0,
		"<<<<<<":                             0,
		"|||||||\u00e9":                      0,
		"| a | b |\n| --- | --- |\n||||||||": 0,
		"a\n<<<<<<< mine\nb\n":               2,
		"a\nb\n>>>>>>>":                      3,
		"a\r\n|||||||\r\n":                   2,
		">>>>>>>\ttheirs":                    1,
	} {
		if line, found := Leftover([]byte(text)); line != want || found != (want > 0) {
			t.Errorf("%q: %d, %v", text, line, found)
		}
	}
}
