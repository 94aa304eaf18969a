package main

import "syscall"

// childAttr puts a child in its own process group, and ties its life to ours even if we are killed.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// dieWithParent asks for a SIGTERM when the process that started us ends: `go run` passes an interrupt on, but when it is
// terminated itself it would leave us and our PostgreSQL behind. Where the kernel refuses, we only lose that.
func dieWithParent() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGTERM), 0)
}
