package gitconf

import (
	"strconv"
	"strings"
	"testing"
)

func TestValuesLikeGit(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	values := []string{
		"true", "Yes", "ON", "false", "no", "oFF", "", "0", "1", "-1", "2k", "1K", "3m", "1g", "2g", "0x1f", "0X1F", "010", "08", "0b1", "1_000", " 7", "7 ", "+5", "+-5", "t", "input", "2147483647", "2147483648", "0xffk", "k", "1kk", "0x", "\t3",
	}
	for _, v := range values {
		g.env["GIT_CONFIG_COUNT"], g.env["GIT_CONFIG_KEY_0"], g.env["GIT_CONFIG_VALUE_0"] = "1", "a.b", v
		c, err := Load(Options{Env: g.env})
		if err != nil {
			t.Fatal(err)
		}
		gitBool, gitErr := g.try("config", "--type=bool", "a.b")
		b, err := c.Bool("a.b", false)
		if (err == nil) != (gitErr == nil) || err == nil && strconv.FormatBool(b) != strings.TrimSpace(string(gitBool)) {
			t.Errorf("%q as boolean: %v, %v; git says %s, %v", v, b, err, gitBool, gitErr)
		}
		gitInt, gitErr := g.try("config", "--type=int", "a.b")
		n, err := c.Int("a.b", 0)
		if big, bigErr := strconv.ParseInt(strings.TrimSpace(string(gitInt)), 10, 64); bigErr == nil && big != int64(int32(big)) {
			continue // git config prints 64 bits, core settings are read in 32
		}
		if (err == nil) != (gitErr == nil) || err == nil && strconv.Itoa(n) != strings.TrimSpace(string(gitInt)) {
			t.Errorf("%q as number: %v, %v; git says %s, %v", v, n, err, gitInt, gitErr)
		}
	}
}

func TestConfigGet(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	g.write(".gitconfig", "[a]\nb = 1\nc\nn = x\np = ~/q\n[a \"S\"]\nb = 2\n[a]\nb = 3\n")
	c, err := Load(Options{Env: Env{"HOME": g.dir, "GIT_CONFIG_NOSYSTEM": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := c.Get("A.B"); got != "3" || !ok {
		t.Errorf("A.B = %q, %v", got, ok)
	}
	if got, _ := c.Get("A.S.B"); got != "2" {
		t.Errorf("A.S.B = %q", got)
	}
	if got, ok := c.Get("a.s.b"); ok {
		t.Errorf("a.s.b = %q: subsections have case", got)
	}
	if got := strings.Join(c.All("a.b"), ","); got != "1,3" {
		t.Errorf("all of a.b: %s", got)
	}
	if on, err := c.Bool("a.c", false); !on || err != nil {
		t.Errorf("a.c = %v, %v", on, err)
	}
	if n, err := c.Int("a.none", 7); n != 7 || err != nil {
		t.Errorf("a.none = %v, %v", n, err)
	}
	if path, ok, err := c.Path("a.p"); path != g.dir+"/q" || !ok || err != nil {
		t.Errorf("a.p = %v, %v, %v", path, ok, err)
	}
	want := g.dir + "/.gitconfig: line 4: a.n: \"x\" is no boolean"
	if _, err := c.Bool("a.n", false); err == nil || err.Error() != want {
		t.Errorf("a.n: %v, want %s", err, want)
	}
}

func TestEnvBool(t *testing.T) {
	t.Parallel()
	env := Env{"ON": "1", "OFF": "no", "BAD": "maybe"}
	for key, want := range map[string]bool{"ON": true, "OFF": false, "NONE": true} {
		if got, err := env.Bool(key, true); got != want || err != nil {
			t.Errorf("%s = %v, %v", key, got, err)
		}
	}
	if _, err := env.Bool("BAD", true); err == nil || err.Error() != `BAD: "maybe" is no boolean` {
		t.Errorf("BAD: %v", err)
	}
}
