package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// maxAgain is how many test files may get a second try. More than that is not the machine's doing.
const maxAgain = 4

func (t *testRun) lacksBrowserTests() string {
	if why := t.c.lacks("cmd/heard"); why != "" {
		return why
	}
	return t.c.lacksScript("web/e2e", "e2e")
}

// browserTests runs the tests that drive a browser. When a few files of a whole run fail, they are run once more, one at a
// time: on a machine that does something else beside, a browser may not get its turn for a minute. What passes then passes,
// and the end of the run names it, so that nobody takes it for sound.
func (t *testRun) browserTests(ctx context.Context) error {
	if t.tools.chromium == "" {
		return errors.New("setup found no browser")
	}
	heard := filepath.Join(t.temp, "heard")
	if err := t.c.buildHeard(ctx, heard, "-buildvcs=false"); err != nil {
		return fmt.Errorf("build the server to test: %w", err)
	}
	env := append(t.env(), "CHROMIUM="+t.tools.chromium, "HEARD_BIN="+heard, "HEARD_E2E_DB="+t.DB)
	first, err := t.browse(ctx, env, t.browserArgs...)
	if err == nil {
		return nil
	}
	again := files(first)
	if len(again) == 0 || len(again) > maxAgain || len(t.browserArgs) > 0 || ctx.Err() != nil {
		t.c.note(listed("failed:", first)...)
		return err
	}
	t.c.say("\n%d of the files once more, one at a time", len(again))
	second, err := t.browse(ctx, env, append([]string{"--maxWorkers=1"}, again...)...)
	if err == nil {
		t.c.note(listed("passed only at the second try:", first)...)
		return nil
	}
	t.c.note(listed("failed at the first try:", first)...)
	t.c.note(listed("failed at the second try:", second)...)
	return err
}

// browse runs the browser tests once and returns what failed, as far as the runner came to tell.
func (t *testRun) browse(ctx context.Context, env []string, args ...string) ([]browserFailure, error) {
	report := filepath.Join(t.temp, "browser.json")
	if err := os.RemoveAll(report); err != nil {
		return nil, err
	}
	all := append([]string{"npm", "run", "e2e", "--", "--reporter=default", "--reporter=json", "--outputFile.json=" + report}, args...)
	err := t.c.run(ctx, command{dir: "web/e2e", args: all, env: env})
	if err == nil {
		return nil, nil
	}
	failures, told := readBrowserFailures(report)
	return failures, errors.Join(err, told)
}
