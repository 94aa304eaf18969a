package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"heard/migrations/pgtemp"
)

// needs says which of the things that a fresh machine lacks a command depends on.
type needs struct{ npm, postgres, chromium, compiler, network bool }

// tools is where they were found.
type tools struct{ postgres, chromium string }

type setupCmd struct{}

func (setupCmd) Run(ctx context.Context, c *checkout) error {
	_, err := c.setup(ctx, needs{npm: true, postgres: true, chromium: true, compiler: true, network: true})
	return err
}

// setup makes sure that everything needed is there, installing it where it can. It goes on after a failure, so that one
// run tells all that is missing, and returns the tools that it did find.
func (c *checkout) setup(ctx context.Context, want needs) (tools, error) {
	var have tools
	var errs []error
	apt := &apt{c: c}
	if want.npm {
		errs = append(errs, c.npmInstall(ctx))
	}
	if want.compiler {
		_, err := apt.provide(ctx, "C compiler, for the race detector", []string{"gcc", "libc6-dev"}, func() (string, error) {
			return c.findCompiler(ctx)
		})
		errs = append(errs, err)
	}
	if want.postgres {
		bin, err := apt.provide(ctx, "PostgreSQL", []string{"postgresql"}, func() (string, error) {
			return pgtemp.Find(pgtemp.Debian, os.Getenv("PATH"))
		})
		have.postgres = bin
		errs = append(errs, err)
	}
	if want.chromium {
		browser, err := apt.provide(ctx, "Chromium", []string{"chromium"}, func() (string, error) {
			return c.workingChromium(ctx)
		})
		have.chromium = browser
		errs = append(errs, err)
	}
	if want.network {
		c.provideNetwork(ctx, apt)
	}
	return have, errors.Join(errs...)
}

// provideNetwork gets what a test with several nodes on a network needs. Only root may make networks, so the test is
// left out, with its reason, for everybody else and where these cannot be had.
func (c *checkout) provideNetwork(ctx context.Context, apt *apt) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		c.say("networks: only root on Linux makes them; the test of three nodes behind a load balancer is left out")
		return
	}
	for _, program := range [...]struct{ name, pkg string }{{"haproxy", "haproxy"}, {"ip", "iproute2"}} {
		_, err := apt.provide(ctx, program.name, []string{program.pkg}, func() (string, error) {
			return findProgram(os.Getenv("PATH"), program.name)
		})
		if err != nil {
			c.say("%v; the test of three nodes behind a load balancer is left out", err)
		}
	}
}

func (c *checkout) findCompiler(ctx context.Context) (string, error) {
	cc, err := c.output(ctx, "go", "env", "CC")
	if err != nil {
		return "", err
	}
	name, _, _ := strings.Cut(cc, " ") // CC may carry flags
	if strings.Contains(name, "/") && executable(name) {
		return name, nil
	}
	return findProgram(os.Getenv("PATH"), name)
}

// workingChromium also starts the browser: Ubuntu's chromium-browser is a script that only says how to install another one.
func (c *checkout) workingChromium(ctx context.Context) (string, error) {
	browser, err := findChromium(os.Getenv("CHROMIUM"), os.Getenv("PATH"))
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := c.output(ctx, browser, "--version"); err != nil {
		return "", fmt.Errorf("%w; set CHROMIUM to a browser that works", err)
	}
	return browser, nil
}

// apt installs packages on Debian and its relatives.
type apt struct {
	c       *checkout
	updated bool
}

// provide returns what find finds, after installing packages if it found nothing.
func (a *apt) provide(ctx context.Context, what string, packages []string, find func() (string, error)) (string, error) {
	at, missing := find()
	if missing != nil {
		a.c.say("%s: %v; installing %s", what, missing, strings.Join(packages, " "))
		if err := a.install(ctx, packages); err != nil {
			return "", fmt.Errorf("%s: %w; %w", what, missing, err)
		}
		var err error
		if at, err = find(); err != nil {
			return "", fmt.Errorf("%s: installed %s, but: %w", what, strings.Join(packages, " "), err)
		}
	}
	a.c.say("%s: %s", what, at)
	return at, nil
}

func (a *apt) install(ctx context.Context, packages []string) error {
	byHand := "please install " + strings.Join(packages, " ") + " yourself"
	if _, err := findProgram(os.Getenv("PATH"), "apt-get"); err != nil {
		return fmt.Errorf("there is no apt-get here: %s", byHand)
	}
	var sudo []string
	if os.Geteuid() != 0 {
		if _, err := a.c.output(ctx, "sudo", "-n", "true"); err != nil {
			return fmt.Errorf("apt-get needs root or a sudo that asks no password: %s", byHand)
		}
		sudo = []string{"sudo", "-n"}
	}
	get := func(args ...string) error {
		args = append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"}, args...)
		return a.c.run(ctx, command{args: append(sudo[:len(sudo):len(sudo)], args...)})
	}
	if !a.updated {
		if err := get("update"); err != nil {
			a.c.say("%v; trying to install all the same", err) // one broken source of many need not matter
		}
		a.updated = true
	}
	if err := get(append([]string{"install", "--no-install-recommends"}, packages...)...); err != nil {
		return fmt.Errorf("%w: %s", err, byHand)
	}
	return nil
}
