package gitconf

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The laws: the same line as git, or both refuse. git guesses from the host
// where we do not, so a guess counts as a refusal.
func TestIdentityLikeGit(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	rng := rand.New(rand.NewPCG(6, 7))
	names := []string{"Ada Byron", "", " <x>,", "Åsa;", "\"q\" 'r'", "a\nb", ",;"}
	mails := []string{"a@example.com", "", "<b@example.com>", " c "}
	agreed := 0
	for range 250 {
		env := Env{"HOME": g.dir, "GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC", "GIT_AUTHOR_DATE": "@5 +0130", "GIT_COMMITTER_DATE": "@6 -0330"}
		var params []string
		for _, role := range []string{"user", "author", "committer"} {
			sometimes(rng, names, func(v string) { params = append(params, quoted(role+".name", v)) })
			sometimes(rng, mails, func(v string) { params = append(params, quoted(role+".email", v)) })
		}
		sometimes(rng, names, func(v string) { env["GIT_AUTHOR_NAME"] = v })
		sometimes(rng, mails, func(v string) { env["GIT_COMMITTER_EMAIL"] = v })
		sometimes(rng, mails, func(v string) { env["EMAIL"] = v })
		params = append(params, quoted("user.useConfigOnly", "true"))
		env["GIT_CONFIG_PARAMETERS"] = strings.Join(params, " ")
		g.env = env
		c, err := Load(Options{Env: env})
		if err != nil {
			t.Fatal(err)
		}
		agreed += compareIdentity(t, g, c)
	}
	if agreed < 30 {
		t.Fatalf("only %d identities resolve", agreed)
	}
}

func compareIdentity(t *testing.T, g realGit, c *Config) int {
	t.Helper()
	wantAuthor, authorErr := g.try("var", "GIT_AUTHOR_IDENT")
	wantCommitter, committerErr := g.try("var", "GIT_COMMITTER_IDENT")
	author, committer, err := c.Identity(g.env, time.Unix(1, 0))
	if (err == nil) != (authorErr == nil && committerErr == nil) {
		t.Fatalf("%v: we say %v; git says %s, %s", g.env, err, wantAuthor, wantCommitter)
	}
	if err != nil {
		return 0
	}
	got, want := author.String()+"\n"+committer.String()+"\n", string(wantAuthor)+string(wantCommitter)
	if got != want {
		t.Fatalf("%v: got %q, want %q", g.env, got, want)
	}
	return 1
}

func sometimes(rng *rand.Rand, values []string, use func(string)) {
	if rng.IntN(3) == 0 {
		use(values[min(rng.IntN(2*len(values)), len(values)*2-1)%len(values)])
	}
}

func quoted(key, value string) string {
	return "'" + key + "'='" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

func TestIdentityEmailVariable(t *testing.T) {
	t.Parallel()
	env := Env{"GIT_CONFIG_NOSYSTEM": "1", "EMAIL": "e@example.com", "GIT_CONFIG_PARAMETERS": "'user.name'='N'"}
	c, err := Load(Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 5).In(time.FixedZone("", 3600))
	author, committer, err := c.Identity(env, now)
	if want := "N <e@example.com> 1700000000 +0100"; err != nil || author.String() != want || committer.String() != want {
		t.Errorf("got %s, %s, %v; want %s", author, committer, err, want)
	}
}

func TestIdentityUnknownKeepsTheDates(t *testing.T) {
	t.Parallel()
	env := Env{"GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": "@9 +0000"}
	c, err := Load(Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	author, committer, err := c.Identity(env, time.Unix(7, 0))
	if !errors.Is(err, ErrNoIdentity) || author.When.Unix() != 7 || committer.When.Unix() != 9 {
		t.Errorf("got %v, %v, %v", author, committer, err)
	}
	for _, remedy := range []string{"mlops.hcl", "user.name", "user.email"} {
		if !strings.Contains(err.Error(), remedy) {
			t.Errorf("%v does not name %s", err, remedy)
		}
	}
}

func TestDatesLikeGit(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Skip("no time zone database")
	}
	g.env["TZ"], g.env["GIT_COMMITTER_NAME"], g.env["GIT_COMMITTER_EMAIL"] = "Asia/Kolkata", "N", "e"
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, zone)
	for _, date := range append(fixedDates(), randomDates()...) {
		g.env["GIT_COMMITTER_DATE"] = date
		out, gitErr := g.try("var", "GIT_COMMITTER_IDENT")
		when, err := parseDate(date, now)
		if (err == nil) != (gitErr == nil) {
			t.Errorf("%q: we say %v, git says %s", date, err, out)
			continue
		}
		if got := (Ident{"N", "e", when}).String() + "\n"; err == nil && got != string(out) {
			t.Errorf("%q: got %q, want %q", date, got, out)
		}
	}
}

func fixedDates() []string {
	return []string{
		"@0 +0000", "@5 -0330", "1234567890 +0100", "1234567890", "@1234567890", "99999999 +0000", "2020-01-02", "x", "2020-01-02T03:04:05Z",
		"2020-01-02 03:04:05", "2020-01-02T03:04:05.678+01:00", "2020-01-02T03:04:05 +05", "2020-1-2 03:04", "20200102T030405", "20200102T030405-0800",
		"Thu, 2 Jan 2020 03:04:05 +0530", "Thu, 02 Jan 2020 03:04:05 GMT", "2 Jan 2020 03:04:05 -0000", "Thu Jan  2 03:04:05 2020 +0100", "1/2/2020 03:04:05", "2.1.2020 03:04:05 +0000",
		"1969-12-31T23:59:59Z", "2099-12-31T23:59:59Z", "2100-01-01T00:00:00Z",
	}
}

func randomDates() []string {
	rng := rand.New(rand.NewPCG(8, 9))
	layouts := []string{time.RFC3339, time.RFC1123Z, "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05-07:00", "Mon Jan 2 15:04:05 2006 -0700", "2006.01.02 15:04", "20060102T150405"}
	dates := make([]string, 0, 100)
	for i := range cap(dates) {
		zone := time.FixedZone("", (rng.IntN(27*4)-12*4)*900)
		t := time.Unix(rng.Int64N(2_000_000_000)+86_400, 0).In(zone)
		dates = append(dates, t.Format(layouts[i%len(layouts)]))
		if i%10 == 0 {
			dates = append(dates, fmt.Sprintf("%d %s", t.Unix()+100_000_000, t.Format("-0700")))
		}
	}
	return dates
}

func FuzzParseDate(f *testing.F) {
	for _, s := range fixedDates() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		when, err := parseDate(s, time.Unix(0, 0).UTC())
		if err != nil {
			return
		}
		_, offset := when.Zone()
		again, err := parseDate(fmt.Sprintf("@%d %s", when.Unix(), when.Format("-0700")), time.Unix(0, 0))
		if offset%60 != 0 || err != nil || !again.Equal(when) {
			t.Errorf("%q is %v, written as git does it is %v, %v", s, when, again, err)
		}
	})
}
