//go:build !linux

package main

import "syscall"

// childAttr puts a child in its own process group.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// dieWithParent does nothing here: only Linux tells a process that its parent has ended.
func dieWithParent() {}
