package gitfetch

import (
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	t.Parallel()
	const ok = ""
	for raw, want := range map[string]string{
		"https://example.com/a/b.git":        ok,
		"https://example.com:8443/a/b":       ok,
		"https://[::1]:8443/a":               ok,
		"ssh://git@example.com/a/b":          ok,
		"ssh://git@example.com:22/~a/b":      ok,
		"git@example.com:a/b.git":            ok,
		"example.com:a/b":                    ok,
		"file:///srv/a b":                    "space",
		"file:///srv/a%20b":                  ok,
		"http://127.0.0.1:80/a":              ok,
		"http://localhost/a":                 ok,
		"http://[::1]/a":                     ok,
		"http://example.com/a":               "without encryption",
		"http://127.0.0.1.example.com/a":     "without encryption",
		"http://localhost@example.com/a":     "credentials",
		"git://example.com/a":                "only https, ssh and file",
		"ext::sh -c true":                    "space",
		"ext::true":                          "only https, ssh and file",
		"::true":                             "only https, ssh and file",
		"fd::17/x://":                        "only https, ssh and file",
		"ftp://example.com/a":                "only https, ssh and file",
		"HTTPS://example.com/a":              "lower case",
		"https://me:secret@example.com/a":    "credentials",
		"https://secret@example.com/a":       "credentials",
		"https://me:sec/ret@example.com/a":   "no git URL",
		"ssh://me:secret@example.com/a":      "credentials",
		"me:secret@example.com:a":            "credentials",
		"https://example.com/a?token=secret": "query",
		"https://example.com/a#secret":       "query",
		"git@example.com:a?token=secret":     "query",
		"-uhttps://example.com":              "option",
		"ssh://-oProxyCommand=x/a":           "option",
		"ssh://-l@example.com/a":             "option",
		"-oProxyCommand=x:a":                 "option",
		"git@-oProxyCommand=x:a":             "option",
		"example.com:-a":                     "option",
		"https://example.com/%0ahost=other":  "cannot be seen",
		"https://exam\u202eple.com/a":        "cannot be seen",
		"https://example.com/\x00":           "cannot be seen",
		"https://example.com/\xff":           "cannot be seen",
		"https:///a":                         "no git URL",
		"https://example.com":                "no git URL",
		"file://host/a":                      "names a host",
		"file:relative":                      ok, // a host that is called file
		"C:/repo":                            "no git URL",
		"/srv/a":                             "no git URL",
		"./a":                                "no git URL",
		"./a:b":                              "no git URL",
		"":                                   "no git URL",
		"https://example.com/" + strings.Repeat("a", 3000): "too long",
	} {
		_, reason := parseURL(raw)
		if want == ok && reason != "" || want != ok && !strings.Contains(reason, want) {
			t.Errorf("%q: %q, want %q", raw, reason, want)
		}
		if err := CheckURL(raw); (err == nil) != (want == ok) {
			t.Errorf("%q: %v", raw, err)
		} else if err != nil {
			fails(t, err, KindURL)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q tells: %v", raw, err)
			}
		}
	}
}

func TestRefusedWithoutTrying(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	mark := l.dir + "/mark"
	f := l.fetcher()
	f.Git = l.write("git.sh", "#!/bin/sh\ntouch "+mark+"\n")
	for _, url := range []string{"ext::touch%20" + mark, "--upload-pack=touch", "https://a:b@example.com/x"} {
		_, err := f.Refs(t.Context(), url)
		fails(t, err, KindURL)
	}
	_, err := f.Tree(t.Context(), l.file("p"), "--output=x", "")
	fails(t, err, KindRef, "is not a full commit id")
	_, err = f.Tree(t.Context(), l.file("p"), strings.Repeat("a", 40), "../x")
	fails(t, err, KindDirectory, "is not a path inside")
	l.absent(mark)
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"https://example.com/a", "git@h:p", "ssh://u@h/p", "file:///x", "http://[::1]:1/%2e", "ext::x", "https://a:b@c/d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		r, reason := parseURL(raw)
		if !plain(redact(raw)) {
			t.Errorf("redact(%q) = %q", raw, redact(raw))
		}
		if reason != "" {
			return
		}
		if r.text != raw || !plain(raw) || strings.HasPrefix(raw, "-") || strings.Contains(raw, "://-") {
			t.Errorf("%q is accepted", raw)
		}
		if r.scheme != "ssh" && !strings.HasPrefix(raw, r.scheme+"://") {
			t.Errorf("%q is %s", raw, r.scheme)
		}
		if i := strings.IndexByte(strings.TrimPrefix(raw, "https://"), '@'); r.scheme == "https" && i >= 0 && !strings.Contains(raw[8:8+i], "/") {
			t.Errorf("%q holds credentials", raw)
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"fatal: Authentication failed for 'https://me:secret@example.com/a'": "fatal: Authentication failed for 'https://example.com/a'",
		"unable to access 'https://h/a?private_token=secret': x":             "unable to access 'https://h/a': x",
		"https://secret@h/a and https://u:secret@h/b":                        "https://h/a and https://h/b",
		"Authorization: Basic secret":                                        "Authorization: ...",
		"remote: \x1b[31mred\x07":                                            `remote: \u{1b}[31mred\u{7}`,
		"  plain  ":                                                          "plain",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("https://me:", "@example.com/x")
	f.Add("fatal: 'ssh://", "@h' ")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "S3cr3tS3cr3t"
		got := clean("https://" + "u" + ":" + secret + "@h/ " + before + after)
		if !plain(got) || strings.Contains(got, secret) {
			t.Errorf("%q", got)
		}
	})
}

func TestParseProgress(t *testing.T) {
	t.Parallel()
	type out struct {
		step        string
		done, total int64
		ok          bool
	}
	for line, want := range map[string]out{
		"Receiving objects:  45% (9/20), 1.20 MiB | 300.00 KiB/s":         {"receiving objects", 9, 20, true},
		"Receiving objects: 100% (20/20), 1.20 MiB | 300.00 KiB/s, done.": {"receiving objects", 20, 20, true},
		"remote: Counting objects: 100% (3/3), done.":                     {"counting objects", 3, 3, true},
		"remote: Enumerating objects: 17, done.":                          {"enumerating objects", 17, 0, true},
		"Resolving deltas: 100% (2/2), done.":                             {"resolving deltas", 2, 2, true},
		"remote: Receiving objects: 1% (1/9)":                             {"receiving objects", 1, 9, false},
		"fatal: repository 'x' not found":                                 {"fatal", 0, 0, false},
		"Receiving objects: 1% (99999999999999999999999/y":                {"receiving objects", 1<<63 - 1, 0, true},
	} {
		var got out
		got.step, got.done, got.total, got.ok = parseProgress(line)
		if got.ok != want.ok || got.ok && got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}
