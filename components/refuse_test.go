package components

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mlops-as-code/mlops/hclspec"
)

// refuses holds what each faulty source is told. The text after the reason is what
// to write.
func refuses(t *testing.T, faults map[string]string) {
	t.Helper()
	for in, want := range faults {
		_, err := Parse(in, shorts())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%.60q)\n got %v\nwant %s", in, err, want)
		}
	}
}

func TestParseRefusesText(t *testing.T) {
	t.Parallel()
	refuses(t, map[string]string{
		"":                               "is empty",
		"-x":                             "begins with a dash",
		"--upload-pack=x":                "begins with a dash",
		" ./x":                           "begins or ends with a space",
		"./x\n":                          "begins or ends with a space",
		"./x\ny":                         "invisible character U+000A",
		"./x\x00y":                       "invisible character U+0000",
		"./x\u202ey":                     "invisible character U+202E",
		"./\xff":                         "is not valid UTF-8",
		`.\x`:                            "has a backslash",
		strings.Repeat("a", 1e5):         "is longer than 2048 bytes",
		"./" + strings.Repeat("x", 2047): "is longer than 2048 bytes",
		"gh:o/r//a" + strings.Repeat(" ", 1000) + "b": "is longer than 2048 bytes",
	})
}

func TestParseRefusesForm(t *testing.T) {
	t.Parallel()
	refuses(t, map[string]string{
		"builtin/":          "is no name of a built-in component",
		"builtin/A":         "is no name of a built-in component",
		"builtin/a/b":       "is no name of a built-in component",
		"builtin/../x":      "is no name of a built-in component",
		"builtin/a?ref=v1":  "has a ?, and a built-in component",
		"buitlin/a":         "did you mean builtin/a?",
		"built-in/a":        "did you mean builtin/a?",
		"builtin:a":         "write builtin/NAME",
		"python-package":    "write builtin/python-package for a component that comes with mlops, or ./python-package",
		"parts/api":         "write ./parts/api for a folder",
		".hidden/x":         "write ./.hidden/x",
		".":                 "names a folder that holds the file itself",
		"..":                "names a folder that holds the file itself",
		"./":                "names a folder that holds the file itself",
		"./a/..":            "names a folder that holds the file itself",
		"./../..":           "names a folder that holds the file itself",
		"./a//b":            "has two slashes in a row",
		"./a?ref=v1":        "a local component has no ref",
		"./a /":             "ends with a space",
		"/srv/x":            "is an absolute path",
		"~/x":               "is an absolute path",
		"C:/x":              "is an absolute path",
		"git::/srv/x":       "write git::file:///PATH",
		"git::./x":          "leave out git::",
		"git::gh:o/r":       "write gh:OWNER/REPO without it",
		"git::x":            "is no git URL",
		"git::":             "is no git URL",
		"ext::sh -c x":      "only git:: is known",
		"git::ext::sh -c x": "asks for a remote helper",
		"git::a::https://h": "asks for a remote helper",
		"fd::7":             "only git:: is known",
		"hg::https://h/p":   "is no git URL",
		"s3::https://h/p":   "is no git URL",
		"oci://h/p":         "is no git URL",
		"gti::https://h/p":  "is no git URL",
		"git:h/p":           "did you mean git::?",
		"github:o/r":        "did you mean gh:?",
		"GitLab:o/r":        "did you mean gl:?",
		"bitbucket:o/r":     "did you mean bb:?",
		"GH:o/r":            "did you mean gh:?",
		"crop:x":            "did you mean corp:?",
		"copr:x/y":          "did you mean corp:?",
		"nonsense:x":        "write one of bb:, corp:, disk:, gh:, gl:, leak:, plain:, team: or git::URL",
	})
}

func TestParseRefusesRepository(t *testing.T) {
	t.Parallel()
	refuses(t, map[string]string{
		"https://github.com/o/r":                "write gh:o/r",
		"github.com/o/r":                        "write gh:o/r",
		"github.com/o/r//d?ref=v1":              "write gh:o/r//d",
		"https://github.com/o/r/tree/main/a/b":  "write gh:o/r//a/b?ref=main",
		"https://gitlab.com/o/r/-/tree/main/a/": "write gl:o/r//a?ref=main",
		"https://h/p":                           "write git::https://h/p when",
		"git+https://h/p":                       "write git::https://h/p when",
		"git:https://h/p":                       "write git::https://h/p when",
		"https://h/p.git#v1":                    "write ?ref=NAME",
		"git::https://h/p.git@v1":               "has a version after an @",
		"gh:o/r@v1":                             "has a version after an @",
		"gh:r":                                  "write gh:owner/r",
		"gh:o/r/a/b":                            "write gh:o/r//a/b",
		"gh:":                                   "has no name of a repository after gh:",
		"gh:/o/r":                               "has no name of a repository after gh:",
		"gh:-o/r":                               "has no name of a repository after gh:",
		"gh:o/..":                               "has no name of a repository after gh:",
		"gh:o/.git":                             "has no name of a repository after gh:",
		"gh:o/r%2f..":                           "has no name of a repository after gh:",
	})
}

func TestParseRefusesURL(t *testing.T) {
	t.Parallel()
	refuses(t, map[string]string{
		"git::git://h/p":                    "is not encrypted",
		"git::http://h/p":                   "write https://",
		"git::http://127.0.0.1.evil/p":      "write https://",
		"git::http://0177.0.0.1/p":          "write https://",
		"git::http://[::ffff:127.0.0.1]/p":  "write https://",
		"git::http://127.0.0.1@evil/p":      "remove everything before the @",
		"plain:x":                           "uses the short form plain, which is not encrypted",
		"leak:x":                            "uses the short form leak, which has a password or token",
		"git::file://h/p":                   "write three slashes",
		"git::file:////h/p":                 "is no git URL",
		"git::file://":                      "is no git URL",
		"git::https://":                     "is no git URL",
		"git::https://h":                    "has no proper path of a repository",
		"git::https:///p":                   "names no proper host",
		"git::https://-h/p":                 "names no proper host",
		"git::ssh://-oProxyCommand=x/p":     "names no proper host",
		"git::ssh://git@-oProxyCommand=x/p": "names no proper host",
		"git::ssh://-x@h/p":                 "has a user name",
		"git::-x@h:p":                       "has a user name",
		"git::git@-x:p":                     "names no proper host",
		"git::git@h:-x":                     "has no proper path of a repository",
		"git::git@h:":                       "has no proper path of a repository",
		"git::git@h":                        "is no git URL",
		"git::https://h:/p":                 "names no proper host",
		"git::https://h:0/p":                "names no proper host",
		"git::https://h:99999/p":            "names no proper host",
		"git::https://h:+1/p":               "names no proper host",
		"git::https://[::1%25eth0]/p":       "names no proper host",
		"git::https://h é/p":                "names no proper host",
		"git::https://h/a/../b":             "has no proper path of a repository",
		"git::https://h/%2e%2e/b":           "has no proper path of a repository",
		"git::https://h/a%2fb":              "has no proper path of a repository",
		"git::https://h/a%0ab":              "has no proper path of a repository",
		"git::https://h/a%00":               "has no proper path of a repository",
		"git::https://h/a%zz":               "has no proper path of a repository",
		"git::https://h/a b":                "has no proper path of a repository",
		"git::https://h/$(x)":               "has no proper path of a repository",
		"git::ssh://ghp_x@h/p":              "is none or looks like a token",
		"glpat-x@h:p":                       "is none or looks like a token",
	})
}

func TestParseRefusesDirRef(t *testing.T) {
	t.Parallel()
	refuses(t, map[string]string{
		"gh:o/r//":               "has no clean folder after //",
		"gh:o/r//..":             "has no clean folder after //",
		"gh:o/r//a/../b":         "has no clean folder after //",
		"gh:o/r//a//b":           "has no clean folder after //",
		"gh:o/r///a":             "has no clean folder after //",
		"gh:o/r//-a":             "has no clean folder after //",
		"gh:o/r//.":              "has no clean folder after //",
		"gh:o/r//a%5Cb":          "has no clean folder after //",
		"gh:o/r//a%E3%80%80":     "has no clean folder after //",
		"gh:o/r//a%0Ab":          "invisible character U+000A",
		"gh:o/r//a%":             "write %25",
		"gh:o/r?ref=":            "has a ref that git would refuse",
		"gh:o/r?ref=-x":          "has a ref that git would refuse",
		"gh:o/r?ref=%2Dx":        "has a ref that git would refuse",
		"gh:o/r?ref=a..b":        "has a ref that git would refuse",
		"gh:o/r?ref=a%0Ab":       "has a ref that git would refuse",
		"gh:o/r?ref=a%20b":       "has a ref that git would refuse",
		"gh:o/r?ref=main:path":   "has a ref that git would refuse",
		"gh:o/r?ref=a%E2%80%AEb": "invisible character U+202E",
		"gh:o/r?ref=a&ref=b":     "has two refs",
		"gh:o/r?ref=a?b":         "has a ref that git would refuse",
		"gh:o/r?version=1":       "attribute version beside source",
		"gh:o/r?depth=1":         "has the parameter depth",
		"gh:o/r?":                "write ?ref=NAME",
		"gh:o/r?v1":              "write ?ref=NAME",
		"gh:o/r?ref=a&":          "write ?ref=NAME",
		"gh:o/r?ref=a#b":         "has a #",
	})
}

// TestNoCredentials holds that a secret is refused and repeated nowhere, wherever
// people put it.
func TestNoCredentials(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"hunter2", "ghp_0123456789abcdefghijABCDEFGHIJ", "GLPAT-x1y2", "a/b", "a#b", "a?b", "a@b", "a:b", "1234/x"} {
		for _, form := range []string{
			"https://me:SECRET@h/p.git", "git::https://SECRET@h/p", "https://SECRET:x-oauth-basic@h/p.git",
			"git::ssh://me:SECRET@h/p", "me:SECRET@h:p", "git::me:SECRET@h:p", "https://me:SECRET@h/p",
			"gh:o/r?token=SECRET", "gh:o/r?SECRET", "gh:o/r?SECRET=1&ref=main", "gh:o/r?ref=main&password=SECRET", "git::me:SECRET@h/p",
			"gh:me:SECRET@o/r", "corp:me:SECRET@o/r", "oauth2:SECRET@gitlab.com/o/r", "http://me:SECRET@127.0.0.1/p.git",
		} {
			in := strings.ReplaceAll(form, "SECRET", secret)
			s, err := Parse(in, shorts())
			switch {
			case err == nil:
				t.Errorf("Parse(%q) = %v, want an error", in, s)
			case len(secret) > 6 && strings.Contains(strings.ToLower(err.Error()), strings.ToLower(secret)):
				t.Errorf("Parse(%q) tells the secret: %v", in, err)
			}
		}
	}
}

func TestCheckShort(t *testing.T) {
	t.Parallel()
	for name, url := range shorts() {
		if err := CheckShort(name, url); (err == nil) == (name == "leak" || name == "plain") {
			t.Errorf("CheckShort(%s, %s): %v", name, url, err)
		}
	}
	for _, c := range []struct{ name, url, want string }{
		{"gh", "https://h/{}.git", "is taken"},
		{"c", "https://h/{}.git", "has a name that is none"},
		{"Corp", "https://h/{}.git", "has a name that is none"},
		{"1st", "https://h/{}.git", "has a name that is none"},
		{"corp", "https://h/x.git", "without {}"},
		{"corp", "https://h/{}/{}.git", "without {}"},
		{"corp", "https://{}/x.git", "in place of the host"},
		{"corp", "ssh://git@h:{}/x", "in place of the host"},
		{"corp", "https://h{}/x.git", "inside of a name"},
		{"corp", "https://h/x-{}.git", "inside of a name"},
		{"corp", "https://h/{}//d", "a folder or a ref"},
		{"corp", "https://h/{}?ref=x", "a folder or a ref"},
		{"corp", "https://h/{}?token=x", "parameter token"},
		{"corp", "ext::sh -c /{}", "remote helper"},
		{"corp", "-x/{}", "without {}"},
		{"corp", "git::https://h/{}", "remote helper"},
	} {
		if err := CheckShort(c.name, c.url); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("CheckShort(%s, %s)\n got %v\nwant %s", c.name, c.url, err, c.want)
		}
	}
}

// TestInnerOutside refuses a component beside the one that asks for it, where only
// that one's folder is known.
func TestInnerOutside(t *testing.T) {
	t.Parallel()
	from := &hclspec.ComponentFiles{FS: fstest.MapFS{}, Label: "git::https://x.example/r.git//a@1.0.0"}
	_, err := (&Resolver{}).Find(hclspec.ComponentCall{Source: "../b", From: from})
	if want := "../b leads outside the component git::https://x.example/r.git//a@1.0.0"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "below it") {
		t.Errorf("%v, want %q and what to do", err, want)
	}
}
