package readme

import (
	"net/url"
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func badgesKind() kind {
	item := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"label": cty.String, "message": cty.String, "color": cty.String, "image": cty.String, "url": cty.String,
	}, []string{"message", "color", "image", "url"})
	return kind{
		name:    "badges",
		doc:     "Status at a glance: CI, license and Python versions, as far as they are known, and badges of your own.",
		example: "section \"badges\" {\n  items = [{ label = \"docs\", message = \"latest\", url = \"https://example.com/docs\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "items", Type: cty.List(item), Default: "none",
				Doc: "Further badges: `label` and `message` are plain text, `image` replaces the drawn badge, `url` is where it leads.",
			},
			{Name: "derived", Type: cty.Bool, Default: "true", Doc: "Whether the badges for CI, license and Python versions are shown."},
		},
		render: renderBadges,
	}
}

// badge is one badge; image is drawn from the other fields when empty.
type badge struct{ label, message, color, image, href string }

func renderBadges(r *request) []block {
	var all []badge
	if r.flag("derived", true) {
		all = derivedBadges(r)
	}
	for _, f := range r.objects("items") {
		all = append(all, ownBadge(f))
		r.adopt(f)
	}
	if len(all) == 0 {
		r.fail("", "There is nothing to make badges from", "State project.license, project.python or project.repository, or give items")
		return nil
	}
	var lines []string
	for _, b := range all {
		lines = append(lines, b.markdown())
	}
	return []block{{text: strings.Join(lines, "\n")}}
}

func derivedBadges(r *request) []badge {
	var all []badge
	p := r.project
	if repo := githubRepository(p.Repository); repo != "" {
		for _, f := range p.Files {
			dir, file := path.Split(f)
			if ext := path.Ext(file); dir == ".github/workflows/" && (ext == ".yml" || ext == ".yaml") {
				page := destination(repo + "/actions/workflows/" + url.PathEscape(file))
				all = append(all, badge{label: strings.TrimSuffix(file, ext), image: page + "/badge.svg", href: page})
			}
		}
	}
	if license := r.fact("license", p.License); license != "" {
		b := badge{label: "license", message: license}
		if f := licenseFile(r); f != "" {
			b.href = r.href(f)
		}
		all = append(all, b)
	}
	if len(p.Python) > 0 {
		all = append(all, badge{label: "python", message: r.fact("python", strings.Join(p.Python, " | "))})
	}
	return all
}

var badgeColor = lazy.Regexp(`^#?[a-zA-Z0-9]+$`)

func ownBadge(f *fields) badge {
	b := badge{label: f.line("label"), message: f.line("message"), color: f.line("color")}
	if b.label == "" {
		f.failIn("label", "is missing", "Every badge needs a label")
	}
	if b.color != "" && !badgeColor().MatchString(b.color) {
		f.failIn("color", "is not a color", "Write a name such as green, or six hex digits")
	}
	b.image, b.href = address(f, "image"), address(f, "url")
	return b
}

// address is a field that holds a web address or relative path, as a link's
// destination.
func address(f *fields, name string) string {
	s := f.line(name)
	if s != "" && !safeURL(s) {
		f.failIn(name, "is not a web address or a path in the repository", "Write it with https://, or relative to the README")
	}
	return destination(s)
}

func (b badge) markdown() string {
	alt := b.label
	if b.message != "" {
		alt += ": " + b.message
	}
	if b.image == "" {
		b.image = drawnBadge(b)
	}
	if b.href == "" {
		return image(alt, b.image)
	}
	return linkTo(image(alt, b.image), b.href)
}

// drawnBadge is the address of a static badge (shields.io/badges/static-badge).
func drawnBadge(b badge) string {
	part := func(s string) string {
		return destination(url.PathEscape(strings.NewReplacer("-", "--", "_", "__").Replace(s)))
	}
	text := part(b.label)
	if b.message != "" {
		text += "-" + part(b.message)
	}
	return "https://img.shields.io/badge/" + text + "-" + first(strings.TrimPrefix(b.color, "#"), "blue")
}

var githubURL = lazy.Regexp(`^(?:https?://(?:www\.)?|ssh://git@|git@)github\.com[/:]([A-Za-z0-9-]+/[\w.-]+?)(?:\.git)?/?$`)

// githubRepository is the page of a repository on GitHub, or "".
func githubRepository(address string) string {
	m := githubURL().FindStringSubmatch(strings.TrimSpace(address))
	if m == nil {
		return ""
	}
	return "https://github.com/" + m[1]
}
