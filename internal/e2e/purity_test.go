package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPurity watches plan with strace over every example and over a hostile
// repository: one execve, no connection, and nothing opened for writing.
func TestPurity(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("MLOPS_STRACE") != "" {
			t.Fatal("strace is needed for this lane")
		}
		t.Skip("strace is not here; the purity lane of .ci/run installs it")
	}
	examples, err := filepath.Glob("../../examples/*/mlops.hcl")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, example := range examples {
		t.Run(filepath.Base(filepath.Dir(example)), func(t *testing.T) {
			t.Parallel()
			w := &world{t: t, dir: t.TempDir(), bin: binary(t)}
			if err := os.CopyFS(w.dir, os.DirFS(filepath.Dir(example))); err != nil {
				t.Fatal(err)
			}
			pure(t, w)
			w.run(w.bin, "apply", "--auto-approve", "--summary")
			w.hostile()
			pure(t, w)
		})
	}
}

// hostile arms git's ways of running code from a repository.
func (w *world) hostile() {
	w.t.Helper()
	w.write("evil.sh", "#!/bin/sh\ntouch "+w.dir+"/pwned\n")
	if err := os.Chmod(filepath.Join(w.dir, "evil.sh"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	for _, key := range []string{"core.fsmonitor", "core.sshCommand", "core.pager", "filter.x.clean", "diff.external", "core.editor"} {
		w.run("git", "config", key, w.dir+"/evil.sh")
	}
	w.write(".gitattributes", "*.txt filter=x diff=x\n")
	w.write("README.md", "edited\n")
	os.Symlink("/etc/passwd", filepath.Join(w.dir, "link.txt"))
}

var (
	callLine  = regexp.MustCompile(`^\S+\s+(\w+)\((.*)$`)
	writeFlag = regexp.MustCompile(`O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)`)
)

func pure(t *testing.T, w *world) {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	c := w.command("strace", "-f", "-o", trace, "-e",
		"trace=execve,execveat,connect,socket,bind,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,ftruncate,fchmod,fchmodat,chmod,utimensat",
		w.bin, "plan")
	if out, err := c.CombinedOutput(); err != nil && c.ProcessState.ExitCode() > 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	log, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	execs := 0
	for line := range strings.SplitSeq(string(log), "\n") {
		m := callLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		switch m[1] {
		case "execve", "execveat":
			execs++
		case "openat", "open":
			if writeFlag.MatchString(m[2]) && !strings.Contains(m[2], "/dev/null") {
				t.Errorf("opened for writing: %s", line)
			}
		default:
			t.Errorf("not pure: %s", line)
		}
	}
	if execs != 1 {
		t.Errorf("%d programs were started, want 1", execs)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "pwned")); err == nil {
		t.Error("the repository ran its code")
	}
}
