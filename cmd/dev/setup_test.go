package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heard/migrations/pgtemp"
)

// fakeApt puts an apt-get, and a sudo, in an otherwise almost empty PATH. They log what they are asked to do, and
// installing runs script with $BIN as the folder for programs.
func fakeApt(t *testing.T, script string) (bin, log string) {
	t.Helper()
	bin, log = t.TempDir(), filepath.Join(t.TempDir(), "log")
	for _, name := range []string{"env", "sh", "chmod", "true"} {
		real, err := findProgram(os.Getenv("PATH"), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(real, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	program(t, filepath.Join(bin, "apt-get"))
	write(t, filepath.Join(bin, "apt-get"), "#!/bin/sh\nBIN='"+bin+"'\necho \"$DEBIAN_FRONTEND $@\" >>'"+log+"'\n"+
		"case \"$*\" in *update*) exit 1;; esac\n"+script+"\n")
	program(t, filepath.Join(bin, "sudo"))
	write(t, filepath.Join(bin, "sudo"), "#!/bin/sh\nshift\nexec \"$@\"\n")
	t.Setenv("PATH", bin)
	return bin, log
}

func TestProvideInstallsOnceWhatIsMissing(t *testing.T) {
	bin, log := fakeApt(t, `for p in chromium gcc; do echo '#!/bin/sh' >"$BIN/$p"; chmod +x "$BIN/$p"; done`)
	a := &apt{c: scratch(t)}
	find := func(name string) func() (string, error) {
		return func() (string, error) { return findProgram(os.Getenv("PATH"), name) }
	}
	for range 2 { // the second time it is there
		got, err := a.provide(t.Context(), "Chromium", []string{"chromium"}, find("chromium"))
		if err != nil {
			t.Fatalf("provide: %v; told: %s", err, said(t, a.c))
		}
		if want := filepath.Join(bin, "chromium"); got != want {
			t.Errorf("found %s, want %s", got, want)
		}
	}
	if err := os.Remove(filepath.Join(bin, "gcc")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.provide(t.Context(), "C compiler", []string{"gcc", "libc6-dev"}, find("gcc")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	const want = `noninteractive -q -y update
noninteractive -q -y install --no-install-recommends chromium
noninteractive -q -y install --no-install-recommends gcc libc6-dev
`
	if string(got) != want {
		t.Errorf("apt-get was asked:\n%swant:\n%s", got, want)
	}
}

func TestProvideTellsWhatToInstall(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, bin string)
		want  string
	}{
		{"no apt-get", func(t *testing.T, bin string) {
			if err := os.Remove(filepath.Join(bin, "apt-get")); err != nil {
				t.Fatal(err)
			}
		}, "no apt-get here: please install postgresql yourself"},
		{"apt-get fails", func(t *testing.T, bin string) {
			write(t, filepath.Join(bin, "apt-get"), "#!/bin/sh\nexit 100\n")
		}, "exit status 100: please install postgresql yourself"},
		{"the package is not what it seems", func(*testing.T, string) {}, "installed postgresql, but"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bin, _ := fakeApt(t, "")
			tt.spoil(t, bin)
			a := &apt{c: scratch(t)}
			got, err := a.provide(t.Context(), "PostgreSQL", []string{"postgresql"}, func() (string, error) {
				return pgtemp.Find(filepath.Join(bin, "none"), bin)
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("found %q, error %v; want %q in it", got, err, tt.want)
			}
		})
	}
}

func TestABrowserThatDoesNotStartIsNone(t *testing.T) {
	c := scratch(t)
	browser := filepath.Join(t.TempDir(), "chromium-browser")
	program(t, browser)
	write(t, browser, "#!/bin/sh\necho 'requires the chromium snap' >&2\nexit 1\n")
	t.Setenv("CHROMIUM", browser)
	if got, err := c.workingChromium(t.Context()); err == nil || !strings.Contains(err.Error(), "set CHROMIUM") {
		t.Errorf("browser %q, error %v; want one that names CHROMIUM", got, err)
	}
	write(t, browser, "#!/bin/sh\necho Chromium 150\n")
	got, err := c.workingChromium(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != browser {
		t.Errorf("browser = %s, want %s", got, browser)
	}
}
