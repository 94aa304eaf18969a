package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Answer as JSON."`
}

// Run implements heard version.
func (c *versionCmd) Run(o *output) error {
	if c.JSON {
		return json.NewEncoder(o.out).Encode(map[string]string{"version": version()})
	}
	_, err := fmt.Fprintln(o.out, "heard", version())
	return err
}

// version is what the build knows of itself: the module's version, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "devel"
}
