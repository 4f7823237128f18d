package capture_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/capture"
	"github.com/mlops-as-code/mlops/internal/show"
)

func places() []capture.Place {
	return []capture.Place{{Path: "/home/ada", As: "~"}, {Path: "/home/ada/work", As: "."}, {Path: "/", As: "never"}}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"a\r\nb  \r\n\n\n":                           "a\nb\n",
		"\n\n  a\t\n":                                "  a\n",
		"\x1b[1;31mred\x1b[0m \x1b[Kx":               "red x\n",
		"\x1b]8;;https://x\x1b\\link\x1b]8;;\x07!":   "link!\n",
		"\u009b31mx":                                 "x\n",
		"\x1b(Bx\x1b=":                               "x\n",
		" 10 %\r 50 %\rdone\n":                       "done\n",
		"N\bNA\bA _\bx":                              "NA x\n",
		"a\u202eb\u200bc\x07":                        "abc\n",
		"a\tb":                                       "a\tb\n",
		"/home/ada/work/x /home/ada/y /home/adam":    "./x ~/y /home/adam\n",
		"/home/ada/work: /home/ada/work2 x/home/ada": ".: ~/work2 x/home/ada\n",
		"\u65e5\u672c\u8a9e":                         "\u65e5\u672c\u8a9e\n",
	} {
		got, err := capture.Clean([]byte(raw), places())
		if err != nil || string(got) != want {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{"", " \n\n", "\x1b[0m", "\xff", "a\x00b"} {
		if got, err := capture.Clean([]byte(raw), nil); err == nil {
			t.Errorf("%q: %q", raw, got)
		}
	}
}

// FuzzClean: what comes out is text that hides nothing, and cleaning it again changes
// nothing.
func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31mb\r\nc\bd\re \n")
	f.Add("\x1b\x1b[31m[31mx")
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := capture.Clean([]byte(raw), places())
		if err != nil {
			return
		}
		if s := string(once); show.Text(s) != s || !strings.HasSuffix(s, "\n") {
			t.Fatalf("%q: %q", raw, s)
		}
		twice, err := capture.Clean(once, places())
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q: once %q, twice %q %v", raw, once, twice, err)
		}
	})
}

func run(ctx context.Context, script string, change func(*capture.Request)) ([]byte, int, error) {
	r := capture.Request{Args: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}, Timeout: time.Minute, Limit: 1 << 16, Err: io.Discard}
	if change != nil {
		change(&r)
	}
	return capture.Run(ctx, r)
}

func TestRun(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands are those of Unix")
	}
	if out, code, err := run(t.Context(), "echo a; echo b >&2; read x; exit 3", nil); string(out) != "a\n" || code != 3 || err != nil {
		t.Errorf("%q %d %v", out, code, err)
	}
	if out, _, err := run(t.Context(), "echo b >&2", func(r *capture.Request) { r.Both = true }); string(out) != "b\n" || err != nil {
		t.Errorf("%q %v", out, err)
	}
	for script, want := range map[string]string{
		"sleep 100 & sleep 100":       "took longer than 50ms and was ended",
		"while :; do echo aaaa; done": "printed more than 64 KiB and was ended",
	} {
		_, _, err := run(t.Context(), script, func(r *capture.Request) {
			if strings.Contains(script, "sleep") {
				r.Timeout = 50 * time.Millisecond
			}
		})
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", script, err, want)
		}
	}
	if _, _, err := run(t.Context(), "kill -9 $$", nil); err == nil {
		t.Error("a killed command is fine")
	}
	if _, _, err := run(t.Context(), "", func(r *capture.Request) { r.Args = []string{"no-such-program-here"} }); !errors.Is(err, exec.ErrNotFound) {
		t.Error(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, stop)
	if _, _, err := run(ctx, "sleep 100", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
