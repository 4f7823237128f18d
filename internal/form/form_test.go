package form

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// questions are one of each kind.
func questions() Next {
	return Ask(
		Question{Name: "name", Text: "Project name", Default: "demo", HasDefault: true, Check: func(s string) error {
			if strings.Contains(s, " ") {
				return errors.New("a name has no spaces")
			}
			return nil
		}},
		Question{Name: "license", Text: "License", Kind: Choice, Options: []string{"MIT", "Apache-2.0", "BSD-3-Clause"}, Default: "Apache-2.0", HasDefault: true},
		Question{Name: "docs", Text: "With docs", Kind: Confirm, Default: Yes, HasDefault: true},
		Question{Name: "why", Text: "Why"},
	)
}

func run(t *testing.T, raw bool, typed string) (answers []string, screen string, err error) {
	t.Helper()
	var out strings.Builder
	term := Terminal{In: strings.NewReader(typed), Out: &out, Width: 60}
	restored := 0
	if raw {
		term.Raw = func() (func() error, error) { return func() error { restored++; return nil }, nil }
	}
	got, err := Run(t.Context(), term, questions())
	if raw && restored != 1 {
		t.Errorf("the terminal was restored %d times", restored)
	}
	for _, a := range got {
		answers = append(answers, a.Name+"="+a.Value)
	}
	return answers, out.String(), err
}

func TestRun(t *testing.T) {
	t.Parallel()
	const up, down, left, del, home, backTab = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[3~", "\x1b[H", "\x1b[Z"
	for _, c := range []struct {
		name, typed, want string
		raw               bool
		err               error
	}{
		{"defaults", "\n\n\nbecause\n", "demo Apache-2.0 true because", false, nil},
		{"lines", "shop\n3\nno\nx y\n", "shop BSD-3-Clause false x y", false, nil},
		{"by name", "shop\nmit\nN\nx\n", "shop MIT false x", false, nil},
		{"again until it holds", "a b\nshop\n7\nGPL\n1\nmaybe\ny\n\nx\n", "shop MIT true x", false, nil},
		{"last line without end", "\n\n\nx", "demo Apache-2.0 true x", false, nil},
		{"end", "shop\n", "", false, ErrEnded},

		{"keys: defaults", "\r\r\rbecause\r", "demo Apache-2.0 true because", true, nil},
		{"keys: arrows", "\r" + up + "\r" + down + "\rx\r", "demo MIT false x", true, nil},
		{"keys: beyond the ends", "\r" + up + up + up + down + "\r" + down + down + up + up + "\rx\r", "demo Apache-2.0 true x", true, nil},
		{"keys: letters pick", "\rb\rn\rx\r", "demo BSD-3-Clause false x", true, nil},
		{"keys: edit", "s\x7f" + left + del + "\x01x" + "\r\r\r\x0b\x15y" + "\r", "xdem Apache-2.0 true y", true, nil},
		{"keys: home and kill", home + "\x0bshop\r\r\rone two\x17three\r", "shop Apache-2.0 true one three", true, nil},
		{"keys: refused stays", " x\r\x7f\x7f\r\r\r\rx\r", "demo Apache-2.0 true x", true, nil},
		{"keys: back", "\r" + down + "\r" + backTab + up + up + "\r" + backTab + backTab + "2\r\r\rx\r", "demo2 MIT true x", true, nil},
		{"keys: no way back from the first", backTab + "\r\r\rx\r", "demo Apache-2.0 true x", true, nil},
		{"keys: wide", "\r\r\ré漢字" + left + "\x7f\r", "demo Apache-2.0 true é字", true, nil},
		{"keys: hidden are dropped", "\r\r\r\u202ea\x00\x1bzb\x1b[99;5u\xffc\r", "demo Apache-2.0 true abc", true, nil},
		{"keys: interrupt", "\r\x03", "", true, context.Canceled},
		{"keys: end", "\r\x04", "", true, ErrEnded},
		{"keys: input ends", "\rx", "", true, ErrEnded},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answers, screen, err := run(t, c.raw, c.typed)
			if !errors.Is(err, c.err) {
				t.Fatalf("err = %v, want %v; screen:\n%s", err, c.err, screen)
			}
			var got []string
			for _, a := range answers {
				_, value, _ := strings.Cut(a, "=")
				got = append(got, value)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("answers %q, want %q; screen:\n%s", got, c.want, screen)
			}
		})
	}
}

func TestPlainLooks(t *testing.T) {
	t.Parallel()
	_, screen, err := run(t, false, "a b\n\n\n\nx\n")
	if err != nil {
		t.Fatal(err)
	}
	want := `Project name [demo]:   a name has no spaces
Project name [demo]: License:
  1. MIT
  2. Apache-2.0
  3. BSD-3-Clause
Number or name, 1 to 3 [Apache-2.0]: With docs, yes or no [yes]: Why: `
	if diff := cmp.Diff(want, screen); diff != "" {
		t.Error(diff)
	}
}

// TestReadsNoMore holds that what follows the last answer is left to others.
func TestReadsNoMore(t *testing.T) {
	t.Parallel()
	for _, raw := range []bool{false, true} {
		in := strings.NewReader("x\nyes\n")
		term := Terminal{In: in, Out: io.Discard, Width: 80}
		if raw {
			term.Raw = func() (func() error, error) { return func() error { return nil }, nil }
		}
		if _, err := Run(t.Context(), term, Ask(Question{Name: "a"})); err != nil {
			t.Fatal(err)
		}
		if rest, _ := io.ReadAll(in); string(rest) != "yes\n" {
			t.Errorf("left is %q", rest)
		}
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer typed.Close()
	go func() {
		_, _ = typed.Write([]byte("x"))
		cancel()
	}()
	if _, err := Run(ctx, Terminal{In: in, Out: io.Discard, Width: 80}, Ask(Question{Name: "a"})); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRawFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	fails := Terminal{In: strings.NewReader("x\r"), Out: io.Discard, Raw: func() (func() error, error) { return nil, broken }}
	if _, err := Run(t.Context(), fails, Ask(Question{})); !errors.Is(err, broken) {
		t.Error(err)
	}
	fails.Raw = func() (func() error, error) { return func() error { return broken }, nil }
	if answers, err := Run(t.Context(), fails, Ask(Question{})); !errors.Is(err, broken) || answers != nil {
		t.Error(answers, err)
	}
}
