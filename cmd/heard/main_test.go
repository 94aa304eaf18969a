package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// heard runs one command and returns its exit code and what it said.
func heard(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// must is heard for commands that have to work; it returns the last word of the answer.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errOut := heard(t, args...)
	if code != exitDone {
		t.Fatalf("heard %s = %d: %s%s", strings.Join(args, " "), code, out, errOut)
	}
	words := strings.Fields(out)
	return words[len(words)-1]
}

func TestWrongUsageIsTwo(t *testing.T) {
	data := t.TempDir()
	tests := []struct {
		args []string
		want int
	}{
		{[]string{}, exitUsage},
		{[]string{"nonsense"}, exitUsage},
		{[]string{"serve", "--nonsense"}, exitUsage},
		{[]string{"inbox", "add", "--data", data}, exitUsage},
		{[]string{"inbox", "add", "--data", data, "--name", "X", "--kind", "fax"}, exitUsage},
		{[]string{"agent", "add", "--data", data, "--email", "a@desk.example", "--name", "A", "--role", "king"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "0.0.0.0:0"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", ":0"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "nowhere"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--base-url", "https://help.example/path"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--trusted-proxy", "everybody"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--bus", "postgres"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--bus", "redis://127.0.0.1"}, exitUsage},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--bus", "nats://"}, exitUsage},
		{[]string{"token", "add", "--data", data, "--agent", "nobody@desk.example"}, exitFailed},
		{[]string{"agent", "add", "--data", data, "--email", "nonsense", "--name", "A", "--role", "agent"}, exitFailed},
		{[]string{"--help"}, exitDone},
		{[]string{"version"}, exitDone},
		{[]string{"migrate", "--data", data}, exitDone},
	}
	for _, tt := range tests {
		if code, out, errOut := heard(t, tt.args...); code != tt.want {
			t.Errorf("heard %s = %d, want %d: %s%s", strings.Join(tt.args, " "), code, tt.want, out, errOut)
		}
	}
}

// TestEnvironmentFillsConfigurationOnly: HEARD_NAME and the like must not name anything.
func TestAFileThatIsNotThere(t *testing.T) {
	var out, complaint bytes.Buffer
	name := filepath.Join(t.TempDir(), "nothing.csv")
	code := run(t.Context(), []string{"bench", "issues", "--stream", name}, &out, &complaint)
	if said := complaint.String(); code != exitUsage || !strings.HasPrefix(said, "heard: --stream: "+name+": no such file or directory\n") {
		t.Errorf("code %d, said %q", code, said)
	}
}

func TestEnvironmentFillsConfigurationOnly(t *testing.T) {
	data := t.TempDir()
	t.Setenv("HEARD_DATA", data)
	t.Setenv("HEARD_BASE_URL", "https://help.example")
	for _, name := range []string{"HEARD_NAME", "HEARD_KIND", "HEARD_EMAIL", "HEARD_ROLE", "HEARD_AGENT", "HEARD_ORIGIN"} {
		t.Setenv(name, "api")
	}
	if code, _, _ := heard(t, "inbox", "add"); code != exitUsage {
		t.Errorf("inbox add without arguments = %d, want %d", code, exitUsage)
	}
	if link := must(t, "agent", "add", "--email", "a@desk.example", "--name", "A", "--role", "agent"); !strings.HasPrefix(link, "https://help.example/join#") {
		t.Errorf("link = %s", link)
	}
	if _, err := os.Stat(filepath.Join(data, "heard.db")); err != nil {
		t.Error(err)
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	for _, args := range [][]string{{"config"}, {"config", "--json"}} {
		code, out, _ := heard(t, append(args, "--database", "postgres://heard:hunter2@db.example/heard", "--metrics-token", "hunter3",
			"--bus", "nats://heard:hunter4@bus.example,hunter5@other.example")...)
		if code != exitDone || strings.Contains(out, "hunter") || !strings.Contains(out, "db.example") || !strings.Contains(out, "bus.example") {
			t.Errorf("%v = %d %s", args, code, out)
		}
	}
}

func TestAnswersAsJSON(t *testing.T) {
	data := t.TempDir()
	decode := func(args ...string) map[string]any {
		t.Helper()
		code, out, errOut := heard(t, append(args, "--data", data, "--json")...)
		var v map[string]any
		if code != exitDone || json.Unmarshal([]byte(out), &v) != nil {
			t.Fatalf("heard %v = %d %s%s", args, code, out, errOut)
		}
		return v
	}
	if v := decode("inbox", "add", "--name", "Shop", "--kind", "website"); v["key"] == "" || v["kind"] != "website" {
		t.Errorf("inbox = %v", v)
	}
	if v := decode("agent", "add", "--email", "a@desk.example", "--name", "A", "--role", "admin"); !strings.Contains(v["link"].(string), "/join#") {
		t.Errorf("agent = %v", v)
	}
	if v := decode("token", "add", "--agent", "a@desk.example"); !strings.HasPrefix(v["token"].(string), "heard_") {
		t.Errorf("token = %v", v)
	}
}

// serving starts heard serve on a free port and returns its address, its first lines, and how to stop it.
func serving(t *testing.T, args ...string) (base string, lines []string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	var errOut bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), w, &errOut)
		w.Close()
	}()
	scanner := bufio.NewScanner(r)
	if !scanner.Scan() {
		t.Fatalf("serve said nothing: %s", errOut.String())
	}
	lines = append(lines, scanner.Text())
	base = strings.TrimPrefix(lines[0], "Heard is at ")
	rest := make(chan string, 10)
	go func() {
		for scanner.Scan() {
			rest <- scanner.Text()
		}
		close(rest)
	}()
	select {
	case line := <-rest:
		lines = append(lines, line)
	case <-time.After(200 * time.Millisecond): // there is none: an administrator exists
	}
	stop = func() int {
		cancel()
		select {
		case code := <-done:
			return code
		case <-time.After(20 * time.Second):
			t.Error("serve did not leave within 20 s")
			return -1
		}
	}
	t.Cleanup(cancel)
	return base, lines, stop
}

// TestServeAndCommandsBesideIt is the first minute of an installation: an empty folder, the link of the first
// administrator, and commands that work on the same database meanwhile.
func TestServeAndCommandsBesideIt(t *testing.T) {
	data := t.TempDir()
	base, lines, stop := serving(t, "--data", data)
	if len(lines) != 2 || !strings.Contains(lines[1], base+"/join#") {
		t.Fatalf("serve said %q", lines)
	}
	_, token, _ := strings.Cut(lines[1], "#")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	call := func(method, path, body, bearer string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	if status, body := call("GET", "/readyz", "", ""); status != 200 {
		t.Errorf("readyz = %d %s", status, body)
	}
	status, body := call("POST", "/api/v1/invitations/accept",
		`{"token":"`+token+`","name":"Ada","email":"ada@desk.example","password":"correct horse battery"}`, "")
	if status != 200 || !strings.Contains(body, `"email":"ada@desk.example"`) {
		t.Fatalf("the first administrator = %d %s", status, body)
	}
	key := must(t, "inbox", "add", "--data", data, "--name", "Shop", "--kind", "website")
	secret := must(t, "token", "add", "--data", data, "--agent", "ada@desk.example")
	link := must(t, "agent", "add", "--data", data, "--email", "bob@desk.example", "--name", "Bob", "--role", "agent")
	if !strings.HasPrefix(link, base+"/join#") {
		t.Errorf("link = %s, want one of %s", link, base)
	}
	if status, body := call("GET", "/api/v1/inboxes", "", secret); status != 200 || !strings.Contains(body, `"key":"`+key+`"`) {
		t.Errorf("the inbox beside the server = %d %s", status, body)
	}
	if status, body := call("POST", "/api/widget/session", `{"inbox":"`+key+`"}`, ""); status != 200 {
		t.Errorf("a visitor of the new inbox = %d %s", status, body)
	}
	if code := stop(); code != exitDone {
		t.Errorf("serve left with %d", code)
	}
	_, lines, stop = serving(t, "--data", data)
	if len(lines) != 1 {
		t.Errorf("the second start said %q", lines)
	}
	if code := stop(); code != exitDone {
		t.Errorf("the second serve left with %d", code)
	}
}

func TestABusyPortFails(t *testing.T) {
	base, _, stop := serving(t, "--data", t.TempDir())
	defer stop()
	code, _, errOut := heard(t, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(base, "http://"))
	if code != exitFailed || !strings.Contains(errOut, "listen") {
		t.Errorf("a busy port = %d %s", code, errOut)
	}
}
